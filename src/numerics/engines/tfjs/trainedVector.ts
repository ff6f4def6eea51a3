import type { Tensor } from './tfjs.ts';
import type { StepSize } from './updateRule.ts';

/** All parameters of a network as one vector on the device, with the optimiser's state. */
export interface TrainedVector {
  /** A new tensor with the vector's numbers. */
  read(): Tensor;
  write(values: Float32Array): void;
  /** One step against `gradient`, by the rule that the vector was created with. Called inside `Tfjs.tidy`. */
  update(gradient: Tensor, size: StepSize): void;
  /** Vectors by name; copies. */
  readMemory(): Record<string, ArrayLike<number>>;
  writeMemory(memory: Readonly<Record<string, Float32Array>>): void;
  dispose(): void;
}
