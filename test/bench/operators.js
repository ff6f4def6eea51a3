import * as own from 'rx-anomaly';
import { tfjsEngine } from 'rx-anomaly/tfjs';
import { Subject } from 'rxjs';
import { ALONE, OTHER } from './names.js';
import { PERIOD } from './problem.js';
import { startWatch } from './stopwatch.js';

/** @import { Observable } from 'rxjs' */
/** @import { Verdict } from 'rx-anomaly' */
/** @import { Contestant } from './contestant.js' */
/** @import { Problem } from './problem.js' */

/** @typedef {{ time: number, value: number }} Reading */
/** @typedef {typeof own} Library this build's, or another's: for the time it takes, not for what it computes */

const MINUTE = 60_000;
const SETTLED = 20_000; // events: all that depends on age has its lasting pace, and V8 has compiled the code
const START = Date.UTC(2026, 0, 5);

/**
 * `lstmForecast` + `scoreResiduals` + `flagAnomalies`, nothing but hidden, stride and window set.
 *
 * @param {'wasm' | 'reference'} engine
 * @param {Problem} problem
 * @param {Library} [library]
 * @returns {Contestant}
 */
export function threeOperators(engine, problem, library = own) {
  const { network, stride, input } = problem;
  const { hidden, window } = network;
  const { lstmForecast, scoreResiduals, flagAnomalies } = library;
  const contestant = operatorContestant(nameOf(engine, library), input, network.inputs, (source$) =>
    source$.pipe(lstmForecast({ hidden, stride, window, engine }), scoreResiduals(), flagAnomalies()),
  );
  return { ...contestant, oracle: () => threeOperators('reference', problem, library) };
}

/**
 * `detectAnomalies` with its defaults.
 *
 * @param {'wasm' | 'reference'} engine
 * @param {Problem} problem
 * @param {Library} [library]
 * @returns {Contestant}
 */
export function defaultDetector(engine, problem, library = own) {
  const { network, input } = problem;
  const contestant = operatorContestant(nameOf(engine, library), input, network.inputs, (source$) =>
    source$.pipe(library.detectAnomalies({ engine })),
  );
  return { ...contestant, oracle: () => defaultDetector('reference', problem, library) };
}

/**
 * The forecaster of `detectAnomalies` without all the rest: a forecast and what it learns, per event.
 *
 * @param {'wasm' | 'reference'} engine
 * @param {Problem} problem
 * @returns {Contestant}
 */
export function defaultForecaster(engine, problem) {
  const { network, input } = problem;
  const forecaster = new own.LstmForecaster({ dimensions: 1, engine });
  const newest = new Float64Array(1);
  const take = (/** @type {Reading} */ { time, value }) => {
    newest[0] = forecaster.predict().expected[0];
    forecaster.learn({ time, value: [value], imputed: false }, 1);
  };
  const contestant = readingsContestant(ALONE, input, network.inputs, newest, take, () =>
    forecaster.dispose(),
  );
  return { ...contestant, oracle: () => defaultForecaster('reference', problem) };
}

/** @type {(engine: string, library: Library) => string} */
function nameOf(engine, library) {
  return library === own ? `${engine} in operators` : OTHER;
}

/**
 * `detectAnomalies` with TensorFlow's kernels under its network.
 *
 * @param {Problem} problem
 * @returns {Promise<Contestant>}
 */
export async function detectorOnTfjs(problem) {
  const { network, input } = problem;
  const engine = await tfjsEngine();
  const contestant = operatorContestant('tfjs in operators', input, network.inputs, (source$) =>
    source$.pipe(own.detectAnomalies({ engine })),
  );
  return { ...contestant, oracle: () => defaultDetector('reference', problem) };
}

/**
 * A stream of minutes through operators. Its outputs are the forecast and the score of the newest event.
 *
 * @param {string} name
 * @param {Float64Array} input (PERIOD, inputs): the value of an event is the first
 * @param {number} inputs
 * @param {(source$: Subject<Reading>) => Observable<Verdict<Reading, number>>} operators
 * @returns {Contestant}
 */
function operatorContestant(name, input, inputs, operators) {
  /** @type {Subject<Reading>} */
  const source$ = new Subject();
  const newest = new Float64Array(2);
  const subscription = operators(source$).subscribe(({ expected, score }) => {
    newest[0] = expected;
    newest[1] = score;
  });
  const take = (/** @type {Reading} */ reading) => source$.next(reading);
  return readingsContestant(name, input, inputs, newest, take, () => subscription.unsubscribe());
}

/**
 * @param {string} name
 * @param {Float64Array} input (PERIOD, inputs): the value of a reading is the first
 * @param {number} inputs
 * @param {Float64Array} newest what `take` writes its outputs to
 * @param {(reading: Reading) => void} take
 * @param {() => void} dispose
 * @returns {Contestant}
 */
function readingsContestant(name, input, inputs, newest, take, dispose) {
  let event = 0;
  const run = (/** @type {number} */ events) => {
    for (let k = 0; k < events; k++, event++)
      take({ time: START + event * MINUTE, value: input[(event % PERIOD) * inputs] });
  };
  return {
    engine: name,
    settled: SETTLED,
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
    dispose,
  };
}
