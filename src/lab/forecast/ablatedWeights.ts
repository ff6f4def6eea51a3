import { pretrainedNetwork } from '../../models/pretrained/pretrainedNetwork.ts';
import type { PretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import { createParameters } from '../../numerics/parameters.ts';

const SHUT = -30; // a gate's bias at which its sigmoid is 0 in float32

/** Parts of a network to do without. */
export type Ablation =
  /** Nothing is carried from event to event: forget gates shut, recurrent weights 0. The rest is a feed-forward network. */
  | 'memory'
  /** Nothing of the recurrent layer reaches the head: what is left is the linear path from the inputs. */
  | 'layer';

/** A copy of the weights of an LSTM without a part. */
export function ablatedWeights(weights: PretrainedWeights, ablation: Ablation): PretrainedWeights {
  const { hidden } = weights;
  const parameters = createParameters(pretrainedNetwork(weights, 1, 1));
  parameters.flat.set(weights.parameters);
  const [{ inputs, weightIh, weightHh, biasIh, biasHh }] = parameters.layers;
  if (ablation === 'memory') {
    const [from, to] = [hidden, 2 * hidden]; // rows of the forget gate
    weightHh.fill(0);
    weightIh.fill(0, from * inputs, to * inputs);
    biasIh.fill(SHUT, from, to);
    biasHh.fill(0, from, to);
  } else {
    parameters.head.weight.fill(0);
  }
  return { ...weights, parameters: parameters.flat, id: `${weights.id}-${ablation}` };
}
