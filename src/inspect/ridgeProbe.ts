import { optionChecks } from '../core/options.ts';
import { type Restorable, type Snapshot, seal, unseal } from '../models/snapshot/snapshot.ts';
import { asJson, fields } from '../models/snapshot/state.ts';
import { packVectors, prepareVectors } from '../models/snapshot/vectors.ts';

/** Options of a {@link RidgeProbe}. */
export interface RidgeProbeOptions {
  /** n: inputs. */
  readonly inputs: number;
  /** m: targets. @default 1 */
  readonly outputs?: number;
  /** λ: how strongly weights are shrunk towards 0, in squared units of the inputs. @default 0.01 */
  readonly ridge?: number;
  /**
   * Share of its evidence that is kept from event to event, above 0, at most 1; below 1 it adapts to changes.
   * @default 1
   */
  readonly forgetting?: number;
  /** Events to learn from before any counts in `r2`. @default 10 (n + 1) */
  readonly warmUp?: number;
}

/** The options of every probe, whatever is read from whatever state. */
export const PROBE_OPTIONS = ['ridge', 'forgetting', 'warmUp'] as const;

const INTERCEPT = 1e6; // prior variance of the intercept: practically free

/**
 * A linear probe: what can be read linearly from a network's state. Online ridge regression by recursive least
 * squares (Plackett 1950; Haykin 2002, Adaptive Filter Theory), evaluated prequentially (Dawid 1984): every event is
 * predicted before it is learnt, so R² needs no test set.
 */
export class RidgeProbe implements Restorable {
  readonly #options: Required<RidgeProbeOptions>;
  readonly #weights: Float64Array; // (m, n + 1), the intercept last
  readonly #p: Float64Array; // (n + 1, n + 1) inverse of the inputs' second moments
  readonly #gain: Float64Array; // (n + 1)
  readonly #first: Float64Array; // (m) the first targets: all are relative to them
  readonly #means: Float64Array; // (m) of the targets so far
  readonly #sums: Float64Array = new Float64Array(3); // events, Σ squared errors, Σ squared distances from the mean before

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(options: RidgeProbeOptions) {
    const check = optionChecks('RidgeProbe');
    check.known(options, ['inputs', 'outputs', ...PROBE_OPTIONS]);
    const inputs = check.positiveInteger('inputs', options.inputs);
    const outputs = check.positiveInteger('outputs', options.outputs ?? 1);
    this.#options = {
      inputs,
      outputs,
      ridge: check.positive('ridge', options.ridge ?? 0.01),
      forgetting: check.within('forgetting', options.forgetting ?? 1, Number.MIN_VALUE, 1),
      warmUp: check.nonNegativeInteger('warmUp', options.warmUp ?? 10 * (inputs + 1)),
    };
    const n = inputs + 1;
    this.#weights = new Float64Array(outputs * n);
    this.#gain = new Float64Array(n);
    this.#first = new Float64Array(outputs);
    this.#means = new Float64Array(outputs);
    this.#p = new Float64Array(n * n);
    for (let k = 0; k < inputs; k++) this.#p[k * n + k] = 1 / this.#options.ridge;
    this.#p[n * n - 1] = INTERCEPT;
  }

  /** Events learnt from. */
  get events(): number {
    return this.#sums[0];
  }

  /**
   * Share of the targets' variance that was predicted after the warm-up: 1 all, 0 none, below 0 worse than their
   * mean; NaN before.
   */
  get r2(): number {
    return 1 - this.#sums[1] / this.#sums[2];
  }

  /** (m) the prediction. Pure. @param inputs (n) */
  predict(inputs: ArrayLike<number>): number[] {
    const n = this.#gain.length;
    return Array.from(this.#first, (first, k) => {
      let sum = first + this.#weights[k * n + n - 1];
      for (let i = 0; i < n - 1; i++) sum += this.#weights[k * n + i] * inputs[i];
      return sum;
    });
  }

  /**
   * Predicts the targets, then learns from them. Skips an event in which any number is not finite.
   *
   * @param inputs (n)
   * @param targets (m)
   */
  learn(inputs: ArrayLike<number>, targets: readonly number[]): void {
    if (![...Array.from(inputs), ...targets].every(Number.isFinite)) return;
    const { warmUp } = this.#options;
    const n = this.#gain.length;
    if (this.#sums[0] === 0) {
      this.#first.set(targets);
      this.#means.set(targets);
    }
    const errors = this.predict(inputs).map((predicted, k) => targets[k] - predicted);
    const count = ++this.#sums[0];
    for (const [k, error] of errors.entries()) {
      const off = targets[k] - this.#means[k];
      if (count > warmUp) {
        this.#sums[1] += error * error;
        this.#sums[2] += off * off;
      }
      this.#means[k] += off / count;
    }
    this.#update(inputs);
    for (const [k, error] of errors.entries()) {
      for (let i = 0; i < n; i++) this.#weights[k * n + i] += this.#gain[i] * error;
    }
  }

  snapshot(): Snapshot {
    return seal('RidgeProbe', 1, asJson(this.#options), packVectors(this.#carried()));
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    return prepareVectors(this.#carried(), fields(unseal(snapshot, 'RidgeProbe', 1, asJson(this.#options))));
  }

  /** Gain k = Pφ / (λ + φᵀPφ), then P ← (P − k φᵀP) / λ, kept symmetric. */
  #update(inputs: ArrayLike<number>): void {
    const { forgetting } = this.#options;
    const n = this.#gain.length;
    const p = this.#p;
    const phi = (i: number): number => (i < n - 1 ? inputs[i] : 1);
    const projected = new Float64Array(n); // Pφ
    let spread = forgetting;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) projected[i] += p[i * n + j] * phi(j);
      spread += phi(i) * projected[i];
    }
    for (let i = 0; i < n; i++) this.#gain[i] = projected[i] / spread;
    for (let i = 0; i < n; i++) {
      for (let j = i; j < n; j++) {
        p[i * n + j] = p[j * n + i] = (p[i * n + j] - this.#gain[i] * projected[j]) / forgetting;
      }
    }
  }

  #carried(): Record<string, Float64Array> {
    return {
      weights: this.#weights,
      p: this.#p,
      first: this.#first,
      means: this.#means,
      sums: this.#sums,
    };
  }
}
