import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/core/random.ts';
import { Cycle } from '../../../../src/models/evidence/cycles/cycle.ts';
import { Cycles } from '../../../../src/models/evidence/cycles/cycles.ts';
import { PeriodFinder } from '../../../../src/models/evidence/cycles/periodFinder.ts';
import { PhaseProfile } from '../../../../src/models/evidence/cycles/phaseProfile.ts';
import { compress } from '../../../../src/models/scaling/laplaceBand.ts';
import { TailModel } from '../../../../src/numerics/stats/tailModel.ts';

const HOUR = 3_600_000;

describe('PhaseProfile', () => {
  it('holds the mean and the spread of each phase, and knows how well it predicts', () => {
    const random = new Random(1);
    const profile = new PhaseProfile(24);
    for (let t = 0; t < 24 * 60; t++) {
      const hour = t % 24;
      profile.learn(hour, 1e9 + 10 * hour + (hour < 12 ? 0.5 : 3) * random.normal(), 70, 0);
    }
    expect(profile.mean(5)).toBeCloseTo(1e9 + 50, -0.5);
    expect(Math.abs(profile.mean(20) - 1e9 - 200)).toBeLessThan(4);
    expect(profile.spread(3)).toBeLessThan(profile.spread(20));
    expect(profile.skill).toBeGreaterThan(0.95);
    expect(profile.visits(5)).toBe(60);
  });

  it('has no skill where there is no cycle, and is not closed by one missing day', () => {
    const random = new Random(2);
    const noise = new PhaseProfile(24);
    const daily = new PhaseProfile(24);
    const walk = new PhaseProfile(24);
    let x = 0;
    for (let t = 0; t < 24 * 42; t++) {
      noise.learn(t % 24, random.normal(), 1, 0);
      x += random.normal();
      walk.learn(t % 24, x, 10, 0);
      const day = Math.floor(t / 24);
      daily.learn(t % 24, (day === 40 || t % 24 < 8 ? 0 : 10) + random.normal(), 5, 0);
    }
    expect(noise.skill).toBeLessThan(0.3);
    expect(walk.skill).toBeLessThan(0.3); // though its level is followed
    expect([noise, walk].some(({ isSkilled }) => isSkilled)).toBe(false);
    expect(daily.skill).toBeGreaterThan(0.5);
    expect(daily.mean(12)).toBeGreaterThan(8); // a day later
  });

  it('follows a trend', () => {
    const random = new Random(3);
    const rising = new PhaseProfile(96);
    const value = (t: number): number => (t % 96 < 32 ? 0 : 10) + t / 16;
    const events = 96 * 20 + 48;
    for (let t = 0; t < events; t++) rising.learn(t % 96, value(t) + 0.3 * random.normal(), 35, 0);
    expect(Math.abs(value(events) - rising.mean(events % 96))).toBeLessThan(4); // of 6 a day: a profile of five days is 24 behind
    expect(rising.spread(48)).toBeLessThan(4);
  });

  it('has skill where the phase tells how much values vary, and nothing else', () => {
    const random = new Random(4);
    const quietNights = new PhaseProfile(288);
    for (let t = 0; t < 288 * 20; t++)
      quietNights.learn(t % 288, (t % 288 < 168 ? 0.5 : 10) * random.normal(), 6, 0);
    expect(quietNights.skill).toBeLessThan(0.3);
    expect(quietNights.isSkilled).toBe(true);
    expect(quietNights.spread(3)).toBeLessThan(0.3 * quietNights.spread(200));
  });

  it('has skill where a pulse rises from the noise but seldom: a share of the fourth powers', () => {
    const random = new Random(24);
    const [pulses, noise] = [new PhaseProfile(90), new PhaseProfile(90)];
    for (let t = 0; t < 90 * 30; t++) {
      const each = random.normal();
      pulses.learn(t % 90, (t % 90 === 7 ? 10 : 0) + each, 1.45, 0);
      noise.learn(t % 90, each, 1, 0);
    }
    expect(pulses.skill).toBeLessThan(0.5);
    expect(pulses.figures[17]).toBeLessThan(0.5); // nor does the phase tell how much values vary
    expect([pulses.isSkilled, noise.isSkilled]).toEqual([true, false]);
  });

  it('moves a mean by the share of the newest visit, at most three spreads, and the level by a part of that', () => {
    const BINS = 24;
    const taught = (cycles: number): PhaseProfile => {
      const profile = new PhaseProfile(BINS);
      for (let t = 0; t < cycles * BINS; t++) profile.learn(t % BINS, 7, 1, 0);
      return profile;
    };
    for (const [visits, off, moves, share] of [
      [1, 0.05, 0.05, 1 / 2],
      [3, 0.05, 0.05, 1 / 4],
      [9, 0.05, 0.05, 1 / 5], // not less
      [1, -50, -50, 1 / 2],
      [9, -50, -0.1, 1 / 5], // a spread of 0 and a tenth of a deviation
    ]) {
      const profile = taught(visits);
      for (const bin of [0, 1, 2]) profile.learn(bin, bin === 1 ? 7 + off : 7, 1, 0);
      // The level makes two of its steps over a cycle of 48 visits or more.
      expect(profile.mean(9)).toBeCloseTo(7 + (moves * 2) / 48, 6);
      expect(profile.mean(1)).toBeCloseTo(7 + moves * share + (moves * 2) / 48, 6);
    }
  });

  it('has the mean error of a phase for its spread, two visits of which are those of all', () => {
    const profile = new PhaseProfile(2);
    // About 100 by turns 1 above and below at one phase, and nothing at the other.
    for (let cycle = 0; cycle < 60; cycle++) {
      profile.learn(0, 100 + (cycle % 2 === 0 ? 1 : -1), 4, 0);
      profile.learn(1, 50, 4, 0);
    }
    const { spreads, figures } = profile.state() as { spreads: Float32Array; figures: Float64Array };
    const everywhere = figures[8];
    expect(everywhere).toBeGreaterThan(0.1); // in units of the first deviation
    for (const bin of [0, 1]) {
      const known = profile.visits(bin) - 1;
      expect(profile.spread(bin)).toBeCloseTo((4 * (known * spreads[bin] + 2 * everywhere)) / (known + 2), 5);
    }
    expect(profile.spread(0)).toBeGreaterThan(0.9);
    expect(profile.spread(0)).toBeLessThan(1.3);
    expect(profile.spread(1)).toBeLessThan(0.2);
  });

  it('has the skill of its means and spreads over a level alone, in squares, fourth powers and likelihood', () => {
    const BINS = 12;
    const [UNIT, ORIGIN] = [4, 100];
    const profile = new PhaseProfile(BINS);
    const [means, spreads, visits] = [0, 0, 0].map(() => new Array<number>(BINS).fill(0));
    const random = new Random(21);
    const squareOf = (z: number): number => compress(z) ** 2;
    const spreadOf = (bin: number, known = visits[bin] - 1): number =>
      (Math.max(0, known) * spreads[bin] + 2 * absolute) / (Math.max(0, known) + 2);
    let [seen, absolute, error2, error4, all2, all4, gain] = [0, 0, 0, 0, 0, 0, 0];
    let [level, around, drift, closed, wrong, sum, last] = [0, 0, 0, 0, 0, 0, 0];
    for (let t = 0; t < BINS * 80; t++) {
      const bin = t % BINS;
      if (bin === 11 && t < BINS * 10) continue; // a phase that is first seen late
      // The deviation of the stream is not always what it was at first.
      const sigma = t === 0 ? 1 : 1 + (t % 5) / 4;
      const wave = t < BINS * 40 ? 6 * Math.sin((2 * Math.PI * bin) / BINS) : 0; // then it is gone
      const value =
        t === 0
          ? ORIGIN
          : ORIGIN +
            wave +
            (bin < 6 ? 1 : 0.2) * random.normal() +
            (t % 331 === 330 || t === BINS + 3 ? 60 : 0);
      const x = (value - ORIGIN) / UNIT;
      // One value a visit: the visit before ends.
      const first = visits[last] === 0;
      if (t > 0) {
        const n = ++visits[last];
        const mean = sum;
        const pace = 2 / 48;
        if (first) means[last] = mean - drift;
        else {
          const reach = n > 2 ? 3 * spreadOf(last, n - 2) + 0.1 * sigma : Number.POSITIVE_INFINITY;
          const off = Math.max(-reach, Math.min(reach, mean - means[last] - drift));
          means[last] += Math.max(1 / n, 0.2) * off;
          spreads[last] += Math.max(1 / (n - 1), 0.2) * (Math.min(reach, wrong) - spreads[last]);
          drift += pace * off;
        }
        if (seen > 0)
          level += Math.max(1 / ++closed, pace) * Math.max(-3 * sigma, Math.min(3 * sigma, mean - level));
      }
      sum = x;
      last = bin;
      wrong = 0;
      if (visits[bin] > 0) {
        const error = Math.abs(x - means[bin] - drift);
        wrong = error;
        const rate = Math.max(1 / ++seen, 1 / 2000);
        const isSettled = seen > 50;
        const [e2, e4] = [squareOf(error / sigma), squareOf(error / sigma) ** 2];
        const bounded2 = isSettled ? Math.min(e2, 25 * error2 + 1e-4) : e2;
        const bounded4 = isSettled ? Math.min(e4, 50 * error4 + 1e-4) : e4;
        absolute += rate * ((isSettled ? Math.min(error, 4 * absolute) : error) - absolute);
        error2 += rate * (bounded2 - error2);
        error4 += rate * (bounded4 - error4);
        if (seen === 1) level = x;
        const size = Math.abs(x - level);
        if (isSettled) {
          const [whole, own] = [around + 0.02 * sigma, spreadOf(bin) + 0.02 * sigma];
          gain +=
            rate * (Math.log(whole / own) + Math.min(8, size / whole) - Math.min(8, error / own) - gain);
        }
        around += rate * ((isSettled ? Math.min(size, 4 * around) : size) - around);
        const variance = squareOf((x - level) / sigma);
        all2 += rate * (Math.max(0, variance - (e2 - bounded2)) - all2);
        all4 += rate * (Math.max(0, variance ** 2 - (e4 - bounded4)) - all4);
      }
      profile.learn(bin, value, UNIT * sigma, 0);
      if (t % 7 !== 0 || seen === 0) continue;
      const found = profile.figures;
      expect(profile.skill).toBeCloseTo(1 - error2 / all2, 3);
      for (const [at, expected] of [
        [10, error4],
        [11, level],
        [13, all4],
        [16, around],
        [17, gain],
        [18, drift],
      ] as const)
        expect(Math.abs(found[at] - expected), `figure ${at} at ${t}`).toBeLessThan(
          1e-4 * Math.max(0.1, Math.abs(expected)),
        );
      expect(profile.spread(bin)).toBeCloseTo(UNIT * spreadOf(bin), 3);
      const isSkilled = 1 - error2 / all2 > 0.5 || 1 - error4 / all4 > 0.6 || gain > 0.5;
      expect(profile.isSkilled, String(t)).toBe(isSkilled);
    }
  });

  it('knows at which phase surprise is usual, by how much, the surer the more visits there were', () => {
    const profile = new PhaseProfile(24);
    // Of the last bin only 19 visits have ended.
    for (let t = 0; t < 24 * 20; t++) profile.learn(t % 24, 0, 1, t % 24 === 3 ? 20 : 0.5);
    const elsewhere = (23 * 0.5 + 8) / 24; // 8 decades count at most
    expect(profile.routine(3)).toBeCloseTo((8 * 20) / 21 - elsewhere, 1);
    expect(profile.routine(3)).toBeLessThan(255 / 32 - elsewhere);
    expect(profile.routine(4)).toBe(profile.routine(3)); // it may come a bin late
    expect(profile.routine(23)).toBe(0);
    expect(profile.routine(0)).toBe(0);
    const edge = new PhaseProfile(24);
    for (let t = 0; t < 24 * 20; t++) edge.learn(t % 24, 0, 1, t % 24 === 0 ? 4 : 0.5);
    expect(edge.routine(23)).toBeCloseTo((4 * 20) / 21 - (23 * 0.5 + 4) / 24, 1);
    expect(edge.routine(2)).toBe(0);
  });

  it('knows at which phase surprise is usual', () => {
    const profile = new PhaseProfile(24);
    for (let t = 0; t < 24 * 20; t++) profile.learn(t % 24, 0, 1, t % 24 === 3 ? 4 : 0.2);
    expect(profile.routine(3)).toBeGreaterThan(3);
    expect(profile.routine(2)).toBeGreaterThan(3); // it may come a bin early
    expect(profile.routine(12)).toBe(0);
  });

  it('knows by how much cycles are early or late, and what that explains', () => {
    const off = (jitter: number): { early: number; middle: number; noise: number } => {
      const random = new Random(22);
      const profile = new PhaseProfile(60);
      let edges = [20, 40];
      for (let t = 0; t < 60 * 40; t++) {
        if (t % 60 === 0) edges = [20, 40].map((edge) => edge + jitter * random.normal());
        const isOn = t % 60 >= edges[0] && t % 60 < edges[1];
        profile.learn(t % 60, 100 + (isOn ? 30 : 0) + random.normal(), 15, 0);
      }
      return { early: profile.off(17, 130), middle: profile.off(30, 100), noise: profile.off(5, 106) };
    };
    const exact = off(0);
    expect(exact.early).toBeGreaterThan(28);
    expect(exact.middle).toBeLessThan(-28);
    const wandering = off(1.5);
    expect(wandering.early).toBeLessThan(10); // two deviations early
    expect(wandering.middle).toBeLessThan(-28); // a beat that does not come
    expect(Math.abs(wandering.noise - exact.noise)).toBeLessThan(2); // where the profile is flat
    expect(wandering.noise).toBeGreaterThan(4);
  });

  it('takes the slope of spreads over steepness for how early or late cycles are, and four times that for what it explains', () => {
    const BINS = 40;
    const random = new Random(23);
    const profile = new PhaseProfile(BINS);
    let [late, explained] = [0, 0];
    for (let t = 0; t < BINS * 30; t++) {
      const bin = t % BINS;
      if (bin === 0) late = t < BINS * 20 ? random.normal() : 0;
      const wave = 10 * Math.sin((2 * Math.PI * (bin - late)) / BINS) + (bin > 30 ? 8 : 0);
      profile.learn(bin, 500 + wave + 0.5 * random.normal(), 6, 0);
      if (t < BINS * 2 || bin !== 0) continue;
      const { means, spreads } = profile.state() as { means: Float32Array; spreads: Float32Array };
      const steep = [...means].map((_, b) => Math.abs(means.at((b + 1) % BINS)! - means.at(b - 1)!) / 2);
      const of = (values: ArrayLike<number>): number =>
        Array.from(values).reduce((sum, each) => sum + each, 0) / BINS;
      const [usual, wide] = [of(steep), of(spreads)];
      const together = steep.reduce((sum, each, b) => sum + (each - usual) * (spreads[b] - wide), 0);
      const wander = together / steep.reduce((sum, each) => sum + (each - usual) ** 2, 0);
      expect(profile.figures[21]).toBeCloseTo(Math.min(BINS, Math.max(0, wander)), 4);
      const reach = Math.min(5, Math.round(4 * profile.figures[21])); // an eighth of the cycle at most
      if (reach > 0) explained++;
      for (let at = 0; at < BINS; at++) {
        const near = Array.from({ length: 2 * reach + 1 }, (_, k) =>
          profile.mean((at + k - reach + BINS) % BINS),
        );
        const [low, high] = [Math.min(...near), Math.max(...near)];
        for (const value of [480, 495, 500, 505, 520])
          expect(profile.off(at, value)).toBeCloseTo(value - Math.max(low, Math.min(high, value)), 4);
      }
    }
    expect(explained).toBeGreaterThan(5);
  });

  it('stays finite for any finite values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), { minLength: 50, maxLength: 200 }),
        (values) => {
          const profile = new PhaseProfile(8);
          for (const [t, value] of values.entries()) profile.learn(t % 8, value, 1e-9 + t, 1);
          const { means, spreads } = profile.state() as { means: Float32Array; spreads: Float32Array };
          expect([...means, ...spreads, ...profile.figures].every(Number.isFinite)).toBe(true);
          expect(profile.spread(3)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

describe('Cycle', () => {
  it.each([
    ['that keeps time', false],
    ['that is early or late', true],
  ])(
    '%s is surprised by residuals averaged over 1, 3, 12 and 48 records, relative to their usual size',
    (_name, isWandering) => {
      const LENGTHS = [1, 3, 12, 48];
      const [cycle, profile, tail] = [new Cycle(24), new PhaseProfile(24), new TailModel()];
      const random = new Random(12);
      const residuals: number[] = []; // in spreads; 0 before the profile has skill
      const sizes = [0, 0, 0, 0];
      let [learnt, loud, explained, late] = [0, 0, 0, 0];
      for (let t = 0; t < 24 * 50; t++) {
        const bin = t % 24;
        const isOff = t > 24 * 45 && t % 100 < 2;
        if (bin === 0 && isWandering) late = 0.8 * random.normal();
        const usual = 10 * Math.sin((2 * Math.PI * (bin - late)) / 24);
        const value = usual + 0.3 * random.normal() + (isOff ? 9 : 0);
        const weight = t % 7 === 6 ? 0 : 1;
        cycle.look(bin, value, 7, isWandering);
        const speaks = profile.isSkilled && profile.visits(bin) > 0;
        const [whole, left] = [value - profile.mean(bin), profile.off(bin, value)].map((off) =>
          Math.max(-20, Math.min(20, off / (profile.spread(bin) + 0.02 * 7))),
        );
        const residual = isWandering ? left : whole;
        residuals.push(speaks ? residual : 0);
        const averages = LENGTHS.map((length) => {
          const weights = residuals.map((_, k) => (1 - 1 / length) ** (t - k));
          const sum = residuals.reduce((all, each, k) => all + weights[k] * each, 0);
          return length === 1 ? residuals[t] : sum / weights.reduce((all, each) => all + each, 0);
        });
        const off = averages.map((average, k) => Math.abs(average) / (sizes[k] + 0.1));
        const statistic = Math.max(...off);
        // What is learnt as usual is how far values are off whatever explains it.
        const wholly = averages.map((average, k) => {
          const newest = 1 / LENGTHS[k] / (1 - (1 - 1 / LENGTHS[k]) ** (t + 1));
          return Math.abs(average + newest * (whole - residual)) / (sizes[k] + 0.1);
        });
        if (speaks && Math.abs(left) < Math.abs(whole) - 1) explained++;
        expect(cycle.surprise).toBeCloseTo(speaks ? tail.surprise(statistic) : 0, 6);
        if (speaks) {
          const at = off.indexOf(statistic);
          expect(cycle.off).toEqual({ events: LENGTHS[at], direction: averages[at] < 0 ? -1 : 1 });
          expect([cycle.usual, cycle.spread]).toEqual([profile.mean(bin), profile.spread(bin)]);
          expect(cycle.routine).toBeCloseTo(profile.routine(bin) * Math.exp(-((residuals[t] / 4) ** 2)), 9);
        } else expect([cycle.spread, cycle.routine]).toEqual([Number.POSITIVE_INFINITY, 0]);
        if (cycle.surprise > 2.5) loud++;
        const surprise = bin === 5 ? 2 : 0.3;
        cycle.learn(value, 7, surprise, weight);
        if (weight === 0) continue;
        profile.learn(bin, value, 7, surprise);
        if (!speaks) continue;
        tail.learn(Math.max(...wholly));
        learnt++;
        for (const [k, average] of averages.entries()) {
          const bounded = Math.min(learnt > 50 ? 4 * sizes[k] : Number.POSITIVE_INFINITY, Math.abs(average));
          sizes[k] += (bounded - sizes[k]) / learnt;
        }
      }
      expect(learnt).toBeGreaterThan(800);
      expect(loud).toBeGreaterThan(0);
      expect(explained > 100).toBe(isWandering);
    },
  );
});

describe('PeriodFinder', () => {
  const found = (value: (t: number) => number, records = 1500): number => {
    const finder = new PeriodFinder();
    for (let t = 0; t < records; t++) finder.learn(value(t), 0, 1);
    return finder.period;
  };

  it('finds the period of waves, sawteeth and pulses under noise', () => {
    const random = new Random(3);
    const wave = found((t) => Math.sin((2 * Math.PI * t) / 200) + 0.1 * random.normal());
    expect(Math.abs(wave - 200)).toBeLessThanOrEqual(1);
    expect(found((t) => (t % 37) / 20 - 1 + 0.05 * random.normal())).toBe(37);
    expect(found((t) => (t % 90 === 7 ? 12 : 0) + 0.5 * random.normal())).toBe(90);
  });

  /** The period of standardised values by the definition. @param now the one before; 0 where none was known */
  function naive(x: readonly number[], now: number): number {
    const most = Math.min(500, x.length >> 1);
    const difference = Array.from({ length: most + 1 }, (_, lag) =>
      x.slice(most).reduce((sum, each, i) => sum + (each - x[most + i - lag]) ** 2, 0),
    );
    let all = 0;
    const ratio = difference.map((each, lag) => {
      all += each;
      return lag > 0 && all > 0 ? (each * lag) / all : 1;
    });
    if (now > 0 && now < most) {
      const reach = Math.max(1, Math.round(0.06 * now));
      const near = Array.from({ length: 2 * reach + 1 }, (_, k) => now - reach + k).filter(
        (lag) => lag <= most,
      );
      const best = near.reduce((a, b) => (ratio[b] < ratio[a] ? b : a));
      const kept = ratio[best] <= 0.8 * ratio[now] ? best : now; // another has to be clearly better
      if (ratio[kept] < 0.5) return kept;
    }
    const least = Math.min(...ratio.slice(8));
    if (least > 0.25) return 0;
    const isDip = (lag: number): boolean =>
      ratio[lag] <= ratio[lag - 1] && ratio[lag] <= ratio[lag + 1] && ratio[lag] <= least + 0.07;
    const first = ratio.findIndex((_, lag) => lag >= 8 && lag < most && isDip(lag));
    if (first < 0) return 0;
    let best = first;
    for (let near = first + 1; near < Math.min(most, 1.06 * best); near++)
      if (ratio[near] < ratio[best]) best = near;
    return best;
  }

  it('finds what the definition finds at each search', () => {
    const random = new Random(11);
    const changes = { found: 0, moved: 0, lost: 0 };
    let none = 0;
    for (let stream = 0; stream < 24; stream++) {
      const noise = 0.1 + 0.5 * random.uniform();
      const shape = random.below(3);
      // For long, a period that becomes a little longer, then half as long, and is gone.
      const length = stream < 4 ? 3900 : 512;
      const period = (stream < 4 ? 40 : 8) + random.below(120);
      const finder = new PeriodFinder();
      const values: number[] = [];
      let [expected, due, wait, at, origin] = [0, 128, 128, 0, 0];
      for (let t = 0; t < length; t++) {
        at += t < 1100 ? 1 / period : t < 2200 ? 1 / (1.05 * period) : 2 / period;
        const phase = at % 1;
        const wave =
          shape === 0 ? Math.sin(2 * Math.PI * phase) : shape === 1 ? 2 * phase - 1 : phase < 0.1 ? 5 : 0;
        const value = 7000 + 50 * ((t < 3100 ? wave : 0) + noise * random.normal());
        if (t === 0) origin = value;
        values.push(Math.fround((value - origin) / 50)); // in the first deviation
        const [mean, deviation] = [7000 + (t % 3), t === 0 ? 50 : 40];
        const isNew = finder.learn(value, mean, deviation);
        const before = expected;
        if (--due === 0) {
          const z = values
            .slice(-1024)
            .map((each) => compress((each - (mean - origin) / 50) * (50 / deviation)));
          expected =
            naive(z, before) ||
            naive(
              z.map((each) => each * Math.abs(each)),
              before,
            );
          // While nothing changes, searches become rarer.
          wait = expected !== before || t + 1 < 2048 ? 128 : Math.min(512, 2 * wait);
          due = wait;
        }
        expect(finder.period, `stream ${stream} at ${t}`).toBe(expected);
        expect(isNew).toBe(expected !== before);
        if (isNew) changes[before === 0 ? 'found' : expected === 0 ? 'lost' : 'moved']++;
      }
      if (expected === 0) none++;
    }
    expect(changes.found).toBeGreaterThan(12);
    expect(changes.moved).toBeGreaterThan(3);
    expect(changes.lost).toBeGreaterThan(0);
    expect(none).toBeGreaterThan(3);
  });

  it('finds none in noise, random walks and at rest', () => {
    const random = new Random(4);
    expect(found(() => random.normal())).toBe(0);
    expect(found(() => 3)).toBe(0);
    let x = 0;
    const periods = Array.from({ length: 8 }, () => found(() => (x += 0.05 * random.normal())));
    expect(periods.filter((period) => period > 0).length).toBeLessThanOrEqual(2);
  });

  it('hands back the values in which it was found', () => {
    const finder = new PeriodFinder();
    for (let t = 0; t < 1100; t++) finder.learn(1e6 + t, 1e6, 300);
    expect(finder.known).toBe(1024);
    expect(finder.ago(0)).toBeCloseTo(1e6 + 1099, 2);
    expect(finder.ago(1000)).toBeCloseTo(1e6 + 99, 2);
  });
});

describe('Cycles', () => {
  /** Load by day, five days a week. */
  const load = (t: number, random: Random): number =>
    (Math.floor(t / 24) % 7 < 5 && t % 24 >= 8 && t % 24 < 18 ? 50 : 0) + random.normal();
  const WORKDAY = 24 * 30 + 12; // a Wednesday at noon

  function taught(records: number): Cycles {
    const random = new Random(5);
    const cycles = new Cycles();
    for (let t = 0; t < records; t++) {
      cycles.look(t * HOUR, load(t, random), 20);
      cycles.learn(t * HOUR, load(t, random), 15, 20, 0.3, 1);
    }
    return cycles;
  }

  it('is surprised by a working day that does not come, and not by one that does', () => {
    const cycles = taught(WORKDAY);
    cycles.look(WORKDAY * HOUR, 50, 20);
    expect(cycles.surprise).toBeLessThan(1);
    cycles.look(WORKDAY * HOUR, 0, 20);
    expect(cycles.surprise).toBeGreaterThan(2.5);
  });

  it('continues from its state bit for bit, whatever has been allocated in it', () => {
    for (const records of [0, 5, WORKDAY]) {
      const cycles = taught(records);
      const restored = taught(records === 5 ? 900 : 3);
      restored.prepareRestore(structuredClone(cycles.state()))();
      const random = new Random(6);
      for (let t = records; t < records + 200; t++) {
        const value = load(t, random);
        for (const each of [cycles, restored]) each.look(t * HOUR, value, 20);
        expect([restored.surprise, restored.routine]).toEqual([cycles.surprise, cycles.routine]);
        for (const each of [cycles, restored]) each.learn(t * HOUR, value, 15, 20, 0.3, 1);
      }
      expect(restored.state()).toEqual(cycles.state());
    }
  });

  /** A wave of so many records of seven minutes, with whatever is left out. */
  function waves(
    period: number,
    step: number | undefined,
    isThere: (t: number) => boolean,
    length = 1400,
  ): Cycles {
    const random = new Random(8);
    const cycles = new Cycles();
    for (let t = 0; t < length; t++) {
      const value = 10 * Math.sin((2 * Math.PI * t) / period) + 0.3 * random.normal();
      if (!isThere(t)) continue;
      const time = step === undefined ? undefined : t * step;
      cycles.look(time, value, 7);
      cycles.learn(time, value, 0, 7, 0.3, 1);
    }
    return cycles;
  }

  it.each([
    [40, undefined, () => true],
    [300, undefined, () => true], // longer than it has bins
    [40, 7 * 60_000, () => true],
    [40, 7 * 60_000, (t: number) => t % 331 < 300 || t > 1390], // gaps count as the records that they left out
  ] as const)(
    'finds a period of %i records of its own, by their number or their time (%#)',
    (period, step, isThere) => {
      const cycles = waves(period, step, isThere);
      const expected = 10 * Math.sin((2 * Math.PI * 1400) / period);
      cycles.look(step && 1400 * step, expected, 7);
      expect(cycles.usual).toMatchObject({ cycle: 'own' });
      expect(Math.abs(cycles.usual.usual! - expected)).toBeLessThan(1);
      expect(cycles.surprise).toBeLessThan(1.5);
      cycles.look(step && 1400 * step, expected + 10, 7);
      expect(cycles.surprise).toBeGreaterThan(2);
      expect(cycles.usual).toMatchObject({ direction: 1, events: 1 });
    },
  );

  it('begins a period with the values in which it was found, and has no day or week without times', () => {
    const random = new Random(9);
    const cycles = new Cycles();
    const values: number[] = [];
    type Found = {
      own: { profile: Record<string, ArrayLike<number>> } | null;
      finder: { figures: Float64Array };
    };
    let found: Found;
    do {
      const value = 30 + 10 * Math.sin((2 * Math.PI * values.length) / 40) + 0.3 * random.normal();
      values.push(value);
      cycles.look(undefined, value, 7);
      cycles.learn(undefined, value, 30, 7, 0.3, 1);
      expect(cycles.state()).toMatchObject({ day: null, week: null });
      found = cycles.state() as unknown as Found;
    } while (found.own === null);
    const period = found.finder.figures[1]!;
    expect(period).toBe(40);
    const profile = new PhaseProfile(period);
    for (const [n, value] of values.entries()) profile.learn((n + 1) % period, value, 7, Number.NaN);
    for (const [name, numbers] of Object.entries(profile.state() as Record<string, ArrayLike<number>>))
      expect(Array.from(found.own.profile[name]!), name).toEqual(
        Array.from(numbers, (each) => expect.closeTo(each, 4)),
      );
  });

  it('goes by the day while weeks are not known, then by the week, and by nothing in noise', () => {
    const spoken = (days: number, value: (t: number, random: Random) => number): string => {
      const random = new Random(7);
      const cycles = new Cycles();
      const all: string[] = [];
      for (let t = 0; t < 24 * days; t++) {
        const each = value(t, random);
        cycles.look(t * HOUR, each, 20);
        if (t >= 24 * (days - 3)) all.push(cycles.usual.cycle ?? 'none');
        cycles.learn(t * HOUR, each, 15, 20, 0.3, 1);
      }
      const { finder, own, vectors } = cycles.state() as Record<string, unknown>;
      const times = (name: string): number => all.filter((each) => each === name).length;
      const [most] = ['day', 'week', 'none'].sort((a, b) => times(b) - times(a));
      // Nothing else is looked for where these have predicted the stream for more than 1,024 records.
      expect([finder === null, own]).toEqual([days > 50 && most !== 'none', null]);
      expect((vectors as { clock: Float64Array }).clock[0]).toBe(24 * days); // records
      return most;
    };
    const daily = (t: number, random: Random): number =>
      20 * Math.sin((2 * Math.PI * (t % 24)) / 24) + random.normal();
    expect(spoken(7, daily)).toBe('day');
    expect(spoken(70, daily)).toBe('week');
    expect(spoken(70, (_, random) => random.normal())).toBe('none');
  });

  it('has the routine of any cycle: what surprises each week, in a stream that goes by the day', () => {
    const random = new Random(7);
    const cycles = new Cycles();
    const isMaintained = (t: number): boolean => t % 168 === 75;
    let [at, elsewhere] = [0, 0];
    for (let t = 0; t < 168 * 8; t++) {
      const value = 20 * Math.sin((2 * Math.PI * (t % 24)) / 24) + random.normal();
      cycles.look(t * HOUR, value, 14);
      if (t === 168 * 7 + 75) at = cycles.routine;
      if (t === 168 * 7 + 75 + 48) elsewhere = cycles.routine;
      cycles.learn(t * HOUR, value, 0, 14, isMaintained(t) ? 6 : 0.3, 1);
    }
    expect(at).toBeGreaterThan(3);
    expect(elsewhere).toBeLessThan(1.5);
  });

  it('refuses a damaged state and stays as it was', () => {
    const cycles = taught(300);
    const before = cycles.state();
    const { day, ...rest } = before as Record<string, object> & { day: { profile: object } };
    expect(() =>
      cycles.prepareRestore({
        ...rest,
        day: { ...day, profile: { ...day.profile, means: new Float32Array(3) } },
      } as never),
    ).toThrow(/BAD_SNAPSHOT|length/);
    for (const wrong of [{ day: { ...day, records: -1 } }, { own: day }])
      expect(() => cycles.prepareRestore({ ...rest, day, ...wrong } as never)).toThrow(
        /records of a cycle|a period/,
      );
    expect(cycles.state()).toEqual(before);
  });

  it('takes less than 10 kB where day or week predict the stream', () => {
    const bytes = (state: unknown): number =>
      ArrayBuffer.isView(state)
        ? state.byteLength
        : Object.values(state ?? {}).reduce<number>((sum, part) => sum + bytes(part), 0);
    expect(bytes(taught(WORKDAY).state())).toBeLessThan(10_000);
  });
});
