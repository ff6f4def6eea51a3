import { BATCH_SIZES } from './batchSizes.js';
import { fleetCase } from './fleetKeys.js';
import { ALONE, DETECTOR, OTHER, THREE_OPERATORS } from './names.js';
import { aloneCase, detectorCase, PRETRAINING, wayName } from './pretrained/names.js';
import { STATE_BARS } from './state/stateCases.js';

/** @import { Row } from './bench.js' */
/** @import { FleetCost } from './fleetKeys.js' */

/**
 * What was asked of the engines, and what was measured.
 *
 * @typedef {object} Bar
 * @property {string} bar
 * @property {number | null} measured null when a peer was missing or the case not run
 * @property {string} wanted
 * @property {boolean | null} met
 */

/** Case names as in cases.js. */
const one = (/** @type {number} */ hidden, stride = 1) => `one series, H=${hidden}, stride ${stride}`;
const batch = (/** @type {number} */ series, /** @type {number} */ hidden) =>
  `many series, B=${series}, H=${hidden}`;

const LARGE_BATCHES = BATCH_SIZES.filter(([series, hidden]) => series >= 256 && hidden >= 64);

/**
 * @param {readonly Row[]} rows
 * @param {readonly FleetCost[]} fleets
 * @param {number} wrongChoices cases in which chooseEngine did not pick the fastest; NaN when it was not asked
 * @param {Readonly<Record<string, number>>} [states] figures of the group "state"
 * @returns {Bar[]}
 */
export function checkBars(rows, fleets, wrongChoices, states = {}) {
  const find = (/** @type {string} */ name, /** @type {string} */ engine) =>
    rows.find((row) => row.name === name && row.engine === engine);
  const time = (/** @type {string} */ name, /** @type {string} */ engine) =>
    find(name, engine)?.usPerEvent ?? NaN;
  /** How many times as fast as `slow` `fast` is. */
  const speedup = (/** @type {string} */ name, /** @type {string} */ fast, /** @type {string} */ slow) =>
    time(name, slow) / time(name, fast);

  const fleetOf = (/** @type {number} */ keys, /** @type {string} */ order) =>
    fleets.find((cost) => cost.name === fleetCase(keys, order));
  const fleetTime = (/** @type {number} */ keys, /** @type {string} */ order) =>
    fleetOf(keys, order)?.usPerEvent ?? NaN;
  const rss = (/** @type {string} */ order) => fleetOf(100_000, order)?.mostRssMB ?? NaN;

  return [
    ...STATE_BARS.map(([name, bar, wanted]) => atMost(bar, states[name] ?? NaN, wanted)),
    ...[
      [16, 3500],
      [32, 1100],
      [64, 330],
    ].map(([hidden, times]) =>
      atLeast(
        `H=${hidden}, stride 1: wasm × as fast as tf.layers`,
        speedup(one(hidden), 'wasm', 'tf.layers'),
        times,
      ),
    ),
    atLeast('H=32, stride 1: wasm × as fast as PyTorch', speedup(one(32), 'wasm', 'PyTorch'), 80),
    ...[32, 64].map((hidden) =>
      atLeast(
        `H=${hidden}, stride 1: wasm × as fast as plain typed arrays`,
        speedup(one(hidden), 'wasm', 'typed arrays'),
        13,
      ),
    ),
    ...[16, 32, 64].map((hidden) =>
      atMost(
        `H=${hidden}, stride 1: wasm over C at 128 bits, time`,
        speedup(one(hidden), 'C, 128 bit', 'wasm'),
        1.3,
      ),
    ),
    ...BATCH_SIZES.map(([series, hidden]) =>
      atMost(
        `B=${series}, H=${hidden}: wasm over AVX2 C, time`,
        speedup(batch(series, hidden), 'C, AVX2', 'wasm'),
        1.55,
      ),
    ),
    atMost("default detector's network: µs per event", time("default detector's network", 'wasm'), 12),
    atLeast('H=32, stride 16: events/s through the engine', 1e6 / time(one(32, 16), 'wasm'), 500_000),
    atLeast(
      'H=32, stride 16: events/s through lstmForecast + scoreResiduals + flagAnomalies',
      1e6 / time(THREE_OPERATORS, 'wasm in operators'),
      200_000,
    ),
    atLeast(
      'detectAnomalies, defaults: events/s end to end',
      1e6 / time(DETECTOR, 'wasm in operators'),
      100_000,
    ),
    ...[8, 50].map((dimensions) =>
      atLeast(
        `pre-trained network alone, frozen, D=${dimensions}: values/s`,
        (1e6 * dimensions) / time(aloneCase(dimensions), wayName('none', false)),
        200_000,
      ),
    ),
    ...[aloneCase(50), detectorCase(50)].flatMap((name) =>
      /** @type {const} */ (['none', 'head']).map((adapt) =>
        atMost(
          `${name}, ${wayName(adapt, false)}: time over that of 50 streams of one`,
          speedup(name, wayName(adapt, true), wayName(adapt, false)),
          1,
        ),
      ),
    ),
    ...[
      ['detectAnomalies, one stream', DETECTOR, 'tfjs in operators', 'wasm in operators'],
      ['npm run pretrain', PRETRAINING, 'tfjs', 'wasm'],
    ].map(([what, name, tfjs, wasm]) => ({
      ...createBar(`${what}: time on tfjs over that on wasm`, speedup(name, wasm, tfjs), '–', true),
      met: null,
    })),
    ...[THREE_OPERATORS, DETECTOR].map((name) => ({
      ...createBar(
        `${name}: × as fast as the other build`,
        speedup(name, 'wasm in operators', OTHER),
        '–',
        true,
      ),
      met: null,
    })),
    atMost(
      `${THREE_OPERATORS}: time over that of the engine`,
      speedup(THREE_OPERATORS, 'wasm', 'wasm in operators'),
      2,
    ),
    atMost(
      `${DETECTOR}: time over that of its forecaster alone`,
      speedup(DETECTOR, ALONE, 'wasm in operators'),
      1.4,
    ),
    ...[THREE_OPERATORS, DETECTOR].map((name) =>
      atMost(
        `${name}: bytes that an event allocates`,
        find(name, 'wasm in operators')?.bytesPerEvent ?? NaN,
        150,
      ),
    ),
    atMost('bytes that the engine allocates per event', mostBytes(rows), 0),
    ...LARGE_BATCHES.map(([series, hidden]) =>
      atLeast(
        `B=${series}, H=${hidden}: tfjs × as fast as wasm on one thread`,
        speedup(batch(series, hidden), 'tfjs', 'wasm'),
        1.2,
      ),
    ),
    ...LARGE_BATCHES.map(([series, hidden]) =>
      atLeast(
        `B=${series}, H=${hidden}: tfjs × as fast as tfjs op by op`,
        speedup(batch(series, hidden), 'tfjs', 'tfjs op by op'),
        5,
      ),
    ),
    atMost('cases in which chooseEngine does not pick the fastest', wrongChoices, 0),
    atMost('100,000 keys: megabytes', Math.max(...['rounds', 'random'].map((order) => rss(order))), 1000),
    atMost('100,000 keys: µs of a new key', fleetOf(100_000, 'rounds')?.usPerNewKey ?? NaN, 50),
    ...['rounds', 'random'].map((order) =>
      atMost(
        `1,000 keys, ${order === 'rounds' ? 'in rounds' : 'in random order'}: µs of an event`,
        fleetTime(1000, order),
        5,
      ),
    ),
    ...['rounds', 'random'].map((order) =>
      atMost(
        `100,000 keys over 1,000, ${order === 'rounds' ? 'in rounds' : 'in random order'}: time of an event`,
        fleetTime(100_000, order) / fleetTime(1000, order),
        2,
      ),
    ),
  ];
}

/** @param {readonly Row[]} rows */
function mostBytes(rows) {
  const bytes = rows.filter(({ engine }) => engine === 'wasm').map((row) => row.bytesPerEvent ?? NaN);
  return bytes.length === 0 ? NaN : Math.max(...bytes);
}

/** @type {(bar: string, measured: number, wanted: number) => Bar} */
function atLeast(bar, measured, wanted) {
  return createBar(bar, measured, `at least ${wanted}`, measured >= wanted);
}

/** @type {(bar: string, measured: number, wanted: number) => Bar} */
function atMost(bar, measured, wanted) {
  return createBar(bar, measured, `at most ${wanted}`, measured <= wanted);
}

/** @type {(bar: string, measured: number, wanted: string, met: boolean) => Bar} */
function createBar(bar, measured, wanted, met) {
  return Number.isNaN(measured)
    ? { bar, measured: null, wanted, met: null }
    : { bar, measured: Number(measured.toPrecision(4)), wanted, met };
}
