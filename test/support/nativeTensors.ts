import type { Tfjs } from '../../src/numerics/engines/tfjs/tfjs.ts';

interface Binding {
  createTensor(...args: unknown[]): number;
  deleteTensor(...args: unknown[]): void;
  executeOp(...args: unknown[]): object[];
}

/**
 * Counts the tensors alive on the native side by listening at the binding: what leaks there does not show in
 * `tf.memory()`.
 */
export function countNativeTensors(tf: Tfjs): { readonly alive: number; stop(): void } {
  const backend = tf.backend() as { binding: Binding };
  const { binding } = backend;
  let alive = 0;
  const counted: Binding = {
    createTensor(...args) {
      alive++;
      return binding.createTensor(...args);
    },
    deleteTensor(...args) {
      alive--;
      binding.deleteTensor(...args);
    },
    executeOp(...args) {
      const outputs = binding.executeOp(...args);
      alive += outputs.length;
      return outputs;
    },
  };
  backend.binding = Object.setPrototypeOf(counted, binding) as Binding; // the rest it inherits
  return {
    get alive() {
      return alive;
    },
    stop() {
      backend.binding = binding;
    },
  };
}
