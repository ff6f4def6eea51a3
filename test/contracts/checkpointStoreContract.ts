import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckpointStore } from '../../src/models/durable/checkpointStore.ts';
import { type Snapshot, seal } from '../../src/models/snapshot/snapshot.ts';
import type { State } from '../../src/models/snapshot/state.ts';

/** A state with something in it. */
export function stateOf(content: State): Snapshot {
  return seal('Test', 1, null, content);
}

/** What every store must do. @param create a store that nothing was saved in */
export function checkpointStoreContract(create: () => CheckpointStore): void {
  describe('as a store of checkpoints', () => {
    it('has nothing at first, then what was saved last', async () => {
      const store = create();
      expect(await store.load('a')).toBeUndefined();
      for (const n of [1, 2, 3]) await store.save('a', stateOf({ n, text: 'ü\n"\u2028' }));
      expect(await store.load('a')).toEqual(stateOf({ n: 3, text: 'ü\n"\u2028' }));
      expect(await store.load('b')).toBeUndefined();
    });

    it('keeps vectors of all kinds, bit for bit', async () => {
      const store = create();
      const vectors = {
        doubles: Float64Array.of(0.1, -0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324),
        floats: Float32Array.of(0.1, -0, Number.NaN, 1e-45),
        words: Uint32Array.of(0, 2 ** 32 - 1),
        shorts: Uint16Array.of(0, 2 ** 16 - 1),
        bytes: Uint8Array.of(0, 255),
        none: new Float64Array(0),
        many: new Float64Array(100_000).fill(1 / 3),
      };
      await store.save('a', stateOf(vectors));
      const { state } = (await store.load('a'))!;
      expect(state).toEqual(vectors);
      expect(Object.is((state as typeof vectors).doubles[1], -0)).toBe(true);
    });

    it('keeps each of many names that are saved, loaded and removed at once', async () => {
      const store = create();
      const names = Array.from({ length: 40 }, (_, k) => `name/#${k}`);
      await Promise.all(names.map((name, k) => store.save(name, stateOf(k))));
      await Promise.all(
        names.map((name, k) => (k % 2 === 0 ? store.remove(name) : store.save(name, stateOf(-k)))),
      );
      const states = await Promise.all(names.map(async (name) => (await store.load(name))?.state));
      expect(states).toEqual(names.map((_, k) => (k % 2 === 0 ? undefined : -k)));
    });

    it('keeps states apart by name, whatever is in it', async () => {
      const store = create();
      const anyName = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.constantFrom(
          'a',
          'A',
          'a/',
          'a/=',
          'a/=b',
          '.',
          '..',
          '../a',
          'nul',
          'a.previous',
          'x'.repeat(400),
        ),
      );
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(anyName, { maxLength: 8 }), async (names) => {
          for (const name of names) await store.save(name, stateOf(name));
          for (const name of names) expect((await store.load(name))?.state).toBe(name);
        }),
        { numRuns: 30 },
      );
    });

    it('has what was saved last of what was saved at once', async () => {
      const store = create();
      await Promise.all([1, 2, 3, 4, 5].map((n) => store.save('a', stateOf(n))));
      expect((await store.load('a'))?.state).toBe(5);
    });

    it('gives nothing that a later change of the state could reach', async () => {
      const store = create();
      const content = { list: [1, 2, 3], vector: Float64Array.of(1, 2) };
      await store.save('a', stateOf(content));
      content.list.push(4);
      content.vector[0] = 7;
      const expected = { list: [1, 2, 3], vector: Float64Array.of(1, 2) };
      const loaded = (await store.load('a'))?.state as typeof content;
      expect(loaded).toEqual(expected);
      loaded.vector[0] = 8;
      expect((await store.load('a'))?.state).toEqual(expected);
    });

    it('forgets what is removed, and minds nothing that is not there', async () => {
      const store = create();
      for (const n of [1, 2]) await store.save('a', stateOf(n));
      await store.save('b', stateOf(0));
      await store.remove('a');
      await store.remove('a');
      expect(await store.load('a')).toBeUndefined();
      expect((await store.load('b'))?.state).toBe(0);
    });
  });
}
