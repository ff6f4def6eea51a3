import { type GradientFlow, gradientFlow, type InspectedRun } from './gradientFlow.ts';

/** {@link GradientFlow} of one layer, mean size over its units and over several moments; by lag from 0. */
export interface MeanFlow {
  readonly direct: readonly number[];
  readonly measured: readonly number[];
}

/**
 * Samples the gradient flow of a stream at increasing intervals, as weights settle: after `lags` events, after twice
 * as many, and so on.
 */
export class FlowSampler {
  readonly #lags: number;
  #sums: { direct: Float64Array; measured: Float64Array }[] = []; // per layer
  #moments = 0;
  #next: number;
  #events = 0;

  constructor(lags: number) {
    this.#lags = lags;
    this.#next = lags;
  }

  /** After every event. */
  add(inspected: InspectedRun): void {
    if (++this.#events < this.#next || inspected.steps.length < this.#lags) return;
    this.#next *= 2;
    this.#take(gradientFlow(inspected, this.#lags));
  }

  /** Takes a last sample, with fewer lags if there were not enough events, and returns the means. */
  finish(inspected: InspectedRun): MeanFlow[] {
    if (this.#moments === 0 && inspected.steps.length === 0) return [];
    this.#take(gradientFlow(inspected, Math.min(this.#lags, inspected.steps.length)));
    return this.#sums.map(({ direct, measured }) => ({
      direct: Array.from(direct, (sum) => sum / this.#moments),
      measured: Array.from(measured, (sum) => sum / this.#moments),
    }));
  }

  #take(flow: readonly GradientFlow[]): void {
    this.#moments++;
    for (const [layer, { direct, measured }] of flow.entries()) {
      this.#sums[layer] ??= {
        direct: new Float64Array(direct.length),
        measured: new Float64Array(direct.length),
      };
      for (let k = 0; k < direct.length; k++) {
        this.#sums[layer].direct[k] += meanSize(direct[k]);
        this.#sums[layer].measured[k] += meanSize(measured[k]);
      }
    }
  }
}

function meanSize(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
}
