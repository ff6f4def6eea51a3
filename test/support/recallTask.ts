import { Random } from '../../src/core/random.ts';
import type { CellName } from '../../src/numerics/cells/cell.ts';
import { initialise } from '../../src/numerics/initialise.ts';
import { mseLoss } from '../../src/numerics/losses/mseLoss.ts';
import { Network } from '../../src/numerics/network.ts';
import { Adam } from '../../src/numerics/optim/adam.ts';
import { clipByGlobalNorm } from '../../src/numerics/optim/clip.ts';
import { Window } from '../../src/numerics/window.ts';
import { networkConfig } from './networkConfig.ts';

const BATCH = 16; // episodes per update
const RATE = 0.003;

export interface RecallOptions {
  readonly cell: CellName;
  readonly hidden: number;
  /** Noisy steps between the value and the question. */
  readonly lag: number;
  readonly forgetBias: number;
  readonly updates: number;
  readonly seed: number;
}

/**
 * Hochreiter & Schmidhuber's kind of task (1997, section 5): a value uniform over ±1, marked by a flag, then `lag`
 * steps of noise over the same range; at the end the value is asked for. Trains on fresh episodes and returns the mean
 * squared error over 200 more. Knowing nothing gives the variance, 1/3.
 */
export function recallError({ cell, hidden, lag, forgetBias, updates, seed }: RecallOptions): number {
  const random = new Random(seed);
  const steps = lag + 1;
  const network = new Network(networkConfig({ cell, inputs: 2, hidden, window: steps }));
  initialise(network.parameters, random, forgetBias);
  const window = new Window(network, 2, steps);
  const targets = new Float64Array(steps);
  const weights = new Float64Array(steps);
  weights[lag] = 1;
  const adam = new Adam({ name: 'adam' }, network.parameters.flat.length);

  const episode = (): number => {
    for (let t = 0; t < steps; t++) {
      window.inputs[t][0] = t === 0 ? 1 : 0;
      window.inputs[t][1] = 2 * random.uniform() - 1;
    }
    targets[lag] = window.inputs[0][1];
    window.forward();
    return window.loss(mseLoss, targets, weights, 0, 1, 1);
  };

  for (let update = 0; update < updates; update++) {
    network.gradient.flat.fill(0);
    for (let n = 0; n < BATCH; n++) {
      episode();
      window.backward();
    }
    clipByGlobalNorm(network.gradient.flat, 1);
    adam.step(network.parameters.flat, network.gradient.flat, RATE);
  }
  let error = 0;
  for (let n = 0; n < 200; n++) error += episode() / 200;
  return error;
}
