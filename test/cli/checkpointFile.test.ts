import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CheckpointFile } from '../../src/cli/checkpointFile.ts';
import { RxAnomalyError } from '../../src/core/errors.ts';
import { temporaryFolder } from './rxAnomaly.ts';

const folder = temporaryFolder();

it('gives back the last state that was saved, and nothing where there is none', async () => {
  const file = new CheckpointFile(join(folder.path, 'new', 'nested'));
  expect(file.load(() => {})).toBeUndefined();
  for (const n of [1, 2, 3]) await file.save({ n, text: 'ü\n"' });
  expect(file.load(() => {})).toEqual({ n: 3, text: 'ü\n"' });
});

it('takes no damaged state for a whole one, whichever bit is flipped or wherever it is cut', async () => {
  const file = new CheckpointFile(join(folder.path, 'damaged'));
  const state = { position: { rows: 12, digest: 'abc' }, numbers: [1.5, -2e-7], key: null };
  await file.save({ before: true });
  await file.save(state);
  const whole = readFileSync(file.path);
  const places = fc.record({
    at: fc.nat({ max: whole.length - 1 }),
    bit: fc.nat({ max: 7 }),
    cut: fc.boolean(),
  });
  fc.assert(
    fc.property(places, ({ at, bit, cut }) => {
      const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
      if (!cut) bytes[at] = bytes[at]! ^ (1 << bit);
      writeFileSync(file.path, bytes);
      const told: string[] = [];
      const loaded = file.load((line) => told.push(line));
      expect(loaded).toEqual(told.length === 0 ? state : { before: true });
      for (const line of told) expect(line).not.toContain('\n');
    }),
    { numRuns: 500 },
  );
});

it('does not put a damaged state in the place of the one before it', async () => {
  const file = new CheckpointFile(join(folder.path, 'twice'));
  await file.save({ n: 1 });
  await file.save({ n: 2 });
  for (const damage of ['', 'once more']) {
    writeFileSync(file.path, damage);
    expect(file.load(() => {})).toEqual({ n: 1 });
    await file.save({ n: 3 });
    expect(file.load(() => {})).toEqual({ n: 3 });
  }
});

it('names the newest when neither can be read', async () => {
  const file = new CheckpointFile(join(folder.path, 'both'));
  await file.save({ n: 1 });
  await file.save({ n: 2 });
  writeFileSync(file.path, '{"a');
  writeFileSync(`${file.path}.previous`, '');
  expect(() => file.load(() => {})).toThrow(RxAnomalyError);
  expect(() => file.load(() => {})).toThrow(`checkpoint ${file.path}: `);
});

it('falls back to the one before when a crash left no newest', async () => {
  const file = new CheckpointFile(join(folder.path, 'crashed'));
  await file.save({ n: 1 });
  renameSync(file.path, `${file.path}.previous`);
  expect(file.load(() => {})).toEqual({ n: 1 });
});
