import { badOption, optionChecks } from '../../core/options.ts';
import type { Severity } from '../../core/reading.ts';
import {
  asJson,
  packVectors,
  prepareVectors,
  type Restorable,
  type Snapshot,
  seal,
  unseal,
} from '../snapshot.ts';
import { AlertBudget, type AlertBudgetOptions, resolveBudget } from './alertBudget.ts';
import { Habituation } from './habituation.ts';
import { type Sensitivity, thresholdOf } from './sensitivity.ts';

/** When a score becomes an anomaly, and when an incident ends. */
export interface ThresholdOptions {
  /** Score from which an event is an anomaly, above 0 and below 1. @default 0.5 */
  readonly threshold?: number;
  /**
   * The threshold in other words: from 0 to 1, higher for more alerts, or `'low'` (0.25), `'medium'` (0.5) or `'high'`
   * (0.75). Alerts per 1,000 records of normal data beyond the first 1,000, measured under the default scorer: none at 0,
   * 0.1 at `'low'`, 0.4 at `'medium'`, 3 at `'high'`, 9 at 1; the first 1,000 have 0, 0.3, 1.5, 4.5 and 11.
   * @default 'medium', which is a `threshold` of 0.5
   */
  readonly sensitivity?: Sensitivity;
  /** Score down to which the event after an anomaly is one too; at most `threshold`. @default 0.8 × threshold */
  readonly release?: number;
  /** Unflagged events that end an incident. @default 15 */
  readonly hold?: number;
  /** Events at the start of a stream that are never flagged. @default 100 */
  readonly warmUp?: number;
  /**
   * Alerts make alerts dearer: each raises the evidence that the next needs by 8 %, which wears off over 500 events. Fewer
   * false alerts in streams that have many, and as many true ones lost.
   * @default false
   */
  readonly budget?: boolean | AlertBudgetOptions;
  /**
   * Gets used to what lasts: an event is flagged only if its evidence exceeds the average over so many events by a
   * quarter. So an incident ends soon where a level has shifted for good, and a change on top of it opens another. On
   * labelled data 40 % fewer events are flagged, in the same alerts. With `false` what is odd stays flagged until the
   * scorer has learnt it.
   * @default 50
   */
  readonly habituation?: false | number;
}

/** {@link ThresholdOptions} with every default filled in. */
export type ResolvedThreshold = Required<Omit<ThresholdOptions, 'sensitivity' | 'budget'>> & {
  readonly budget: false | Required<AlertBudgetOptions>;
};

export const THRESHOLD_OPTION_NAMES: readonly string[] = [
  'threshold',
  'sensitivity',
  'release',
  'hold',
  'warmUp',
  'budget',
  'habituation',
];

/** What was decided on one event. */
export interface Flag {
  readonly isAnomaly: boolean;
  readonly severity: Severity;
  readonly warmingUp: boolean;
  readonly startOfIncident: boolean;
}

/**
 * From score to verdict: a threshold with warm-up and hysteresis. An event is an anomaly from `threshold` on, and the
 * one right after an anomaly already from `release` on, so that a score that trembles about the threshold does not
 * flicker. Flagged events with fewer than `hold` unflagged ones between them are one incident, and only its first
 * alerts.
 */
export class Threshold implements Restorable {
  readonly #options: ResolvedThreshold;
  readonly #budget: AlertBudget | undefined;
  readonly #habituation: Habituation | undefined;
  /** Events seen; 1 while an incident is open; unflagged events since its last flagged one. */
  readonly #flags: Float64Array = new Float64Array(3);
  /** ln of the share that `ease` has left of the evidence that is asked for. */
  readonly #lowered: Float64Array = new Float64Array(1);

  constructor(options: ThresholdOptions = {}) {
    optionChecks('Threshold').known(options, THRESHOLD_OPTION_NAMES);
    this.#options = resolveThresholdOptions('Threshold', options);
    const { budget, habituation, threshold } = this.#options;
    if (budget !== false) this.#budget = new AlertBudget(budget);
    if (habituation !== false) this.#habituation = new Habituation(habituation, odds(threshold));
  }

  /** Whether an incident is going on: it began and `hold` unflagged events have not passed. */
  get open(): boolean {
    return this.#flags[OPEN] === 1;
  }

  /** All that it remembers, to be read and written in place. */
  get parts(): readonly Float64Array[] {
    return Object.values(this.#carried());
  }

  /** The decision on the next event, given its score. Pure. */
  decide(score: number): Flag {
    const { threshold, warmUp } = this.#options;
    const warmingUp = this.#flags[SEEN] < warmUp;
    const isAnomaly = !warmingUp && this.#suffices(score);
    return {
      isAnomaly,
      severity: isAnomaly ? severityOf(score, threshold) : 'none',
      warmingUp,
      startOfIncident: isAnomaly && !this.open,
    };
  }

  /** Takes in what was decided on an event, be it by `decide` or by who overruled it. */
  learn({ isAnomaly }: Pick<Flag, 'isAnomaly'>, score: number): void {
    const flags = this.#flags;
    const began = isAnomaly && !this.open;
    this.#budget?.learn(began);
    // The first scores of all are guesses, and often large.
    if (flags[SEEN] >= this.#options.warmUp) this.#habituation?.learn(odds(score));
    flags[SEEN]++;
    if (isAnomaly) {
      flags[OPEN] = 1;
      flags[QUIET] = 0;
    } else if (this.open && ++flags[QUIET] >= this.#options.hold) {
      flags[OPEN] = 0;
    }
  }

  /**
   * Makes a score that was missed suffice from now on. Less than half the evidence that the options ask for is not enough
   * whatever was missed, and changes nothing: that would flag much else first.
   *
   * @param score 0 … 1, the highest of what was missed
   */
  lower(score: number): void {
    const wanted = Math.log(odds(score) / odds(this.#options.threshold));
    if (wanted >= -Math.LN2 && wanted < this.#lowered[0]) this.#lowered[0] = wanted;
  }

  snapshot(): Snapshot {
    return seal(
      'Threshold',
      1,
      asJson(this.#options),
      packVectors({ ...this.#carried(), lowered: this.#lowered }),
    );
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const state = unseal(snapshot, 'Threshold', 1, asJson(this.#options));
    return prepareVectors({ ...this.#carried(), lowered: this.#lowered }, state);
  }

  #suffices(score: number): boolean {
    const { threshold, release } = this.#options;
    const resumed = this.open && this.#flags[QUIET] === 0;
    if (!(score >= this.#asked(resumed ? release : threshold))) return false;
    const dear = this.#budget !== undefined && !this.open;
    if (dear && odds(score) < this.#budget.price * odds(this.#asked(threshold))) return false;
    return this.#habituation?.standsOut(odds(score)) ?? true;
  }

  #asked(threshold: number): number {
    if (this.#lowered[0] === 0) return threshold;
    const asked = odds(threshold) * Math.exp(this.#lowered[0]);
    return asked / (1 + asked) - ROUNDING;
  }

  #carried(): Record<string, Float64Array> {
    return {
      flags: this.#flags,
      ...(this.#budget && { budget: this.#budget.state }),
      ...(this.#habituation && { habituation: this.#habituation.state }),
    };
  }
}

/** Fills in the defaults. @throws RxAnomalyError BAD_OPTION */
export function resolveThresholdOptions(where: string, options: ThresholdOptions): ResolvedThreshold {
  const check = optionChecks(where);
  const { sensitivity, budget = false, habituation = 50 } = options;
  if (sensitivity !== undefined && options.threshold !== undefined)
    throw badOption(where, 'threshold', 'left out where a sensitivity is given', options.threshold);
  const { threshold = thresholdOf(where, sensitivity ?? 'medium') } = options;
  if (!(Number.isFinite(threshold) && threshold > 0 && threshold < 1))
    throw badOption(where, 'threshold', 'a number above 0 and below 1', threshold);
  return {
    threshold,
    release: check.within('release', options.release ?? 0.8 * threshold, 0, threshold),
    hold: check.positiveInteger('hold', options.hold ?? 15),
    warmUp: check.nonNegativeInteger('warmUp', options.warmUp ?? 100),
    budget: resolveBudget(where, budget),
    habituation: habituation === false ? false : check.positiveInteger('habituation', habituation),
  };
}

const SEEN = 0;
const OPEN = 1;
const QUIET = 2;
/** A score must suffice that was eased to, through logarithm and back. */
const ROUNDING = 1e-12;

/** Evidence: under the default scorer −log10 p, in units of what gives the score 0.5. */
function odds(score: number): number {
  return score / (1 - score);
}

function severityOf(score: number, threshold: number): Severity {
  const beyond = odds(score) * ((1 - threshold) / threshold);
  if (beyond < 1.25) return 'low';
  if (beyond < 1.75) return 'medium';
  return beyond < 2.5 ? 'high' : 'critical';
}
