// What people watch: eight families of streams, each with the faults that can happen to it. What these look like was
// settled beforehand and not by what a detector makes of them.
import { between, pick, sign, whole } from './draws.js';
import {
  decayingShock,
  frequencyChange,
  levelShift,
  missingSeason,
  noiseBurst,
  outage,
  ramp,
  replaced,
  scaled,
  spike,
  stuckAt,
} from './faultKinds.js';
import { autoregressive, bell, RECORDS, series, turns, wave } from './signals.js';

/** @import { Random } from 'rx-anomaly/numerics' */
/** @import { Fault } from './faultKinds.js' */

/**
 * A stream before anything goes wrong, and what can.
 *
 * @typedef {object} Draft
 * @property {number} interval seconds from one record to the next
 * @property {number[]} normal (RECORDS) values
 * @property {readonly ((at: number) => Fault)[]} faults each drawn for the record at which it begins
 * @property {readonly number[]} [starts] records at which one may begin; any unless given
 * @property {(values: readonly number[]) => number[]} [recorded] what is recorded of the values; they themselves unless given
 */

const DAY = 86_400; // s

export const FAMILIES = {
  'daily and weekly': dailyAndWeekly,
  telemetry,
  heartbeat,
  pump,
  'web requests': webRequests,
  price,
  processor,
  'trend and season': trendAndSeason,
};

/**
 * Outdoor temperature or load of a building: a daily wave, weaker at weekends, with errors that last a few records.
 *
 * @param {Random} random
 * @returns {Draft}
 */
function dailyAndWeekly(random) {
  const interval = pick(random, [60, 300, 900]);
  const day = DAY / interval; // records
  const amplitude = between(random, 3, 12);
  const weekend = 1 - between(random, 0, 0.5);
  const phase = between(random, 0, 2 * Math.PI);
  const harmonic = between(random, 0, 1);
  const season = (/** @type {number} */ t) => {
    const share = Math.floor(t / day) % 7 >= 5 ? weekend : 1;
    return amplitude * share * (wave(t, day, phase) + harmonic * wave(2 * t, day, 0));
  };
  const error = autoregressive(random, 0.6, 1);
  return {
    interval,
    normal: series((t) => 50 + season(t) + error()),
    faults: [
      () => spike(sign(random) * between(random, 7, 10)),
      () => levelShift(whole(random, 20, 80), 0.8 * amplitude + 3),
      () => stuckAt(whole(random, 40, 120)),
      () => noiseBurst(whole(random, 40, 100), 3, random),
      () => missingSeason(whole(random, 60, 150), season),
    ],
  };
}

/**
 * A channel of a spacecraft: a heater's or an orbit's cycle with next to no noise, whose amplitude depends on the mode
 * that was commanded, over a slow drift.
 *
 * @param {Random} random
 * @returns {Draft}
 */
function telemetry(random) {
  const period = whole(random, 40, 200);
  const duty = between(random, 0.2, 0.8); // of a heater that is on or off
  const noise = pick(random, [0, 0.01, 0.05]);
  const drift = between(random, 0, 0.3);
  const shape = pick(random, [
    (/** @type {number} */ turn) => (turn < duty ? 0.8 : -0.7),
    (/** @type {number} */ turn) => 2 * Math.abs(2 * turn - 1) - 1,
    (/** @type {number} */ turn) => Math.sin(2 * Math.PI * turn),
  ]);
  const amplitude = turns(random, 2, 200, 900).map((mode) => (mode === 0 ? 1 : 0.5));
  const cycle = (/** @type {number} */ t, /** @type {number} */ speed) =>
    amplitude[t] * shape(((speed * t) % period) / period);
  const faults = [
    (/** @type {number} */ records) => stuckAt(records),
    (/** @type {number} */ records) => frequencyChange(records, cycle, 2),
    (/** @type {number} */ records) => levelShift(records, 0.5),
    (/** @type {number} */ records) => scaled(records, 0.4),
    (/** @type {number} */ records) => noiseBurst(records, 0.25, random),
  ];
  return {
    interval: 60,
    normal: series((t) => cycle(t, 1) + drift * Math.sin(t / 700) + noise * random.normal()),
    faults: faults.map((fault) => () => fault(whole(random, 30, 250))),
  };
}

/**
 * An electrocardiogram: beats of P wave, QRS complex and T wave, never quite as long as the last. Single beats are
 * malformed.
 *
 * @param {Random} random
 * @returns {Draft}
 */
function heartbeat(random) {
  const usual = whole(random, 30, 70); // records of a beat
  const noise = between(random, 0.02, 0.07);
  const pWave = bell(0.2, 0.04, 0.15);
  const tWave = bell(0.7, 0.07, 0.3);
  const [qrs, sWave] = [bell(0.4, 0.02, 1), bell(0.44, 0.02, -0.25)];
  const beat = (/** @type {number} */ turn) => pWave(turn) + qrs(turn) + sWave(turn) + tWave(turn);
  const [broad, dip, extra] = [bell(0.4, 0.08, 0.8), bell(0.6, 0.1, -0.4), bell(0.85, 0.02, 0.8)];
  const malformed = [
    (/** @type {number} */ turn) => broad(turn) + dip(turn), // ventricular
    pWave, // missing: the atria beat and the ventricles do not
    (/** @type {number} */ turn) => -beat(turn), // upside down
    (/** @type {number} */ turn) => beat(turn) + extra(turn), // an artefact before the next
  ];

  /** @type {Map<number, number>} length of the beat that begins at a record */
  const lengths = new Map();
  const normal = [];
  while (normal.length < RECORDS) {
    const length = Math.round(usual * (1 + 0.05 * random.normal()));
    lengths.set(normal.length, length);
    for (let i = 0; i < length; i++) normal.push(beat(i / length) + noise * random.normal());
  }
  return {
    interval: 1,
    normal: normal.slice(0, RECORDS),
    starts: [...lengths.keys()],
    faults: malformed.map((other) => (at) => {
      const length = lengths.get(at) ?? usual;
      return replaced(
        length,
        (_, since) => beat(since / length),
        (_, since) => other(since / length),
      );
    }),
  };
}

/**
 * A pump: pressure that wanders about the level of one of three operating points, with a ripple of its own.
 *
 * @param {Random} random
 * @returns {Draft}
 */
function pump(random) {
  const points = [0, between(random, 0, 3), -between(random, 0, 2.4)];
  const memory = between(random, 0.9, 0.99);
  const deviation = between(random, 0.2, 0.5) / Math.sqrt(1 - memory ** 2);
  const period = whole(random, 20, 300);
  const amplitude = between(random, 0, 1);
  const point = turns(random, points.length, 300, 900);
  const wander = autoregressive(random, memory, deviation);
  const size = deviation + 0.5; // of what is usual
  const records = () => whole(random, 30, 200);
  return {
    interval: 60,
    normal: series(
      (t) => 20 + points[point[t]] + wander() + amplitude * wave(t, period, 0) + 0.2 * random.normal(),
    ),
    faults: [
      () => levelShift(records(), 4 * size),
      () => ramp(records(), 5 * size),
      () => noiseBurst(records(), 1.5 * size, random),
      () => levelShift(2, -7 * size), // a drop-out
    ],
  };
}

/**
 * Requests to a web site: counts in proportion to the hour of the day, log-normal about it.
 *
 * @param {Random} random
 * @returns {Draft}
 */
function webRequests(random) {
  const interval = pick(random, [300, 1800, 3600]);
  const typical = 10 ** between(random, 1, 3);
  const spread = between(random, 0.1, 0.4); // of the logarithm
  const phase = between(random, 0, 2 * Math.PI);
  const records = () => whole(random, 3, 25);
  return {
    interval,
    normal: series(
      (t) => typical * Math.exp(0.8 * wave(t, DAY / interval, phase) + spread * random.normal()),
    ),
    faults: [
      () => scaled(1, Math.exp(6 * spread + 0.8)), // a spike
      () => scaled(records(), Math.exp(3 * spread + 0.3)), // a burst
      () => scaled(records(), Math.exp(-5 * spread - 0.5)), // an outage of a part
      () => outage(records()),
    ],
    recorded: (values) => values.map((value) => Math.round(value)),
  };
}

/**
 * A price: the sum of independent steps. Faults are of the steps: a jump, or nervous trading for a while.
 *
 * @param {Random} random
 * @returns {Draft}
 */
function price(random) {
  const step = 0.3;
  return {
    interval: 60,
    normal: series(() => step * random.normal()),
    faults: [() => spike(sign(random) * step * between(random, 9, 13)), () => scaled(40, 4)],
    recorded: (steps) => {
      let sum = 100;
      return steps.map((each) => {
        sum += each;
        return sum;
      });
    },
  };
}

/**
 * The processor of a server: idle, but for a short job that comes now and again.
 *
 * @param {Random} random
 * @returns {Draft}
 */
function processor(random) {
  const idle = between(random, 2, 22); // %
  const noise = between(random, 0.3, 1.3);
  const job = between(random, 20, 50); // % more
  const pause = whole(random, 150, 600); // records between jobs
  const duration = 5;
  let next = whole(random, 20, pause);
  const normal = series((t) => {
    if (t === next + duration) next += Math.round(pause * between(random, 0.8, 1.2));
    return idle + noise * random.normal() + (t >= next ? job + 3 * random.normal() : 0);
  });
  const records = () => whole(random, 15, 80);
  return {
    interval: 300,
    normal,
    faults: [
      () => levelShift(records(), 2 * job), // a process that runs away
      () => levelShift(records(), 6 * noise), // one that was left running
      () => ({ records: records(), change: () => idle + job + 3 * random.normal() }), // a job that does not end
      () => noiseBurst(records(), 5 * noise, random),
    ],
    recorded: (values) => values.map((value) => Math.min(100, Math.max(0, value))),
  };
}

/**
 * Sales by the hour: a slow trend, a season, and errors that last a few records.
 *
 * @param {Random} random
 * @returns {Draft}
 */
function trendAndSeason(random) {
  const period = pick(random, [24, 48, 100]);
  const slope = between(random, -0.002, 0.002);
  const amplitude = between(random, 1, 3);
  const error = autoregressive(random, 0.7, 0.56);
  const records = () => whole(random, 20, 60);
  return {
    interval: 3600,
    normal: series((t) => slope * t + amplitude * wave(t, period, 0) + error()),
    faults: [
      () => decayingShock(24, sign(random) * 6),
      () => levelShift(records(), sign(random) * 3.5),
      () => ramp(records(), sign(random) * between(random, 3, 9)),
      () => noiseBurst(records(), 1.5, random),
    ],
  };
}
