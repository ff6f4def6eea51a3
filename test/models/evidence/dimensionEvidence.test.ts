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
