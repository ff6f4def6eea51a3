import { decodeSnapshot } from '../snapshot/decodeSnapshot.ts';
import { encodeSnapshot } from '../snapshot/encodeSnapshot.ts';
import { seal, unseal } from '../snapshot/snapshot.ts';
import { badSnapshot, count, fields, list, type State, text } from '../snapshot/state.ts';
import { borrowed } from '../snapshot/vectors.ts';
import type { CheckpointStore } from './checkpointStore.ts';
import { DamagedPart, type Part, partName } from './loadModels.ts';

/**
 * A part of a tree that is taken when it is saved, or just before it changes, and saved as the bytes of a snapshot: a copy of it at every
 * state would hold up events, and be garbage. Whoever owns the part makes a new one after each change, so that one that was saved
 * before has not changed since.
 */
export class DeferredState {
  static readonly KIND = 'DeferredState';
  /** The part as it is now: a tree. */
  readonly take: () => State;
  #isWanted = false;
  #bytes: Uint8Array | undefined; // as it was before it changed

  constructor(take: () => State) {
    this.take = take;
  }

  /** It belongs to a state that is about to be saved. */
  want(): this {
    this.#isWanted = true;
    return this;
  }

  /** To be called before the part changes. */
  settle(): void {
    if (this.#isWanted) this.#bytes ??= this.#encoded();
  }

  get bytes(): Uint8Array {
    return this.#bytes ?? this.#encoded();
  }

  /** It has been saved. */
  release(): void {
    this.#isWanted = false;
    this.#bytes = undefined;
  }

  #encoded(): Uint8Array {
    return borrowed(() => encodeSnapshot(seal(DeferredState.KIND, 1, null, this.take())));
  }
}

/** An item of a list. */
type Item = State | DeferredState;

/** A tree with items of lists that are not taken yet. */
export type ExtraTree = State | readonly Item[] | { readonly [name: string]: ExtraTree };

/** The tree as it is now. */
export function takenTree(tree: ExtraTree): State {
  if (isList(tree)) return tree.map((item) => (item instanceof DeferredState ? item.take() : item));
  if (!isObject(tree)) return tree as State;
  return Object.fromEntries(named(tree).map(([name, part]) => [name, takenTree(part)]));
}

/** A long list of a tree, saved in parts. */
type LongList = {
  /** Names of fields, from the root of the tree. */
  readonly path: readonly string[];
  /** Of its parts, and the ids of these. */
  readonly slots: readonly number[];
  readonly ids: readonly string[];
  /** Of each item: where it is in the items of all these parts, one after the other. */
  readonly places: Uint32Array;
};

/** A tree, and the slots of the parts in which its long lists are. */
export interface ExtraState {
  readonly state: State;
  readonly slots: ReadonlySet<number>;
  /** To be called once what refers to it is safe: the next state then saves only what has changed since this one. */
  readonly adopt: () => void;
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

/** Where a deferred item of a list is. */
interface ItemPlace {
  readonly slot: number;
  /** In its part. */
  readonly at: number;
}

/**
 * Trees whose long lists may be many megabytes, in a store: those lists go into parts, so that encoding them holds up nobody for long, and
 * of deferred items only those are written again that have changed since the state before.
 */
export class ExtraParts {
  #places: ReadonlyMap<DeferredState, ItemPlace> = new Map();
  #parts: ReadonlyMap<number, Part> = new Map();

  /** @returns what `loadExtra` reads; undefined when it was given up */
  async save(extra: ExtraTree, place: ExtraPlace): Promise<ExtraState | undefined> {
    const { store, name, id, isUsed, isOver, pause } = place;
    const places = new Map<DeferredState, ItemPlace>();
    const parts = new Map<number, Part>();
    const lists: LongList[] = [];
    let slot = 0;
    for (const [path, items] of longLists(extra, [])) {
      const own: number[] = [];
      const where = new Uint32Array(items.length);
      let total = 0; // items of these parts
      const offsets = new Map<number, number>();
      const use = (at: number, part: Part): void => {
        offsets.set(at, total);
        parts.set(at, part);
        own.push(at);
        total += part.size;
      };
      const toSave: number[] = [];
      const kept = this.#keptOf(items);
      for (const [k, item] of items.entries()) {
        const known = kept.get(item);
        if (known === undefined) {
          toSave.push(k);
          continue;
        }
        if (!offsets.has(known.slot)) use(known.slot, this.#parts.get(known.slot)!);
        where[k] = offsets.get(known.slot)! + known.at;
        places.set(item as DeferredState, known);
      }
      for (let from = 0; from < toSave.length; from += CHUNK) {
        while (isUsed(slot) || parts.has(slot) || this.#parts.has(slot)) slot++;
        const chunk = toSave.slice(from, from + CHUNK);
        use(slot, { id, size: chunk.length });
        for (const [at, k] of chunk.entries()) {
          where[k] = offsets.get(slot)! + at;
          const item = items[k];
          if (item instanceof DeferredState) places.set(item, { slot, at });
        }
        const saved = chunk.map((k) => savedItem(items[k]!));
        await store.save(partName(name, slot), seal(KIND, 1, null, { id, slot, items: saved }));
        await pause();
        if (isOver()) return undefined;
      }
      lists.push({ path, slots: own, ids: own.map((at) => parts.get(at)!.id), places: where });
    }
    const state = { tree: withoutLong(extra), lists };
    release(extra);
    return {
      state,
      slots: new Set(parts.keys()),
      adopt: () => {
        this.#places = places;
        this.#parts = parts;
      },
    };
  }

  /** Where those items are that were saved before, but for those of parts of which half or more is no longer needed. */
  #keptOf(items: readonly Item[]): ReadonlyMap<Item, ItemPlace> {
    const known = new Map<Item, ItemPlace>();
    const alive = new Map<number, number>(); // by slot
    for (const item of items) {
      const at = item instanceof DeferredState ? this.#places.get(item) : undefined;
      if (at === undefined) continue;
      known.set(item, at);
      alive.set(at.slot, (alive.get(at.slot) ?? 0) + 1);
    }
    for (const [item, { slot }] of known)
      if (2 * alive.get(slot)! <= this.#parts.get(slot)!.size) known.delete(item);
    return known;
  }
}

/**
 * @param saved what `ExtraParts.save` gave; undefined where nothing was
 * @returns the tree, in which a deferred part is its bytes: `savedPart` reads it
 * @throws DamagedPart when a part is missing or damaged
 */
export async function loadExtra(
  store: CheckpointStore,
  name: string,
  saved: State | undefined,
): Promise<{ readonly extra: State | undefined; readonly slots: readonly number[] }> {
  if (saved === undefined) return { extra: undefined, slots: [] };
  const { tree, lists } = fields(saved, ['tree', 'lists']);
  const slots: number[] = [];
  for (const long of list('lists', lists)) {
    const { path, slots: own, ids, places } = fields(long, ['path', 'slots', 'ids', 'places']);
    const idOf = list('ids', ids);
    const items: State[] = [];
    for (const [k, each] of list('slots', own).entries()) {
      const slot = count('slots', each);
      slots.push(slot);
      const chunk = await loadChunk(store, name, slot, idOf[k]).catch((error: unknown) => {
        throw new DamagedPart('what was saved with the models', error);
      });
      items.push(...chunk);
    }
    insert(
      tree,
      list('path', path).map((name) => text('path', name)),
      inPlaces(items, places),
    );
  }
  return { extra: tree, slots };
}

/** A part of a loaded tree that may have been deferred. @throws RxAnomalyError BAD_SNAPSHOT where its bytes are damaged */
export function savedPart(part: State): State {
  return part instanceof Uint8Array ? unseal(decodeSnapshot(part), DeferredState.KIND, 1, null) : part;
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

function inPlaces(items: readonly State[], places: State): State[] {
  if (!(places instanceof Uint32Array)) throw badSnapshot('snapshot: the places of a list are missing');
  return Array.from(places, (at) => {
    if (at >= items.length) throw badSnapshot('snapshot: an item of a list has no place');
    return items[at]!;
  });
}

function savedItem(item: Item): State {
  return item instanceof DeferredState ? item.bytes : item;
}

function release(tree: ExtraTree): void {
  if (isList(tree)) {
    for (const item of tree) if (item instanceof DeferredState) item.release();
  } else if (isObject(tree)) for (const [, part] of named(tree)) release(part);
}

function isList(tree: ExtraTree): tree is readonly Item[] {
  return Array.isArray(tree);
}

function isLong(tree: ExtraTree): tree is readonly Item[] {
  return isList(tree) && tree.length > CHUNK;
}

function isObject(tree: ExtraTree): tree is { readonly [name: string]: ExtraTree } {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !ArrayBuffer.isView(tree);
}

function named(tree: { readonly [name: string]: ExtraTree }): (readonly [string, ExtraTree])[] {
  return Object.entries(tree).filter(([, part]) => part !== undefined);
}

function longLists(
  tree: ExtraTree,
  path: readonly string[],
): (readonly [readonly string[], readonly Item[]])[] {
  if (isLong(tree)) return [[path, tree]];
  if (!isObject(tree)) return [];
  return named(tree).flatMap(([name, part]) => longLists(part, [...path, name]));
}

/** The tree as it is saved, without the long lists. */
function withoutLong(tree: ExtraTree): State {
  if (isLong(tree)) return [];
  if (isList(tree)) return tree.map(savedItem);
  if (!isObject(tree)) return tree as State;
  return Object.fromEntries(named(tree).map(([name, part]) => [name, withoutLong(part)]));
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
