import { detectAnomalies, pretrainedForecaster } from 'rx-anomaly';
import { Random } from 'rx-anomaly/numerics';
import { Subject } from 'rxjs';
import { startWatch } from '../stopwatch.js';
import { wayName } from './names.js';

/** @import { Contestant } from '../contestant.js' */
/** @import { Adapt } from './names.js' */

const EVENTS = 8192; // after which the stream repeats
const WARM = 100; // events that are timed together: after another contestant's turn, many streams' states are not in the cache
const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);

/**
 * @typedef {object} Way
 * @property {Adapt} adapt
 * @property {number} dimensions
 * @property {boolean} [apart] as so many streams of one dimension, which take their events in turn
 * @property {'wasm' | 'reference'} [engine]
 */

/**
 * The pre-trained forecaster alone: a forecast and what it learns, per event.
 *
 * @param {Way} way
 * @returns {Promise<Contestant>}
 */
export async function forecasterAlone(way) {
  const create = await pretrainedForecaster({ adapt: way.adapt, engine: way.engine ?? 'wasm' });
  const parts = partsOf(way).map((dimensions) => {
    const forecaster = create(dimensions);
    return {
      take(/** @type {number[]} */ value, /** @type {number} */ time) {
        const { expected } = forecaster.predict();
        forecaster.learn({ time, value, imputed: false }, 1);
        return expected;
      },
      dispose: () => forecaster.dispose?.(),
    };
  });
  return contestant(way, parts, (engine) => forecasterAlone({ ...way, engine }));
}

/**
 * `detectAnomalies` with it, all else as it is by default.
 *
 * @param {Way} way
 * @returns {Promise<Contestant>}
 */
export async function detectorWithIt(way) {
  const forecaster = await pretrainedForecaster({ adapt: way.adapt, engine: way.engine ?? 'wasm' });
  const parts = partsOf(way).map(() => {
    /** @type {Subject<{ time: number, value: readonly number[] }>} */
    const source$ = new Subject();
    /** @type {readonly number[]} */
    let newest = [];
    const subscription = source$.pipe(detectAnomalies({ forecaster })).subscribe(({ expected }) => {
      newest = /** @type {readonly number[]} */ (expected);
    });
    return {
      take(/** @type {number[]} */ value, /** @type {number} */ time) {
        source$.next({ time, value });
        return newest;
      },
      dispose: () => subscription.unsubscribe(),
    };
  });
  return contestant(way, parts, (engine) => detectorWithIt({ ...way, engine }));
}

/**
 * Dimensions of each stream.
 *
 * @param {Way} way
 * @returns {number[]}
 */
function partsOf({ dimensions, apart }) {
  return apart ? new Array(dimensions).fill(1) : [dimensions];
}

/**
 * @param {Way} way
 * @param {{ take: (value: number[], time: number) => readonly number[], dispose: () => void }[]} parts
 * @param {(engine: 'reference') => Promise<Contestant>} another
 * @returns {Contestant}
 */
function contestant(way, parts, another) {
  const { adapt, dimensions, apart = false } = way;
  const values = streams(dimensions);
  const newest = new Float64Array(dimensions);
  let event = 0;
  const run = (/** @type {number} */ events) => {
    for (let k = 0; k < events; k++, event++) {
      const value = values[event % EVENTS];
      const time = START + event * MINUTE;
      for (const [d, part] of parts.entries())
        newest.set(part.take(apart ? [value[d]] : [...value], time), d);
    }
  };
  return {
    engine: wayName(adapt, apart),
    least: dimensions > 1 ? WARM : 1,
    run,
    outputs(events) {
      run(events);
      return newest.slice();
    },
    time(events) {
      const elapsed = startWatch();
      run(events);
      return elapsed();
    },
    oracle: () => another('reference'),
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}

/**
 * Waves with noise, of another period in each dimension.
 *
 * @param {number} dimensions
 * @returns {number[][]} (EVENTS, D)
 */
function streams(dimensions) {
  const random = new Random(dimensions);
  return Array.from({ length: EVENTS }, (_, t) =>
    Array.from({ length: dimensions }, (_, d) => Math.sin(t / (20 + d)) + 0.2 * random.normal()),
  );
}
