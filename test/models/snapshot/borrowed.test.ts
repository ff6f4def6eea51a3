import { beforeAll, describe, expect, it } from 'vitest';
import { type ForecasterName, namedForecasters } from '../../../src/models/forecasters/namedForecasters.ts';
import { pretrainedForecaster } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { namedScorers, type ScorerName } from '../../../src/models/scorers/namedScorers.ts';
import { encodeSnapshot } from '../../../src/models/snapshot/encodeSnapshot.ts';
import { borrowed } from '../../../src/models/snapshot/vectors.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import type { StreamDetectorOptions } from '../../../src/models/streamDetectorOptions.ts';

const FORECASTERS = Object.keys(namedForecasters) as ForecasterName[];
const SCORERS = Object.keys(namedScorers) as ScorerName[];

interface Event {
  readonly key: string;
  readonly value: readonly number[];
  readonly time: number;
}

function expectSame(options: () => StreamDetectorOptions<Event, readonly number[]>): void {
  const detector = new StreamDetector<Event, readonly number[]>({ ...options(), onProblem: 'silent' });
  for (let k = 0; k < 400; k++) {
    const values = [Math.sin(k / 5) + (k % 97 === 0 ? 5 : 0), k % 30 === 0 ? Number.NaN : Math.cos(k / 9)];
    for (const key of ['a', 'b']) detector.process({ key, value: values, time: k * 3_600_000 });
  }
  for (const key of ['a', 'b'])
    expect(borrowed(() => encodeSnapshot(detector.snapshotOf(key)))).toEqual(
      encodeSnapshot(detector.snapshotOf(key)),
    );
  detector.dispose();
}

describe('a snapshot that borrows vectors', () => {
  beforeAll(async () => {
    await pretrainedForecaster();
  });

  it('is encoded to the bytes of one with copies, of every forecaster', { timeout: 120_000 }, () => {
    for (const name of FORECASTERS) expectSame(() => ({ forecaster: namedForecasters[name](1) }));
  });

  it('of every scorer', { timeout: 120_000 }, () => {
    for (const name of SCORERS)
      expectSame(() => ({ forecaster: namedForecasters.ema(1), scorer: namedScorers[name]() }));
  });

  it('of a fleet', { timeout: 120_000 }, () => {
    expectSame(() => ({ fleet: true }));
  });

  it('copies again after it, also where the work has failed', () => {
    const detector = new StreamDetector<number>();
    for (let k = 0; k < 50; k++) detector.process(k);
    expect(() =>
      borrowed(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    const before = detector.snapshot();
    const bytes = encodeSnapshot(before);
    for (let k = 0; k < 50; k++) detector.process(-k);
    expect(encodeSnapshot(before)).toEqual(bytes);
  });
});
