import { badOption, optionChecks } from '../core/options.ts';
import type { Severity } from '../core/reading.ts';
import { asJson, packVectors, type Restorable, type Snapshot, seal, unpackInto, unseal } from './snapshot.ts';

/** When a score becomes an anomaly, and when an incident ends. */
export interface ThresholdOptions {
  /** Score from which an event is an anomaly, above 0 and below 1. @default 0.5 */
  readonly threshold?: number;
  /** Score down to which the event after an anomaly is one too; at most `threshold`. @default 0.8 × threshold */
  readonly release?: number;
  /** Unflagged events that end an incident. @default 15 */
  readonly hold?: number;
  /** Events at the start of a stream that are never flagged. @default 100 */
  readonly warmUp?: number;
}

export const THRESHOLD_OPTION_NAMES: readonly string[] = ['threshold', 'release', 'hold', 'warmUp'];

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
  readonly #options: Required<ThresholdOptions>;
  /** Events seen; 1 while an incident is open; unflagged events since its last flagged one. */
  readonly state: Float64Array = new Float64Array(3);

  constructor(options: ThresholdOptions = {}) {
    optionChecks('Threshold').known(options, THRESHOLD_OPTION_NAMES);
    this.#options = resolveThresholdOptions('Threshold', options);
  }

  /** Whether an incident is going on: it began and `hold` unflagged events have not passed. */
  get open(): boolean {
    return this.state[OPEN] === 1;
  }

  /** The decision on the next event, given its score. Pure. */
  decide(score: number): Flag {
    const { threshold, release, warmUp } = this.#options;
    const warmingUp = this.state[SEEN] < warmUp;
    const afterAnomaly = this.open && this.state[QUIET] === 0;
    const isAnomaly = !warmingUp && score >= (afterAnomaly ? release : threshold);
    return {
      isAnomaly,
      severity: isAnomaly ? severityOf(score, threshold) : 'none',
      warmingUp,
      startOfIncident: isAnomaly && !this.open,
    };
  }

  /** Takes in what was decided. */
  learn({ isAnomaly }: Flag): void {
    const state = this.state;
    state[SEEN]++;
    if (isAnomaly) {
      state[OPEN] = 1;
      state[QUIET] = 0;
    } else if (this.open && ++state[QUIET] >= this.#options.hold) {
      state[OPEN] = 0;
    }
  }

  snapshot(): Snapshot {
    return seal('Threshold', 1, asJson(this.#options), packVectors({ flags: this.state }));
  }

  restore(snapshot: Snapshot): void {
    unpackInto({ flags: this.state }, unseal(snapshot, 'Threshold', 1, asJson(this.#options)));
  }
}

/** Fills in the defaults. @throws RxAnomalyError BAD_OPTION */
export function resolveThresholdOptions(
  where: string,
  options: ThresholdOptions,
): Required<ThresholdOptions> {
  const check = optionChecks(where);
  const { threshold = 0.5 } = options;
  if (!(Number.isFinite(threshold) && threshold > 0 && threshold < 1))
    throw badOption(where, 'threshold', 'a number above 0 and below 1', threshold);
  return {
    threshold,
    release: check.within('release', options.release ?? 0.8 * threshold, 0, threshold),
    hold: check.positiveInteger('hold', options.hold ?? 15),
    warmUp: check.nonNegativeInteger('warmUp', options.warmUp ?? 100),
  };
}

const SEEN = 0;
const OPEN = 1;
const QUIET = 2;

/** From the odds score / (1 − score): under the default scorer they are −log10 p over the threshold's. */
function severityOf(score: number, threshold: number): Severity {
  const odds = (score / (1 - score)) * ((1 - threshold) / threshold);
  if (odds < 1.25) return 'low';
  if (odds < 1.75) return 'medium';
  return odds < 2.5 ? 'high' : 'critical';
}
