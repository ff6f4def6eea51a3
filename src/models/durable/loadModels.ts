import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import { show } from '../../core/options.ts';
import { unseal } from '../snapshot/snapshot.ts';
import { badSnapshot, count, fields, list, nullOr, type State, text, time } from '../snapshot/state.ts';
import type { CheckpointStore } from './checkpointStore.ts';

type Key = string | undefined;

export const PART = 'ModelPart';

/** Models that were saved together. */
export interface Part {
  /** Of what is in it, unlike all others. */
  readonly id: string;
  /** Models, those included that are no longer as they are there. */
  readonly size: number;
}

/** A model that is not made yet. */
export interface LoadedModel {
  /** What `encodeSnapshot` made of its snapshot. */
  readonly bytes: Uint8Array;
  /** Milliseconds; −∞ while no event was of use. */
  readonly lastSeen: number;
}

/** The models of a saved state. */
export interface LoadedModels {
  /** Least recently seen first. */
  readonly models: ReadonlyMap<Key, LoadedModel>;
  readonly places: ReadonlyMap<Key, number>;
  readonly parts: ReadonlyMap<number, Part>;
}

/**
 * Finds the models of a state again.
 *
 * @param state what `LiveModels.save` gave
 * @throws DamagedPart when a part is missing or damaged; RxAnomalyError BAD_SNAPSHOT when `state` is something else
 */
export async function loadModels(
  store: CheckpointStore,
  name: string,
  state: State | undefined,
): Promise<LoadedModels> {
  const saved = fields(state, ['keys', 'lastSeen', 'slots', 'parts', 'streams']);
  const keys = list('keys', saved.keys).map((key) => nullOr('keys', key, text));
  if (new Set(keys).size < keys.length) throw badSnapshot('snapshot: a key is there twice');
  const lastSeen = list('lastSeen', saved.lastSeen, keys.length).map((at) => nullOr('lastSeen', at, time));
  const places = new Map<Key, number>();
  for (const [k, each] of list('slots', saved.slots, keys.length).entries()) {
    const slot = nullOr('slots', each, count);
    if (slot !== undefined) places.set(keys[k], slot);
  }
  const found = new Map<Key, Uint8Array>();
  const parts = new Map<number, Part>();
  for (const each of list('parts', saved.parts)) {
    const part = fields(each, ['slot', 'id', 'size']);
    const [slot, id, size] = [count('slot', part.slot), text('id', part.id), count('size', part.size, 1)];
    parts.set(slot, { id, size });
    const own = keys.filter((key) => places.get(key) === slot);
    const models = await loadPart(store, name, slot, id).catch((error: unknown) => {
      throw new DamagedPart(modelsOf(own), error);
    });
    for (const key of own) if (models.has(key)) found.set(key, models.get(key)!);
  }
  for (const slot of places.values())
    if (!parts.has(slot)) throw badSnapshot(`snapshot: part ${slot} is missing`);
  for (const [key, bytes] of modelsIn(saved.streams)) found.set(key, bytes);
  const models = new Map<Key, LoadedModel>();
  for (const [k, key] of keys.entries()) {
    const bytes = found.get(key);
    if (bytes === undefined) throw new DamagedPart(modelsOf([key]), 'it is missing');
    models.set(key, { bytes, lastSeen: lastSeen[k] ?? Number.NEGATIVE_INFINITY });
  }
  return { models, places, parts };
}

/** What a state needs is missing or damaged: the state before it may have all that it needs. */
export class DamagedPart extends RxAnomalyError {
  /** @param what is damaged */
  constructor(what: string, cause: unknown) {
    super('BAD_SNAPSHOT', `${what} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function modelsOf(keys: readonly Key[]): string {
  const names = keys.slice(0, 3).map((key) => show(key ?? 'the stream'));
  const rest = keys.length > names.length ? ` and ${keys.length - names.length} more` : '';
  return `the models of ${names.join(', ')}${rest}`;
}

async function loadPart(
  store: CheckpointStore,
  name: string,
  slot: number,
  id: string,
): Promise<ReadonlyMap<Key, Uint8Array>> {
  const stored = await store.load(partName(name, slot));
  if (stored === undefined) throw badSnapshot(`${partName(name, slot)} is missing`);
  const part = fields(unseal(stored, PART, 1, null), ['id', 'slot', 'streams']);
  if (part.id !== id || part.slot !== slot)
    throw badSnapshot(`${partName(name, slot)} belongs to another state`);
  return modelsIn(part.streams);
}

function modelsIn(streams: State | undefined): Map<Key, Uint8Array> {
  const models = new Map<Key, Uint8Array>();
  for (const each of list('streams', streams)) {
    const { key, state } = fields(each, ['key', 'state']);
    if (!(state instanceof Uint8Array)) throw badSnapshot('snapshot: a model is not there as bytes');
    models.set(nullOr('key', key, text), state);
  }
  return models;
}

/** Under which the part in a slot is saved. */
export function partName(name: string, slot: number): string {
  return `${name}/#${slot}`;
}
