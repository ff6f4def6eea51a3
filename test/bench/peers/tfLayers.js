import { PERIOD, RATE } from '../problem.js';
import { startWatch } from '../stopwatch.js';

/** @import { Contestant } from '../contestant.js' */
/** @import { Problem } from '../problem.js' */

/**
 * @typedef {object} Tensor
 * @property {() => Float32Array} dataSync
 * @property {() => void} dispose
 */
/**
 * What an ordinary user of TensorFlow.js calls, so that the type check needs no TensorFlow.js.
 *
 * @typedef {object} Layers
 * @property {() => Model} sequential
 * @property {{ lstm: (options: object) => object, dense: (options: object) => object }} layers
 * @property {{ adam: (rate: number) => object }} train
 * @property {(values: ArrayLike<number>, shape: readonly number[]) => Tensor} tensor
 */
/**
 * @typedef {object} Model
 * @property {(layer: object) => void} add
 * @property {(options: object) => void} compile
 * @property {(weights: readonly Tensor[]) => void} setWeights
 * @property {(x: Tensor, y: Tensor) => Promise<number>} trainOnBatch
 * @property {(x: Tensor) => Tensor} predict
 * @property {() => void} resetStates
 * @property {() => void} dispose
 */

/**
 * One series through `tf.layers.lstm({ stateful: true })` and `trainOnBatch`, as an ordinary user writes it: at every
 * event train on the newest window, then predict from the newest value. It neither clips nor starts its window from a
 * stored state, so only its outputs before the first update are the same as the others'.
 *
 * @param {Problem} problem
 * @param {object} namespace TensorFlow.js
 * @returns {Contestant}
 */
export function tfLayers({ network, parameters, input }, namespace) {
  const tf = /** @type {Layers} */ (namespace);
  const { hidden, window } = network;
  const model = tf.sequential();
  model.add(
    tf.layers.lstm({
      units: hidden,
      stateful: true,
      returnSequences: true,
      recurrentActivation: 'sigmoid', // the default is a piecewise linear one
      batchInputShape: [1, null, 1],
    }),
  );
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer: tf.train.adam(RATE), loss: 'meanSquaredError' });
  model.setWeights(weightsOf(tf, hidden, parameters));
  let events = 0;

  /** @param {number} first @param {number} length */
  const slice = (first, length) =>
    tf.tensor(
      Array.from({ length }, (_, t) => input[(first + t) % PERIOD]),
      [1, length, 1],
    );

  function predict() {
    const x = slice(events++, 1);
    const y = model.predict(x);
    const output = Float64Array.from(y.dataSync());
    x.dispose();
    y.dispose();
    return output;
  }

  return {
    engine: 'tf.layers',
    onlyForward: true,
    outputs(count) {
      let output = new Float64Array(1);
      for (let k = 0; k < count; k++) output = predict();
      return output;
    },
    async time(count) {
      const elapsed = startWatch();
      for (let k = 0; k < count; k++) {
        const x = slice(events - window, window);
        const y = slice(events - window + 1, window);
        await model.trainOnBatch(x, y);
        x.dispose();
        y.dispose();
        predict();
      }
      return elapsed();
    },
    dispose: () => model.dispose(),
  };
}

/**
 * In the order of its layers: kernel (I, 4H), recurrent kernel (H, 4H), bias; head kernel (H, 1), bias.
 *
 * @param {Layers} tf
 * @param {number} H
 * @param {Float64Array} parameters
 */
function weightsOf(tf, H, parameters) {
  const G = 4 * H;
  const recurrent = new Float32Array(H * G);
  for (let k = 0; k < G; k++) for (let j = 0; j < H; j++) recurrent[j * G + k] = parameters[G + k * H + j];
  const biases = G + G * H;
  const bias = Float32Array.from(
    { length: G },
    (_, k) => parameters[biases + k] + parameters[biases + G + k],
  );
  const head = parameters.subarray(biases + 2 * G);
  return [
    tf.tensor(Float32Array.from(parameters.subarray(0, G)), [1, G]),
    tf.tensor(recurrent, [H, G]),
    tf.tensor(bias, [G]),
    tf.tensor(Float32Array.from(head.subarray(0, H)), [H, 1]),
    tf.tensor(Float32Array.from(head.subarray(H, H + 1)), [1]),
  ];
}
