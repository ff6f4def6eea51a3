import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { level, seasonPhase, volatility } from '../../src/inspect/quantities.ts';
import { RidgeProbe } from '../../src/inspect/ridgeProbe.ts';
import { throughText } from '../support/observations.ts';
import { expectDamageRefused, expectRefused } from '../support/snapshotChecks.ts';

const N = 6;

/** Random inputs, and targets that `read` makes of them. */
function taught(
  read: (inputs: readonly number[], random: Random) => number[],
  options: Partial<ConstructorParameters<typeof RidgeProbe>[0]> = {},
  events = 2000,
): RidgeProbe {
  const random = new Random(4);
  const probe = new RidgeProbe({
    inputs: N,
    outputs: read(new Array(N).fill(0), new Random(1)).length,
    ...options,
  });
  for (let t = 0; t < events; t++) {
    const inputs = Array.from({ length: N }, () => 2 * random.uniform() - 1);
    probe.learn(inputs, read(inputs, random));
  }
  return probe;
}

describe('RidgeProbe', () => {
  it('reads what is linear in its inputs, of any unit and offset: R² near 1', () => {
    const probe = taught((h) => [1e6 + 3 * h[0] - 2 * h[3], 1e-4 * h[1]]);
    expect(probe.r2).toBeGreaterThan(0.9999);
    const [first, second] = probe.predict([1, 1, 0, 0, 0, 0]);
    expect(first).toBeCloseTo(1e6 + 3, 2);
    expect(second).toBeCloseTo(1e-4, 8);
  });

  it('reads nothing from noise: R² near 0, and below, as nothing was tried on what it was learnt from', () => {
    const { r2 } = taught((_, random) => [random.normal()]);
    expect(Math.abs(r2)).toBeLessThan(0.02);
    expect(r2).toBeLessThan(0);
  });

  it('reads the share that is there: half of the variance', () => {
    const { r2 } = taught((h, random) => [h[2] + random.normal() / Math.sqrt(3)], {}, 6000);
    expect(r2).toBeGreaterThan(0.46);
    expect(r2).toBeLessThan(0.54);
  });

  it('ends where the normal equations (HᵀH + λ) w = Hᵀy do', () => {
    const ridge = 5;
    const random = new Random(8);
    const probe = new RidgeProbe({ inputs: 1, ridge });
    let [hh, hy, h1, y1, n] = [0, 0, 0, 0, 0];
    for (let t = 0; t < 50; t++) {
      const h = random.normal();
      const y = t === 0 ? 0 : 2 * h + 1 + 0.3 * random.normal();
      probe.learn([h], [y]);
      hh += h * h;
      hy += h * y;
      h1 += h;
      y1 += y;
      n++;
    }
    // Two unknowns, of which the intercept is as good as free.
    const [a, b, c] = [hh + ridge, h1, n + 1e-6];
    const determinant = a * c - b * b;
    const slope = (hy * c - b * y1) / determinant;
    const intercept = (a * y1 - b * hy) / determinant;
    expect(probe.predict([0])[0]).toBeCloseTo(intercept, 8);
    expect(probe.predict([1])[0]).toBeCloseTo(intercept + slope, 8);
  });

  it('follows a relation that changes if it may forget', () => {
    let t = 0;
    const turning = (h: readonly number[]): number[] => [(t++ % 4000 < 2000 ? 1 : -1) * h[0]];
    const stubborn = taught(turning, {}, 4000);
    t = 0;
    expect(taught(turning, { forgetting: 0.98 }, 4000).r2).toBeGreaterThan(0.95);
    expect(stubborn.r2).toBeLessThan(0.6);
  });

  it('passes over what is not finite and says nothing before its warm-up', () => {
    const probe = new RidgeProbe({ inputs: 1, warmUp: 5 });
    for (const [h, y] of [
      [Number.NaN, 1],
      [1, Number.POSITIVE_INFINITY],
    ])
      probe.learn([h], [y]);
    expect(probe.events).toBe(0);
    for (let t = 0; t < 5; t++) probe.learn([t], [t]);
    expect(probe.r2).toBeNaN();
    probe.learn([7], [7]);
    expect(probe.r2).toBeGreaterThan(0.9);
  });

  it('restored continues bit for bit, and refuses what is not its own', () => {
    const read = (h: readonly number[]): number[] => [h[0], h[1] * h[2]];
    const [one, other] = [taught(read, {}, 300), taught(read, {}, 10)];
    other.restore(throughText(one.snapshot()));
    for (const probe of [one, other]) probe.learn([1, 2, 3, 4, 5, 6], [7, 8]);
    expect(other.snapshot()).toEqual(one.snapshot());
    expectRefused(one, new RidgeProbe({ inputs: N, outputs: 2, ridge: 1 }).snapshot(), /config.ridge/);
    expectDamageRefused(one, 200);
  });

  it.each([
    [{ inputs: 0 }, 'RidgeProbe: expected inputs to be a positive integer, got 0'],
    [{ inputs: 1, forgetting: 0 }, 'RidgeProbe: expected forgetting'],
    [{ inputs: 1, ridge: -1 }, 'RidgeProbe: expected ridge to be a positive number, got -1'],
    [{ inputs: 1, lambda: 1 }, 'RidgeProbe: unknown option lambda'],
  ])('refuses %j', (options, message) => {
    expect(() => new RidgeProbe(options)).toThrow(message);
  });
});

describe('quantities', () => {
  it('the season phase goes round once a period, by events or by time', () => {
    const byEvents = seasonPhase(4);
    const byTime = seasonPhase(4000, 'ms');
    for (let t = 0; t < 9; t++) {
      const [sine, cosine] = byEvents.read([0], undefined, t);
      expect(sine).toBeCloseTo(Math.sin((Math.PI * t) / 2), 12);
      expect(cosine).toBeCloseTo(Math.cos((Math.PI * t) / 2), 12);
      expect(byTime.read([0], t * 1000, 0)).toEqual([sine, cosine]);
    }
    expect(byTime.read([0], undefined, 0)).toEqual([Number.NaN, Number.NaN]);
  });

  it('the level moves half the way in a half-life, through gaps too', () => {
    const quantity = level(10);
    quantity.read([0], undefined, 0);
    let last: readonly number[] = [];
    for (let t = 0; t < 10; t++) last = quantity.read([1], undefined, t);
    expect(last[0]).toBeCloseTo(0.5, 12);
    expect(quantity.read([Number.NaN], undefined, 0)).toEqual(last);
  });

  it('the volatility is the size of the changes', () => {
    const quantity = volatility(5, 1);
    let last: readonly number[] = quantity.read([9, 0], undefined, 0);
    expect(last).toEqual([Number.NaN]);
    for (let t = 1; t < 100; t++) last = quantity.read([9, t % 2 === 0 ? 0 : 3], undefined, t);
    expect(last[0]).toBeCloseTo(3, 12);
  });

  it.each([
    [() => seasonPhase(0), 'seasonPhase: expected period'],
    [() => level(-1), 'level: expected halfLife'],
    [() => volatility(3, 0.5), 'volatility: expected dimension'],
  ])('refuses what is no measure', (make, message) => {
    expect(make).toThrow(message);
  });
});
