import { type Incident, SEVERITIES, type Value, type Verdict } from '../../core/reading.ts';
import {
  asJson,
  count,
  fields,
  flag,
  type Json,
  list,
  nullOr,
  number,
  oneOf,
  type State,
  text,
  time,
  trusted,
} from '../snapshot/state.ts';
import type { Run } from './evictedModels.ts';

/** An open incident, and how many unflagged events of its stream have passed since its last flagged one. */
export interface OpenIncident<E, V extends Value> {
  readonly incident: Incident<E, V>;
  readonly quiet: number;
}

/** What a DurableDetector saves, but for the models of its keys. */
export interface DurableState<E, V extends Value> {
  /** Position in the stream to resume from; undefined at its beginning. */
  readonly position: Json | undefined;
  /** The runs that led to it. */
  readonly runs: readonly Run[];
  /** Oldest first. */
  readonly open: readonly OpenIncident<E, V>[];
  /** Of a StreamDetector, without models; undefined at the beginning. */
  readonly detector: State | undefined;
  /** For `loadModels`. */
  readonly models: State | undefined;
  /** Of the states that a later run may resume from, newest first: number of events. */
  readonly kept: readonly number[];
  /** Slots of parts that the older ones of those need. */
  readonly reserved: readonly number[];
  /** For `loadExtra`. */
  readonly extraState: State | undefined;
}

/** Before the first. */
export const FRESH: DurableState<never, never> = {
  position: undefined,
  runs: [],
  open: [],
  detector: undefined,
  models: undefined,
  kept: [],
  reserved: [],
  extraState: undefined,
};

/** @throws RxAnomalyError BAD_SNAPSHOT where `saved` is no such state */
export function readDurableState<E, V extends Value>(saved: State): DurableState<E, V> {
  const state = fields(saved, PARTS, ['extraState']);
  return {
    position: trusted<Json>(state.position) ?? undefined, // the user's
    runs: list('runs', state.runs).map(readRun),
    open: list('open', state.open).map((each) => {
      const { incident, quiet } = fields(each, ['incident', 'quiet']);
      return { incident: readIncident<E, V>(incident), quiet: count('quiet', quiet) };
    }),
    detector: state.detector,
    models: state.models,
    kept: list('kept', state.kept).map((events) => count('kept', events)),
    reserved: list('reserved', state.reserved).map((slot) => count('reserved', slot)),
    extraState: state.extraState,
  };
}

/** Incidents as they are saved: what is not finite is null. */
export function saveIncidents<E, V extends Value>(open: readonly OpenIncident<E, V>[]): Json {
  return asJson(open);
}

const PARTS = ['position', 'runs', 'open', 'detector', 'models', 'kept', 'reserved'] as const;
const INCIDENT = ['first', 'last', 'peak', 'count', 'severity', 'open'] as const;
const FLAGS = ['isAnomaly', 'warmingUp', 'imputed', 'startOfIncident'] as const;
const VALUES = ['value', 'expected', 'lower', 'upper', 'residual', 'attribution'] as const;

function readRun(state: State): Run {
  const { id, from } = fields(state, ['id', 'from']);
  return { id: text('id', id), from: count('from', from) };
}

function readIncident<E, V extends Value>(state: State): Incident<E, V> {
  const saved = fields(state, INCIDENT, ['key', 'start', 'end']);
  return {
    key: nullOr('key', saved.key ?? null, text),
    first: readVerdict(saved.first),
    last: readVerdict(saved.last),
    peak: readVerdict(saved.peak),
    start: nullOr('start', saved.start ?? null, time),
    end: nullOr('end', saved.end ?? null, time),
    count: count('count', saved.count, 1),
    severity: oneOf('severity', saved.severity, SEVERITIES),
    open: flag('open', saved.open),
  };
}

function readVerdict<E, V extends Value>(state: State): Verdict<E, V> {
  const saved = fields(
    state,
    [...FLAGS, ...VALUES, 'score', 'severity'],
    ['event', 'time', 'key', 'drift', 'suppressed'],
  );
  for (const name of FLAGS) flag(name, saved[name]);
  const values: Record<string, Value> = {};
  for (const name of VALUES) values[name] = readValue(name, saved[name]);
  const verdict = {
    ...saved,
    ...values,
    time: nullOr('time', saved.time ?? null, time),
    key: nullOr('key', saved.key ?? null, text),
    score: number('score', saved.score, 0, 1),
    severity: oneOf('severity', saved.severity, SEVERITIES),
    ...(saved.drift === undefined ? {} : { drift: oneOf('drift', saved.drift, ['level', 'scale', 'shape']) }),
    ...(saved.suppressed === undefined ? {} : { suppressed: text('suppressed', saved.suppressed) }),
  };
  return verdict as unknown as Verdict<E, V>; // its event is the user's
}

/** JSON has null for NaN. */
function readValue(name: string, state: State): Value {
  const one = (part: State): number => nullOr(name, part, number) ?? Number.NaN;
  return Array.isArray(state) ? list(name, state).map(one) : one(state);
}
