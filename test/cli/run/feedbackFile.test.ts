import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppliedFeedback, feedbackId } from '../../../src/cli/run/appliedFeedback.ts';
import { FeedbackFile } from '../../../src/cli/run/feedbackFile.ts';
import type { Feedback } from '../../../src/models/decision/feedback.ts';
import { temporaryFolder } from '../rxAnomaly.ts';

const folder = temporaryFolder();

const feedbackOf = (key: string): Feedback => ({
  ...{ kind: 'normal', key, value: [[1, 2]], residual: [[-1, Number.NaN]], score: 0.5 },
});

function fileWith(bytes: Buffer | string): { path: string; file: FeedbackFile; warnings: string[] } {
  const path = join(folder.path, 'feedback.ndjson');
  writeFileSync(path, bytes);
  const warnings: string[] = [];
  return { path, file: new FeedbackFile(path, (line) => warnings.push(line)), warnings };
}

describe('feedback that a state has', () => {
  it('given, cleared and given again, is applied once each, whenever the state was taken', () => {
    const [given, other] = [feedbackOf('pump'), feedbackOf('fan')];
    const clear: Feedback = { ...given, kind: 'clear' };
    const { file } = fileWith('');
    const all = [given, other, clear, given, clear, given];
    for (const piece of all) file.add(piece);
    for (let taken = 0; taken <= all.length; taken++) {
      const before = new AppliedFeedback();
      for (const piece of all.slice(0, taken)) before.add(feedbackId(piece));
      const resumed = new AppliedFeedback();
      for (const id of before.save()) resumed.add(id);
      const applied = file.load().filter((piece) => {
        const isNew = !resumed.recall(feedbackId(piece));
        if (isNew) resumed.add(feedbackId(piece));
        return isNew;
      });
      expect(applied).toEqual(all.slice(taken));
    }
  });
});

describe('the file of feedback', () => {
  it('cut at any byte, loads every whole line, warns of a half one, and takes the next', () => {
    const lines = ['pump', 'größe', '温度'].map(
      (key) => `${JSON.stringify(feedbackOf(key))}
`,
    );
    const whole = Buffer.from(lines.join(''));
    const ends = lines.map((_, i) => Buffer.byteLength(lines.slice(0, i + 1).join('')));
    fc.assert(
      fc.property(fc.nat(whole.length), (length) => {
        const { path, file, warnings } = fileWith(whole.subarray(0, length));
        const count = ends.filter((end) => end - 1 <= length).length; // the line break itself may be missing
        const isHalf = length > (ends[count - 1] ?? 0);
        const keys = file.load().map(({ key }) => key);
        expect(keys).toEqual(['pump', 'größe', '温度'].slice(0, count));
        expect(warnings).toEqual(
          isHalf ? [expect.stringMatching(`^${path}: line ${count + 1} is incomplete .* was dropped$`)] : [],
        );
        file.add(feedbackOf('next'));
        expect(file.load().map(({ key }) => key)).toEqual([...keys, 'next']);
        expect(warnings).toHaveLength(isHalf ? 1 : 0);
      }),
    );
  });

  it('refuses what is no feedback further up, naming the line', () => {
    const { file } = fileWith(`{"kind":"nor
${JSON.stringify(feedbackOf('a'))}
`);
    expect(() => file.load()).toThrow(/feedback\.ndjson: line 1: /);
  });

  it('refuses what has no ranges, naming them', () => {
    const { file } = fileWith(`{"kind":"normal"}\n${JSON.stringify(feedbackOf('a'))}\n`);
    expect(() => file.load()).toThrow(/line 1: expected value to be a list of \[low, high\]/);
  });

  it.skipIf(!existsSync('/dev/full'))('refuses a device, which may never end, and a folder', () => {
    for (const path of ['/dev/full', folder.path])
      expect(() => new FeedbackFile(path, () => {}).load()).toThrow(`${path}: expected a file of feedback`);
  });

  it.skipIf(!existsSync('/dev/full'))('names itself where the disk is full', () => {
    const path = join(folder.path, 'full.ndjson');
    symlinkSync('/dev/full', path);
    const file = new FeedbackFile(path, () => {});
    expect(() => file.add(feedbackOf('a'))).toThrow(`${path}: cannot be written: ENOSPC`);
  });
});
