import { describe, expect, it } from 'vitest';
import { FAMILY_NAMES, faultyStream } from './faultyStreams.js';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);

describe.each(FAMILY_NAMES)('streams like %s', (family) => {
  const streams = SEEDS.map((seed) => faultyStream(family, seed));

  it('are the same from the same seed, and others from others', () => {
    expect(faultyStream(family, 1)).toEqual(streams[0]);
    expect(new Set(streams.map(({ series }) => series.values.join())).size).toBe(SEEDS.length);
  });

  it('have finite values, and times in even steps', () => {
    for (const { series } of streams) {
      expect(series.values.every(Number.isFinite)).toBe(true);
      const times = [...(series.times ?? [])];
      const steps = times.slice(1).map((time, t) => time - times[t]);
      expect(times).toHaveLength(series.values.length);
      expect(new Set(steps).size).toBe(1);
      expect(steps[0]).toBeGreaterThan(0);
    }
  });

  it('have up to five labelled faults, in order, after a calm start and none into the next', () => {
    let labelled = 0;
    for (const { series } of streams) {
      const { windows } = series;
      expect(windows.length).toBeLessThanOrEqual(5);
      labelled += windows.length;
      for (const [k, { first, last }] of windows.entries()) {
        expect(first).toBeGreaterThanOrEqual(600);
        expect(last).toBeGreaterThanOrEqual(first);
        expect(last).toBeLessThan((windows[k + 1]?.first ?? series.values.length) - 100);
      }
    }
    expect(labelled).toBeGreaterThan(4 * SEEDS.length);
  });

  // By steps, since after a jump a price resumes from where it came to.
  it('are labelled from the first step that a fault changed to the last', () => {
    for (const { series, normal } of streams) {
      const { values, windows } = series;
      const changes = normal.map((value, t) =>
        t === 0 ? 0 : Math.abs(values[t] - values[t - 1] - (value - normal[t - 1])),
      );
      // a millionth is no change; the way back is a step, too
      const stray = changes.flatMap((change, t) =>
        change > 2e-6 && !windows.some(({ first, last }) => t >= first && t <= last + 1) ? [t] : [],
      );
      expect(stray, series.name).toEqual([]);
      for (const { first, last } of windows) {
        expect(changes[first], `${series.name}, ${first}`).toBeGreaterThan(1e-9);
        expect(changes[last] + changes[last + 1], `${series.name}, ${last}`).toBeGreaterThan(1e-9);
      }
    }
  });
});

describe('hidden faults', () => {
  it('are those that a limit at the highest and lowest normal value would miss', () => {
    let [hidden, all] = [0, 0];
    for (const family of FAMILY_NAMES) {
      for (const seed of SEEDS) {
        const stream = faultyStream(family, seed);
        const { values, windows } = stream.series;
        const [first] = windows;
        const limits = [...values.subarray(0, first.first)].sort((a, b) => a - b);
        const fault = values.subarray(first.first, first.last + 1);
        const passes = fault.some((value) => value < limits[0] || value > limits[limits.length - 1]);
        expect(stream.hidden.includes(first), stream.series.name).toBe(!passes);
        hidden += stream.hidden.length;
        all += windows.length;
      }
    }
    expect(hidden).toBeGreaterThan(all / 5);
    expect(hidden).toBeLessThan(all);
  });
});
