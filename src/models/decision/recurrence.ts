import { badOption, optionChecks } from '../../core/options.ts';

/** What an excursion is that comes back: something the stream does, or an anomaly every time. */
export type Recurring = 'normal' | 'anomalous';

/** How much is learnt from flagged events. */
export interface RecurrenceOptions {
  /**
   * Whether an excursion that recurs goes on being an anomaly. `'normal'`: all events teach, and what comes back is flagged
   * less and less. `'anomalous'`: flagged events teach neither scorer nor forecaster, and the same excursion is flagged
   * each time, at the price of more false alerts where a stream is new to itself. What lasts is accepted all the same,
   * after `acceptAfter`. Scorers that learn from everything whatever its weight (conformal, DSPOT, dynamic threshold,
   * Gaussian tail) get used to it all the same.
   * @default 'normal'
   */
  readonly recurring?: Recurring;
  /**
   * Under `'anomalous'`: by so many events must the flagged ones outnumber the others for them to be the new normal.
   * @default 200
   */
  readonly acceptAfter?: number;
  /**
   * How much forecaster and scorer learn from events that were flagged: all, nothing, or with this weight (0 … 1). With
   * `false` a level that shifted for good is an anomaly for ever; `recurring: 'anomalous'` is `false` without that.
   * @default true
   */
  readonly learnFromAnomalies?: boolean | number;
}

export const RECURRENCE_OPTION_NAMES: readonly string[] = ['recurring', 'acceptAfter', 'learnFromAnomalies'];

/** {@link RecurrenceOptions} as they are used. */
export interface ResolvedRecurrence {
  /** How much flagged events teach. */
  readonly anomalyWeight: number;
  /** Events after which they teach all the same; 0 for never. */
  readonly acceptAfter: number;
}

/**
 * How much each event may teach the models. What is flagged once may not teach that it is normal; what is flagged most
 * of the time is the new normal, whatever it was. So flagged events are counted up and others down, never below 0: at
 * `acceptAfter` flagged ones begin to teach, until the count is back at 0.
 */
export class Recurrence {
  /** Flagged events less others, from 0 to `acceptAfter`; 1 while flagged events teach. */
  readonly state: Float64Array = new Float64Array(2);
  readonly #options: ResolvedRecurrence;

  constructor(options: ResolvedRecurrence) {
    this.#options = options;
  }

  /** How much an event may teach, 0 … 1. Pure. */
  weight(isAnomaly: boolean): number {
    return isAnomaly && this.state[ACCEPTED] === 0 ? this.#options.anomalyWeight : 1;
  }

  /** Takes in what was decided on an event. */
  learn(isAnomaly: boolean): void {
    const { acceptAfter } = this.#options;
    if (acceptAfter === 0) return;
    const state = this.state;
    state[BALANCE] = Math.min(acceptAfter, Math.max(0, state[BALANCE] + (isAnomaly ? 1 : -1)));
    if (state[BALANCE] === acceptAfter) state[ACCEPTED] = 1;
    else if (state[BALANCE] === 0) state[ACCEPTED] = 0;
  }
}

const BALANCE = 0;
const ACCEPTED = 1;

/** Fills in the defaults. @throws RxAnomalyError BAD_OPTION */
export function resolveRecurrence(where: string, options: RecurrenceOptions): ResolvedRecurrence {
  const check = optionChecks(where);
  const { learnFromAnomalies = true, acceptAfter } = options;
  const recurring = check.oneOf('recurring', options.recurring ?? 'normal', ['normal', 'anomalous']);
  if (recurring === 'normal') {
    if (acceptAfter !== undefined)
      throw badOption(where, 'acceptAfter', "left out unless recurring is 'anomalous'", acceptAfter);
    return { anomalyWeight: anomalyWeight(where, learnFromAnomalies), acceptAfter: 0 };
  }
  if (options.learnFromAnomalies !== undefined) {
    const expected = "left out where recurring is 'anomalous'";
    throw badOption(where, 'learnFromAnomalies', expected, learnFromAnomalies);
  }
  return { anomalyWeight: 0, acceptAfter: check.positiveInteger('acceptAfter', acceptAfter ?? 200) };
}

/** `learnFromAnomalies` as a weight. @throws RxAnomalyError BAD_OPTION */
export function anomalyWeight(where: string, learnFromAnomalies: boolean | number): number {
  if (typeof learnFromAnomalies === 'boolean') return learnFromAnomalies ? 1 : 0;
  if (learnFromAnomalies >= 0 && learnFromAnomalies <= 1) return learnFromAnomalies;
  throw badOption(where, 'learnFromAnomalies', 'true, false or a number from 0 to 1', learnFromAnomalies);
}
