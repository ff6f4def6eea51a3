import { log10 } from '../../core/math/log.ts';
import { fitGeneralisedPareto, type GeneralisedPareto, paretoTail } from './generalisedPareto.ts';
import { RecentValues } from './recentValues.ts';

/** Settings of a {@link PeaksOverThreshold}. */
export interface PeaksOverThresholdOptions {
  /** Probability below which a value is an anomaly, which the tail does not learn. */
  readonly risk: number;
  /** Values from which the first threshold is taken; no result before. */
  readonly calibration: number;
  /** Share of the calibration below that threshold. */
  readonly level: number;
}

/**
 * SPOT (Siffer, Fouque, Termier & Largouët 2017, "Anomaly detection in streams with extreme value theory", KDD,
 * algorithm 2): the tail beyond a high quantile t of the first values is a generalised Pareto distribution, fitted anew
 * with each peak over t. P(X > x) = N_t/n · P(Y > x − t), which is the paper's equation for z_q solved for q. What is less
 * probable than the risk is an anomaly and leaves the tail as it was.
 *
 * Two things are not as in the paper. The fit is to the last 200 peaks rather than to all: memory is bounded, and a tail
 * that has changed is followed. And it has no end (γ ≥ 0): as anomalies leave no peaks, the peaks always end at z_q, a
 * tail fitted to that end calls more an anomaly, and so on; on independent values the alerts went up to 20 times the
 * risk. Without an end they stay between 0.1 (half-normal values) and 5 times (Student's t of 3 degrees of freedom) it.
 */
export class PeaksOverThreshold {
  /** Parts of the state by name. Call `refresh` after writing to them. */
  readonly state: { readonly [name in 'first' | 'peaks' | 'counts']: Float64Array };
  readonly #options: PeaksOverThresholdOptions;
  readonly #first: RecentValues;
  readonly #peaks: RecentValues = new RecentValues(PEAKS); // excesses over the threshold
  readonly #counts: Float64Array = new Float64Array(3); // threshold t, normal values n, peaks among them N_t
  #tail: GeneralisedPareto | undefined; // from the peaks

  constructor(options: PeaksOverThresholdOptions) {
    this.#options = options;
    this.#first = new RecentValues(options.calibration);
    this.state = { first: this.#first.state, peaks: this.#peaks.state, counts: this.#counts };
  }

  /** Call after writing to `state`. */
  refresh(): void {
    this.#tail = this.#peaks.size < FEWEST ? undefined : fitGeneralisedPareto(this.#peaks.values, false);
  }

  /**
   * −log10 of the probability of `value` or more, at most 16; 0 until there is a tail. Up to the threshold, where nothing
   * is modelled, it rises in a straight line to what it is there. Pure.
   *
   * @param value 0 or more; NaN is no surprise
   */
  surprise(value: number): number {
    if (this.#tail === undefined || Number.isNaN(value)) return 0;
    const [threshold, normal, peaks] = this.#counts;
    const share = peaks / normal;
    if (value <= threshold) return threshold > 0 ? -log10(share) * (value / threshold) : 0;
    return Math.min(MOST, -log10(share * paretoTail(this.#tail, value - threshold)));
  }

  /** @returns false for an anomaly, which was not learnt */
  learn(value: number): boolean {
    if (!this.#first.isFull) {
      this.#first.add(value);
      if (this.#first.isFull) this.#calibrate();
      return true;
    }
    if (this.surprise(value) > -log10(this.#options.risk)) return false;
    this.#note(value);
    if (value > this.#counts[THRESHOLD]) this.refresh();
    return true;
  }

  #calibrate(): void {
    const { calibration, level } = this.#options;
    const sorted = this.#first.values.toSorted();
    this.#counts[THRESHOLD] = sorted[Math.min(calibration - 1, Math.floor(level * calibration))];
    for (const value of this.#first.byAge()) this.#note(value);
    this.refresh();
  }

  #note(value: number): void {
    this.#counts[NORMAL]++;
    const excess = value - this.#counts[THRESHOLD];
    if (!(excess > 0)) return;
    this.#counts[OVER]++;
    this.#peaks.add(excess);
  }
}

const PEAKS = 200;
const FEWEST = 10; // peaks: fewer do not determine a shape
const MOST = 16; // decades: a bounded tail ends, but nothing is impossible
const THRESHOLD = 0;
const NORMAL = 1;
const OVER = 2;
