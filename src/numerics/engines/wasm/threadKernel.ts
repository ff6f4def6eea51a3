/// <reference lib="dom" />
import { builtinModule } from '../../../core/builtinModule.ts';
import { optionChecks } from '../../../core/options.ts';
import { KERNEL } from './built/threads.ts';
import { Kernel, kernelBytes, kernelExports } from './kernel.ts';
import { loadKernel } from './loadKernel.ts';

const MOST_PAGES = 32768; // of 64 KiB; asconfig.json names the same

const loaded: Map<number, Kernel> = new Map();

/**
 * The kernel of this process for so many threads, which needs Node's `worker_threads` for more than one. Its threads come up
 * while this one waits for events (until then it does all the work itself), stay until the process ends and don't keep it from
 * ending.
 */
export function threadKernel(threads: number): Kernel {
  optionChecks('wasm engine').positiveInteger('threads', threads);
  if (threads === 1) return loadKernel();
  const known = loaded.get(threads);
  if (known !== undefined) return known;
  const kernel = startThreads(threads);
  loaded.set(threads, kernel);
  return kernel;
}

/** A thread: sleeps in the kernel until there is a share to do. As text, which needs no file of its own. */
const SERVE = `
const { module, memory, control } = require('node:worker_threads').workerData;
new WebAssembly.Instance(module, { env: { memory } }).exports.serve(control);
`;

function startThreads(threads: number): Kernel {
  const { Worker } = builtinModule('node:worker_threads');
  const module = new WebAssembly.Module(kernelBytes(KERNEL));
  const memory = new WebAssembly.Memory({ initial: 16, maximum: MOST_PAGES, shared: true });
  const exports = kernelExports(module, new WebAssembly.Instance(module, { env: { memory } }));
  const control = exports.openControl();
  for (let others = threads - 1; others > 0; others--)
    new Worker(SERVE, { eval: true, workerData: { module, memory, control } }).unref();
  return new Kernel(exports, { threads });
}
