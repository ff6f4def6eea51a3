import { exp } from '../../core/math/exp.ts';
import { log } from '../../core/math/log.ts';
import type { Severity } from '../../core/reading.ts';
import { pooled } from '../../numerics/pooled.ts';
import { type Restorable, type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import { asJson } from '../snapshot/state.ts';
import {
  COUNT,
  FLAG,
  type Layout,
  packVectors,
  prepareVectors,
  type RangedVector,
  ranged,
  within,
} from '../snapshot/vectors.ts';
import { AlertBudget } from './alertBudget.ts';
import { Confirmation } from './confirmation.ts';
import { Habituation } from './habituation.ts';
import { type ResolvedThreshold, type ThresholdOptions, thresholdOptions } from './thresholdOptions.ts';

/** The decision on one event. */
export interface Flag {
  readonly isAnomaly: boolean;
  readonly severity: Severity;
  readonly warmingUp: boolean;
  readonly startOfIncident: boolean;
  /** True when the score suffices, and `confirm` waits for more such events before it flags one. */
  readonly pending?: true;
}

/** What of a flag is learnt from; `pending` counts for `confirm`. */
export interface LearntFlag {
  readonly isAnomaly: boolean;
  readonly pending?: boolean;
}

/**
 * From score to verdict: a threshold with warm-up and hysteresis. An event is an anomaly from `threshold` on, and the
 * one right after an anomaly already from `release` on, so that a score that trembles about the threshold does not
 * flicker. Flagged events with fewer than `hold` unflagged ones between them are one incident, and only its first
 * alerts. Under `confirm` an incident begins only with the last of several events over the threshold.
 */
export class Threshold implements Restorable {
  readonly #options: ResolvedThreshold;
  readonly #budget: AlertBudget | undefined;
  readonly #habituation: Habituation | undefined;
  readonly #confirmation: Confirmation | undefined;
  /** Events seen; 1 while an incident is open; unflagged events since its last flagged one. */
  readonly #flags: Float64Array = pooled(3);
  /** ln of the share that `lower` has left of the evidence that is asked for. */
  readonly #lowered: Float64Array = pooled(1);

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(options: ThresholdOptions | ResolvedThreshold = {}) {
    this.#options = thresholdOptions.resolve('Threshold', options);
    const { budget, habituation, confirm, threshold } = this.#options;
    if (budget !== false) this.#budget = new AlertBudget(budget);
    if (confirm !== undefined) this.#confirmation = new Confirmation(confirm);
    if (habituation !== false) this.#habituation = new Habituation(habituation, odds(threshold));
  }

  /** Whether an incident is open: it began and `hold` unflagged events have not passed. */
  get open(): boolean {
    return this.#flags[OPEN] === 1;
  }

  /** The decision on the next event, given its score. Pure. */
  decide(score: number): Flag {
    const { threshold, warmUp } = this.#options;
    const warmingUp = this.#flags[SEEN] < warmUp;
    const exceeds = !warmingUp && this.#suffices(score);
    if (!exceeds) return warmingUp ? WARMING_UP : ORDINARY;
    if (!(this.open || (this.#confirmation?.isEnough ?? true))) return { ...ORDINARY, pending: true };
    const severity = severityOf(score, threshold);
    return { isAnomaly: true, severity, warmingUp, startOfIncident: !this.open };
  }

  /** Learns what was decided on an event, by `decide` or by what overruled it. */
  learn({ isAnomaly, pending = false }: LearntFlag, score: number): void {
    const flags = this.#flags;
    this.#confirmation?.learn(isAnomaly || pending);
    const began = isAnomaly && !this.open;
    this.#budget?.learn(began);
    // The very first scores are unreliable, and often large.
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
   * Lowers the threshold so that a missed score is enough from now on. If that were less than half the evidence of
   * the options, nothing changes, because much else would be flagged first.
   *
   * @param score 0 … 1, the highest score of the missed events
   */
  lower(score: number): void {
    const wanted = log(odds(score) / odds(this.#options.threshold));
    if (wanted >= -Math.LN2 && wanted < this.#lowered[0]) this.#lowered[0] = wanted;
  }

  /** Takes back what `lower` has done, but for these scores. */
  lowerOnly(scores: readonly number[]): void {
    this.#lowered.fill(0);
    for (const score of scores) this.lower(score);
  }

  /** Forgets alerts and feedback; what scores are usual is kept. */
  forgetIncidents(): void {
    this.#flags.fill(0, OPEN);
    this.#lowered.fill(0);
    this.#budget?.state.fill(0);
    this.#confirmation?.state.fill(0);
  }

  snapshot(): Snapshot {
    return seal(
      'Threshold',
      1,
      asJson(this.#options),
      packVectors({ ...this.#carried(), lowered: this.#loweredInRange() }),
    );
  }

  restore(snapshot: Snapshot): void {
    this.prepareRestore(snapshot)();
  }

  prepareRestore(snapshot: Snapshot): () => void {
    const state = unseal(snapshot, 'Threshold', 1, asJson(this.#options));
    return prepareVectors({ ...this.#carried(), lowered: this.#loweredInRange() }, state);
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
    const asked = odds(threshold) * exp(this.#lowered[0]);
    return asked / (1 + asked) - ROUNDING;
  }

  #loweredInRange(): RangedVector {
    return ranged(this.#lowered, within(-Math.LN2, 0));
  }

  #carried(): Record<string, RangedVector> {
    return {
      flags: ranged(this.#flags, FLAGS),
      ...(this.#budget && { budget: this.#budget.memory }),
      ...(this.#habituation && { habituation: this.#habituation.memory }),
      ...(this.#confirmation && { confirmation: ranged(this.#confirmation.state, FLAG) }),
    };
  }
}

// Nearly all decisions: not made anew for each event.
const ORDINARY: Flag = Object.freeze({
  isAnomaly: false,
  severity: 'none',
  warmingUp: false,
  startOfIncident: false,
});
/** Also while a regime is new. */
export const WARMING_UP: Flag = Object.freeze({ ...ORDINARY, warmingUp: true });

const SEEN = 0;
const OPEN = 1;
const QUIET = 2;
const FLAGS: Layout = [
  [1, COUNT],
  [1, FLAG],
  [1, COUNT],
];
/** A score to which the threshold was lowered must suffice, through logarithm and back. */
const ROUNDING = 1e-12;

/** Evidence: with the default scorer −log10 p, in units of what gives the score 0.5. */
function odds(score: number): number {
  return score / (1 - score);
}

function severityOf(score: number, threshold: number): Severity {
  const beyond = odds(score) * ((1 - threshold) / threshold);
  if (beyond < 1.25) return 'low';
  if (beyond < 1.75) return 'medium';
  return beyond < 2.5 ? 'high' : 'critical';
}
