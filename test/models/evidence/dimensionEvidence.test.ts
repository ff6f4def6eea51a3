import { expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';

/** Ramps that begin anew after 15 to 40 records, each time elsewhere, as counters and angles do; at 700 a spike. */
function ramps(seed: number): number[] {
  const random = new Random(seed);
  let [x, left] = [0, 20];
  return Array.from({ length: 1000 }, (_, n) => {
    if (left-- > 0) x += 0.04;
    else {
      x = 0.2 * random.normal();
      left = 15 + Math.floor(25 * random.uniform());
    }
    return x + 0.003 * random.normal() + (n === 700 ? 8 : 0);
  });
}

it.each([1, 2, 3, 4])(
  'does not flag the jumps that a young stream makes all the time, but a spike (seed %i)',
  (seed) => {
    const detector = new StreamDetector();
    const starts = ramps(seed).flatMap((value, n) => (detector.process(value)?.startOfIncident ? [n] : []));
    expect(starts).toEqual([700]);
  },
);

it('does not flag the new extremes of a random walk', () => {
  const alerts = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => {
    const random = new Random(seed);
    const detector = new StreamDetector();
    let x = 0;
    return Array.from({ length: 4000 }, () => {
      x += random.normal();
      return detector.process(x)?.startOfIncident ? 1 : 0;
    }).reduce<number>((sum, one) => sum + one, 0);
  });
  expect(alerts.reduce((sum, one) => sum + one, 0)).toBeLessThan(2); // 4 where novelty counts in full
});

it('flags noise that is gone though every value is an ordinary one', () => {
  const random = new Random(5);
  const detector = new StreamDetector();
  let x = 0;
  const starts = Array.from({ length: 3000 }, (_, n) => {
    x = 0.98 * x + 0.2 * random.normal();
    return x + (n >= 2500 && n < 2700 ? 0 : random.normal());
  }).flatMap((value, n) => (detector.process(value)?.startOfIncident ? [n] : []));
  expect(starts.filter((n) => n < 2500)).toEqual([]);
  expect(starts.filter((n) => n >= 2500 && n < 2700)).toHaveLength(1);
});

it('takes weekly maintenance for routine from the fourth week on, where the day predicts better than the week', () => {
  const random = new Random(13);
  const QUARTER = 900_000; // ms
  const detector = new StreamDetector<{ time: number; value: number }>({
    time: ({ time }) => time,
    value: ({ value }) => value,
  });
  const starts = Array.from({ length: 10 * 7 * 96 }, (_, t) => {
    const isDown = t % (7 * 96) >= 6 * 96 + 13 && t % (7 * 96) < 6 * 96 + 17;
    const load = 30 - 20 * Math.cos((2 * Math.PI * t) / 96) + random.normal();
    return { time: t * QUARTER, value: isDown ? random.uniform() : load + 30 };
  }).flatMap((event, t) => (detector.process(event)?.startOfIncident ? [t / (7 * 96)] : []));
  expect(starts.filter((week) => week > 3)).toEqual([]);
});

it.each([0.02, 0.05])(
  'learns a step for good where a share %d of records flickers and the rest stands',
  (share) => {
    const random = new Random(7);
    const detector = new StreamDetector();
    const value = (n: number): number => (n < 3000 ? 0 : 100) + (random.uniform() < share ? 1 : 0);
    const verdicts = Array.from({ length: 5000 }, (_, n) => detector.process(value(n))!);
    expect(verdicts[3000].startOfIncident).toBe(true);
    expect(verdicts.some(({ drift }, n) => n > 3000 && n < 3200 && drift !== undefined)).toBe(true);
    expect(Math.abs(verdicts[3300].expected - 100)).toBeLessThan(2);
    expect(detector.process(50)!.isAnomaly).toBe(true);
  },
);

/** Noise with a nightly job of five records of ten minutes, which does not run on day 20. */
function job(seed: number): { time: number; value: number }[] {
  const random = new Random(seed);
  return Array.from({ length: 26 * 144 }, (_, n) => {
    const runs = n % 144 >= 30 && n % 144 < 35 && Math.floor(n / 144) !== 20;
    return { time: n * 600_000, value: 50 + random.normal() + (runs ? 40 : 0) };
  });
}

it.each([
  ['alone', () => []],
  ['with a dimension that never moves', () => [5]],
  ['with noise', (random: Random) => [random.normal()]],
] as const)('finds the nightly job that does not run, %s', (_, others) => {
  const random = new Random(2);
  const detector = new StreamDetector<{ time: number; value: number }, readonly number[]>({
    time: ({ time }) => time,
    value: ({ value }) => [value, ...others(random)],
  });
  const starts = job(1).flatMap((event, n) => (detector.process(event)?.startOfIncident ? [n] : []));
  const missing = 20 * 144 + 30;
  expect(starts.filter((n) => n >= missing && n < missing + 8)).toHaveLength(1);
  expect(starts.filter((n) => n > 10 * 144 && n < missing)).toEqual([]);
});

it('raises no more alerts on rare counts next to a dimension that never moves', () => {
  const alerts = (others: readonly number[]): number => {
    const random = new Random(5);
    const detector = new StreamDetector<number, readonly number[]>({ value: (count) => [count, ...others] });
    return Array.from({ length: 6000 }, () => (random.uniform() < 0.05 ? 1 + random.below(2) : 0)).filter(
      (count) => detector.process(count)?.startOfIncident,
    ).length;
  };
  expect(alerts([3])).toBeLessThanOrEqual(alerts([]));
});

it('finds a fall by a fifth among 250 daily prices, in most of eight seeds, and nothing else', () => {
  const starts = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((seed) => {
    const random = new Random(seed);
    const detector = new StreamDetector({ transform: 'logReturn' });
    let price = 100;
    return Array.from({ length: 250 }, (_, day) => {
      price *= Math.exp(0.01 * random.normal()) * (day === 200 ? 0.8 : 1);
      return detector.process(price)?.startOfIncident ? day : -1;
    }).filter((day) => day >= 0);
  });
  expect(starts.filter((day) => day === 200).length).toBeGreaterThan(5); // 0 with an exponent of 2, whatever was seen
  expect(starts.filter((day) => day !== 200)).toEqual([]);
});

it.each([60_000, 300_000])(
  'does not expect a blip on a flat line to come again at the same minute of the next days (step %i ms)',
  (step) => {
    const detector = new StreamDetector<{ time: number; value: number }>({
      time: ({ time }) => time,
      value: ({ value }) => value,
    });
    const day = 86_400_000 / step;
    const blip = Math.round(1.3 * day);
    const starts = Array.from({ length: 5 * day }, (_, t) => t).flatMap((t) => {
      const event = { time: 1_700_000_000_000 + t * step, value: t === blip ? 21 : 20 };
      return detector.process(event)?.startOfIncident ? [t] : [];
    });
    expect(starts).toEqual([blip]);
  },
);

it.each([1, 2, 3])('tells the same burst of errors again, and the same outage (seed %i)', (seed) => {
  const random = new Random(seed);
  const counts = Array.from({ length: 6000 }, (): number => (random.uniform() < 0.03 ? 1 : 0));
  const shares = Array.from({ length: 6000 }, () =>
    random.uniform() < 0.05 ? 100 + 0.5 * Math.log(random.uniform()) : 100,
  );
  for (const at of [2500, 5000]) {
    counts[at] = 30;
    for (let i = 0; i < 3; i++) shares[at + i] = 30 + 40 * random.uniform();
  }
  for (const values of [counts, shares]) {
    const detector = new StreamDetector();
    const flagged = values.map((value) => detector.process(value)?.isAnomaly === true);
    expect([2500, 5000].map((at) => flagged.slice(at, at + 3).includes(true))).toEqual([true, true]);
  }
});

it.each([1e-9, 1e-3])('sees rest where there is noise of %d, and pulses of 3 to 6', (noise) => {
  const alerts = [1, 2, 3, 4].map((seed) => {
    const random = new Random(seed);
    const detector = new StreamDetector();
    return Array.from({ length: 6000 }, (_, n) => {
      const pulse = random.uniform() < 0.03 ? 3 + 3 * random.uniform() : 0;
      const verdict = detector.process(noise * random.normal() + pulse);
      return n > 700 && verdict?.startOfIncident ? 1 : 0;
    }).reduce<number>((sum, one) => sum + one, 0);
  });
  // 80 or more where each value is another
  expect(alerts.reduce((sum, one) => sum + one, 0)).toBeLessThan(20);
});

it.each([3, 8])('finds one sensor of %d that is stuck for 60 events', (dimensions) => {
  const found = [1, 2, 3, 4].map((seed) => {
    const random = new Random(seed);
    const detector = new StreamDetector<number[]>();
    let stuck = 0;
    return Array.from({ length: 3060 }, (_, n) => {
      const value = Array.from({ length: dimensions }, () => random.normal());
      if (n === 3000) stuck = value[1];
      if (n >= 3000) value[1] = stuck;
      return detector.process(value)?.isAnomaly === true;
    })
      .slice(3000)
      .includes(true);
  });
  expect(found).toEqual([true, true, true, true]);
});
