import type { Tfjs } from '../../../src/numerics/engines/tfjs/tfjs.ts';

interface Binding {
  createTensor(...args: unknown[]): number;
  deleteTensor(...args: unknown[]): void;
  executeOp(name: string, ...args: unknown[]): object[];
}

export interface NativeListener {
  /** Tensors made since it began less tensors deleted. What leaks here does not show in `tf.memory()`. */
  readonly alive: number;
  /** How often each operation ran, by name. */
  readonly operations: ReadonlyMap<string, number>;
  stop(): void;
}

/** Listens between tfjs-node and TensorFlow. */
export function listenAtBinding(tf: Tfjs): NativeListener {
  const backend = tf.backend() as { binding: Binding };
  const { binding } = backend;
  let alive = 0;
  const operations = new Map<string, number>();
  const counted: Binding = {
    createTensor(...args) {
      alive++;
      return binding.createTensor(...args);
    },
    deleteTensor(...args) {
      alive--;
      binding.deleteTensor(...args);
    },
    executeOp(name, ...args) {
      operations.set(name, (operations.get(name) ?? 0) + 1);
      const outputs = binding.executeOp(name, ...args);
      alive += outputs.length;
      return outputs;
    },
  };
  backend.binding = Object.setPrototypeOf(counted, binding) as Binding; // the rest it inherits
  return {
    get alive() {
      return alive;
    },
    operations,
    stop() {
      backend.binding = binding;
    },
  };
}
