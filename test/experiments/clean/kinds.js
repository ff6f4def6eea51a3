// Everyday streams without a fault whose excursions past the middle of the range are not all alike: some days or beats come
// hardly past it, or not. And the same streams with a fault.
import { between, pick, whole } from '../draws.js';
import { DAY } from '../everyday/shapes.js';
import { autoregressive, wave } from '../signals.js';

/** @import { Random } from 'rx-anomaly/numerics' */
/** @import { Span } from '../everyday/kinds.js' */

/**
 * @typedef {object} CleanStream
 * @property {number[]} values
 * @property {number} [interval] seconds from one record to the next; without it the stream has no times
 * @property {number} [weekday] of the first record, from 0 for a Monday
 * @property {readonly Fault[]} faults each of them alone
 */

/**
 * @typedef {Span & { fault: 'too long low' | 'too long high', values: number[] }} Fault
 */

/** @typedef {(random: Random) => CleanStream} CleanKind */

/** Constants were chosen on these, */
/** @type {Readonly<Record<string, CleanKind>>} */
const chosen = {
  'damped weekends, hourly': (random) => dampedWeekends(random, 3600),
  'damped weekends, 15 min': (random) => dampedWeekends(random, 900),
  'lower weekends, hourly': (random) => lowerWeekends(random, 3600),
  'a lesser load now and then': (random) => beats(random, { lesser: between(random, 0.4, 0.75) }),
};

/** and they are measured on these. */
/** @type {Readonly<Record<string, CleanKind>>} */
const leftOut = {
  'damped weekends, 5 min': (random) => dampedWeekends(random, 300),
  'lower weekends, 15 min': (random) => lowerWeekends(random, 900),
  'holidays with a lower day, hourly': (random) => {
    const [weekend, rate] = [between(random, 0.2, 0.9), between(random, 0.02, 0.08)];
    const lower = Array.from({ length: 200 }, () =>
      random.uniform() < rate ? between(random, 0.2, 0.8) : 1,
    );
    return days(random, 3600, office(random), (day, weekday) => (weekday >= 5 ? weekend : lower[day]));
  },
  'office hours, 15 min': (random) => {
    const weekend = between(random, 0.1, 0.9);
    return days(random, 900, office(random), (_, weekday) => (weekday >= 5 ? weekend : 1));
  },
  'traffic with two peaks, hourly': (random) => {
    const [noon, evening] = [between(random, 0.3, 0.75), between(random, 0.6, 1)];
    const shape = (/** @type {number} */ hour) =>
      Math.max(peak(hour, 8, 2), noon * peak(hour, 13, 3), evening * peak(hour, 18, 2.5));
    const [weekend, spread] = [between(random, 0.4, 0.9), between(random, 0, 0.1)];
    return days(random, 3600, shape, (_, weekday) => (weekday >= 5 ? weekend : 1) + spread * random.normal());
  },
  'nights of several depths, hourly': (random) => {
    const depths = [1, 1, 1, between(random, 0.4, 0.8)];
    const shape = (/** @type {number} */ hour) => -peak(hour, 3, 3.5);
    return days(random, 3600, shape, () => pick(random, depths));
  },
  'days that grow, hourly': (random) => {
    const growth = between(random, 0.3, 2) / 84;
    return days(random, 3600, sine, (day) => 1 + growth * day);
  },
  'days that shrink, hourly': (random) => {
    const shrinking = between(random, 0.2, 0.6) / 84;
    return days(random, 3600, sine, (day) => 1 - shrinking * day);
  },
  'weather, hourly': (random) => {
    const sun = autoregressive(random, 0.6, between(random, 0.1, 0.35));
    const front = autoregressive(random, 0.98, between(random, 0.2, 0.6));
    const shares = Array.from({ length: 200 }, () => Math.max(0.1, 1 + sun()));
    const stream = days(random, 3600, sine, (day) => shares[day]);
    const moved = stream.values.map(() => 12 * front());
    return added(stream, moved);
  },
  'beats of any height': (random) => beats(random, { spread: between(random, 0.05, 0.3) }),
  'beats that grow': (random) => beats(random, { growth: between(random, 0.2, 1.5) }),
};

export const CLEAN_KINDS = { chosen, leftOut };

/** @param {number} hour */
const sine = (hour) => wave(hour, 24, -Math.PI / 2);

/**
 * @param {number} hour
 * @param {number} at
 * @param {number} width
 */
function peak(hour, at, width) {
  const off = Math.abs(hour - at);
  return Math.exp(-((Math.min(off, 24 - off) / width) ** 2));
}

/** @param {Random} random */
function office(random) {
  const [begins, ends, edge] = [between(random, 6, 9), between(random, 16, 20), between(random, 0.3, 1.5)];
  const logistic = (/** @type {number} */ x) => 1 / (1 + Math.exp(-x));
  return (/** @type {number} */ hour) => logistic((hour - begins) / edge) * logistic((ends - hour) / edge);
}

/**
 * @param {Random} random
 * @param {number} interval
 */
function dampedWeekends(random, interval) {
  const [saturday, sunday] = pick(random, [
    [1, 1],
    [1, 0.8],
  ]);
  const damped = between(random, 0.3, 0.8);
  return days(
    random,
    interval,
    sine,
    (_, weekday) => [1, 1, 1, 1, 1, saturday * damped, sunday * damped][weekday],
  );
}

/**
 * @param {Random} random
 * @param {number} interval
 */
function lowerWeekends(random, interval) {
  const lower = between(random, 0.3, 1.4);
  return days(
    random,
    interval,
    sine,
    () => 1,
    (weekday) => (weekday >= 5 ? -lower : 0),
  );
}

/**
 * About 50, with an amplitude of about 12. The faults: a working day that stays at the night's level, a night that stays at the
 * day's, both in the last third.
 *
 * @param {Random} random
 * @param {number} interval
 * @param {(hour: number) => number} shape
 * @param {(day: number, weekday: number) => number} share of each day
 * @param {(weekday: number) => number} level
 * @returns {CleanStream}
 */
function days(random, interval, shape, share, level = () => 0) {
  const perDay = DAY / interval;
  const count = interval >= 3600 ? 84 : 56;
  const weekday = random.below(7);
  const [height, noise] = [12 * between(random, 0.8, 1.25), between(random, 0.5, 3)];
  const memory = pick(random, [0, 0, 0.5]);
  const error = autoregressive(random, memory, noise);
  const hours = Array.from({ length: perDay }, (_, t) => shape((24 * t) / perDay));
  const [lowest, highest] = [Math.min(...hours), Math.max(...hours)];
  const middle = (lowest + highest) / 2;
  const shares = Array.from({ length: count }, (_, day) => share(day, (weekday + day) % 7));
  const levels = Array.from({ length: count }, (_, day) => level((weekday + day) % 7));
  const errors = Array.from({ length: count * perDay }, error);
  const value = (/** @type {number} */ t, /** @type {number} */ of) => {
    const day = Math.floor(t / perDay);
    return 50 + height * (shares[day] * of + levels[day]) + errors[t];
  };
  const values = errors.map((_, t) => value(t, hours[t % perDay]));

  let day = whole(random, Math.ceil((2 * count) / 3), count - 4);
  while (![1, 2, 3].includes((weekday + day) % 7)) day++; // with working days before and after it
  const isHigh = (/** @type {number} */ t) => hours[t % perDay] > middle;
  /** @type {(high: boolean, from: number) => Span} */
  const next = (high, from) => {
    let first = from;
    while (isHigh(first) !== high) first++;
    while (isHigh(first - 1) === high) first++; // in the middle of one: the next
    while (isHigh(first) !== high) first++;
    let last = first;
    while (isHigh(last + 1) === high) last++;
    return { first, last };
  };
  const high = next(true, day * perDay);
  const low = next(false, day * perDay);
  /** @type {(span: Span, of: number) => number[]} */
  const staying = ({ first, last }, of) =>
    values.map((each, t) => (t >= first && t <= last ? value(t, of) : each));
  const faults = /** @type {Fault[]} */ ([
    { fault: 'too long low', ...high, values: staying(high, lowest) },
    { fault: 'too long high', ...low, values: staying(low, highest) },
  ]);
  return { values, interval, weekday, faults };
}

/**
 * A load that is on for some records and off for some, without times. The faults: a beat that does not come, a pause that does not.
 *
 * @param {Random} random
 * @param {object} heights
 * @param {number} [heights.lesser] height of a quarter of the beats, or of fewer
 * @param {number} [heights.spread] of all heights
 * @param {number} [heights.growth] over the whole stream
 * @returns {CleanStream}
 */
function beats(random, { lesser = 1, spread = 0, growth = 0 }) {
  const [on, off] = [whole(random, 8, 40), whole(random, 8, 80)];
  const jitter = between(random, 0, 0.12);
  const noise = between(random, 0.3, 2);
  const rate = between(random, 0.03, 0.25);
  const COUNT = 120;
  const at = whole(random, 80, 110);
  /** @type {[number, number, number][]} on, off, height */
  const all = Array.from({ length: COUNT }, (_, k) => {
    const isLesser = k !== at && k !== at + 1 && random.uniform() < rate;
    const height = (isLesser ? lesser : 1) + spread * random.normal();
    return [
      length(random, on, jitter),
      length(random, off, jitter),
      30 * height * (1 + (growth * k) / COUNT),
    ];
  });
  /** @type {number[]} */
  const levels = [];
  /** @type {Fault[]} */
  const faults = [];
  for (const [k, [up, down, height]] of all.entries()) {
    if (k === at) {
      const first = levels.length;
      faults.push(fault('too long low', first, first + up - 1, 0));
      faults.push(fault('too long high', first + up, first + up + down - 1, height));
    }
    for (let t = 0; t < up; t++) levels.push(20 + height);
    for (let t = 0; t < down; t++) levels.push(20);
  }
  const errors = levels.map(() => noise * random.normal());
  const values = levels.map((level, t) => level + errors[t]);
  for (const each of faults)
    each.values = values.map((value, t) =>
      t >= each.first && t <= each.last ? 20 + each.values[0] + errors[t] : value,
    );
  return { values, faults };
}

/**
 * @param {Fault['fault']} what
 * @param {number} first
 * @param {number} last
 * @param {number} height
 * @returns {Fault}
 */
function fault(what, first, last, height) {
  return { fault: what, first, last, values: [height] };
}

/**
 * @param {Random} random
 * @param {number} usual
 * @param {number} jitter
 */
function length(random, usual, jitter) {
  return Math.max(2, Math.round(usual * (1 + jitter * random.normal())));
}

/**
 * @param {CleanStream} stream
 * @param {readonly number[]} moved
 * @returns {CleanStream}
 */
function added(stream, moved) {
  const plus = (/** @type {readonly number[]} */ values) => values.map((value, t) => value + moved[t]);
  return {
    ...stream,
    values: plus(stream.values),
    faults: stream.faults.map((each) => ({ ...each, values: plus(each.values) })),
  };
}
