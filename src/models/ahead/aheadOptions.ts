import { accepts, aFactory, boolean, type OptionKind, positiveInteger } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet, type OptionTable } from '../../core/optionSet.ts';
import { checkedForecasters, type ForecasterFactory } from '../forecaster.ts';
import { lstmFactory } from '../forecasters/lstmForecaster.ts';

/** How far ahead is forecast, and how. */
export interface AheadOptions {
  /** Events ahead, 1 … 1024. @default 16 */
  readonly steps?: number;
  /** The quantiles of each forecast, ascending numbers above 0 and below 1, at most 99. @default [0.1, 0.5, 0.9] */
  readonly quantiles?: readonly number[];
  /**
   * Events between two forecasts. What the intervals are calibrated by is compared at these, or at fewer of them: at most 16
   * forecasts wait for their events.
   * @default 1
   */
  readonly every?: number;
  /**
   * What forecasts the next event; further ones are forecast by iterating it.
   * @default an `LstmForecaster`
   */
  readonly forecaster?: ForecasterFactory;
  /**
   * Whether the forecaster is combined with the last value, the mean, and the profile of the day, each by its usual error at
   * that step. `false`: the forecaster alone, iterated.
   * @default true
   */
  readonly combine?: boolean;
}

/** {@link AheadOptions} where the forecaster is given: that of a detector. */
export type AheadPlan = Pick<AheadOptions, 'steps' | 'quantiles' | 'every'>;

/** {@link AheadOptions} and the number of dimensions. */
export interface AheadForecasterOptions extends AheadOptions {
  /** D. */
  readonly dimensions: number;
}

export type ResolvedAhead = Required<AheadOptions>;

const MOST_STEPS = 1024;
const MOST_QUANTILES = 99;
const QUANTILES = 'ascending numbers above 0 and below 1';

const quantilesKind: OptionKind = accepts(
  `${QUANTILES}, 1 to ${MOST_QUANTILES} of them`,
  (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MOST_QUANTILES &&
    value.every((q, k) => Number.isFinite(q) && q > (k === 0 ? 0 : value[k - 1]) && q < 1),
);

/** The table for whoever has these options among others. */
export const aheadTable: OptionTable<AheadOptions, ResolvedAhead> = {
  steps: {
    kind: positiveInteger(MOST_STEPS, 'each is forecast from the one before'),
    default: 16,
    unit: 'events',
    about: 'events ahead that are forecast',
    when: 'as far as you plan ahead; time and memory grow with it',
    level: 'basic',
  },
  quantiles: {
    kind: quantilesKind,
    default: [0.1, 0.5, 0.9],
    about: 'quantiles of each forecast',
    when: '[0.025, 0.5, 0.975] for an interval of 95 %',
    level: 'basic',
  },
  every: {
    kind: positiveInteger(),
    default: 1,
    unit: 'events',
    about: 'events between two forecasts',
    when: 'more for less time per event: a forecast costs a millisecond or so',
    level: 'basic',
  },
  forecaster: {
    kind: aFactory,
    default: lstmFactory(),
    defaultText: 'an LSTM',
    about: 'what forecasts the next event; further ones are forecast by iterating it',
    when: '`await pretrainedForecaster()` for short streams',
  },
  combine: {
    kind: boolean,
    default: true,
    about: 'whether last value, mean and profile of the day are combined with the forecaster',
    when: 'false to see what the forecaster does alone',
  },
};

const { steps, quantiles, every } = aheadTable;

export const aheadPlanOptions: OptionSet<AheadPlan> = new OptionSet({ steps, quantiles, every });

export const aheadForecasterOptions: OptionSet<
  AheadForecasterOptions,
  ResolvedAhead & { readonly dimensions: number }
> = new OptionSet({ dimensions: DIMENSIONS, ...aheadTable }, (where, checked) => ({
  ...checked,
  forecaster: checkedForecasters(where, checked.forecaster),
}));
