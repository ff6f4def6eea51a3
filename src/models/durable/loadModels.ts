import { RxAnomalyError } from '../../core/errors.ts';
import { messageOf } from '../../core/messageOf.ts';
import { show } from '../../core/options.ts';
import { fields, nestedSnapshot, type Snapshot, type State, trusted, unseal } from '../snapshot.ts';
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

/** The models of a saved state. */
export interface LoadedModels {
  /** Least recently seen first. */
  readonly models: ReadonlyMap<Key, Snapshot>;
  readonly places: ReadonlyMap<Key, number>;
  readonly parts: ReadonlyMap<number, Part>;
}

/**
 * Finds the models of a state again.
 *
 * @param state what `LiveModels.save` gave
 * @throws DamagedPart when a part is missing or damaged
 */
export async function loadModels(
  store: CheckpointStore,
  name: string,
  state: State | undefined,
): Promise<LoadedModels> {
  const saved = trusted<{
    readonly keys: readonly (string | null)[];
    readonly slots: readonly (number | null)[];
    readonly parts: readonly ({ readonly slot: number } & Part)[];
    readonly streams: readonly State[];
  }>(fields(state));
  const places = new Map<Key, number>();
  for (const [k, key] of saved.keys.entries()) {
    const slot = saved.slots[k];
    if (typeof slot === 'number') places.set(key ?? undefined, slot);
  }
  const found = new Map<Key, Snapshot>();
  const parts = new Map<number, Part>();
  for (const { slot, id, size } of saved.parts) {
    parts.set(slot, { id, size });
    const keys = [...places].flatMap(([key, at]) => (at === slot ? [key] : []));
    const streams = await loadPart(store, name, slot, id).catch((error: unknown) => {
      throw new DamagedPart(keys, error);
    });
    for (const [key, snapshot] of snapshots(streams)) if (places.get(key) === slot) found.set(key, snapshot);
  }
  for (const [key, snapshot] of snapshots(saved.streams)) found.set(key, snapshot);
  const models = new Map<Key, Snapshot>();
  for (const each of saved.keys) {
    const key = each ?? undefined;
    const snapshot = found.get(key);
    if (snapshot === undefined) throw new DamagedPart([key], 'it is missing');
    models.set(key, snapshot);
  }
  return { models, places, parts };
}

/** What a state needs is missing or damaged: the state before it may have all that it needs. */
export class DamagedPart extends RxAnomalyError {
  constructor(keys: readonly Key[], cause: unknown) {
    const names = keys.slice(0, 3).map((key) => show(key ?? 'the stream'));
    const rest = keys.length > names.length ? ` and ${keys.length - names.length} more` : '';
    super('BAD_SNAPSHOT', `the models of ${names.join(', ')}${rest} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

async function loadPart(
  store: CheckpointStore,
  name: string,
  slot: number,
  id: string,
): Promise<readonly State[]> {
  const stored = await store.load(partName(name, slot));
  if (stored === undefined) throw new RxAnomalyError('BAD_SNAPSHOT', `${partName(name, slot)} is missing`);
  const part = fields(unseal(stored, PART, 1, null));
  if (part.id !== id || part.slot !== slot)
    throw new RxAnomalyError('BAD_SNAPSHOT', `${partName(name, slot)} belongs to another state`);
  return trusted<readonly State[]>(part.streams);
}

function snapshots(streams: readonly State[]): (readonly [Key, Snapshot])[] {
  return streams.map((each) => {
    const { key, state } = fields(each);
    return [trusted<string | null>(key) ?? undefined, nestedSnapshot(state)];
  });
}

/** Under which the part in a slot is saved. */
export function partName(name: string, slot: number): string {
  return `${name}/#${slot}`;
}
