/// <reference lib="dom" />
import { workerData } from 'node:worker_threads';
import { kernelExports } from './kernel.ts';

// A thread of `loadKernel(n)`: sleeps in the kernel until there is a share to do.
const { module, memory, control } = workerData as {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  control: number;
};
kernelExports(module, memory).serve(control);
