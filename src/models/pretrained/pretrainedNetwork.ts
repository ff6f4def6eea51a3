import type { LossConfig } from '../../numerics/losses/createLoss.ts';
import type { NetworkConfig } from '../../numerics/networkConfig.ts';
import { HORIZONS, INPUTS } from './contextInputs.ts';

/** Without bounds on the pull of one value, unlike in learning online: the gradient is that of the loss. */
const LOSS: LossConfig = { name: 'laplace', smooth: 0.2 };

/** The shape of a pre-trained network that is not fixed by its inputs and outputs. */
export interface PretrainedShape {
  readonly cell: 'lstm' | 'gru';
  readonly hidden: number;
}

/** A trained network as `npm run pretrain` writes it. */
export interface PretrainedModule extends PretrainedShape {
  /** All parameters, in the order of `createParameters`: base64 of 16-bit floats. */
  readonly weights: string;
}

/**
 * One layer, with a linear path past it, over {@link ContextInputs}. Its outputs are, for each horizon, the location of the
 * change in units of the usual one, compressed, and the log scale of a Laplace distribution about it.
 *
 * @param series that advance together
 * @param window steps of back-propagation; 1 where nothing is learnt
 */
export function pretrainedNetwork(
  { cell, hidden }: PretrainedShape,
  series: number,
  window: number,
): NetworkConfig {
  return {
    cell,
    inputs: INPUTS,
    hidden,
    layers: 1,
    targets: HORIZONS.length,
    skip: true,
    series,
    window,
    delay: 0,
    learnEvery: window,
    loss: LOSS,
    optimizer: { name: 'adam' },
    clipNorm: 1,
  };
}
