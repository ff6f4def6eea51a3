import { describe, expect, it } from 'vitest';
import { packFan } from '../../src/backtest/report/packFan.ts';
import { fanPairs, fanStepAt, unpackFan } from '../../src/charts/fan.ts';
import type { PackedFan } from '../../src/charts/packed.ts';
import type { AheadStep, Value } from '../../src/core/reading.ts';

const MINUTE = 60_000;

/** Of so many steps, a minute apart, after record 9, which was at minute 9. */
function fan(steps: number, hasTimes = true): PackedFan {
  const ahead = Array.from(
    { length: steps },
    (_, h): AheadStep<Value> => ({
      step: h + 1,
      time: hasTimes ? (10 + h) * MINUTE : undefined,
      expected: [h, 100 * h],
      quantiles: [
        [h - 1, 0],
        [h + 1, 200 * h],
      ],
    }),
  );
  return JSON.parse(JSON.stringify(packFan(9, ahead))) as PackedFan;
}

describe('what is expected of the next events', () => {
  it('arrives as it was sent, by time', () => {
    const { x, times, dimensions } = unpackFan(fan(3), true, 9 * MINUTE)!;
    expect([...x]).toEqual([10, 11, 12].map((minute) => minute * MINUTE));
    expect([...times!]).toEqual([...x]);
    expect([...dimensions[1]!.expected]).toEqual([0, 100, 200]);
    expect(dimensions[0]!.quantiles.map((column) => [...column])).toEqual([
      [-1, 0, 1],
      [1, 2, 3],
    ]);
  });

  it('is counted in records where the axis shows their numbers', () => {
    expect([...unpackFan(fan(2, false), false, 10)!.x]).toEqual([11, 12]);
    expect(unpackFan(fan(2, false), true, 9 * MINUTE)).toBeUndefined();
  });

  it('loses the steps that have come, and is nothing once all have', () => {
    const { x, dimensions } = unpackFan(fan(3), true, 10 * MINUTE)!;
    expect(x[0]).toBe(11 * MINUTE);
    expect([...dimensions[0]!.expected]).toEqual([1, 2]);
    expect(unpackFan(fan(3), true, 12 * MINUTE)).toBeUndefined();
  });

  it('is read out at the nearest step, to the right of the newest record', () => {
    const known = unpackFan(fan(3, false), false, 10)!;
    const at = [9, 10.4, 10.6, 11.4, 11.6, 13, 99].map((x) => fanStepAt(known, 10, x));
    expect(at).toEqual([undefined, undefined, 0, 0, 1, 2, 2]);
  });

  it('has an interval for each pair of quantiles, the outermost first', () => {
    expect(fanPairs([0.1, 0.25, 0.5, 0.75, 0.9])).toEqual([
      [0.1, 0.9],
      [0.25, 0.75],
    ]);
    expect(fanPairs([0.5])).toEqual([]);
  });
});
