import { expect, it } from 'vitest';
import { assignFoldsOfSets } from '../../../src/lab/benchQuality/folds.ts';
import { readSet } from '../../../src/lab/benchQuality/readSets.ts';
import { describeWithShared } from '../../support/environment/shared.ts';

describeWithShared('nab', 'folds of NAB', (path) => {
  it('hold like many of each kind of stream, in ten ways', async () => {
    const set = await readSet(path, () => {}, new AbortController().signal);
    expect(set.isNab).toBe(true);
    const folders = set.series.map(({ name }) => name.split('/')[0]);
    expect(new Set(folders).size).toBe(7);
    const [assignments] = assignFoldsOfSets([set], 5);
    expect(new Set(assignments.map((folds) => folds.join(''))).size).toBe(10);
    for (const folds of assignments) {
      for (const folder of ['', ...new Set(folders)]) {
        const counts = [0, 0, 0, 0, 0];
        for (const [at, fold] of folds.entries()) if (folder === '' || folders[at] === folder) counts[fold]++;
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }
    }
  });
});

describeWithShared('cloud-monitoring/data', 'folds of cloud monitoring', (path) => {
  it('are refused where there are more than series', async () => {
    const set = await readSet(path, () => {}, new AbortController().signal);
    expect(set.isNab).toBe(false);
    expect(() => assignFoldsOfSets([set], set.series.length + 1)).toThrow(
      `bench-quality: expected --folds to be at most ${set.series.length}, the number of series in data, got`,
    );
    const [[leftOut]] = assignFoldsOfSets([set], set.series.length);
    expect([...leftOut].sort((a, b) => a - b)).toEqual([...set.series.keys()]); // each series by itself
  });
});
