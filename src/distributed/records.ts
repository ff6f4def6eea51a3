import { RxAnomalyError } from '../core/errors.ts';
import { show } from '../core/options.ts';
import type { Value } from '../core/reading.ts';
import type { Feedback } from '../models/decision/feedback.ts';
import { readFeedback, saveFeedback } from '../models/decision/savedFeedback.ts';
import { type OpenIncident, readIncident } from '../models/durable/durableState.ts';
import { DetectorRows } from '../models/fleet/detectorRows.ts';
import { crc32 } from '../models/snapshot/crc32.ts';
import { decodeSnapshot } from '../models/snapshot/decodeSnapshot.ts';
import { encodeSnapshot } from '../models/snapshot/encodeSnapshot.ts';
import { configsOf, nest, nestedSnapshot, type Snapshot, seal, unseal } from '../models/snapshot/snapshot.ts';
import {
  asJson,
  badSnapshot,
  count,
  fields,
  type Json,
  list,
  nullOr,
  type State,
  text,
  time,
} from '../models/snapshot/state.ts';
import type { ResolvedStreamDetector } from '../models/streamDetectorOptions.ts';
import { configOf } from '../models/streamDetectorOptions.ts';
import type { Position } from './contract.ts';
import type { CheckedDistribute } from './distributeOptions.ts';

type Key = string | undefined;

/** Of what is saved, and of how verdicts come about; raised when either changes so that old states give other verdicts. */
const FORMAT = 2;

/** Names of the records among the states; those of keys begin with `k`. */
export const FLEET = 'fleet';
export const PARTITION = 'partition';
/** Characters that a key can have. */
export const LONGEST_KEY = 900;

/** The name of a key's state. */
export function nameOf(key: Key): string {
  return key === undefined ? 'k' : `k=${key}`;
}

/** The key of such a name; undefined for that of a record. */
export function keyOfName(name: string): { readonly key: Key } | undefined {
  if (name === 'k') return { key: undefined };
  return name.startsWith('k=') ? { key: name.slice(2) } : undefined;
}

/** The state of one key. */
export interface KeyState<E, V extends Value, P extends Position> {
  /** The newest event that is in it. */
  readonly upTo: P;
  /** Of its stream; undefined while there was feedback only. */
  readonly stream: Snapshot | undefined;
  readonly open: readonly OpenIncident<E, V>[];
  /** Time of the partition at the newest event of that incident's key, where it is not `clock`. */
  readonly openClock: number | undefined;
  /** Feedback that waits for the first event. */
  readonly waiting: readonly Feedback[];
  /** Time of the partition at its newest event, where states are kept for a time. */
  readonly clock: number | undefined;
  /** There also: its newest event with a verdict. */
  readonly verdict: P | undefined;
}

/** What is known of a partition. */
export interface PartitionRecord<P extends Position> {
  /** Every event up to it is in the saved state of its key; undefined before all. */
  readonly floor: P | undefined;
  /** The first event that the fleet has seen. */
  readonly start: P;
  /** Keys with a saved state, and the bytes of those states. */
  readonly keys: number;
  readonly bytes: number;
  /** Where states are kept for a time: time of the partition at the floor, and when all states were looked through last. */
  readonly clock?: number | undefined;
  readonly swept?: number | undefined;
  /** There also: keys whose saved states may have an open incident. */
  readonly open?: readonly Key[];
}

/** All that workers on one name must have in common. */
export function fleetConfig<E, V extends Value, P extends Position>({
  detect,
  log,
  config,
  deliver,
  keepStates,
}: CheckedDistribute<E, V, P>): Json {
  return {
    format: FORMAT,
    partitions: log.partitions,
    detect: asJson({ ...(configOf(detect) as object), fleet: detect.fleet }),
    models: modelsOf(detect),
    deliver: typeof deliver === 'function' ? 'a function' : deliver,
    given: config,
    ...(keepStates === undefined ? {} : { keepStates }),
  };
}

/** A short mark of a configuration. */
export function fingerprint(config: Json): string {
  return crc32(new TextEncoder().encode(JSON.stringify(config))).toString(16);
}

export function encodeFleet(config: Json): Uint8Array {
  return encodeSnapshot(seal('Fleet', 1, config, null));
}

/** @throws RxAnomalyError BAD_SNAPSHOT where it is of another configuration */
export function requireFleet(bytes: Uint8Array, config: Json): void {
  try {
    unseal(decodeSnapshot(bytes), 'Fleet', 1, config);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw badSnapshot(
      `distribute: these states belong to a fleet of another configuration or build (${why}); stop its workers first and use its options, or give this fleet a name of its own`,
      error,
    );
  }
}

export function encodePartition<P extends Position>(record: PartitionRecord<P>): Uint8Array {
  const { floor, clock, swept, start, keys, bytes, open = [] } = record;
  const times = { ...(clock === undefined ? {} : { clock }), ...(swept === undefined ? {} : { swept }) };
  const openKeys = open.length === 0 ? {} : { open: open.map((key) => key ?? null) };
  return encodeSnapshot(
    seal('Partition', 1, null, { floor: floor ?? null, start, keys, bytes, ...times, ...openKeys }),
  );
}

export function decodePartition<P extends Position>(bytes: Uint8Array): PartitionRecord<P> {
  const names = ['floor', 'start', 'keys', 'bytes'] as const;
  const saved = fields(unseal(decodeSnapshot(bytes), 'Partition', 1, null), names, [
    'clock',
    'swept',
    'open',
  ]);
  return {
    floor: nullOr('floor', saved.floor, position<P>),
    start: position<P>('start', saved.start),
    keys: count('keys', saved.keys),
    bytes: count('bytes', saved.bytes),
    clock: saved.clock === undefined ? undefined : time('clock', saved.clock),
    swept: saved.swept === undefined ? undefined : time('swept', saved.swept),
    open: list('open', saved.open ?? []).map((key) => nullOr('open', key, text)),
  };
}

/** @param print of the fleet */
export function encodeKey<E, V extends Value, P extends Position>(
  print: string,
  key: Key,
  { upTo, stream, open, openClock, waiting, clock, verdict }: KeyState<E, V, P>,
): Uint8Array {
  const state = {
    upTo,
    stream: stream === undefined ? null : nest(stream),
    ...(open.length === 0 ? {} : { open: asJson(open) }),
    ...(waiting.length === 0 ? {} : { waiting: waiting.map(saveFeedback) }),
    ...(clock === undefined ? {} : { clock }),
    ...(clock === undefined || verdict === upTo ? {} : { verdict: verdict ?? null }),
    ...(openClock === undefined || openClock === clock ? {} : { openClock }),
  };
  return encodeSnapshot(seal('Key', 1, { print, key: key ?? null }, state));
}

/** @throws RxAnomalyError BAD_SNAPSHOT naming the key */
export function decodeKey<E, V extends Value, P extends Position>(
  print: string,
  key: Key,
  bytes: Uint8Array,
): KeyState<E, V, P> {
  try {
    const saved = fields(
      unseal(decodeSnapshot(bytes), 'Key', 1, { print, key: key ?? null }),
      ['upTo', 'stream'],
      ['open', 'openClock', 'waiting', 'clock', 'verdict'],
    );
    const clock = saved.clock === undefined ? undefined : time('clock', saved.clock);
    const upTo = position<P>('upTo', saved.upTo);
    return {
      upTo,
      stream: saved.stream === null ? undefined : nestedSnapshot(saved.stream),
      open: list('open', saved.open ?? []).map((each) => {
        const { incident, quiet } = fields(each, ['incident', 'quiet']);
        return { incident: readIncident<E, V>(incident), quiet: count('quiet', quiet) };
      }),
      waiting: list('waiting', saved.waiting ?? []).map((each) => readFeedback(each, key)),
      clock,
      verdict: saved.verdict === undefined ? upTo : nullOr('verdict', saved.verdict, position<P>),
      openClock: saved.openClock === undefined ? clock : time('openClock', saved.openClock),
    };
  } catch (error) {
    if (!(error instanceof RxAnomalyError)) throw error;
    throw badSnapshot(
      `distribute: the state of ${key === undefined ? 'the stream' : show(key)} cannot be used: ${error.message}`,
      error,
    );
  }
}

function position<P extends Position>(name: string, state: State): P {
  return (typeof state === 'number' ? count(name, state) : text(name, state)) as P;
}

/** What models of the options are made with. */
function modelsOf<E, V extends Value>({ createDetector, fleet }: ResolvedStreamDetector<E, V>): Json {
  const detector = createDetector(1, 0);
  try {
    const models = configsOf(detector.snapshot());
    return fleet ? { models, rows: new DetectorRows(() => createDetector(1, 0)).mark } : models;
  } finally {
    detector.dispose();
  }
}
