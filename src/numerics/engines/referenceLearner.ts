import { createLoss } from '../losses/createLoss.ts';
import type { Loss } from '../losses/loss.ts';
import { Network } from '../network.ts';
import type { ReferenceConfig } from '../networkConfig.ts';
import { clipByGlobalNorm } from '../optim/clip.ts';
import { createOptimizer, type Optimizer } from '../optim/optimizers.ts';
import { Window } from '../window.ts';
import type { LearnReport } from './engine.ts';

/** The readable network and how it learns, in float64: through one window after the other, then one clipped update. */
export class ReferenceLearner {
  readonly network: Network;
  readonly #config: ReferenceConfig;
  readonly #loss: Loss;
  readonly #optimizer: Optimizer;
  readonly #window: Window;

  constructor(config: ReferenceConfig) {
    this.network = new Network(config);
    this.#config = config;
    this.#loss = createLoss(config.loss);
    this.#optimizer = createOptimizer(config.optimizer, this.network.parameters.flat.length);
    this.#window = new Window(this.network, config.inputs, config.window);
  }

  /**
   * One update.
   *
   * @param begin puts the inputs of series `b`, and its states at the start, into `window`
   * @param targets (B, T, P)
   * @param weights (B, T, P)
   */
  learn(
    begin: (window: Window, b: number) => void,
    targets: Float64Array,
    weights: Float64Array,
    rate: number,
  ): LearnReport {
    const { series, window: steps, targets: count, clipNorm } = this.#config;
    const window = this.#window;
    const gradient = this.network.gradient.flat.fill(0);
    let loss = 0;
    for (let b = 0; b < series; b++) {
      begin(window, b);
      window.forward();
      loss += window.loss(this.#loss, targets, weights, b * steps * count, count, count);
      window.backward();
    }
    const mean = 1 / (series * steps * count);
    for (let k = 0; k < gradient.length; k++) gradient[k] *= mean;
    const gradientNorm = clipByGlobalNorm(gradient, clipNorm);
    const applied = Number.isFinite(loss) && Number.isFinite(gradientNorm);
    if (applied) this.#optimizer.step(this.network.parameters.flat, gradient, rate);
    return { loss: loss * mean, gradientNorm, applied };
  }

  /** Weights and the optimiser's state by name, for snapshots; not copied. */
  carried(): Record<string, Float64Array> {
    const carried: Record<string, Float64Array> = { parameters: this.network.parameters.flat };
    for (const [name, vector] of Object.entries(this.#optimizer.state)) carried[`optimizer.${name}`] = vector;
    return carried;
  }
}
