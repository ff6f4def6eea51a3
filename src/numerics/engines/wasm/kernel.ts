/// <reference lib="dom" />
// For WebAssembly, which Node and browsers both have and only lib.dom declares.
import { RxAnomalyError } from '../../../core/errors.ts';

/** What the compiled kernel exports; addresses are bytes in its memory, a net is the address of one. See kernel/index.ts. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBufferLike };
  create(
    cell: number,
    inputs: number,
    hidden: number,
    layers: number,
    targets: number,
    distribution: boolean,
    skip: boolean,
    series: number,
    window: number,
    delay: number,
    keeps: boolean,
    threads: number,
  ): number;
  destroy(net: number): void;
  setLoss(net: number, loss: number, a: number, b: number, c: number): void;
  setOptimizer(
    net: number,
    name: number,
    decay1: number,
    decay2: number,
    epsilon: number,
    clipNorm: number,
  ): void;
  advance(net: number): void;
  learn(net: number): number;
  inputAt(net: number): number;
  outputAt(net: number): number;
  batchAt(net: number): number;
  reportAt(net: number): number;
  partAt(net: number, part: number): number;
  weightsAt(net: number, index: number): number;
  peepholeAt(net: number, index: number): number;
  openControl(): number;
  serve(control: number): void;
  positionOf(net: number): number;
  rewind(net: number): void;
  forget(net: number): void;
  lanesOf(net: number, series: number): number;
  hiddenAt(net: number, series: number, layer: number, step: number): number;
  cellAt(net: number, series: number, layer: number, step: number): number;
  historyInputAt(net: number, series: number, step: number): number;
  sigmoidAll(at: number, count: number): void;
  tanhAll(at: number, count: number): void;
}

/** What `create` takes but for the number of threads: cell, I, H, L, P, whether P log scales too, skip, B, T, delay, whether to keep activations. */
export type NetShape = Parameters<KernelExports['create']> extends [...infer Shape, number] ? Shape : never;

/** A build of the kernel. Relaxed SIMD fuses multiply and add where the processor can: its last bits depend on it. */
export type KernelName = 'wasm' | 'wasm-relaxed';

/** A compiled kernel with its memory, which all its nets share: a WASM memory of its own each would cost far too much. */
export class Kernel {
  readonly exports: KernelExports;
  /** The engine that it is. */
  readonly name: KernelName;
  /** That share the series of every net, this one included. */
  readonly threads: number;
  /** The memory as numbers. New after every `create`, which may move it: do not keep it. */
  f32: Float32Array;
  f64: Float64Array;

  constructor(
    exports: KernelExports,
    { name = 'wasm', threads = 1 }: { readonly name?: KernelName; readonly threads?: number } = {},
  ) {
    this.exports = exports;
    this.name = name;
    this.threads = threads;
    this.f32 = new Float32Array(exports.memory.buffer);
    this.f64 = new Float64Array(exports.memory.buffer);
  }

  /** A net of zeros; give it back with `exports.destroy`. Throws BAD_OPTION when it does not fit. */
  create(...shape: NetShape): number {
    let net = 0;
    try {
      net = this.exports.create(...shape, this.threads);
    } catch {
      // The memory could not grow: WASM traps. Reported below like a net that is too large from the start.
    }
    if (net === 0) {
      throw new RxAnomalyError(
        'BAD_OPTION',
        'wasm engine: expected a network that fits in memory, got a larger one',
      );
    }
    this.f32 = new Float32Array(this.exports.memory.buffer);
    this.f64 = new Float64Array(this.exports.memory.buffer);
    return net;
  }
}

/**
 * Compiles the kernel from its bytes at once.
 *
 * @param name of the engine that they are
 */
export function compileKernel(bytes: Uint8Array, name?: KernelName): Kernel {
  return new Kernel(
    kernelExports(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>)),
    name && { name },
  );
}

/**
 * The exports of an instance of the kernel; `memory` for the build that shares it between threads.
 *
 * @internal
 */
export function kernelExports(
  module: WebAssembly.Module,
  instance: WebAssembly.Instance = new WebAssembly.Instance(module),
): KernelExports {
  const { exports } = instance;
  if (!isKernel(exports))
    throw new RxAnomalyError('BAD_INPUT', 'wasm engine: expected the bytes of its kernel, got others');
  return exports;
}

/**
 * Bytes from their hexadecimal digits: the modules in `built` hold the kernel so.
 *
 * @internal
 */
export function kernelBytes(digits: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = (digitOf(digits.charCodeAt(2 * i)) << 4) | digitOf(digits.charCodeAt(2 * i + 1));
  return bytes;
}

/** Of a digit 0 … 9 or a … f by its character code. */
function digitOf(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

function isKernel(exports: object): exports is KernelExports {
  return 'create' in exports && 'advance' in exports && 'learn' in exports;
}
