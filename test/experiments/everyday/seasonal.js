// Days, weeks and periods of the stream's own, and what is missing or at the wrong time in them.
import { between, pick, sign, whole } from '../draws.js';
import { wave } from '../signals.js';
import { DAY, load } from './shapes.js';

/** @import { Random } from 'rx-anomaly/numerics' */
/** @import { EverydayStream, Kind, Span } from './kinds.js' */

/** @type {Readonly<Record<string, Kind>>} */
export const seasonal = {
  'the day that did not come, hourly': (random) => missingDay(random, 3600),
  'the day that did not come, 15 min': (random) => missingDay(random, 900),
  'the day that did not come, 5 min': (random) => missingDay(random, 300),
  'the nightly job that does not run': (random) => {
    const interval = pick(random, [300, 900, 600]);
    const perDay = DAY / interval;
    const at = whole(random, 2, perDay - 10);
    const length = Math.max(2, Math.round(between(random, 900, 3600) / interval));
    const missing = whole(random, 16, 24);
    const height = between(random, 15, 60);
    const values = Array.from({ length: 28 * perDay }, (_, t) => {
      const [day, phase] = [Math.floor(t / perDay), t % perDay];
      const runs = day !== missing && phase >= at && phase < at + length;
      return 20 + random.normal() + (runs ? height * (1 + 0.05 * random.normal()) : 0);
    });
    const first = missing * perDay + at;
    return {
      values,
      interval,
      faults: [{ first, last: first + length + 2 }],
      excused: [{ first: 0, last: 5 * perDay }],
    };
  },
  'a missing pulse of a train': (random) => {
    const { values, period, starts, width, height } = train(random);
    const at = starts[whole(random, 30, starts.length - 5)];
    for (let t = at; t < at + width; t++) values[t] -= height;
    return { values, faults: [{ first: at, last: at + width }], excused: [{ first: 0, last: 6 * period }] };
  },
  'an early pulse of a train': (random) => {
    const { values, period, starts, width, height } = train(random);
    const at = starts[whole(random, 30, starts.length - 5)] - Math.round(period * between(random, 0.3, 0.6));
    for (let t = at; t < at + width; t++) values[t] += height;
    return { values, faults: [{ first: at, last: at + width }], excused: [{ first: 0, last: 6 * period }] };
  },
  "a period that is nobody's hour": (random) => {
    const period = whole(random, 60, 450);
    const sharp = pick(random, [1, 3]);
    const deviation = 1;
    const amplitude = between(random, 10, 30);
    const form = (/** @type {number} */ t) => {
      const w = wave(t, period, 0);
      return amplitude * Math.sign(w) * Math.abs(w) ** sharp;
    };
    const records = Math.round(16 * period);
    const values = Array.from({ length: records }, (_, t) => form(t) + deviation * random.normal());
    const at = Math.round((whole(random, 9, 14) + pick(random, [0.75, 0.8, 0.7])) * period);
    values[at] += between(random, 0.6, 1) * amplitude;
    return { values, faults: [{ first: at, last: at }], excused: [{ first: 0, last: 3 * period }] };
  },
  'a spike in the valley of the night': (random) => {
    const interval = pick(random, [300, 900]);
    const perDay = DAY / interval;
    const { values } = days(random, interval, 21, -1);
    const at = Math.round((whole(random, 14, 19) + 3 / 24) * perDay);
    values[at] = values.slice(0, at).reduce((a, b) => Math.max(a, b), 0) * between(random, 0.75, 0.95);
    return { values, interval, faults: [{ first: at, last: at }], excused: [{ first: 0, last: 7 * perDay }] };
  },
  'weekly maintenance': (random) => {
    const interval = pick(random, [300, 900]);
    const perDay = DAY / interval;
    const at = Math.round((6 + between(random, 0.05, 0.3)) * perDay);
    const length = Math.max(2, Math.round((between(random, 0.5, 2) * 3600) / interval));
    const { values } = days(random, interval, 70, -1);
    /** @type {Span[]} */
    const excused = [{ first: 0, last: 7 * perDay }];
    for (let week = 0; week < 10; week++) {
      const first = week * 7 * perDay + at;
      for (let t = first; t < first + length; t++) values[t] = between(random, 0, 2);
      if (week < 3) excused.push({ first, last: first + length + 3 });
    }
    return { values, interval, excused };
  },
};

/**
 * @param {Random} random
 * @param {number} interval
 * @returns {EverydayStream}
 */
function missingDay(random, interval) {
  const perDay = DAY / interval;
  const missing = pick(random, [16, 23, 30]); // Wednesdays
  const { values, begins } = days(random, interval, 35, missing);
  const first = Math.round((missing + begins / 24) * perDay);
  return {
    values,
    interval,
    faults: [{ first, last: Math.round(first + perDay / 4) }],
    // What comes after the quarter of a day is too late, and no false alert.
    excused: [
      { first: 0, last: 7 * perDay },
      { first: Math.round((missing + 0.1) * perDay), last: Math.round((missing + 1.1) * perDay) },
    ],
  };
}

/**
 * Load by day, for so many days from a Monday; one of them low as at the weekend.
 *
 * @param {Random} random
 * @param {number} interval
 * @param {number} count
 * @param {number} missing −1 for none
 */
function days(random, interval, count, missing) {
  const [begins, ends] = [between(random, 6, 9), between(random, 16, 20)];
  const edge = between(random, 0.3, 1.5);
  const logistic = (/** @type {number} */ x) => 1 / (1 + Math.exp(-x));
  const shape = pick(random, [
    (/** @type {number} */ h) => logistic((h - begins) / edge) * logistic((ends - h) / edge),
    (/** @type {number} */ h) =>
      Math.max(0, Math.sin((Math.PI * (h - begins)) / (ends - begins))) * (h > begins && h < ends ? 1 : 0),
  ]);
  const [base, height, weekend] = [
    between(random, 20, 60),
    between(random, 40, 200),
    between(random, 0, 0.25),
  ];
  const noise = between(random, 0.015, 0.05) * height;
  const perDay = DAY / interval;
  const values = Array.from({ length: count * perDay }, (_, t) => {
    const day = t / perDay;
    const share = Math.floor(day) === missing ? weekend * shape(24 * (day % 1)) : load(day, weekend, shape);
    return base + height * share + noise * random.normal();
  });
  return { values, begins: begins + 1 };
}

/**
 * A pulse a period, with noise about it.
 *
 * @param {Random} random
 */
function train(random) {
  const period = whole(random, 25, 180);
  const width = whole(random, 1, Math.max(2, Math.floor(period / 10)));
  const height = sign(random) * between(random, 15, 60);
  const noise = pick(random, [0, 0.3, 1]);
  const starts = Array.from({ length: 50 }, (_, k) => 10 + k * period);
  const values = Array.from({ length: 50 * period }, () => 10 + noise * random.normal());
  for (const at of starts) for (let t = at; t < at + width && t < values.length; t++) values[t] += height;
  return { values, period, starts, width, height };
}
