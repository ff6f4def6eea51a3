import { describe, expect, it } from 'vitest';
import { MemoryCheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import { EvictedModels, Timeline } from '../../../src/models/durable/evictedModels.ts';
import { type Snapshot, seal } from '../../../src/models/snapshot/snapshot.ts';

class CountingStore extends MemoryCheckpointStore {
  saves = 0;
  atATime = 0;
  most = 0;

  override async save(name: string, state: Snapshot): Promise<void> {
    this.most = Math.max(this.most, ++this.atATime);
    await Promise.resolve();
    await super.save(name, state);
    this.saves++;
    this.atATime--;
  }
}

const numbers = Float64Array.from({ length: 100 }, (_, k) => Math.sqrt(k + 2));
const model = (of: string): Snapshot => seal('Test', 1, null, { of, numbers });

/** As the detector does: until there is nothing to wait for. */
async function fetched(evicted: EvictedModels, key: string): Promise<void> {
  for (let waits = evicted.fetch(key); waits !== undefined; waits = evicted.fetch(key)) await waits;
}

describe('models that were evicted', () => {
  const open = (store: CountingStore, mostWaiting?: number, run = 'first') =>
    new EvictedModels(store, 'x', new Timeline([], 0, run), [], mostWaiting);

  it('cost the store nothing when they return before the next state', async () => {
    const store = new CountingStore();
    const evicted = open(store);
    for (let round = 0; round < 50; round++) {
      for (let k = 0; k < 20; k++) evicted.put(`k${k}`, 20 * round + k, model(`k${k} of ${round}`));
      for (let k = 0; k < 20; k++) {
        expect(evicted.fetch(`k${k}`)).toBeUndefined();
        expect(evicted.take(`k${k}`)).toEqual(model(`k${k} of ${round}`));
      }
    }
    await evicted.flush();
    expect(store.saves).toBe(0);
  });

  it('are written by flush, several at a time, each key once', async () => {
    const store = new CountingStore();
    const evicted = open(store);
    for (let k = 0; k < 60; k++) evicted.put(`k${k % 30}`, k, model(`${k}`));
    await evicted.flush();
    expect(store.saves).toBe(30);
    expect(store.most).toBe(8);
    await evicted.fetch('k7');
    expect(evicted.take('k7')).toEqual(model('37'));
  });

  it('are kept where a checkpoint needs them, though their key has returned', async () => {
    const store = new CountingStore();
    const evicted = open(store);
    evicted.put('a', 3, model('before'));
    evicted.keepFor([5]);
    evicted.take('a');
    evicted.put('a', 8, model('after'));
    await evicted.flush();
    const resumed = new EvictedModels(store, 'x', new Timeline([{ id: 'first', from: 0 }], 5, 'second'), [5]);
    await resumed.fetch('a');
    expect(resumed.take('a')).toEqual(model('before'));
  });

  it('are waited for where they are too many in memory, and are then in the store', async () => {
    const store = new CountingStore();
    const evicted = open(store, 10_000); // of some 900 each
    for (let k = 0; k < 40; k++) {
      await fetched(evicted, `k${k}`);
      expect(evicted.take(`k${k}`)).toBeUndefined();
      evicted.put(`k${k}`, k, model(`${k}`));
    }
    expect(store.saves).toBeGreaterThan(25);
    for (let k = 0; k < 40; k++) {
      await fetched(evicted, `k${k}`);
      expect(evicted.take(`k${k}`)).toEqual(model(`${k}`));
    }
  });

  it('are written by the next flush where one failed, which reports it', async () => {
    const store = new CountingStore();
    const { save } = store;
    store.save = () => Promise.reject(new Error('no space left'));
    const evicted = open(store);
    evicted.put('a', 1, model('a'));
    await expect(evicted.flush()).rejects.toThrow('no space left');
    expect(evicted.take('a')).toEqual(model('a'));
    evicted.put('a', 2, model('again'));
    store.save = save;
    await evicted.flush();
    expect(store.names).toEqual(['x/=a']);
  });
});
