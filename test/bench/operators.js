import { detectAnomalies, flagAnomalies, lstmForecast, scoreResiduals } from 'rx-anomaly';
import { tfjsEngine } from 'rx-anomaly/tfjs';
import { Subject } from 'rxjs';
import { PERIOD } from './problem.js';
import { startWatch } from './stopwatch.js';

/** @import { Observable } from 'rxjs' */
/** @import { Verdict } from 'rx-anomaly' */
/** @import { Contestant } from './contestant.js' */
/** @import { Problem } from './problem.js' */

/** @typedef {{ time: number, value: number }} Reading */

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);

/**
 * `lstmForecast` + `scoreResiduals` + `flagAnomalies`, nothing but hidden, stride and window set.
 *
 * @param {'wasm' | 'reference'} engine
 * @param {Problem} problem
 * @returns {Contestant}
 */
export function threeOperators(engine, problem) {
  const { network, stride, input } = problem;
  const { hidden, window } = network;
  const contestant = operatorContestant(`${engine} in operators`, input, network.inputs, (source$) =>
    source$.pipe(lstmForecast({ hidden, stride, window, engine }), scoreResiduals(), flagAnomalies()),
  );
  return { ...contestant, oracle: () => threeOperators('reference', problem) };
}

/**
 * `detectAnomalies` with its defaults.
 *
 * @param {'wasm' | 'reference'} engine
 * @param {Problem} problem
 * @returns {Contestant}
 */
export function defaultDetector(engine, problem) {
  const { network, input } = problem;
  const contestant = operatorContestant(`${engine} in operators`, input, network.inputs, (source$) =>
    source$.pipe(detectAnomalies({ engine })),
  );
  return { ...contestant, oracle: () => defaultDetector('reference', problem) };
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
    source$.pipe(detectAnomalies({ engine })),
  );
  return { ...contestant, oracle: () => defaultDetector('reference', problem) };
}

/**
 * `detectAnomalies` of another build with its defaults: for the time it takes, not for what it computes.
 *
 * @param {typeof detectAnomalies} detect
 * @param {Problem} problem
 * @returns {Contestant}
 */
export function otherDetector(detect, problem) {
  const { network, input } = problem;
  const contestant = operatorContestant('the other build', input, network.inputs, (source$) =>
    source$.pipe(detect({ engine: 'wasm' })),
  );
  return { ...contestant, oracle: () => otherDetector(detect, problem) };
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
  let event = 0;
  const run = (/** @type {number} */ events) => {
    for (let k = 0; k < events; k++, event++) {
      source$.next({ time: START + event * MINUTE, value: input[(event % PERIOD) * inputs] });
    }
  };
  return {
    engine: name,
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
    dispose: () => subscription.unsubscribe(),
  };
}
