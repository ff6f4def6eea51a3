// Streams with a day of more than 100 events, and often a week: of which half change for good, once. `npm run experiments -- --changes-long`.
import { Random } from 'rx-anomaly/numerics';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 5); // a Monday

/** @typedef {'level' | 'slope' | 'scale' | 'cycle'} LongKind of a cycle its height */
/** @typedef {'chosen' | 'leftOut'} Group on which constants are chosen, and on which they are not */

/** Cadences: minutes between two events, days, whether the events have times. */
const CADENCES = {
  '5 min': { minutes: 5, days: 35, hasTimes: true },
  '1 min': { minutes: 1, days: 22, hasTimes: true },
  '15 min': { minutes: 15, days: 49, hasTimes: true },
  hour: { minutes: 60, days: 84, hasTimes: true },
  '5 min, no times': { minutes: 5, days: 35, hasTimes: false },
};

/** How high a day is at each hour, about 0 … 1. @type {Record<Group, Record<string, (hour: number) => number>>} */
const SHAPES = {
  chosen: {
    sine: (h) => 0.5 + 0.5 * Math.sin((2 * Math.PI * (h - 8)) / 24),
    'two humps': (h) => bump(h, 9, 2) + 0.7 * bump(h, 18, 3),
    office: (h) => rise(h, 8, 0.5) * (1 - rise(h, 18, 0.5)),
  },
  leftOut: {
    sawtooth: (h) => (h < 20 ? h / 20 : (24 - h) / 4),
    peak: (h) => (h < 7 ? 0.05 : Math.exp(-(h - 7) / 4)) * rise(h, 7, 0.3),
    'night job': (h) => 0.15 * bump(h, 13, 5) + (h >= 2 && h < 3.5 ? 1 : 0),
  },
};
/** How much of a day's height there is. @type {Record<Group, Record<string, (weekday: number) => number>>} */
const WEEKS = {
  chosen: {
    'all days alike': () => 1,
    'weekends lower': (d) => (d >= 5 ? 0.5 : 1),
    'Sundays lower': (d) => (d === 6 ? 0.4 : 1),
  },
  leftOut: {
    'all days alike': () => 1,
    'weekends closed': (d) => (d >= 5 ? 0.05 : 1),
    'Fridays less, weekends higher': (d) => (d === 4 ? 0.8 : d >= 5 ? 1.4 : 1),
  },
};
/** The part of an event that is no cycle, in units of the day's height. @type {Record<Group, Record<string, (random: Random, size: number) => (cycle: number, day: number) => number>>} */
const NOISES = {
  chosen: {
    white: (random, size) => () => size * random.normal(),
    autoregressive: (random, size) => {
      let last = 0;
      return () => {
        last = 0.9 * last + 0.44 * size * random.normal();
        return last;
      };
    },
    proportional: (random, size) => (cycle) => 1.5 * size * (0.2 + Math.abs(cycle)) * random.normal(),
  },
  leftOut: {
    'heavy tails': (random, size) => () => 0.6 * size * random.studentT(3),
    'days of different heights': (random, size) => {
      let [today, height] = [-1, 0];
      return (cycle, day) => {
        if (day !== today) [today, height] = [day, 0.08 * random.normal()];
        return height * cycle + size * random.normal();
      };
    },
    spikes: (random, size) => () =>
      size * random.normal() + (random.uniform() < 0.0005 ? (random.uniform() < 0.5 ? -1 : 2) : 0),
  },
};
const KINDS = /** @type {const} */ (['level', 'slope', 'scale', 'cycle']);

/**
 * @typedef {object} LongSeries
 * @property {Float64Array} values
 * @property {Float64Array | undefined} times
 * @property {number} day events of a day
 * @property {string} family its cadence, shape, week and noise
 * @property {{ kind: LongKind, at: number, size: number } | undefined} change `size` of a level in the unit of the values, of a slope per
 * event, of a scale and of a cycle a factor
 */

/** @param {number} seed @param {Group} group @param {string} [cadence] @returns {LongSeries} */
export function longSeries(seed, group, cadence) {
  const random = new Random((group === 'chosen' ? 5_000_000 : 6_000_000) + seed);
  const pick = (/** @type {Record<string, any>} */ of) => {
    const names = Object.keys(of);
    return names[random.below(names.length)];
  };
  const drawn = pick(CADENCES);
  const rhythm = cadence ?? drawn;
  const { minutes, days, hasTimes } = CADENCES[/** @type {keyof typeof CADENCES} */ (rhythm)];
  const [shape, week, noise] = [pick(SHAPES[group]), pick(WEEKS[group]), pick(NOISES[group])];
  const day = (24 * 60) / minutes;
  const events = Math.round(days * day);
  const start = START + random.below(7) * DAY + random.below(24) * HOUR;
  const level = random.uniform() < 0.5 ? 0 : 100 * random.uniform();
  const height = 10 ** (2 * random.uniform() - 0.5);
  const phase = random.uniform() * 24;
  const each = NOISES[group][noise](random, 0.03 * 8 ** random.uniform()); // .03 to .25 of the height
  const kind = KINDS[random.below(KINDS.length)];
  const isChanged = random.uniform() < 0.5;
  const at = Math.round(events * (0.4 + 0.35 * random.uniform()));
  const sign = random.uniform() < 0.5 ? -1 : 1;
  const draw = random.uniform();
  const times = new Float64Array(events);
  const values = new Float64Array(events);
  const step = sign * (0.4 + 2.1 * draw); // of the day's height
  const slope = (sign * (0.3 + 0.7 * draw)) / day;
  const factor = sign > 0 ? 2 + 3 * draw : 1 / (2 + 3 * draw); // of the noise, and less so of the cycle
  const higher = sign > 0 ? 1.5 + 1.5 * draw : 0.2 + 0.4 * draw;
  const mean = mean24(SHAPES[group][shape]);
  for (let t = 0; t < events; t++) {
    times[t] = start + t * minutes * 60_000;
    const hours = (times[t] - START) / HOUR;
    const weekday = Math.floor(hours / 24) % 7;
    const isAfter = isChanged && t >= at;
    let cycle = WEEKS[group][week](weekday) * SHAPES[group][shape]((hours + (hasTimes ? 0 : phase)) % 24);
    const rest = each(cycle, Math.floor(hours / 24)) * (isAfter && kind === 'scale' ? factor : 1);
    if (isAfter && kind === 'cycle') cycle = mean + higher * (cycle - mean);
    let value = cycle + rest;
    if (isAfter && kind === 'level') value += step;
    if (isAfter && kind === 'slope') value += slope * (t - at + 1);
    values[t] = level + height * value;
  }
  const sizes = { level: height * step, slope: height * slope, scale: factor, cycle: higher };
  return {
    values,
    times: hasTimes ? times : undefined,
    day,
    family: `${rhythm}, ${shape}, ${week}, ${noise}`,
    change: isChanged ? { kind, at, size: sizes[kind] } : undefined,
  };
}

/** @param {number} h @param {number} middle @param {number} width hours */
function bump(h, middle, width) {
  const far = Math.min(Math.abs(h - middle), 24 - Math.abs(h - middle)) / width;
  return Math.exp(-0.5 * far * far);
}

/** @param {number} h @param {number} middle @param {number} width hours */
function rise(h, middle, width) {
  return 1 / (1 + Math.exp(-(h - middle) / (0.3 * width)));
}

/** @param {(hour: number) => number} shape */
function mean24(shape) {
  let sum = 0;
  for (let h = 0; h < 24; h += 0.25) sum += shape(h) / 96;
  return sum;
}
