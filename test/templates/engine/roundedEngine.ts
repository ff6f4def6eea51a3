import type { Engine, EngineState, LearnReport } from '../../../src/numerics/engines/engine.ts';
import { ReferenceEngine } from '../../../src/numerics/engines/reference.ts';
import type { ReferenceConfig } from '../../../src/numerics/networkConfig.ts';

/**
 * The reference engine with parameters in float32, as a device has them that stores 4 bytes each: shows what rounding the weights
 * alone costs, while states, gradients and the optimiser stay in float64.
 */
export class RoundedEngine implements Engine {
  readonly name = 'rounded';
  readonly precision = 'float32';
  readonly #exact: ReferenceEngine;

  /** @throws RxAnomalyError BAD_OPTION for a network that cannot be */
  constructor(config: ReferenceConfig) {
    this.#exact = new ReferenceEngine(config);
  }

  get config(): ReferenceConfig {
    return this.#exact.config;
  }

  get canLearn(): boolean {
    return this.#exact.canLearn;
  }

  advanceInto(output: Float64Array, x: Float64Array): void {
    this.#exact.advanceInto(output, x);
  }

  learn(targets: Float64Array, weights: Float64Array, rate: number): LearnReport {
    const report = this.#exact.learn(targets, weights, rate);
    if (report.applied) this.writeParameters(this.#exact.readParameters());
    return report;
  }

  readParameters(): Float64Array {
    return this.#exact.readParameters();
  }

  writeParameters(flat: Float64Array): void {
    this.#exact.writeParameters(flat.map(Math.fround));
  }

  save(): EngineState {
    return this.#exact.save();
  }

  load(state: EngineState): void {
    this.#exact.load(state);
  }

  dispose(): void {
    this.#exact.dispose();
  }
}
