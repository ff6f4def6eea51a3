import { seal, unseal } from '../snapshot/snapshot.ts';
import { badSnapshot, count, fields, list, type State, text } from '../snapshot/state.ts';
import type { CheckpointStore } from './checkpointStore.ts';
import { DamagedPart, partName } from './loadModels.ts';

/** A long list of a tree, saved in parts. */
type LongList = {
  /** Names of fields, from the root of the tree. */
  readonly path: readonly string[];
  readonly slots: readonly number[];
};

/** A tree, and the slots of the parts in which its long lists are. */
export interface ExtraState {
  readonly state: State;
  readonly slots: ReadonlySet<number>;
}

/** How a tree is saved. */
export interface ExtraPlace {
  readonly store: CheckpointStore;
  readonly name: string;
  /** Of this state, unlike all others. */
  readonly id: string;
  readonly isUsed: (slot: number) => boolean;
  readonly isOver: () => boolean;
  readonly pause: () => Promise<void> | undefined;
}

const KIND = 'ExtraPart';
/** Items of a list that are encoded at one go: the history of a stream is some 20 kB. */
const CHUNK = 32;

/**
 * Saves a tree whose long lists may be many megabytes: those go into parts, so that encoding them holds up nobody for long.
 *
 * @returns what `loadExtra` reads; undefined when it was given up
 */
export async function saveExtra(extra: State, place: ExtraPlace): Promise<ExtraState | undefined> {
  const { store, name, id, isUsed, isOver, pause } = place;
  const slots = new Set<number>();
  const lists: LongList[] = [];
  let slot = 0;
  for (const [path, items] of longLists(extra, [])) {
    const own: number[] = [];
    for (let from = 0; from < items.length; from += CHUNK) {
      while (isUsed(slot) || slots.has(slot)) slot++;
      slots.add(slot);
      own.push(slot);
      const chunk = items.slice(from, from + CHUNK);
      await store.save(partName(name, slot), seal(KIND, 1, null, { id, slot, items: chunk }));
      await pause();
      if (isOver()) return undefined;
    }
    lists.push({ path, slots: own });
  }
  return { state: { tree: withoutLong(extra), id, lists }, slots };
}

/**
 * @param saved what `saveExtra` gave; undefined where nothing was
 * @throws DamagedPart when a part is missing or damaged
 */
export async function loadExtra(
  store: CheckpointStore,
  name: string,
  saved: State | undefined,
): Promise<{ readonly extra: State | undefined; readonly slots: readonly number[] }> {
  if (saved === undefined) return { extra: undefined, slots: [] };
  const { tree, id, lists } = fields(saved, ['tree', 'id', 'lists']);
  const slots: number[] = [];
  for (const long of list('lists', lists)) {
    const { path, slots: own } = fields(long, ['path', 'slots']);
    const items: State[] = [];
    for (const each of list('slots', own)) {
      const slot = count('slots', each);
      slots.push(slot);
      const chunk = await loadChunk(store, name, slot, id).catch((error: unknown) => {
        throw new DamagedPart('what was saved with the models', error);
      });
      items.push(...chunk);
    }
    insert(
      tree,
      list('path', path).map((name) => text('path', name)),
      items,
    );
  }
  return { extra: tree, slots };
}

async function loadChunk(
  store: CheckpointStore,
  name: string,
  slot: number,
  id: State | undefined,
): Promise<readonly State[]> {
  const stored = await store.load(partName(name, slot));
  if (stored === undefined) throw badSnapshot(`${partName(name, slot)} is missing`);
  const part = fields(unseal(stored, KIND, 1, null), ['id', 'slot', 'items']);
  if (part.id !== id || part.slot !== slot)
    throw badSnapshot(`${partName(name, slot)} belongs to another state`);
  return list('items', part.items);
}

function isLong(state: State): state is readonly State[] {
  return Array.isArray(state) && state.length > CHUNK;
}

function isObject(state: State): state is { readonly [name: string]: State } {
  return typeof state === 'object' && state !== null && !Array.isArray(state) && !ArrayBuffer.isView(state);
}

function longLists(
  state: State,
  path: readonly string[],
): (readonly [readonly string[], readonly State[]])[] {
  if (isLong(state)) return [[path, state]];
  if (!isObject(state)) return [];
  return Object.keys(state).flatMap((name) => longLists(state[name] ?? null, [...path, name]));
}

function withoutLong(state: State): State {
  if (isLong(state)) return [];
  if (!isObject(state)) return state;
  const names = Object.keys(state).filter((name) => state[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, withoutLong(state[name])]));
}

function insert(tree: State | undefined, path: readonly string[], items: readonly State[]): void {
  let parent: { [name: string]: State } = {};
  let place = tree;
  for (const name of path) {
    parent = fields(place) as { [name: string]: State };
    if (!Object.hasOwn(parent, name)) throw badSnapshot('snapshot: a list has no place');
    place = parent[name];
  }
  const name = path.at(-1);
  if (name === undefined) throw badSnapshot('snapshot: a list has no place');
  parent[name] = items;
}
