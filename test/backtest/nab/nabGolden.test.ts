import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { parseLabels } from '../../../src/backtest/labels.ts';
import type { NabFile } from '../../../src/backtest/nab/nabFile.ts';
import { NAB_PROFILES } from '../../../src/backtest/nab/profiles.ts';
import { optimiseNabThreshold, scoreNab } from '../../../src/backtest/nab/scoreNab.ts';
import { recordWindows } from '../../../src/backtest/recordWindows.ts';
import { parseTime } from '../../../src/core/parseTime.ts';
import { describeWithShared } from '../../support/environment/shared.ts';

interface Expected {
  readonly detectors: Record<
    string,
    Record<
      string,
      {
        readonly threshold: number;
        readonly raw: number;
        readonly normalised: number;
        readonly files: readonly {
          file: string;
          score: number;
          TP: number;
          TN: number;
          FP: number;
          FN: number;
        }[];
      }
    >
  >;
}

describeWithShared('nab', 'NAB 1.1’s own scorer', (nab) => {
  const labels = parseLabels(readFileSync(`${nab}/labels/combined_windows.json`, 'utf8'));
  const golden: Expected = JSON.parse(readFileSync(`${nab}/scorer-golden/expected.json`, 'utf8'));
  const windows = new Map(
    [...labels].map(([file, list]) => {
      const rows = readFileSync(`${nab}/data/${file}`, 'utf8').trim().split('\n').slice(1);
      const times = rows.map((row) => parseTime(row.split(',')[0]!));
      return [file, recordWindows(times, list)];
    }),
  );

  const filesOf = (detector: string, order: readonly string[]): NabFile[] => {
    const packed = readFileSync(`${nab}/scorer-golden/${detector}.json.gz`);
    const scores: Record<string, number[]> = JSON.parse(gunzipSync(packed).toString());
    return order.map((name) => ({
      name,
      scores: Float64Array.from(scores[name]!),
      windows: windows.get(name)!,
    }));
  };

  for (const [detector, profiles] of Object.entries(golden.detectors)) {
    for (const profile of NAB_PROFILES) {
      const expected = profiles[profile.name]!;
      const files = filesOf(
        detector,
        expected.files.map(({ file }) => file),
      );

      it(`chooses the same threshold for ${detector}, ${profile.name}`, () => {
        const best = optimiseNabThreshold(files, profile);
        expect(best.threshold).toBe(expected.threshold);
        expect(best.raw).toBeCloseTo(expected.raw, 10);
      });

      it(`gives ${detector} the same counts and scores, ${profile.name}`, () => {
        const result = scoreNab(files, profile, expected.threshold);
        result.files.forEach(({ name, raw, tp, tn, fp, fn }, i) => {
          const { file, score, ...counts } = expected.files[i]!;
          expect({ name, TP: tp, TN: tn, FP: fp, FN: fn }).toEqual({ name: file, ...counts });
          expect(raw).toBeCloseTo(score, 12);
        });
        expect(result.raw).toBeCloseTo(expected.raw, 10);
        expect(result.normalised).toBeCloseTo(expected.normalised, 10);
      });
    }
  }

  it('has the profiles of NAB’s configuration', () => {
    const config: Record<string, { CostMatrix: Record<string, number> }> = JSON.parse(
      readFileSync(`${nab}/config/profiles.json`, 'utf8'),
    );
    expect(Object.keys(config)).toEqual(NAB_PROFILES.map(({ name }) => name));
    for (const { name, ...weights } of NAB_PROFILES) expect(config[name]!.CostMatrix).toMatchObject(weights);
  });

  it('takes the null detector for −57, −57 and −114', () => {
    const names = [...labels.keys()];
    const nothing = filesOf('numenta', names).map((file) => ({ ...file, scores: file.scores.map(() => 0) }));
    expect(NAB_PROFILES.map((profile) => scoreNab(nothing, profile, 1.1).raw)).toEqual([-57, -57, -114]);
  });
});
