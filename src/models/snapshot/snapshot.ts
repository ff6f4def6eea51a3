import type { RxAnomalyError } from '../../core/errors.ts';
import { show } from '../../core/options.ts';
import { crc32 } from './crc32.ts';
import { fromText, toText } from './snapshotText.ts';
import { badSnapshot, count, DEEPEST, fields, type Json, type State, text, trusted } from './state.ts';
import { KINDS } from './vectorBytes.ts';

/**
 * The whole state of one model at one moment. `restore` of it continues bit for bit, and refuses what was taken from
 * another kind, version or configuration.
 *
 * In memory it is a tree of JSON and vectors; `JSON.stringify` makes a text of it that is sealed with one checksum, and
 * `restore` also takes what `JSON.parse` gives of that text. `encodeSnapshot` makes bytes of it, which are smaller and
 * faster.
 */
export interface Snapshot {
  readonly format: 'rx-anomaly';
  /** The class it was taken from. */
  readonly kind: string;
  /** Version of `state`'s layout, from 1. */
  readonly version: number;
  /** What the model was made with. */
  readonly config: Json;
  readonly state: State;
  /** Only of a snapshot that was read from JSON: CRC-32 of the rest, eight hexadecimal digits. */
  readonly checksum?: string;
}

/** Something whose state can be taken out and put back. */
export interface Restorable {
  snapshot(): Snapshot;
  /**
   * All or nothing: a model that refuses a snapshot stays as it was.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged, of another kind, version or configuration
   */
  restore(snapshot: Snapshot): void;
  /**
   * Checks a snapshot and changes nothing; what it returns restores it and cannot fail. A model that consists of others
   * restores those that lack this by `restore`, and takes their snapshot first in order to undo that.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT as `restore`
   */
  prepareRestore?(snapshot: Snapshot): () => void;
}

/** A snapshot in memory. Nothing is computed before it is made into text or bytes. */
class TakenSnapshot implements Snapshot {
  readonly format = 'rx-anomaly';
  readonly kind: string;
  readonly version: number;
  readonly config: Json;
  readonly state: State;

  constructor(kind: string, version: number, config: Json, state: State) {
    this.kind = kind;
    this.version = version;
    this.config = config;
    this.state = state;
  }

  /** What `JSON.stringify` writes. */
  toJSON(): Json {
    const { kind, version, config, state } = this;
    const body = { format: 'rx-anomaly', kind, version, config, state: toText(state) };
    return { ...body, checksum: checksum(body) };
  }
}

/** @param state vectors that nothing else writes to: copies of a model's own */
export function seal(kind: string, version: number, config: Json, state: State): Snapshot {
  return new TakenSnapshot(kind, version, config, state);
}

/**
 * The state inside `snapshot`.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT when it is damaged or was taken from another model
 */
export function unseal(snapshot: Snapshot, kind: string, version: number, config: Json): State {
  const refuse = (why: string): RxAnomalyError => badSnapshot(`snapshot of ${kind}: ${why}`);
  requireSnapshot(snapshot, refuse);
  if (snapshot.kind !== kind) throw refuse(`this one was taken from ${show(snapshot.kind)}`);
  if (snapshot.version !== version)
    throw refuse(`expected version ${version}, got ${show(snapshot.version)}`);
  const { state, config: theirs } = inMemory(snapshot, refuse);
  const difference = firstDifference(config, theirs, 'config');
  if (difference === undefined) return state;
  const why = OF_ENGINE.test(difference) ? `${difference}; ${BY_ENGINE}` : difference;
  throw refuse(`it has another configuration: ${why}`);
}

/** A difference of engines that a user may not have asked for. */
const OF_ENGINE = /\bengine is "/;
const BY_ENGINE =
  "a state belongs to its engine, and 'auto' is the reference where WebAssembly is missing or forbidden";

/**
 * Checks that a snapshot is whole: what a store may ask of what it has read.
 *
 * @returns the snapshot in memory
 * @throws RxAnomalyError BAD_SNAPSHOT when it is none, or damaged
 */
export function requireWhole(snapshot: Snapshot): Snapshot {
  const refuse = (why: string): RxAnomalyError => badSnapshot(`snapshot: ${why}`);
  requireSnapshot(snapshot, refuse);
  return inMemory(snapshot, refuse);
}

/** A snapshot as a part of another's state. It is sealed with the whole; `nestedSnapshot` reads it. */
export function nest({ kind, version, config, state }: Snapshot): State {
  return { kind, version, config, state };
}

/**
 * A snapshot that is part of another's state; `restore` of its model checks it.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT when it is none
 */
export function nestedSnapshot(state: State | undefined): Snapshot {
  const whole = fields(state);
  if (whole.checksum !== undefined) return trusted<Snapshot>(whole);
  const {
    kind,
    version,
    config,
    state: inner,
  } = fields(state, ['kind', 'version', 'config', 'state'], ['format']);
  return new TakenSnapshot(text('kind', kind), count('version', version), trusted<Json>(config), inner);
}

/** The kinds, versions and configurations of a model and of all that it consists of. */
export function configsOf(snapshot: Snapshot): Json {
  return partsOf(nest(snapshot)) ?? null;
}

function partsOf(state: State | undefined): Json | undefined {
  if (typeof state !== 'object' || state === null || ArrayBuffer.isView(state)) return undefined;
  const parts = Object.entries(state).flatMap(([name, part]): [string, Json][] => {
    const found = name === 'config' ? undefined : partsOf(part as State);
    return found === undefined ? [] : [[name, found]];
  });
  const { kind, version, config } = state as { readonly [name: string]: Json };
  if (typeof kind === 'string' && version !== undefined && config !== undefined)
    parts.push(['kind', kind], ['version', version], ['config', config]);
  return parts.length === 0 ? undefined : Object.fromEntries(parts);
}

/**
 * Restores several models from the parts of one state, all or none.
 *
 * @returns what makes it so and cannot fail
 * @throws RxAnomalyError BAD_SNAPSHOT when one refuses its part; all are then as they were
 */
export function prepareAll(parts: readonly (readonly [Restorable, State | undefined])[]): () => void {
  const undo: (() => void)[] = [];
  const apply: (() => void)[] = [];
  try {
    for (const [model, state] of parts) {
      const snapshot = nestedSnapshot(state);
      if (model.prepareRestore !== undefined) {
        apply.push(model.prepareRestore(snapshot));
        continue;
      }
      const before = model.snapshot();
      model.restore(snapshot);
      undo.push(() => model.restore(before));
    }
  } catch (error) {
    for (const step of undo) step();
    throw error;
  }
  return () => {
    for (const step of apply) step();
  };
}

function requireSnapshot(snapshot: Snapshot, refuse: (why: string) => RxAnomalyError): void {
  const isOne = typeof snapshot === 'object' && snapshot !== null && snapshot.format === 'rx-anomaly';
  if (!isOne) throw refuse('this is not a snapshot of rx-anomaly');
}

/** A snapshot as it is in memory, whatever form it has come in: a copy of one in memory, too. */
function inMemory(snapshot: Snapshot, refuse: (why: string) => RxAnomalyError): Snapshot {
  if (snapshot instanceof TakenSnapshot) return snapshot;
  const { format: _, kind, version, config, state, checksum: stored, ...rest } = snapshot;
  const unknown = Object.keys(rest)[0];
  if (unknown !== undefined) throw refuse(`${show(unknown)} is not a part of it`);
  if (typeof kind !== 'string' || !Number.isSafeInteger(version))
    throw refuse('it does not say what it was taken from');
  const isText = stored !== undefined;
  const fault = faultIn(config, 0, true) ?? faultIn(state, 0, isText);
  if (fault !== undefined) throw refuse(fault);
  if (!isText) return new TakenSnapshot(kind, version, config, state);
  // Field by field: the checksum is over the text in this order.
  if (checksum({ format: 'rx-anomaly', kind, version, config, state: trusted<Json>(state) }) !== stored)
    throw refuse('it is damaged: the checksum does not fit');
  return new TakenSnapshot(kind, version, config, fromText(trusted<Json>(state)));
}

/** Why there can be no such state; undefined where there can. @param isText whether vectors are text in it */
function faultIn(state: unknown, depth: number, isText: boolean): string | undefined {
  if (depth > DEEPEST) return `expected parts nested at most ${DEEPEST} deep`;
  if (state === null || typeof state === 'boolean' || typeof state === 'string') return undefined;
  if (typeof state === 'number')
    return Number.isFinite(state) ? undefined : `${state} outside a list of numbers`;
  if (typeof state !== 'object') return `expected JSON and lists of numbers, got a ${typeof state}`;
  if (!isText && ArrayBuffer.isView(state) && Object.values(KINDS).includes(state.constructor as never))
    return undefined;
  if (Array.isArray(state)) {
    for (let k = 0; k < state.length; k++) {
      const fault = faultIn(state[k], depth + 1, isText);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(state);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    return `expected JSON and lists of numbers, got ${isText ? 'what JSON cannot hold' : 'another object'}`;
  const names = Object.keys(state);
  if (!isText && names.length === 1 && VECTOR_AS_TEXT.test(names[0]))
    return 'it lacks its checksum: parseSnapshot reads what JSON.stringify wrote, decodeSnapshot what encodeSnapshot gave';
  for (const name of names) {
    const fault = faultIn((state as { readonly [name: string]: unknown })[name], depth + 1, isText);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The name of the only field of a vector in JSON. */
const VECTOR_AS_TEXT = /^\$(?:f64|f32|u32|u16|u8)(?::|$)/;

function firstDifference(expected: Json, got: Json | undefined, path: string): string | undefined {
  if (typeof expected === 'object' && expected !== null && typeof got === 'object' && got !== null) {
    const theirs = got as { readonly [name: string]: Json };
    const ours = expected as { readonly [name: string]: Json };
    for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const difference = firstDifference(ours[name] ?? null, theirs[name] ?? null, `${path}.${name}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  if (expected === got) return undefined;
  return `${path} is ${show(got)} there and ${show(expected)} here`;
}

/** CRC-32 of the JSON text in UTF-8. */
function checksum(body: object): string {
  return crc32(new TextEncoder().encode(JSON.stringify(body)))
    .toString(16)
    .padStart(8, '0');
}
