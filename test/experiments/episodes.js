// Training on episodes that a task draws from a seed: what every learning experiment is made of.

import { Random } from '../../dist/core/random.js';
import {
  clipByGlobalNorm,
  createLoss,
  createOptimizer,
  initialise,
  Network,
  Window,
} from '../../dist/numerics/index.js';

/**
 * @typedef {import('../../dist/numerics/index.js').ReferenceConfig} ReferenceConfig
 *
 * @typedef {object} Lesson what an episode is written into
 * @property {readonly Float64Array[]} inputs T × (I), zeros
 * @property {Float64Array} targets (T)
 * @property {Float64Array} weights (T) zeros; above 0 where the target counts
 *
 * @typedef {object} Task
 * @property {string} name
 * @property {number} steps T: events of an episode
 * @property {number} inputs I
 * @property {(random: Random, lesson: Lesson) => void} draw
 * @property {number} chance mean squared error of knowing nothing
 * @property {number} solved share of that below which the task counts as solved
 *
 * @typedef {object} Student a network, and how it learns
 * @property {import('../../dist/numerics/index.js').CellName} cell
 * @property {number} hidden H
 * @property {number} [forgetBias] default 1
 * @property {number} [attention] W, default 0
 * @property {import('../../dist/numerics/index.js').GateName} [gateActivation]
 * @property {number} [rate] learning rate, default 0.003
 *
 * @typedef {object} Outcome
 * @property {boolean} solved
 * @property {number} updates until solved, or all there were
 * @property {number} error mean squared, as a share of chance, at the last examination
 */

const BATCH = 16; // episodes per update
const EXAM = 100; // episodes
const EXAM_EVERY = 50; // updates

/**
 * Trains until an examination on fresh episodes is passed, or `updates` are used up.
 *
 * @param {Task} task
 * @param {Student} student
 * @param {number} updates
 * @param {number} seed
 * @returns {Outcome}
 */
export function study(task, student, updates, seed) {
  const { cell, hidden, forgetBias = 1, attention = 0, gateActivation, rate = 0.003 } = student;
  const random = new Random(seed);
  const network = new Network(
    /** @type {ReferenceConfig} */ ({
      cell,
      ...(gateActivation === undefined ? {} : { gateActivation }),
      attention,
      inputs: task.inputs,
      hidden,
      layers: 1,
      targets: 1,
      skip: false,
      series: 1,
      window: task.steps,
      delay: 0,
      loss: { name: 'mse' },
      optimizer: { name: 'adam' },
      clipNorm: 1,
    }),
  );
  initialise(network.parameters, random, forgetBias);
  const window = new Window(network, task.inputs, task.steps);
  const loss = createLoss({ name: 'mse' });
  const optimizer = createOptimizer({ name: 'adam' }, network.parameters.flat.length);
  const lesson = {
    inputs: window.inputs,
    targets: new Float64Array(task.steps),
    weights: new Float64Array(task.steps),
  };

  const episode = () => {
    for (const x of lesson.inputs) x.fill(0);
    lesson.weights.fill(0);
    task.draw(random, lesson);
    window.forward();
    const counted = lesson.weights.reduce((sum, weight) => sum + weight, 0);
    return window.loss(loss, lesson.targets, lesson.weights, 0, 1, 1) / counted;
  };
  const examine = () => {
    let error = 0;
    for (let n = 0; n < EXAM; n++) error += episode() / EXAM;
    return error / task.chance;
  };

  for (let update = 1; update <= updates; update++) {
    const gradient = network.gradient.flat.fill(0);
    for (let n = 0; n < BATCH; n++) {
      episode();
      window.backward();
    }
    for (let k = 0; k < gradient.length; k++) gradient[k] /= BATCH;
    clipByGlobalNorm(gradient, 1);
    optimizer.step(network.parameters.flat, gradient, rate);
    if (update % EXAM_EVERY !== 0) continue;
    const error = examine();
    if (error < task.solved) return { solved: true, updates: update, error };
    if (update === updates) return { solved: false, updates, error };
  }
  return { solved: false, updates, error: examine() };
}
