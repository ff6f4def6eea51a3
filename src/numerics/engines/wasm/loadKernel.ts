/// <reference lib="dom" />
import { RxAnomalyError } from '../../../core/errors.ts';
import { optionChecks } from '../../../core/options.ts';
import { compileKernel, Kernel, kernelExports } from './kernel.ts';

const MOST_PAGES = 32768; // of 64 KiB; asconfig.json names the same

const loaded = new Map<number, Kernel>();

/** Whether this runtime is a Node that can load the kernel from disk; in a browser `compileKernel` takes its bytes. */
export const canLoadKernel: boolean = typeof process !== 'undefined' && 'getBuiltinModule' in process;

/**
 * The kernel of this process for so many threads, loaded from disk at first use: with relaxed SIMD where the runtime
 * has it. Its threads come up while this one waits for events (until then it does all the work itself), stay until the
 * process ends and don't keep it from ending.
 */
export function loadKernel(threads = 1): Kernel {
  optionChecks('wasm engine').positiveInteger('threads', threads);
  const known = loaded.get(threads);
  if (known) return known;
  const kernel = threads === 1 ? compileKernel(bestBytes('wasm')) : startThreads(threads);
  loaded.set(threads, kernel);
  return kernel;
}

function startThreads(threads: number): Kernel {
  const module = new WebAssembly.Module(bestBytes('threads.wasm'));
  const memory = new WebAssembly.Memory({ initial: 16, maximum: MOST_PAGES, shared: true });
  const exports = kernelExports(module, memory);
  const control = exports.openControl();
  for (let others = threads - 1; others > 0; others--) {
    new (builtin('node:worker_threads').Worker)(builtFile('serveThread.js'), {
      workerData: { module, memory, control },
    }).unref();
  }
  return new Kernel(exports, threads);
}

function bestBytes(build: 'wasm' | 'threads.wasm'): Uint8Array<ArrayBuffer> {
  const relaxed = kernelBytes(`lstm.relaxed.${build}`);
  return WebAssembly.validate(relaxed) ? relaxed : kernelBytes(`lstm.${build}`);
}

/** The bytes of one of the builds that `npm run build` makes. */
export function kernelBytes(file: `lstm.${string}wasm`): Uint8Array<ArrayBuffer> {
  return new Uint8Array(builtin('node:fs').readFileSync(builtFile(file)));
}

/** Through the package's import map, so that the sources find what was built just as dist does. */
function builtFile(file: string): string {
  try {
    return builtin('node:module')
      .createRequire(import.meta.url)
      .resolve(`#wasm/${file}`);
  } catch (cause) {
    throw new RxAnomalyError(
      'BAD_OPTION',
      `wasm engine: ${file} is missing; in a checkout run npm run build`,
      { cause },
    );
  }
}

/** A module of Node, asked for when needed: an import would keep the whole library out of a browser's bundle. */
const builtin: typeof process.getBuiltinModule = (name: string) => {
  if (canLoadKernel) return process.getBuiltinModule(name);
  throw new RxAnomalyError(
    'NO_ENGINE',
    'wasm engine: expected Node; elsewhere use compileKernel with the bytes of lstm.wasm',
  );
};
