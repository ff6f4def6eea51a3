import { pow } from '../../core/math/pow.ts';
import {
  accepts,
  falseOr,
  fraction,
  nonNegative,
  nonNegativeInteger,
  type OptionKind,
  positiveInteger,
  within,
} from '../../core/optionKinds.ts';
import { OptionSet, type OptionTable } from '../../core/optionSet.ts';
import { badOption, checkOption } from '../../core/options.ts';
import { type AlertBudgetOptions, alertBudgetOptions } from './alertBudget.ts';
import { type ConfirmOptions, confirmKind, resolveConfirm } from './confirmation.ts';

/** How easily a detector alerts: by name, or from 0 (least) to 1 (most). */
export type Sensitivity = number | 'low' | 'medium' | 'high';

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
  /**
   * An incident begins only when so many events in a row are over the threshold, or `events` of the last `of`: the alert
   * comes as much later, and what is over sooner never alerts. Within an incident every event over the threshold is
   * flagged.
   * @default 1, at the first
   */
  readonly confirm?: number | ConfirmOptions;
  /** Unflagged events that end an incident. @default 15 */
  readonly hold?: number;
  /** Events at the start of a stream that are never flagged. @default 100 */
  readonly warmUp?: number;
  /**
   * Each alert raises the evidence that the next needs by 8 %, which wears off over 500 events. Fewer false alerts in
   * streams that have many, and as many true ones lost.
   * @default false
   */
  readonly budget?: boolean | AlertBudgetOptions;
  /**
   * Gets used to what lasts: an event is flagged only if its evidence exceeds the average over so many events by a
   * quarter. So an incident ends soon where a level has shifted for good, and a change on top of it opens another. On
   * labelled data 40 % fewer events are flagged, in the same alerts. With `false` what is unusual stays flagged until the
   * scorer has learnt it.
   * @default 50
   */
  readonly habituation?: false | number;
}

/** {@link ThresholdOptions} as they are used, every default filled in; `confirm` only where it asks for several events. */
export type ResolvedThreshold = Required<Omit<ThresholdOptions, 'sensitivity' | 'budget' | 'confirm'>> & {
  readonly budget: false | Required<AlertBudgetOptions>;
  readonly confirm?: Required<ConfirmOptions>;
};

/** What the table has no default for depends on other options. */
type CheckedThreshold = ThresholdOptions &
  Required<Pick<ThresholdOptions, 'hold' | 'warmUp' | 'budget' | 'habituation'>>;

const NAMED = { low: 0.25, medium: 0.5, high: 0.75 } as const;
/** Times the usual evidence that an alert needs at sensitivity 0; at 1 it needs as many times less. */
const RANGE = 2;

/** The table for whoever has these options among others. */
export const thresholdTable: OptionTable<ThresholdOptions, CheckedThreshold> = {
  sensitivity: {
    kind: sensitivityKind(),
    defaultText: "'medium'",
    about: 'how easily it alerts: low, medium, high, or a number from 0 (least) to 1 (most)',
    when: 'first of all where there are too many alerts, or too few',
    level: 'basic',
  },
  confirm: {
    kind: confirmKind,
    defaultText: '1',
    unit: 'events',
    about: 'events in a row over the threshold before an incident begins',
    when: 'more where single outliers do not matter; alerts come as much later',
    level: 'basic',
  },
  threshold: {
    kind: fraction,
    defaultText: '0.5',
    unit: 'score',
    about: 'score from which an event is an anomaly',
    when: 'instead of sensitivity, with a scorer of your own or a value from `rx-anomaly tune`',
  },
  release: {
    kind: nonNegative(),
    defaultText: '0.8 × threshold',
    unit: 'score',
    about: 'score down to which the event after an anomaly is one too',
    when: 'lower for longer incidents; equal to the threshold to turn it off',
  },
  hold: {
    kind: positiveInteger(),
    default: 15,
    unit: 'events',
    about: 'unflagged events that end an incident',
    when: 'more where one fault raises several alerts',
  },
  warmUp: {
    kind: nonNegativeInteger(),
    default: 100,
    unit: 'events',
    about: 'events at the start of a stream that are never flagged',
    when: 'more where streams start up irregularly, 0 with a model that was trained before',
  },
  budget: {
    kind: accepts(
      'true, false or { rise, memory }',
      (value) => typeof value === 'boolean' || isObject(value),
    ),
    default: false,
    about: 'whether each alert raises the evidence that the next one needs',
    when: 'true where alerts come in bursts; as many true ones are lost',
  },
  habituation: {
    kind: falseOr(positiveInteger()),
    default: 50,
    unit: 'events',
    about: 'events over which evidence is averaged that the newest must exceed by a quarter',
    when: 'false to keep flagging what lasts',
  },
};

export const thresholdOptions: OptionSet<ThresholdOptions, CheckedThreshold, ResolvedThreshold> =
  new OptionSet(thresholdTable, (where, options) => {
    const { sensitivity, hold, warmUp, budget, habituation, confirm = 1 } = options;
    if (sensitivity !== undefined && options.threshold !== undefined)
      throw badOption(where, 'threshold', 'left out where a sensitivity is given', options.threshold);
    const threshold = options.threshold ?? thresholdOf(sensitivity ?? 'medium');
    const { release = 0.8 * threshold } = options;
    const confirmed = resolveConfirm(where, confirm);
    return {
      threshold,
      release: checkOption(where, 'release', within(0, threshold), release),
      hold,
      warmUp,
      budget:
        budget === false
          ? false
          : alertBudgetOptions.resolve(`${where}: budget`, budget === true ? {} : budget),
      habituation,
      ...(confirmed.events === 1 ? {} : { confirm: confirmed }),
    };
  });

/**
 * The threshold of a sensitivity. Evidence is the odds of a score, which under the default scorer is −log10 p: it needs
 * 2^(1 − 2 s) times the usual, from twice at 0 to half at 1. Strictly monotone: higher never alerts less.
 */
export function thresholdOf(sensitivity: Sensitivity): number {
  const level = typeof sensitivity === 'string' ? NAMED[sensitivity] : sensitivity;
  const odds = pow(RANGE, 1 - 2 * level);
  return odds / (1 + odds);
}

function sensitivityKind(): OptionKind {
  return {
    ...accepts(
      "'low', 'medium', 'high' or a number from 0 to 1",
      (value) =>
        (typeof value === 'string' && Object.hasOwn(NAMED, value)) ||
        within(0, 1).expected(value) === undefined,
    ),
    choices: Object.keys(NAMED),
  };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
