import {
  type Absence,
  type Evidence,
  type Incident,
  SEVERITIES,
  type Value,
  type Verdict,
} from '../../core/reading.ts';
import type { ChangePoint } from '../changes/changePoint.ts';
import type { ChangeTracker } from '../changes/changeTracker.ts';
import type { AbsentAfter } from '../decision/absenceWatch.ts';
import { readRarity } from '../rare/readRarity.ts';
import { type Snapshot, seal, unseal } from '../snapshot/snapshot.ts';
import {
  badSnapshot,
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
import type { ResolvedStreamDetector } from '../streamDetectorOptions.ts';
import type { CheckpointStore } from './checkpointStore.ts';
import type { Run } from './evictedModels.ts';
import type { ExtraTree } from './extraParts.ts';

/** A verdict with the state of its stream's incidents, which survive a restart. */
export interface DurableVerdict<E = unknown, V extends Value = Value> extends Verdict<E, V> {
  /** The incident that a flagged verdict belongs to, so far; undefined where it is not flagged. */
  readonly incident: Incident<E, V> | undefined;
  /** The incidents that ended with this verdict. */
  readonly ended: readonly Incident<E, V>[];
  /** The change points that were detected with this verdict; left out where none are looked for. */
  readonly changes?: readonly ChangePoint[];
}

/** Where and under which name a state is kept. */
export interface DurablePlace {
  /** Undefined where none is: models that are evicted are then lost, and no state may be taken. */
  readonly store: CheckpointStore | undefined;
  readonly name: string;
  /** Other settings that the verdicts depend on. */
  readonly config: Json;
  /** Unique for this run. */
  readonly run: string;
  /** What else belongs to a state, as JSON; asked whenever one is taken, between two events. @default nothing */
  readonly extraState?: () => ExtraTree;
  /** When a key that is silent is absent, in milliseconds. @default never */
  readonly absentAfter?: AbsentAfter;
  /**
   * Called with each verdict before anything follows from it; what it returns takes its place. @default it stays
   *
   * @param isFirst whether no incident of its key is open
   */
  readonly revise?: <R extends Verdict<unknown, Value>>(verdict: R, isFirst: boolean) => R;
  /** Finds change points in the verdicts; a new one, whose state is saved with this one. @default none */
  readonly changes?: ChangeTracker;
}

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
  /** Of an AbsenceWatch, where there is one. */
  readonly absences: State | undefined;
  /** Of a ChangeTracker, where there was one. */
  readonly changes: State | undefined;
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
  absences: undefined,
  changes: undefined,
};

/**
 * @param config as `configOf` gives it
 * @throws RxAnomalyError BAD_SNAPSHOT where `saved` is no such state, or one of another configuration
 */
export function readDurableState<E, V extends Value>(saved: Snapshot, config: Json): DurableState<E, V> {
  const state = fields(unseal(saved, KIND, 1, config), PARTS, ['extraState', 'absences', 'changes']);
  return {
    position: trusted<Json>(state.position) ?? undefined, // the user's
    runs: list('runs', state.runs).map(readRun),
    open: list('open', state.open).map(readOpenIncident<E, V>),
    detector: state.detector,
    models: state.models,
    kept: list('kept', state.kept).map((events) => count('kept', events)),
    reserved: list('reserved', state.reserved).map((slot) => count('reserved', slot)),
    extraState: state.extraState,
    absences: state.absences,
    changes: state.changes,
  };
}

/** An open incident as JSON has it. @throws RxAnomalyError BAD_SNAPSHOT where it is none */
export function readOpenIncident<E, V extends Value>(state: State): OpenIncident<E, V> {
  const { incident, quiet } = fields(state, ['incident', 'quiet']);
  return { incident: readIncident<E, V>(incident), quiet: count('quiet', quiet) };
}

/** What `readDurableState` reads. @param state with the fields of a DurableState */
export function sealDurableState(config: Json, state: State): Snapshot {
  return seal(KIND, 1, config, state);
}

/** The error where what is saved under a name cannot be resumed from. */
export function refusedState(name: string, cause: Error): Error {
  const advice = 'use it with what it was saved with, or use another name to start afresh';
  return badSnapshot(`checkpoint ${name}: ${cause.message}; ${advice}`, cause);
}

/** What a state must have been saved with. */
export function configOf<E, V extends Value>(
  { threshold }: ResolvedStreamDetector<E, V>,
  { config }: DurablePlace,
): Json {
  return { hold: threshold.hold, given: config };
}

const KIND = 'DurableDetector';
const PARTS = ['position', 'runs', 'open', 'detector', 'models', 'kept', 'reserved'] as const;
const INCIDENT = ['kind', 'first', 'last', 'peak', 'count', 'severity', 'open'] as const;
const FLAGS = ['isAnomaly', 'warmingUp', 'imputed', 'startOfIncident'] as const;
const VALUES = ['value', 'expected', 'lower', 'upper', 'residual', 'attribution'] as const;

function readRun(state: State): Run {
  const { id, from } = fields(state, ['id', 'from']);
  return { id: text('id', id), from: count('from', from) };
}

/** An incident as JSON has it. @throws RxAnomalyError BAD_SNAPSHOT where it is none */
export function readIncident<E, V extends Value>(state: State): Incident<E, V> {
  const saved = fields(state, INCIDENT, ['key', 'start', 'end', 'channels', 'returned', 'endedBy']);
  return {
    kind: oneOf('kind', saved.kind, ['value', 'absence']),
    key: nullOr('key', saved.key ?? null, text),
    first: readVerdict(saved.first),
    last: readVerdict(saved.last),
    peak: readVerdict(saved.peak),
    start: nullOr('start', saved.start ?? null, time),
    end: nullOr('end', saved.end ?? null, time),
    count: count('count', saved.count, 1),
    severity: oneOf('severity', saved.severity, SEVERITIES),
    open: flag('open', saved.open),
    ...(saved.channels === undefined ? {} : { channels: readCounts(saved.channels) }),
    ...(saved.returned === undefined ? {} : { returned: flag('returned', saved.returned) }),
    ...(saved.endedBy === undefined
      ? {}
      : { endedBy: oneOf('endedBy', saved.endedBy, ['expired', 'evicted']) }),
  };
}

/** A verdict as JSON has it. @throws RxAnomalyError BAD_SNAPSHOT where it is none */
export function readVerdict<E, V extends Value>(state: State): Verdict<E, V> {
  const saved = fields(
    state,
    [...FLAGS, ...VALUES, 'score', 'severity'],
    ['event', 'time', 'key', 'drift', 'suppressed', 'absence', 'evidence', 'rarity'],
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
    ...(saved.absence === undefined ? {} : { absence: readAbsence(saved.absence) }),
    ...(saved.evidence === undefined ? {} : { evidence: readEvidence(saved.evidence) }),
    ...(saved.rarity === undefined ? {} : { rarity: readRarity(saved.rarity) }),
    ...(saved.suppressed === undefined ? {} : { suppressed: text('suppressed', saved.suppressed) }),
  };
  return verdict as unknown as Verdict<E, V>; // its event is the user's
}

function readAbsence(state: State): Absence {
  const { phase, since } = fields(state, ['phase'], ['since']);
  return {
    phase: oneOf('phase', phase, ['began', 'ended']),
    since: nullOr('since', since ?? null, time),
  };
}

function readEvidence(state: State): Evidence {
  const { channel, dimension, direction, events, tooLong, cycle, usual, rarity } = fields(
    state,
    ['channel', 'dimension'],
    ['direction', 'events', 'tooLong', 'cycle', 'usual', 'rarity'],
  );
  return {
    channel: text('channel', channel),
    dimension: count('dimension', dimension),
    ...(direction === undefined ? {} : { direction: number('direction', direction) < 0 ? -1 : 1 }),
    ...(events === undefined ? {} : { events: count('events', events, 1) }),
    ...(tooLong === undefined ? {} : { tooLong: flag('tooLong', tooLong) }),
    ...(cycle === undefined ? {} : { cycle: oneOf('cycle', cycle, ['day', 'week', 'own']) }),
    ...(rarity === undefined ? {} : { rarity: readRarity(rarity) }),
    ...(usual === undefined ? {} : { usual: nullOr('usual', usual, number) ?? Number.NaN }),
  };
}

function readCounts(state: State): Record<string, number> {
  return Object.fromEntries(
    Object.entries(fields(state)).map(([name, events]) => [name, count(name, events, 1)]),
  );
}

/** JSON has null for NaN. */
function readValue(name: string, state: State): Value {
  const one = (part: State): number => nullOr(name, part, number) ?? Number.NaN;
  return Array.isArray(state) ? list(name, state).map(one) : one(state);
}
