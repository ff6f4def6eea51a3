// What the cells are asked to learn.

/** @import { Task } from './episodes.js' */

/**
 * Hochreiter & Schmidhuber's kind of task (1997, section 5): a value uniform over ±1, marked by a flag, then `lag` steps
 * of noise over the same range; at the end the value is asked for.
 *
 * @param {number} lag
 * @returns {Task}
 */
export function recall(lag) {
  return {
    name: `recall ${lag}`,
    steps: lag + 1,
    inputs: 2,
    chance: 1 / 3, // variance of a uniform over ±1
    draw(random, { inputs, targets, weights }) {
      inputs[0][0] = 1;
      for (const x of inputs) x[1] = 2 * random.uniform() - 1;
      targets[lag] = inputs[0][1];
      weights[lag] = 1;
    },
  };
}

/**
 * Gers & Schmidhuber's kind of task (2000): an alarm clock. A spike starts it; exactly `interval` events later, and at no
 * other, it must ring. Spikes come at random, never before the last has rung.
 *
 * @param {number} interval
 * @returns {Task}
 */
export function alarm(interval) {
  const steps = 4 * interval;
  return {
    name: `alarm ${interval}`,
    steps,
    inputs: 1,
    chance: 0.0475, // about the variance of a bell that rings at every twentieth event
    draw(random, { inputs, targets, weights }) {
      targets.fill(0);
      weights.fill(1);
      for (let t = random.below(5); t + interval < steps; t += interval + 1 + random.below(interval)) {
        inputs[t][0] = 1;
        targets[t + interval] = 1;
      }
    },
  };
}

/**
 * Repeat what came `lag` events ago, at every event: more than a few hidden units can hold.
 *
 * @param {number} lag
 * @returns {Task}
 */
export function copy(lag) {
  const steps = 4 * lag;
  return {
    name: `copy ${lag}`,
    steps,
    inputs: 1,
    chance: 1, // of ±1
    draw(random, { inputs, targets, weights }) {
      for (let t = 0; t < steps; t++) {
        inputs[t][0] = random.uniform() < 0.5 ? -1 : 1;
        if (t < lag) continue;
        targets[t] = inputs[t - lag][0];
        weights[t] = 1;
      }
    },
  };
}
