import { createLoss, Random } from 'rx-anomaly/numerics';
import { pupil } from './episodes.js';

/** @import { Student, Task } from './episodes.js' */

/**
 * How much of the gradient comes how far: per lag k the mean over episodes of ‖∂output_T / ∂x_(T−k)‖.
 *
 * @param {Task} task whose inputs the network sees
 * @param {Student} student
 * @param {number} seed
 * @param {Float64Array} [learnt] parameters; those the seed gives if left out
 * @returns {number[]} (T) from lag 0
 */
export function gradientByLag(task, student, seed, learnt) {
  const random = new Random(seed);
  const { network, window } = pupil(task, student, random);
  if (learnt !== undefined) network.parameters.flat.set(learnt);
  const { steps } = task;
  const norms = new Array(steps).fill(0);
  for (let episode = 0; episode < EPISODES; episode++) {
    for (const x of window.inputs) x.fill(0);
    task.draw(random, {
      inputs: window.inputs,
      targets: new Float64Array(steps),
      weights: new Float64Array(steps),
    });
    window.forward();
    // The slope of the squared error is twice the error: a target half a unit below makes it 1.
    const target = window.output(steps - 1)[0] - 0.5;
    const last = new Float64Array(steps).fill(0);
    last[steps - 1] = 1;
    window.loss(createLoss({ name: 'mse' }), new Float64Array(steps).fill(target), last, 0, 1, 1);
    window.backward();
    for (const [lag] of norms.entries())
      norms[lag] += Math.hypot(...window.dInputs[steps - 1 - lag]) / EPISODES;
  }
  return norms;
}

const EPISODES = 10;
