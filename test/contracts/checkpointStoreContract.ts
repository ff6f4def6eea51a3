import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckpointStore } from '../../src/models/durable/checkpointStore.ts';
import { type Json, type Snapshot, seal } from '../../src/models/snapshot.ts';

/** A state with something in it. */
export function stateOf(content: Json): Snapshot {
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
      const content = [1, 2, 3];
      await store.save('a', stateOf(content));
      content.push(4);
      expect((await store.load('a'))?.state).toEqual([1, 2, 3]);
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
