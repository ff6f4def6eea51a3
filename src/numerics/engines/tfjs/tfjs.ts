import { badOption } from '../../../core/options.ts';

/**
 * The part of TensorFlow.js that the engine uses, so that its types need no package installed. Any namespace that
 * has it works: `@tensorflow/tfjs-node`, `@tensorflow/tfjs`, or `@tensorflow/tfjs-core` with a backend registered.
 */
export interface Tfjs {
  getBackend(): string;
  setBackend(name: string): Promise<boolean>;
  backend(): object;
  engine(): TfjsRegistry;
  memory(): { readonly numTensors: number };
  tidy(body: () => void): void;
  keep(tensor: Tensor): Tensor;
  tensor(values: Float32Array, shape: number[]): Tensor;
  scalar(value: number): Tensor;
  zeros(shape: number[]): Tensor;
  clone(a: Tensor): Tensor;
  reshape(a: Tensor, shape: number[]): Tensor;
  concat(tensors: Tensor[], axis?: number): Tensor;
  split(a: Tensor, sizes: number | number[], axis?: number): Tensor[];
  slice(a: Tensor, begin: number[], size: number[]): Tensor;
  stack(tensors: Tensor[], axis?: number): Tensor;
  unstack(a: Tensor, axis?: number): Tensor[];
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  add(a: Tensor, b: Tensor | number): Tensor;
  sub(a: Tensor | number, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor | number): Tensor;
  div(a: Tensor, b: Tensor): Tensor;
  square(a: Tensor): Tensor;
  sqrt(a: Tensor): Tensor;
  sigmoid(a: Tensor): Tensor;
  tanh(a: Tensor): Tensor;
  sum(a: Tensor, axis?: number): Tensor;
}

/** The part of a tensor of TensorFlow.js that the engine uses. */
export interface Tensor {
  readonly shape: readonly number[];
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

/** tfjs's `engine()`: where tensors are entered whose data a backend holds already. */
export interface TfjsRegistry {
  makeTensorFromDataId(dataId: object, shape: number[], dtype: 'int32'): Tensor;
}

const FUNCTIONS = ['getBackend', 'backend', 'tidy', 'keep', 'tensor', 'matMul', 'split', 'sigmoid'] as const;

/**
 * Checks a few functions of a namespace, then treats it as TensorFlow.js: TensorFlow's own declarations are too
 * generic for the compiler to check that they fit.
 *
 * @throws RxAnomalyError BAD_OPTION when it is something else
 */
export function asTfjs(namespace: object): Tfjs {
  if (!isTfjs(namespace)) throw badOption('tfjsEngine', 'tf', 'the TensorFlow.js namespace', namespace);
  return namespace;
}

function isTfjs(namespace: object): namespace is Tfjs {
  const members = namespace as Readonly<Record<string, unknown>>;
  return FUNCTIONS.every((name) => typeof members[name] === 'function');
}
