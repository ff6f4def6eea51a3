// Training on episodes that a task draws from a seed: what every learning experiment is made of.
import {
  clipByGlobalNorm,
  createLoss,
  createOptimizer,
  initialise,
  Network,
  Random,
  Window,
} from 'rx-anomaly/numerics';

/** @import { CellName, GateName, Parameters, ReferenceConfig } from 'rx-anomaly/numerics' */

/**
 * What an episode is written into.
 *
 * @typedef {object} Batch
 * @property {readonly Float64Array[]} inputs T × (I), zeros
 * @property {Float64Array} targets (T)
 * @property {Float64Array} weights (T) zeros; above 0 where the target counts
 */

/**
 * @typedef {object} Task
 * @property {string} name
 * @property {number} steps T: events of an episode
 * @property {number} inputs I
 * @property {(random: Random, sample: Batch) => void} draw
 * @property {number} chance mean squared error of knowing nothing
 */

/**
 * A network, and how it learns.
 *
 * @typedef {object} Student
 * @property {CellName} cell
 * @property {number} hidden H
 * @property {number} [forgetBias] default 1
 * @property {number} [attention] W, default 0
 * @property {GateName} [gateActivation] default 'sigmoid'
 * @property {number} [rate] learning rate, default 0.003
 */

/**
 * @typedef {object} Outcome
 * @property {boolean} solved
 * @property {number} updates until then, or all there were
 * @property {number} error mean squared, as a share of chance, at the last examination
 * @property {Parameters} parameters what was learnt
 */

const BATCH = 16; // episodes per update
const EXAM = 200; // episodes
const EXAM_EVERY = 50; // updates
const SOLVED = 0.1; // share of chance

/**
 * Trains on fresh episodes until an examination is passed: a tenth of the error of knowing nothing.
 *
 * @param {Task} task
 * @param {Student} student
 * @param {number} updates at most
 * @param {number} seed
 * @returns {Outcome}
 */
export function study(task, student, updates, seed) {
  const random = new Random(seed);
  const { network, window } = pupil(task, student, random);
  const { parameters, gradient } = network;
  const loss = createLoss({ name: 'mse' });
  const optimizer = createOptimizer({ name: 'adam' }, parameters.flat.length);
  const sample = {
    inputs: window.inputs,
    targets: new Float64Array(task.steps),
    weights: new Float64Array(task.steps),
  };
  const episode = () => {
    for (const x of sample.inputs) x.fill(0);
    sample.weights.fill(0);
    task.draw(random, sample);
    window.forward();
    const counted = sample.weights.reduce((sum, weight) => sum + weight, 0);
    return window.loss(loss, sample.targets, sample.weights, 0, 1, 1) / counted;
  };

  let error = 1;
  for (let update = 1; update <= updates; update++) {
    gradient.flat.fill(0);
    for (let n = 0; n < BATCH; n++) {
      episode();
      window.backward();
    }
    clipByGlobalNorm(gradient.flat, 1);
    optimizer.step(parameters.flat, gradient.flat, student.rate ?? 0.003);
    if (update % EXAM_EVERY !== 0) continue;
    error = 0;
    for (let n = 0; n < EXAM; n++) error += episode() / EXAM / task.chance;
    if (error < SOLVED) return { solved: true, updates: update, error, parameters };
  }
  return { solved: false, updates, error, parameters };
}

/**
 * An untrained network for the task, and it unrolled over an episode.
 *
 * @param {Task} task
 * @param {Student} student
 * @param {Random} random
 */
export function pupil(task, { cell, hidden, forgetBias = 1, attention = 0, gateActivation }, random) {
  /** @type {ReferenceConfig} */
  const config = {
    cell,
    ...(gateActivation && { gateActivation }),
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
  };
  const network = new Network(config);
  initialise(network.parameters, random, forgetBias);
  return { network, window: new Window(network, task.inputs, task.steps) };
}
