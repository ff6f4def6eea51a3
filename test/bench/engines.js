import { setTimeout } from 'node:timers/promises';
import { createWasmEngine, ReferenceEngine, TfjsEngine } from 'rx-anomaly/numerics';
import { createDriver } from './driver.js';
import { startWatch } from './stopwatch.js';

/** @import { Engine, Tfjs } from 'rx-anomaly/numerics' */
/** @import { Contestant } from './contestant.js' */
/** @import { Problem } from './problem.js' */

/**
 * An engine of the library as a contestant.
 *
 * @param {string} name
 * @param {Engine} engine
 * @param {Problem} problem
 * @returns {Contestant}
 */
function engineContestant(name, engine, problem) {
  const { run, output } = createDriver(engine, problem);
  return {
    engine: name,
    least: problem.stride,
    run,
    outputs(events) {
      run(events);
      return output.slice();
    },
    time(events) {
      const elapsed = startWatch();
      run(events);
      return elapsed();
    },
    dispose: () => engine.dispose(),
  };
}

/** @param {Problem} problem */
export function reference(problem) {
  return engineContestant('reference', new ReferenceEngine(problem.network), problem);
}

/** @param {Problem} problem */
export function wasm(problem) {
  return engineContestant('wasm', createWasmEngine(problem.network), problem);
}

/** @param {Problem} problem */
export async function wasmThreads(problem) {
  const engine = createWasmEngine(problem.network, { threads: 2 });
  await setTimeout(200); // until the other thread is up, this one would do all the work
  return engineContestant('wasm, 2 threads', engine, problem);
}

/**
 * @param {Problem} problem
 * @param {Tfjs} tf
 */
export function tfjs(problem, tf) {
  return engineContestant('tfjs', new TfjsEngine(problem.network, tf), problem);
}

/**
 * Forward and backward pass written out in elementary operations: the engine's own path for other backends, on the same
 * native binding.
 *
 * @param {Problem} problem
 * @param {Tfjs} tf
 */
export function tfjsOpByOp(problem, tf) {
  const withoutFused = { ...tf, getBackend: () => 'tensorflow, op by op' };
  return engineContestant('tfjs op by op', new TfjsEngine(problem.network, withoutFused), problem);
}
