import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { RxAnomalyError } from '../../src/core/errors.ts';
import { FileCheckpointStore } from '../../src/stores/fileCheckpointStore.ts';
import { temporaryFolder } from '../cli/rxAnomaly.ts';
import { checkpointStoreContract, stateOf } from '../contracts/checkpointStoreContract.ts';

const folder = temporaryFolder();
let made = 0;

/** A store in a folder that is not there yet, and what it tells. */
function create(name = `store ${++made}`): {
  readonly store: FileCheckpointStore;
  readonly reported: string[];
  readonly path: string;
} {
  const reported: string[] = [];
  const path = join(folder.path, name, 'nested');
  return {
    store: new FileCheckpointStore(path, { onDamaged: (line) => reported.push(line) }),
    reported,
    path,
  };
}

describe('the file store', () => {
  checkpointStoreContract(() => create().store);

  it('takes no damaged state for a whole one, whichever bit is flipped or wherever it is cut', async () => {
    const { store, reported } = create();
    const state = stateOf({ position: { rows: 12, digest: 'abc' }, numbers: [1.5, -2e-7], key: null });
    await store.save('a', stateOf('before'));
    await store.save('a', state);
    const whole = readFileSync(store.path('a'));
    const places = fc.record({
      at: fc.nat({ max: whole.length - 1 }),
      bit: fc.nat({ max: 7 }),
      cut: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(places, async ({ at, bit, cut }) => {
        const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) bytes[at] = bytes[at]! ^ (1 << bit);
        writeFileSync(store.path('a'), bytes);
        reported.length = 0;
        expect(await store.load('a')).toEqual(reported.length === 0 ? state : stateOf('before'));
        for (const line of reported) expect(line).not.toContain('\n');
      }),
      { numRuns: 500 },
    );
  });

  it('lets several stores of one folder take turns: one of a run just stopped is still writing when the next begins', async () => {
    const name = `store ${++made}`;
    const stores = Array.from({ length: 4 }, () => create(name).store);
    for (let round = 0; round < 20; round++) {
      const saves = stores.map((store, k) => store.save('a', stateOf(4 * round + k)));
      expect(await stores[0].load('a')).toEqual(stateOf(4 * round + 3)); // what was begun before counts
      await Promise.all(saves);
    }
  });

  it('does not put a damaged state in the place of the one before it', async () => {
    const { store, reported } = create();
    for (const n of [1, 2]) await store.save('a', stateOf(n));
    for (const damage of ['', 'once more']) {
      writeFileSync(store.path('a'), damage);
      expect(await store.load('a')).toEqual(stateOf(1));
      expect(reported.at(-1)).toMatch(/^checkpoint .*: .*; resuming from the one before it$/);
      await store.save('a', stateOf(3));
      expect(await store.load('a')).toEqual(stateOf(3));
    }
  });

  it('names the newest when neither can be read', async () => {
    const { store } = create();
    for (const n of [1, 2]) await store.save('a', stateOf(n));
    writeFileSync(store.path('a'), '{"a');
    writeFileSync(`${store.path('a')}.previous`, '');
    await expect(store.load('a')).rejects.toThrow(RxAnomalyError);
    await expect(store.load('a')).rejects.toThrow(`checkpoint ${store.path('a')}: `);
  });

  it('has a whole state wherever a crash stops a save', async () => {
    const { store, path } = create();
    const files = {
      newest: store.path('a'),
      previous: `${store.path('a')}.previous`,
      tmp: `${store.path('a')}.1-abc.1.tmp`,
    };
    for (const n of [1, 2]) await store.save('a', stateOf(n));
    writeFileSync(files.tmp, 'half a sta');
    expect(await store.load('a')).toEqual(stateOf(2));
    rmSync(files.previous);
    expect(await store.load('a')).toEqual(stateOf(2));
    linkSync(files.newest, files.previous);
    expect(await store.load('a')).toEqual(stateOf(2));
    renameSync(files.newest, files.previous); // as it was done where files cannot have two names
    expect(await store.load('a')).toEqual(stateOf(2));
    await store.save('a', stateOf(3));
    expect(await store.load('a')).toEqual(stateOf(3));
    await store.close();
    await new FileCheckpointStore(path).close(); // tidies up
    expect(readdirSync(path).sort()).toEqual(['a.checkpoint', 'a.checkpoint.previous']);
  });

  it('warns where there is no callback', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const { path } = create();
    const store = new FileCheckpointStore(path);
    for (const n of [1, 2]) await store.save('a', stateOf(n));
    writeFileSync(store.path('a'), '');
    await store.load('a');
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('resuming from the one before it'));
    warn.mockRestore();
  });

  it('refuses at once what is no file, or larger than a state can be', async () => {
    const { store } = create();
    const path = store.path('a');
    const refused = async (why: RegExp): Promise<void> => {
      const error = await store.load('a').catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'BAD_SNAPSHOT', message: expect.stringMatching(why) });
      rmSync(path, { recursive: true });
    };
    writeFileSync(path, '');
    truncateSync(path, 2 ** 40); // a hole, which takes no room
    await refused(
      /^checkpoint .*: snapshot: expected at most 1073741824 bytes, got 1099511627776; delete it/,
    );
    mkdirSync(path);
    await refused(/expected a file, got a folder/);
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [path]);
    await refused(/expected a file, got a folder, a pipe or a device/);
    symlinkSync('/dev/zero', path);
    await refused(/expected a file, got a folder, a pipe or a device/);
  });

  it('says which folder it cannot write to', () => {
    const file = folder.file('file', '');
    expect(() => new FileCheckpointStore(join(file, 'below'))).toThrow(
      `${join(file, 'below')}: cannot be used`,
    );
  });

  it('removes on closing what it has created and not used, and nothing else', async () => {
    const outer = join(folder.path, 'outer');
    mkdirSync(join(outer, 'kept'), { recursive: true });
    const path = join(outer, 'created', 'nested');
    const stores = [new FileCheckpointStore(path), new FileCheckpointStore(path)];
    await stores[0]!.close();
    expect(readdirSync(outer)).toEqual(['created', 'kept']); // the other one has it
    await stores[1]!.close();
    expect(readdirSync(outer)).toEqual(['kept']);
    const used = new FileCheckpointStore(path);
    await used.save('a', stateOf(1));
    await used.close();
    expect(readdirSync(path)).toEqual(['a.checkpoint']);
    const other = new FileCheckpointStore(path);
    await other.remove('a');
    await other.close();
    expect(readdirSync(path)).toEqual([]); // it was there
  });
});
