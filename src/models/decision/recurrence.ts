import { accepts, falseOr, type OptionKind, positiveInteger, within } from '../../core/optionKinds.ts';
import { OptionSet, type OptionTable } from '../../core/optionSet.ts';
import { checkOption, requireKnown } from '../../core/options.ts';
import { pooled } from '../../numerics/pooled.ts';
import { FLAG, type RangedVector, ranged, wholeWithin } from '../snapshot/vectors.ts';

/** What an excursion that comes back is: something the stream does, or an anomaly every time. */
export type Recurring = 'normal' | 'anomalous';

/** {@link Recurring} in numbers. */
export interface RecurringOptions {
  /** How much forecaster and scorer learn from flagged events, 0 (nothing) … 1 (as from any other). @default 0 */
  readonly learn?: number;
  /**
   * By so many events must flagged ones outnumber the others for them to be the new normal, learnt from like any other;
   * `false`: never, a level that shifted for good stays an anomaly.
   * @default 200
   */
  readonly acceptAfter?: false | number;
}

/** How much is learnt from flagged events. */
export interface RecurrenceOptions {
  /**
   * Whether an excursion that recurs is an anomaly each time. `'normal'`: all events teach, and what comes back is flagged
   * less and less. `'anomalous'`: flagged events teach neither scorer nor forecaster, and the same excursion is flagged
   * each time, at the price of more false alerts where a stream is new; what lasts is accepted after 200 events.
   * `{ learn, acceptAfter }` sets both numbers: `'normal'` is `{ learn: 1, acceptAfter: false }`, `'anomalous'` is
   * `{ learn: 0, acceptAfter: 200 }`. Scorers that learn from everything whatever its weight (conformal, DSPOT, dynamic
   * threshold, Gaussian tail) get used to it all the same.
   * @default 'normal'
   */
  readonly recurring?: Recurring | RecurringOptions;
}

/** {@link RecurrenceOptions} as they are used. */
export interface ResolvedRecurrence {
  /** Weight of flagged events in learning. */
  readonly anomalyWeight: number;
  /** Events after which they are learnt nevertheless; 0 for never. */
  readonly acceptAfter: number;
}

const NAMED: Readonly<Record<Recurring, ResolvedRecurrence>> = {
  normal: { anomalyWeight: 1, acceptAfter: 0 },
  anomalous: { anomalyWeight: 0, acceptAfter: 200 },
};

/** The table for whoever has these options among others. */
export const recurrenceTable: OptionTable<RecurrenceOptions> = {
  recurring: {
    kind: recurringKind(),
    default: 'normal',
    about: 'whether a recurring excursion becomes normal, or is flagged each time',
    when: "'anomalous' where the same fault must be flagged each time it returns",
    level: 'basic',
  },
};

export const recurrenceOptions: OptionSet<
  RecurrenceOptions,
  Required<RecurrenceOptions>,
  ResolvedRecurrence
> = new OptionSet(recurrenceTable, (where, { recurring }) => {
  if (typeof recurring === 'string') return { ...NAMED[recurring] };
  requireKnown(`${where}: recurring`, recurring, ['learn', 'acceptAfter']);
  const { learn = 0, acceptAfter = NAMED.anomalous.acceptAfter } = recurring;
  return {
    anomalyWeight: checkOption(where, 'recurring.learn', within(0, 1), learn),
    acceptAfter: checkOption(where, 'recurring.acceptAfter', falseOr(positiveInteger()), acceptAfter) || 0,
  };
});

/**
 * The weight of each event in learning. What is flagged once is not learnt as normal; what is flagged most of the
 * time is the new normal. So flagged events are counted up and others down, never below 0: at `acceptAfter` learning
 * from flagged ones starts, until the count is back at 0.
 */
export class Recurrence {
  /** Flagged events minus others, from 0 to `acceptAfter`; 1 while flagged events are learnt. */
  readonly state: Float64Array = pooled(2);
  readonly #options: ResolvedRecurrence;

  constructor(options: ResolvedRecurrence) {
    this.#options = options;
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, [
      [1, wholeWithin(0, this.#options.acceptAfter)],
      [1, FLAG],
    ]);
  }

  /** How much an event may teach, 0 … 1. Pure. */
  weight(isAnomaly: boolean): number {
    return isAnomaly && this.state[ACCEPTED] === 0 ? this.#options.anomalyWeight : 1;
  }

  /** Updates with the decision on an event. */
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

function recurringKind(): OptionKind {
  const range = "'normal', 'anomalous' or { learn, acceptAfter }";
  return {
    ...accepts(
      range,
      (value) =>
        (typeof value === 'string' && Object.hasOwn(NAMED, value)) ||
        (typeof value === 'object' && value !== null),
    ),
    choices: Object.keys(NAMED),
  };
}
