import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { type Clock, DAY, drawClock } from '../../../src/lab/pretrain/simulate/clock.ts';
import { COMPONENTS } from '../../../src/lab/pretrain/simulate/components.ts';
import { poisson, waiting } from '../../../src/lab/pretrain/simulate/draws.ts';
import { LINKS } from '../../../src/lab/pretrain/simulate/links.ts';
import {
  COMPONENT_WEIGHTS,
  LINK_WEIGHTS,
  simulateSeries,
} from '../../../src/lab/pretrain/simulate/simulateSeries.ts';

const HOURLY: Clock = { start: Date.UTC(2024, 0, 1), step: 3_600_000, hasTimes: true };
const SEEDS = Array.from({ length: 40 }, (_, k) => k + 1);

const made = (name: string, seed: number, events = 2000): Float64Array =>
  COMPONENTS[name](new Random(seed), events, HOURLY);
const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const changesOf = (values: Float64Array): Float64Array =>
  values.slice(1).map((value, t) => value - values[t]);
/** Correlation of values with those `lag` events before. */
function correlation(values: Float64Array, lag: number): number {
  const centre = mean(values);
  let [product, square] = [0, 0];
  for (let t = 0; t < values.length; t++) {
    square += (values[t] - centre) ** 2;
    if (t >= lag) product += (values[t] - centre) * (values[t - lag] - centre);
  }
  return product / square;
}

describe('a simulated series', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(simulateSeries(7, 300)).toEqual(simulateSeries(7, 300));
    expect(simulateSeries(8, 300).values).not.toEqual(simulateSeries(7, 300).values);
  });

  it('is finite and varies, whatever it is made of; every family and every link comes up', () => {
    const [families, links, constant] = [new Set<string>(), new Set<string>(), [] as number[]];
    for (let seed = 1; seed <= 600; seed++) {
      const { values, components, link } = simulateSeries(seed, 400);
      expect(values.every(Number.isFinite), `seed ${seed}`).toBe(true);
      if (new Set(values).size === 1) constant.push(seed);
      for (const name of components) families.add(name);
      links.add(link);
    }
    expect(constant.length).toBeLessThan(20);
    expect([...families].sort()).toEqual(Object.keys(COMPONENTS).sort());
    expect([...links].sort()).toEqual(Object.keys(LINKS).sort());
    expect(Object.keys(COMPONENT_WEIGHTS)).toEqual(Object.keys(COMPONENTS));
    expect(Object.keys(LINK_WEIGHTS)).toEqual(Object.keys(LINKS));
  });

  it('has 24 to 1,440 events a day, and times in three of four cases', () => {
    const clocks = Array.from({ length: 400 }, (_, seed) => drawClock(new Random(seed)));
    for (const { step } of clocks) {
      expect(DAY / step).toBeGreaterThanOrEqual(24);
      expect(DAY / step).toBeLessThanOrEqual(1440);
    }
    expect(new Set(clocks.map(({ step }) => step)).size).toBeGreaterThan(5);
    expect(clocks.filter(({ hasTimes }) => hasTimes).length / 400).toBeCloseTo(0.75, 1);
  });
});

describe('the families', () => {
  it.each(Object.keys(COMPONENTS))('%s: finite, and of a size that others can be added to', (name) => {
    for (const seed of SEEDS) {
      const values = made(name, seed);
      expect(values.every(Number.isFinite)).toBe(true);
      // A quantile, since heavy tails are meant to be there.
      const sizes = [...values].map(Math.abs).sort((a, b) => a - b);
      expect(sizes[Math.floor(0.9 * sizes.length)], `seed ${seed}`).toBeLessThan(12);
    }
  });

  it('daily repeats itself each day on some series, and not at the weekend on others', () => {
    const repeats = SEEDS.map((seed) => {
      const values = made('daily', seed, 24 * 14);
      const differs = (day: number): boolean =>
        values.subarray(0, 24).some((value, hour) => Math.abs(value - values[24 * day + hour]) > 1e-9);
      return [differs(1), differs(5)];
    });
    expect(repeats.filter(([tuesday, saturday]) => !tuesday && !saturday).length).toBeGreaterThan(5);
    expect(repeats.filter(([tuesday, saturday]) => !tuesday && saturday).length).toBeGreaterThan(5);
  });

  it('weekly repeats itself each week', () => {
    for (const seed of SEEDS) {
      const values = made('weekly', seed, 168 * 2);
      expect(values.slice(168)).toEqual(values.slice(0, 168));
    }
  });

  it('periodic has a period of 4 to 300 events', () => {
    const best = SEEDS.map((seed) => {
      const values = made('periodic', seed, 3000);
      return Math.max(...Array.from({ length: 297 }, (_, k) => correlation(values, k + 4)));
    });
    expect(best.filter((each) => each > 0.8).length).toBeGreaterThan(25); // the rest wander
  });

  it('autoregression forgets by a constant share', () => {
    const after = SEEDS.map((seed) =>
      [1, 2].map((lag) => correlation(made('autoregression', seed, 20_000), lag)),
    );
    for (const [one, two] of after) expect(Math.abs(two - one ** 2)).toBeLessThan(0.1);
  });

  it('oscillation swings: correlated, then the reverse, then again', () => {
    const signs = SEEDS.map((seed) => {
      const values = made('oscillation', seed, 4000);
      return Math.min(...Array.from({ length: 60 }, (_, k) => correlation(values, k + 1)));
    });
    expect(signs.filter((least) => least < -0.15).length).toBeGreaterThan(30);
  });

  it('walk moves by independent steps; some stand still between them', () => {
    const walks = SEEDS.map((seed) => changesOf(made('walk', seed)));
    for (const steps of walks) expect(Math.abs(correlation(steps, 1))).toBeLessThan(0.15);
    expect(
      walks.filter((steps) => mean(steps.map((step) => Number(step === 0))) > 0.4).length,
    ).toBeGreaterThan(4);
  });

  it('noise is independent; the size of volatility is not', () => {
    for (const seed of SEEDS) expect(Math.abs(correlation(made('noise', seed), 1))).toBeLessThan(0.12);
    const clustered = SEEDS.map((seed) =>
      correlation(
        made('volatility', seed).map((value) => Math.log(Math.abs(value) + 1e-3)),
        1,
      ),
    );
    expect(mean(clustered)).toBeGreaterThan(0.1);
  });

  it('bursts and spikes rest for most of the time', () => {
    for (const name of ['bursts', 'spikes']) {
      const resting = SEEDS.map((seed) =>
        mean(made(name, seed).map((value) => Number(Math.abs(value) < 0.3))),
      );
      expect(mean(resting), name).toBeGreaterThan(0.5);
    }
  });

  it('shifts and rare have few values; trend has few slopes', () => {
    for (const seed of SEEDS) {
      const changes = changesOf(made('shifts', seed));
      expect(changes.filter((change) => change !== 0).length).toBeLessThan(200);
      expect(made('rare', seed).every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
      const slopes = new Set([...changesOf(made('trend', seed))].map((slope) => slope.toFixed(9)));
      expect(slopes.size).toBeLessThan(250);
    }
  });
});

describe('the links', () => {
  const sum = (seed: number): Float64Array => made('autoregression', seed, 1000);
  const through = (link: string, seed: number): Float64Array => {
    const values = sum(seed);
    LINKS[link](new Random(seed), values);
    return values;
  };

  it('exponential is positive, rectified and counts are not negative, counts and rounded are whole', () => {
    for (const seed of SEEDS) {
      expect(through('exponential', seed).every((value) => value > 0)).toBe(true);
      expect(through('rectified', seed).every((value) => value >= 0)).toBe(true);
      expect(through('counts', seed).every((value) => value >= 0 && Number.isInteger(value))).toBe(true);
      expect(through('rounded', seed).every((value) => Number.isInteger(value))).toBe(true);
    }
  });

  it('linear keeps the shape, onOff near two levels', () => {
    for (const seed of SEEDS) {
      expect(correlation(through('linear', seed), 1)).toBeCloseTo(correlation(sum(seed), 1), 6);
      const distances = through('onOff', seed).map((value) => Math.min(Math.abs(value), Math.abs(value - 1)));
      expect(Math.max(...distances)).toBeLessThan(1);
      expect(mean(distances)).toBeLessThan(0.2);
    }
  });
});

describe('the draws', () => {
  it('poisson has its mean and variance, for small and large rates', () => {
    for (const rate of [0.1, 3, 20, 80]) {
      const random = new Random(1);
      const counts = Float64Array.from({ length: 20_000 }, () => poisson(random, rate));
      const centre = mean(counts);
      expect(centre / rate).toBeCloseTo(1, 1);
      expect(mean(counts.map((count) => (count - centre) ** 2)) / rate).toBeCloseTo(1, 1);
    }
  });

  it('waiting is at least 1 and has its mean', () => {
    const random = new Random(2);
    const times = Array.from({ length: 20_000 }, () => waiting(random, 30));
    expect(Math.min(...times)).toBe(1);
    expect(mean(times)).toBeGreaterThan(29);
    expect(mean(times)).toBeLessThan(32);
  });
});
