import { PERIOD, RATE } from '../problem.js';
import { startWatch } from '../stopwatch.js';

/** @import { Contestant } from '../contestant.js' */
/** @import { Problem } from '../problem.js' */

/**
 * @typedef {object} Tensor
 * @property {() => Float32Array} dataSync
 * @property {() => void} dispose
 */
/** @typedef {Tensor & { assign: (value: Tensor) => void }} Variable */
/**
 * What a user of TensorFlow.js' core calls, so that the type check needs no TensorFlow.js.
 *
 * @typedef {object} Core
 * @property {(values: ArrayLike<number>, shape: readonly number[]) => Tensor} tensor
 * @property {(tensor: Tensor) => Variable} variable
 * @property {(shape: readonly number[]) => Tensor} zeros
 * @property {<T extends Tensor | readonly Tensor[] | Record<string, Tensor>>(body: () => T) => T} tidy
 * @property {(tensor: Tensor) => Tensor} keep
 * @property {(a: Tensor, b: Tensor) => Tensor} matMul
 * @property {(a: Tensor, b: Tensor) => Tensor} add
 * @property {(a: Tensor, b: Tensor) => Tensor} sub
 * @property {(a: Tensor, b: Tensor | number) => Tensor} mul
 * @property {(a: Tensor) => Tensor} sigmoid
 * @property {(a: Tensor) => Tensor} tanh
 * @property {(a: Tensor) => Tensor} square
 * @property {(a: Tensor) => Tensor} sum
 * @property {(a: Tensor) => Tensor} transpose
 * @property {(a: Tensor) => Tensor} mean
 * @property {(tensors: readonly Tensor[], axis?: number) => Tensor} concat
 * @property {(tensors: readonly Tensor[], axis?: number) => Tensor} stack
 * @property {(a: Tensor, parts: number, axis: number) => Tensor[]} split
 * @property {(loss: () => Tensor) => { value: Tensor, grads: Record<string, Tensor> }} variableGrads
 * @property {{ adam: (rate: number, beta1: number, beta2: number, epsilon: number) => Optimizer }} train
 */
/**
 * @typedef {object} Optimizer
 * @property {(gradients: Record<string, Tensor>) => void} applyGradients
 * @property {() => void} dispose
 */

/**
 * The cell in elementary operations, differentiated by TensorFlow.js: how one writes an LSTM without its layers.
 *
 * @param {Problem} problem
 * @param {object} namespace TensorFlow.js
 * @returns {Contestant}
 */
export function tfVariableGrads({ network, stride, parameters, input }, namespace) {
  const tf = /** @type {Core} */ (namespace);
  const { hidden: H, window: T, series: B, clipNorm } = network;
  const G = 4 * H;
  const shapes = [[G, 1], [G, H], [G], [G], [1, H], [1]];
  let at = 0;
  const variables = shapes.map((shape) => {
    const size = shape.reduce((product, side) => product * side, 1);
    at += size;
    return tf.variable(tf.tensor(Float32Array.from(parameters.subarray(at - size, at)), shape));
  });
  const adam = tf.train.adam(RATE, 0.9, 0.999, 1e-8);
  /** @type {{ h: Tensor, c: Tensor }[]} before each of the newest T + 1 events */
  const states = [{ h: tf.keep(tf.zeros([B, H])), c: tf.keep(tf.zeros([B, H])) }];
  const stream = Array.from({ length: PERIOD }, (_, n) =>
    tf.keep(tf.tensor(Float32Array.from(input.subarray(n * B, (n + 1) * B)), [B, 1])),
  );
  let events = 0;

  /** @param {Tensor} weights (1 + H, 4H) @param {Tensor} bias @param {Tensor} x @param {{ h: Tensor, c: Tensor }} state */
  function step(weights, bias, x, { h, c }) {
    const [i, f, g, o] = tf.split(tf.add(tf.matMul(tf.concat([x, h], 1), weights), bias), 4, 1);
    const cell = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    return { h: tf.mul(tf.sigmoid(o), tf.tanh(cell)), c: cell };
  }

  function packed() {
    const [weightIh, weightHh, biasIh, biasHh] = variables;
    return { weights: tf.transpose(tf.concat([weightIh, weightHh], 1)), bias: tf.add(biasIh, biasHh) };
  }

  /** @param {Tensor} h */
  function head(h) {
    return tf.add(tf.matMul(h, tf.transpose(variables[4])), variables[5]);
  }

  function learn() {
    const first = events - T;
    tf.tidy(() => {
      const { grads } = tf.variableGrads(() => {
        const { weights, bias } = packed();
        let state = states[0];
        const errors = Array.from({ length: T }, (_, t) => {
          state = step(weights, bias, stream[(first + t) % PERIOD], state);
          return tf.sub(head(state.h), stream[(first + t + 1) % PERIOD]);
        });
        return tf.mean(tf.square(tf.stack(errors)));
      });
      const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
      const norm = Math.sqrt(tf.sum(tf.stack(squares)).dataSync()[0]);
      const scale = Math.min(1, clipNorm / (norm + 1e-6));
      const clipped = Object.entries(grads).map(([name, gradient]) => [name, tf.mul(gradient, scale)]);
      adam.applyGradients(Object.fromEntries(clipped));
      return [];
    });
  }

  function event() {
    if (events >= T && events % stride === 0) learn();
    const output = tf.tidy(() => {
      const { weights, bias } = packed();
      const next = step(weights, bias, stream[events % PERIOD], states[states.length - 1]);
      states.push({ h: tf.keep(next.h), c: tf.keep(next.c) });
      return head(next.h);
    });
    if (states.length > T + 1) for (const tensor of Object.values(states.shift() ?? {})) tensor.dispose();
    events++;
    const values = output.dataSync();
    output.dispose();
    return values;
  }

  return {
    engine: 'tfjs variableGrads',
    outputs(count) {
      let output = /** @type {Float32Array} */ (new Float32Array(B));
      for (let k = 0; k < count; k++) output = event();
      return Float64Array.from(output);
    },
    time(count) {
      const elapsed = startWatch();
      for (let k = 0; k < count; k++) event();
      return elapsed();
    },
    dispose() {
      for (const tensor of [...variables, ...stream, ...states.flatMap(({ h, c }) => [h, c])])
        tensor.dispose();
      adam.dispose();
    },
  };
}
