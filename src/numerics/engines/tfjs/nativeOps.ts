import type { Tensor, Tfjs } from './tfjs.ts';

export interface OpAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly number[];
}

/** The backend of `@tensorflow/tfjs-node`, as far as it is used. */
interface NodeBackend {
  readonly binding: Readonly<
    Record<`TF_ATTR_${'TYPE' | 'BOOL' | 'FLOAT' | 'SHAPE' | 'STRING'}` | 'TF_FLOAT' | 'TF_INT64', number>
  >;
  readonly tensorMap: { get(dataId: object): { dtype: number } };
  write(values: Int32Array, shape: readonly number[], dtype: 'int32'): object;
  executeMultipleOutputs(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** TensorFlow operations by name: the only access to its fused kernels and to its resource variables. */
export interface NativeOps {
  run(name: string, attributes: readonly OpAttribute[], inputs: readonly Tensor[], outputs: number): Tensor[];
  /** An attribute that names float32 as an operation's type. */
  floatType(name: string): OpAttribute;
  float(name: string, value: number): OpAttribute;
  bool(name: string, value: boolean): OpAttribute;
  text(name: string, value: string): OpAttribute;
  shape(name: string, value: readonly number[]): OpAttribute;
  /** A 64-bit integer from 0 to 2^31 − 1, which tfjs itself has no tensors of. */
  int64(value: number): Tensor;
}

/** True when TensorFlow's own kernels can be called by name, as in `@tensorflow/tfjs-node`. */
export function hasNativeOps(tf: Tfjs): boolean {
  return tf.getBackend() === 'tensorflow' && 'executeMultipleOutputs' in tf.backend();
}

export function nativeOps(tf: Tfjs): NativeOps {
  const backend = tf.backend() as NodeBackend;
  const { binding } = backend;
  return {
    run: (name, attributes, inputs, outputs) =>
      backend.executeMultipleOutputs(name, attributes, inputs, outputs),
    floatType: (name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }),
    float: (name, value) => ({ name, type: binding.TF_ATTR_FLOAT, value }),
    bool: (name, value) => ({ name, type: binding.TF_ATTR_BOOL, value }),
    text: (name, value) => ({ name, type: binding.TF_ATTR_STRING, value }),
    shape: (name, value) => ({ name, type: binding.TF_ATTR_SHAPE, value }),
    int64(value) {
      // tfjs-node's Int64Scalar would make a native tensor at every call and never delete one.
      const words = backend.write(Int32Array.of(value, 0), [], 'int32'); // little-endian halves
      backend.tensorMap.get(words).dtype = binding.TF_INT64;
      return tf.engine().makeTensorFromDataId(words, [], 'int32');
    },
  };
}
