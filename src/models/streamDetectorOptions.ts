import { type Calendar, type CalendarOptions, calendarOptions, calendarTable } from '../core/calendar.ts';
import { anObject, boolean } from '../core/optionKinds.ts';
import { factoryOf, OptionSet, type OptionTable } from '../core/optionSet.ts';
import { badOption } from '../core/options.ts';
import type { Value } from '../core/reading.ts';
import { type AheadPlan, aheadPlanOptions } from './ahead/aheadOptions.ts';
import { withCovariates } from './covariates/covariateForecaster.ts';
import { type RecurrenceOptions, recurrenceOptions, recurrenceTable } from './decision/recurrence.ts';
import { Suppression, type SuppressionRule, suppressSpec } from './decision/suppression.ts';
import {
  type ResolvedThreshold,
  type ThresholdOptions,
  thresholdOptions,
  thresholdTable,
} from './decision/thresholdOptions.ts';
import { Detector } from './detector.ts';
import { detectorOptions } from './detectorOptions.ts';
import { checkedForecasters, type ForecasterFactory } from './forecaster.ts';
import { lstmFactory } from './forecasters/lstmForecaster.ts';
import {
  type LstmOptions,
  lagsFor,
  lstmOptions,
  lstmTable,
  type ResolvedLstmOptions,
} from './forecasters/lstmOptions.ts';
import { readInitialState } from './initialState.ts';
import { type KeyOptions, keyTable } from './keyOptions.ts';
import { fleetForecaster } from './pretrained/fleetForecaster.ts';
import { type ReaderOptions, readerOptions, readerTable } from './readerOptions.ts';
import type { ScorerFactory } from './scorer.ts';
import { evidenceFactory } from './scorers/evidenceScorer.ts';
import type { Snapshot } from './snapshot/snapshot.ts';
import { asJson, type Json } from './snapshot/state.ts';
import type { TransformName } from './transform.ts';

/** Everything about detecting anomalies in one or many streams. Options of the LSTM and of the threshold are flat. */
export interface StreamDetectorOptions<E, V extends Value>
  extends ReaderOptions<E, V>,
    KeyOptions<E>,
    LstmOptions,
    ThresholdOptions,
    RecurrenceOptions,
    CalendarOptions {
  /**
   * Whether all keys are served by one detector in turn, each with 8 kB of numbers of its own: for many thousands of keys. Its
   * forecaster is the pre-trained network, which is only run (`await pretrainedForecaster()` loads it), and its scorer a
   * compact `EvidenceScorer`; the options of the LSTM may not be given. With the same forecaster and scorer verdicts are the
   * same, bit for bit, as without. What `detectFleet` sets.
   * @default false
   */
  readonly fleet?: boolean;
  /** A forecaster in the place of the LSTM; the options of the LSTM may then not be given. */
  readonly forecaster?: ForecasterFactory;
  /** @default an `EvidenceScorer` */
  readonly scorer?: ScorerFactory;
  /**
   * Whether changes of the process are looked for in the residuals. The verdict at which one is detected has `drift`,
   * and the forecaster learns faster from there on, for some hundred events.
   * @default true
   */
  readonly drift?: boolean;
  /**
   * Anomalies that are not flagged, by rules of which one must hold. Such an event keeps its score, is no anomaly, opens
   * no incident, has the rule's name in `suppressed` and teaches as an ordinary one.
   * @default none
   */
  readonly suppress?: readonly SuppressionRule[];
  /**
   * What a stream has learnt that every new key begins with: as `StreamDetector.snapshotOf(key)` gives it, or the snapshot
   * of a StreamDetector with one stream. Taken over are forecaster, scorer and the regimes that are known; not the
   * time, incidents, alerts and feedback. The first event of a key shows where it is and is not detected. For keys of like
   * values: 5 °C and 500 kPa are not.
   * @default a new model
   */
  readonly initialState?: Snapshot;
  /**
   * Verdicts then have `ahead`: forecasts of the next events with quantiles, as `forecastAhead` makes them, from the forecaster
   * of the detector. What is no anomaly teaches them, and anomalies as much as `recurring` allows. A state that was saved
   * without them, or with other ones, is restored, and their intervals are then calibrated anew.
   * @default none
   */
  readonly ahead?: AheadPlan;
}

/** {@link StreamDetectorOptions} as they are used: checked, every default filled in. */
export interface ResolvedStreamDetector<E, V extends Value>
  extends Pick<KeyOptions<E>, 'key' | 'idleTimeout' | 'clock' | 'onEvict' | 'onReturn'> {
  readonly reader: ReaderOptions<E, V>;
  /** Undefined where another forecaster was given. */
  readonly lstm: ResolvedLstmOptions | undefined;
  readonly threshold: ResolvedThreshold;
  readonly transform: TransformName;
  /** By which hours of the day and of the week go; undefined where it is that of UTC. */
  readonly calendar: Calendar | undefined;
  readonly suppression: Suppression | undefined;
  readonly maxKeys: number;
  readonly fleet: boolean;
  /** Whether the states of single models that are taken are of rows of the fleet: smaller, and for a fleet only. */
  readonly packsRows?: boolean;
  /** Undefined where only the next event is forecast. */
  readonly ahead: AheadPlan | undefined;
  readonly createForecaster: ForecasterFactory;
  /** Of the Detector that new ones begin with; undefined where they begin from nothing. */
  readonly initial: Snapshot | undefined;
  /** Makes the detector of a key. @param covariates C, 0 for none */
  readonly createDetector: (dimensions: number, covariates: number) => Detector;
}

type AnyOptions = StreamDetectorOptions<unknown, Value>;

const { sensitivity, confirm, ...expertThreshold } = thresholdTable;

/** The table for whoever has these options among others. What is of use to most comes first. */
export const streamDetectorTable: OptionTable<AnyOptions, AnyOptions> = {
  ...readerTable,
  ...keyTable,
  sensitivity,
  suppress: suppressSpec,
  confirm,
  ...recurrenceTable,
  ...calendarTable,
  ...expertThreshold,
  initialState: {
    kind: anObject,
    defaultText: 'a new model',
    about: 'what another stream has learnt, as snapshotOf gives it, that every new key begins with',
    when: 'for many streams of the same kind, so that a new one is scored from its second event on',
  },
  fleet: {
    kind: boolean,
    defaultText: 'false',
    about: 'whether one detector serves all keys in turn, with 8 kB each',
    when: 'for thousands of keys; detectFleet sets it',
  },
  ahead: {
    kind: anObject,
    defaultText: 'none',
    about: 'forecasts of the next events in each verdict: { steps, quantiles, every }',
    when: '{ steps: 24 } to plan ahead, or to draw them; costs half a millisecond per forecast',
    level: 'basic',
  },
  drift: detectorOptions.table.drift,
  forecaster: detectorOptions.table.forecaster,
  scorer: detectorOptions.table.scorer,
  ...lstmTable,
};

const PRETRAINED =
  'the pre-trained network is a forecaster of its own: forecaster: await pretrainedForecaster(';

/** For those who look for the pre-trained network among the options of the default one. */
export const PRETRAINED_ELSEWHERE: Readonly<Record<string, string>> = {
  init: `${PRETRAINED}); the default one begins with random weights`,
  adapt: `${PRETRAINED}{ adapt })`,
};

export const streamDetectorOptions: OptionSet<
  AnyOptions,
  AnyOptions,
  ResolvedStreamDetector<unknown, Value>
> = new OptionSet(streamDetectorTable, resolveAll, PRETRAINED_ELSEWHERE);

/** Checks the options and fills in the defaults; what was resolved before is returned as it is. */
export function resolveStreamDetector<E, V extends Value>(
  where: string,
  options: StreamDetectorOptions<E, V> | ResolvedStreamDetector<E, V>,
): ResolvedStreamDetector<E, V> {
  return streamDetectorOptions.resolve(where, options as AnyOptions) as ResolvedStreamDetector<E, V>;
}

/** Resolved options with other callbacks. */
export function withCallbacks<E, V extends Value>(
  resolved: ResolvedStreamDetector<E, V>,
  callbacks: Pick<StreamDetectorOptions<E, V>, 'clock' | 'onEvict' | 'onReturn'> &
    Partial<Pick<ResolvedStreamDetector<E, V>, 'reader' | 'ahead' | 'packsRows'>>,
): ResolvedStreamDetector<E, V> {
  const all = resolved as ResolvedStreamDetector<unknown, Value>;
  const changed = callbacks as Partial<ResolvedStreamDetector<unknown, Value>>;
  return streamDetectorOptions.with(all, changed) as ResolvedStreamDetector<E, V>;
}

function resolveAll(
  where: string,
  checked: AnyOptions,
  given: AnyOptions,
): ResolvedStreamDetector<unknown, Value> {
  const { drift, suppress, key, transform, ahead, fleet = false } = checked;
  const { idleTimeout, clock, onEvict, onReturn } = checked;
  const lstm = lstmOptions.pick(given);
  if (fleet || checked.forecaster !== undefined) {
    const [useless] = Object.entries(lstm);
    const place = fleet
      ? 'left out in a fleet, whose network is pre-trained; for an LSTM that learns from scratch leave out fleet (detectAnomalies instead of detectFleet)'
      : 'left out where a forecaster is given';
    if (useless !== undefined) throw badOption(where, useless[0], place, useless[1]);
    for (const name of ['ahead', 'covariates'] as const)
      if (fleet && checked[name] !== undefined)
        throw badOption(where, name, `left out in a fleet, which has none; ${INSTEAD[name]}`, checked[name]);
  }
  const modelled = transform ?? keyTable.transform.default;
  const forecaster = checked.forecaster ?? (fleet ? defaultOfFleet(where) : undefined);
  const createScorer = checked.scorer ?? evidenceFactory({ compact: fleet });
  const createForecaster = checkedForecasters(where, forecaster ?? lstmFactory(lstm));
  const network = forecaster === undefined ? lstmOptions.resolve(where, lstm) : undefined;
  const threshold = thresholdOptions.resolve(where, thresholdOptions.pick(given));
  recurrenceOptions.resolvePart(where, given);
  const factories = new Map<number, (dimensions: number) => Detector>();
  const createDetector = (dimensions: number, covariates: number): Detector => {
    const known = factories.get(covariates);
    if (known !== undefined) return known(dimensions);
    const parts = {
      forecaster: covariates === 0 ? createForecaster : withCovariates(createForecaster, covariates),
      scorer: (size: number) => createScorer(size, modelled),
      threshold,
      ...(drift === undefined ? {} : { drift }),
      ...recurrenceOptions.pick(given),
    };
    const factory = factoryOf(where, detectorOptions, parts, (all) => new Detector(all));
    factories.set(covariates, factory);
    return factory(dimensions);
  };
  const resolved: ResolvedStreamDetector<unknown, Value> = {
    reader: readerOptions.resolve(where, readerOptions.pick(given)),
    lstm: network,
    threshold,
    transform: modelled,
    calendar: calendarOptions.resolvePart(where, given).calendar,
    suppression: suppress === undefined ? undefined : new Suppression(where, suppress, checked.timeZone),
    maxKeys: checked.maxKeys ?? (fleet ? FLEET_KEYS : keyTable.maxKeys.default),
    fleet,
    ahead: ahead && aheadPlanOptions.resolve(`${where}: ahead`, ahead),
    createForecaster,
    initial: undefined,
    createDetector,
    ...(key === undefined ? {} : { key }),
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    ...(clock === undefined ? {} : { clock }),
    ...(onEvict === undefined ? {} : { onEvict }),
    ...(onReturn === undefined ? {} : { onReturn }),
  };
  if (fleet) requireRows(where, resolved.createDetector);
  const { initialState } = checked;
  return initialState === undefined
    ? resolved
    : { ...resolved, initial: readInitialState(where, initialState, resolved) };
}

/** For what a fleet has not. */
const INSTEAD = {
  ahead: 'leave out fleet (detectAnomalies instead of detectFleet), or use forecastAhead',
  covariates: 'leave out fleet (detectAnomalies instead of detectFleet)',
};

const FLEET_KEYS = 100_000;

function defaultOfFleet(where: string): ForecasterFactory {
  const forecaster = fleetForecaster();
  if (forecaster !== undefined) return forecaster;
  const expected = "await pretrainedForecaster({ adapt: 'none' }), which loads the weights of a fleet";
  throw badOption(where, 'forecaster', expected, undefined);
}

/** Whether a detector's state is all in rows. */
function requireRows(
  where: string,
  createDetector: ResolvedStreamDetector<unknown, Value>['createDetector'],
): void {
  const { forecaster, scorer } = createDetector(1, 0);
  const isPooled = { forecaster: forecaster.isPooled === true, scorer: scorer.isPooled === true };
  forecaster.dispose();
  if (!isPooled.forecaster)
    throw badOption(
      where,
      'forecaster',
      "pretrainedForecaster() with adapt 'none' or 'head' in a fleet",
      forecaster.name === 'pretrained' ? "adapt 'all'" : forecaster.name,
    );
  if (!isPooled.scorer)
    throw badOption(where, 'scorer', 'a compact EvidenceScorer without cycles in a fleet', scorer.name);
}

/** The parts of the configuration that the models do not check themselves. */
export function configOf<E, V extends Value>(resolved: ResolvedStreamDetector<E, V>): Json {
  const { key, transform, threshold, lstm, calendar } = resolved;
  return asJson({
    keyed: key !== undefined,
    transform,
    threshold,
    // Without the dates, which are added from year to year.
    ...(calendar && { calendar: { timeZone: calendar.timeZone, holidaysAs: calendar.holidaysAs } }),
    lstm: lstm === undefined ? null : { ...lstm, engine: nameOf(lstm.engine), lags: lagsFor(lstm, 1) },
  });
}

/** The forecaster's own snapshot has that of the engine which was created. */
function nameOf(engine: ResolvedLstmOptions['engine']): string {
  return typeof engine === 'function' ? (engine.engineName ?? 'own') : engine;
}
