import type { NetworkConfig } from '../../networkConfig.ts';
import { outputCount } from '../../parameters.ts';
import type { LayerTensors } from './lstmKernels.ts';
import type { Tensor, Tfjs } from './tfjs.ts';

/** The parameter vector cut into the tensors that the kernels take. */
export interface NetworkTensors {
  readonly layers: readonly LayerTensors[];
  readonly head: {
    readonly weight: Tensor; // (O, H)
    readonly bias: Tensor; // (O)
    readonly skip: Tensor | undefined; // (O, I), zeros for the log scales
  };
}

/** @param vector (N) in the order and with the part lengths `sizes` of `nativeOrder` */
export function networkTensors(
  tf: Tfjs,
  config: NetworkConfig,
  sizes: readonly number[],
  vector: Tensor,
): NetworkTensors {
  const { hidden, inputs, targets } = config;
  const outputs = outputCount(config);
  const parts = tf.split(vector, [...sizes]);
  const layers = Array.from({ length: config.layers }, (_, layer) => {
    const [weight, biasIh, biasHh] = parts.slice(3 * layer, 3 * layer + 3);
    return { weight: tf.reshape(weight, [-1, 4 * hidden]), bias: tf.add(biasIh, biasHh) };
  });
  const [weight, bias, skip] = parts.slice(3 * config.layers);
  const scales = skip === undefined || outputs === targets ? [] : [tf.zeros([outputs - targets, inputs])];
  return {
    layers,
    head: {
      weight: tf.reshape(weight, [outputs, hidden]),
      bias,
      skip: skip && tf.concat([tf.reshape(skip, [targets, inputs]), ...scales], 0),
    },
  };
}

/** Every tensor in it, to keep or to dispose of. */
export function tensorsOf({ layers, head }: NetworkTensors): readonly Tensor[] {
  const { weight, bias, skip } = head;
  return [...layers.flatMap((layer) => [layer.weight, layer.bias]), weight, bias, ...(skip ? [skip] : [])];
}
