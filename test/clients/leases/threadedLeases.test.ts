import { describe, expect, it } from 'vitest';
import { type LeaseChange, ThreadedLeases } from '../../../src/clients/leases/threadedLeases.ts';

/** Watches until it fails, and writes down what changes. */
async function watch<D>(
  leases: ThreadedLeases<D>,
  changes: LeaseChange[],
  onGained: () => Promise<void>,
): Promise<void> {
  for await (const change of leases.watch('me', new AbortController().signal)) {
    changes.push(change);
    if (change.gained.length > 0) void onGained();
  }
}

describe('leases in a thread', () => {
  it('fail where it cannot connect or has ended, so that they are watched anew, and its partitions are lost', async () => {
    const starts = new SharedArrayBuffer(4);
    const kind = {
      module: new URL('./endingThread.js', import.meta.url),
      data: () => ({ starts }),
      open: () => Promise.reject(new Error('not in this thread')),
    };
    const leases = new ThreadedLeases(kind, () => {});
    const changes: LeaseChange[] = [];
    const watched = () => watch(leases, changes, () => leases.release('me', [0]));
    await expect(watched()).rejects.toMatchObject({
      isTransient: true,
      message: 'leases: no leader just now',
    });
    expect(changes).toEqual([]);
    await expect(watched()).rejects.toMatchObject({
      isTransient: true,
      message: expect.stringContaining('thread has ended'),
    });
    expect(changes).toEqual([
      { gained: [0, 1], lost: [] },
      { gained: [], lost: [0, 1] },
    ]);
    await leases.close();
  });

  it.each(['in a thread', 'without one'])(
    '%s end for good once they are closed, and who watches learns it',
    async (where) => {
      const starts = new SharedArrayBuffer(4);
      Atomics.store(new Int32Array(starts), 0, 1); // it connects at once
      const closes: string[] = [];
      const kind = {
        module: new URL(where === 'in a thread' ? './endingThread.js' : './none.js', import.meta.url),
        data: () => ({ starts }),
        open: async (_: unknown, onChange: (change: LeaseChange) => void) => {
          setImmediate(() => onChange({ gained: [0, 1], lost: [] }));
          return {
            release: async () => {},
            leave: async () => {},
            close: async () => void closes.push('here'),
          };
        },
      };
      const leases = new ThreadedLeases(kind, () => {});
      const changes: LeaseChange[] = [];
      const watched = () => watch(leases, changes, () => leases.close());
      const closed = { isTransient: false, message: expect.stringContaining('engine was closed') };
      await expect(watched()).rejects.toMatchObject(closed);
      expect(changes).toEqual([
        { gained: [0, 1], lost: [] },
        { gained: [], lost: [0, 1] },
      ]);
      await expect(watched()).rejects.toMatchObject(closed);
      expect(changes).toHaveLength(2);
      expect(closes).toEqual(where === 'in a thread' ? [] : ['here']);
    },
  );
});
