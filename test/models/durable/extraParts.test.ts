import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryCheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import {
  DeferredState,
  ExtraParts,
  type ExtraTree,
  loadExtra,
  savedPart,
  takenTree,
} from '../../../src/models/durable/extraParts.ts';
import type { Snapshot } from '../../../src/models/snapshot/snapshot.ts';
import { fields, list, type State } from '../../../src/models/snapshot/state.ts';

const NAME = 'test';

/** Counts writes. */
class CountingStore extends MemoryCheckpointStore {
  written = 0;

  override async save(name: string, state: Snapshot): Promise<void> {
    this.written++;
    await super.save(name, state);
  }
}

/** Numbers that change, as the owner of deferred parts has them. */
class Numbers {
  readonly #values: number[];
  readonly #deferred: (DeferredState | undefined)[];

  constructor(count: number) {
    this.#values = Array.from({ length: count }, (_, k) => k);
    this.#deferred = this.#values.map(() => undefined);
  }

  get values(): readonly number[] {
    return [...this.#values];
  }

  change(k: number): void {
    this.#deferred[k]?.settle();
    this.#deferred[k] = undefined;
    this.#values[k]! += 1000;
  }

  tree(): ExtraTree {
    const items = this.#values.map((_, k) => {
      this.#deferred[k] ??= new DeferredState(() => ({ value: new Float64Array([this.#values[k]!]) }));
      return this.#deferred[k].want();
    });
    return { items, more: { plain: this.values } };
  }
}

function valuesIn(tree: State | undefined): number[] {
  return list('items', fields(tree).items).map((item) => (fields(savedPart(item)).value as Float64Array)[0]!);
}

const change = fc.record({ k: fc.nat(), isWithin: fc.boolean() });
const step = fc.record({ changes: fc.array(change, { maxLength: 60 }), isGivenUp: fc.boolean() });

describe('the parts of a tree that is saved', () => {
  it('have each item as it was when the tree was asked for, whatever changes meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 130 }),
        fc.array(step, { minLength: 1, maxLength: 8 }),
        async (count, steps) => {
          const [store, numbers, parts] = [new CountingStore(), new Numbers(count), new ExtraParts()];
          let states: readonly {
            readonly state: State;
            readonly slots: ReadonlySet<number>;
            readonly values: readonly number[];
          }[] = [];
          for (const [n, { changes, isGivenUp }] of steps.entries()) {
            for (const { k, isWithin } of changes) if (!isWithin) numbers.change(k % count);
            const [tree, values] = [numbers.tree(), numbers.values];
            const within = changes.filter(({ isWithin }) => isWithin);
            const late = (): void => {
              const next = within.pop();
              if (next !== undefined) numbers.change(next.k % count);
            };
            late();
            const saved = await parts.save(tree, {
              ...{ store, name: NAME, id: `state ${n}` },
              isUsed: (slot) => states.some(({ slots }) => slots.has(slot)),
              isOver: () => isGivenUp,
              pause: async () => late(),
            });
            if (saved === undefined) continue;
            saved.adopt();
            states = [{ state: saved.state, slots: saved.slots, values }, ...states].slice(0, 2);
            for (const { state, values, slots } of states) {
              const loaded = await loadExtra(store, NAME, state);
              expect(valuesIn(loaded.extra)).toEqual(values);
              expect(fields(fields(loaded.extra).more).plain).toEqual(values);
              expect(new Set(loaded.slots)).toEqual(slots);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are written again only where items have changed', async () => {
    const [store, numbers, parts] = [new CountingStore(), new Numbers(320), new ExtraParts()];
    let used: ReadonlySet<number> = new Set();
    const save = async (id: string): Promise<number> => {
      const before = store.written;
      const { items } = numbers.tree() as { readonly items: ExtraTree };
      const place = { store, name: NAME, id, isUsed: (slot: number) => used.has(slot) };
      const saved = await parts.save({ items }, { ...place, isOver: () => false, pause: () => undefined });
      saved!.adopt();
      used = new Set([...used, ...saved!.slots]);
      expect(valuesIn((await loadExtra(store, NAME, saved!.state)).extra)).toEqual(numbers.values);
      return store.written - before;
    };
    expect(await save('first')).toBe(10);
    expect(await save('nothing has changed')).toBe(0);
    for (let k = 0; k < 320; k += 10) numbers.change(k);
    expect(await save('32 of 320 have')).toBe(1);
    for (let k = 0; k < 32; k++) numbers.change(k);
    expect(await save('those of one part')).toBe(1);
    for (let k = 0; k < 320; k++) numbers.change(k);
    expect(await save('all')).toBe(10);
  });

  it('without the places of their items are refused', async () => {
    const store = new MemoryCheckpointStore();
    const saved = { tree: { items: [] }, lists: [{ path: ['items'], slots: [0] }] };
    await expect(loadExtra(store, NAME, saved)).rejects.toThrow('snapshot: ids is missing');
  });

  it('are the same in a tree that is taken at once', () => {
    const numbers = new Numbers(3);
    expect(valuesIn(takenTree(numbers.tree()))).toEqual([0, 1, 2]);
  });
});
