import { aFactory, anObject } from '../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../core/optionSet.ts';
import {
  type RecurrenceOptions,
  type ResolvedRecurrence,
  recurrenceOptions,
  recurrenceTable,
} from './decision/recurrence.ts';
import {
  type ResolvedThreshold,
  type ThresholdOptions,
  thresholdOptions,
} from './decision/thresholdOptions.ts';
import { driftSpec } from './driftDetector.ts';
import { checkedForecasters, type ForecasterFactory } from './forecaster.ts';
import { lstmFactory } from './forecasters/lstmForecaster.ts';
import { checkedScorers, type ScorerFactory } from './scorer.ts';
import { evidenceFactory } from './scorers/evidenceScorer.ts';

/** The parts of one stream's detector; only `dimensions` is required. */
export interface DetectorOptions extends RecurrenceOptions {
  /** D. */
  readonly dimensions: number;
  /** @default an `LstmForecaster` with its defaults */
  readonly forecaster?: ForecasterFactory;
  /** @default an `EvidenceScorer` with its defaults */
  readonly scorer?: ScorerFactory;
  readonly threshold?: ThresholdOptions | ResolvedThreshold;
  /**
   * Whether changes of the process are looked for. Where residuals have become larger, the forecaster learns faster for a
   * while, if it can. Where level or spread of a dimension are far outside all before for a hundred events, forecaster and
   * scorer begin anew in it, if they can: they would be blind for thousands. A long glitch leaves no trace, and a regime
   * that returns is known again.
   * @default true
   */
  readonly drift?: boolean;
}

/** {@link DetectorOptions} as they are used. */
export interface ResolvedDetector {
  readonly dimensions: number;
  readonly forecaster: ForecasterFactory;
  readonly scorer: ScorerFactory;
  readonly threshold: ResolvedThreshold;
  readonly drift: boolean;
  readonly recurrence: ResolvedRecurrence;
}

export const detectorOptions: OptionSet<
  DetectorOptions,
  DetectorOptions & Required<Pick<DetectorOptions, 'drift' | 'recurring'>>,
  ResolvedDetector
> = new OptionSet(
  {
    dimensions: DIMENSIONS,
    forecaster: {
      kind: aFactory,
      defaultText: 'the LSTM',
      about: 'makes what forecasts each event',
      when: 'for a forecaster of your own, or a baseline',
    },
    scorer: {
      kind: aFactory,
      defaultText: 'an EvidenceScorer',
      about: 'makes what turns residuals into scores',
      when: 'for a scorer of your own, or one with other options',
    },
    threshold: {
      kind: anObject,
      defaultText: 'that of ThresholdOptions',
      about: 'when a score is an anomaly',
      when: 'to flag more or less',
    },
    drift: driftSpec,
    ...recurrenceTable,
  },
  (where, { dimensions, forecaster, scorer, threshold = {}, drift, recurring }) => ({
    dimensions,
    forecaster: checkedForecasters(where, forecaster ?? lstmFactory()),
    scorer: checkedScorers(where, scorer ?? evidenceFactory()),
    threshold: thresholdOptions.resolve('Threshold', threshold),
    drift,
    recurrence: recurrenceOptions.resolve('Detector', { recurring }),
  }),
);
