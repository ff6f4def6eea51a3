import { reference } from './engines.js';

/** @import { Contestant } from './contestant.js' */
/** @import { Problem } from './problem.js' */

/**
 * How far outputs of order 1 may be off: float32 engines that sum in another order, after some updates. Adam divides by
 * the gradient's size, so that rounding in small gradients shows in the weights.
 */
const TOLERANCE = 1e-4;

/**
 * Compares a contestant's outputs with the reference engine's.
 *
 * @param {Contestant} contestant
 * @param {Problem} problem
 * @param {number} events
 * @returns {Promise<string | undefined>} what is wrong
 */
export async function verify({ engine, outputs, oracle, onlyForward }, problem, events) {
  const count = onlyForward ? problem.network.window : events;
  const expected = await expectedOutputs(problem, count, oracle);
  const found = await outputs(count);
  for (let k = 0; k < expected.length; k++) {
    if (Math.abs(found[k] - expected[k]) <= TOLERANCE * Math.max(1, Math.abs(expected[k]))) continue;
    return `${engine} says ${found[k]} after ${count} events, the reference engine ${expected[k]} (output ${k})`;
  }
  return undefined;
}

/** Of the newest problem without an oracle of its own, which several contestants share. */
const known = {
  problem: /** @type {Problem | undefined} */ (undefined),
  events: 0,
  outputs: new Float64Array(),
};

/**
 * @param {Problem} problem
 * @param {number} events
 * @param {Contestant['oracle']} oracle
 */
async function expectedOutputs(problem, events, oracle) {
  if (oracle === undefined && known.problem === problem && known.events === events) return known.outputs;
  const detect = (await oracle?.()) ?? reference(problem);
  const outputs = await detect.outputs(events);
  detect.dispose();
  if (oracle === undefined) Object.assign(known, { problem, events, outputs });
  return outputs;
}
