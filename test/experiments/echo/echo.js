// Echo: a stream of noise in which a value is marked from time to time; so many events later it is to be reproduced, and the
// next is marked. Learnt online, on one stream whose state is never reset. `npm run experiments` runs all of CASES.
import { createParameters, createWasmEngine, initialise, Random } from 'rx-anomaly/numerics';

/** @import { ForgetBias, NetworkConfig } from 'rx-anomaly/numerics' */

/**
 * How it is learnt.
 *
 * @typedef {object} Learner
 * @property {number} window T: events that gradients reach back
 * @property {number} stride events between two updates
 * @property {number} rate learning rate, Adam
 * @property {ForgetBias} forgetBias
 * @property {number} [clipNorm] default 1
 */

/**
 * @typedef {object} EchoCase
 * @property {number} lag
 * @property {string} who what is special about it
 * @property {Learner} learner
 * @property {number} events at most
 * @property {readonly number[]} seeds
 * @property {boolean} solved whether most seeds are expected to learn it
 */

const HIDDEN = 16;
const SHARE = 0.01; // of the newest answer in the mean error
const SOLVED = 0.1; // of the error of knowing nothing
const CHANCE = 1 / 3; // variance of a uniform over ±1
const SEEDS = [1, 2, 3, 4, 5];

/** @type {(window: number, stride: number, rate?: number) => Learner} */
const chrono = (window, stride, rate = 0.005) => ({
  ...{ window, stride, rate },
  forgetBias: { longest: window / 2 },
});

/** @type {readonly EchoCase[]} */
export const CASES = [
  ...[
    {
      who: 'as the defaults: window 32, forget bias 1',
      learner: { window: 32, stride: 4, rate: 0.001, forgetBias: 1 },
    },
    { who: 'rate .005', learner: { window: 32, stride: 8, rate: 0.005, forgetBias: 1 } },
    { who: 'window 128', learner: { window: 128, stride: 8, rate: 0.005, forgetBias: 1 } },
    { who: 'window 128, forget bias 5', learner: { window: 128, stride: 8, rate: 0.005, forgetBias: 5 } },
    {
      who: 'window 128, not clipped',
      learner: { window: 128, stride: 8, rate: 0.005, forgetBias: 1, clipNorm: 1e9 },
    },
    { who: 'chrono, window 16: shorter than the lag', learner: chrono(16, 8) },
  ].map((one) => ({ lag: 20, ...one, events: 30_000, seeds: SEEDS, solved: false })),
  { lag: 20, who: 'chrono, window 128', learner: chrono(128, 8), events: 30_000, seeds: SEEDS, solved: true },
  {
    lag: 50,
    who: 'chrono, window 256',
    learner: chrono(256, 16),
    events: 80_000,
    seeds: SEEDS,
    solved: true,
  },
  {
    lag: 100,
    who: 'chrono, window 512',
    learner: chrono(512, 16),
    events: 150_000,
    seeds: SEEDS,
    solved: true,
  },
];

/**
 * Whether so many of a case's seeds are what was expected: most, or fewer than half.
 *
 * @param {EchoCase} one
 * @param {number} solved
 */
export function isAsExpected({ seeds, solved: expected }, solved) {
  return expected ? solved >= 0.8 * seeds.length : solved < seeds.length / 2;
}

/**
 * Learns online from random weights, or from those given.
 *
 * @param {number} lag
 * @param {Learner} learner
 * @param {number} events at most
 * @param {number} seed
 * @returns {{ events: number, error: number }} events until the mean error of the last hundred answers or so is a tenth of that
 *   of knowing nothing, or Infinity; and that error at the end
 */
export function learnOnline(lag, learner, events, seed) {
  const { window: T, stride, rate, forgetBias } = learner;
  const config = network(1, learner);
  const engine = createWasmEngine(config);
  const random = new Random(seed);
  engine.writeParameters(firstWeights(config, random, forgetBias));
  const stream = marked(random, 1, () => lag);
  const { x, target, weight } = stream;
  const [output, targets, weights] = [new Float64Array(1), new Float64Array(T), new Float64Array(T)];
  let error = CHANCE;
  try {
    for (let event = 1; event <= events; event++) {
      stream.next();
      engine.advanceInto(output, x);
      targets.copyWithin(0, 1)[T - 1] = target[0];
      weights.copyWithin(0, 1)[T - 1] = weight[0];
      if (weight[0] > 0) error += SHARE * ((output[0] - target[0]) ** 2 - error);
      if (error < SOLVED * CHANCE) return { events: event, error: error / CHANCE };
      if (engine.canLearn && event % stride === 0) engine.learn(targets, weights, rate);
    }
    return { events: Number.POSITIVE_INFINITY, error: error / CHANCE };
  } finally {
    engine.dispose();
  }
}

const SERIES = 32;
const SHORTEST = 5; // events between mark and answer, in pre-training: up to LONGEST
const LONGEST = 120;

/**
 * Learns to hold marked values on many streams at once, of all lags from 5 to 120 events.
 *
 * @param {number} updates
 * @param {number} seed
 * @returns {Float64Array} parameters
 */
export function pretrain(updates, seed) {
  const learner = chrono(256, 256);
  const T = learner.window;
  const config = network(SERIES, learner);
  const engine = createWasmEngine(config);
  const random = new Random(seed);
  engine.writeParameters(firstWeights(config, random, learner.forgetBias));
  const stream = marked(random, SERIES, () =>
    Math.round(SHORTEST * (LONGEST / SHORTEST) ** random.uniform()),
  );
  const output = new Float64Array(SERIES);
  const [targets, weights] = [new Float64Array(SERIES * T), new Float64Array(SERIES * T)];
  for (let update = 0; update < updates; update++) {
    for (let t = 0; t < T; t++) {
      stream.next();
      engine.advanceInto(output, stream.x);
      for (let b = 0; b < SERIES; b++) {
        targets[b * T + t] = stream.target[b];
        weights[b * T + t] = stream.weight[b];
      }
    }
    engine.learn(targets, weights, learner.rate * (1 - (0.9 * update) / updates));
  }
  const parameters = engine.readParameters();
  engine.dispose();
  return parameters;
}

/**
 * Runs weights as they are over a stream that they have not seen.
 *
 * @param {Float64Array} parameters of {@link pretrain}
 * @param {number} lag
 * @param {number} answers
 * @param {number} seed
 * @returns {number} mean squared error from the first answer on, by that of knowing nothing
 */
export function errorOf(parameters, lag, answers, seed) {
  const engine = createWasmEngine(network(1, chrono(1, 1)));
  engine.writeParameters(parameters);
  const stream = marked(new Random(seed), 1, () => lag);
  const output = new Float64Array(1);
  let [sum, count] = [0, 0];
  while (count < answers) {
    stream.next();
    engine.advanceInto(output, stream.x);
    if (stream.weight[0] === 0) continue;
    sum += (output[0] - stream.target[0]) ** 2;
    count++;
  }
  engine.dispose();
  return sum / count / CHANCE;
}

/**
 * @param {number} series
 * @param {Learner} learner
 * @returns {NetworkConfig}
 */
function network(series, { window, clipNorm = 1 }) {
  return {
    ...{
      cell: 'lstm',
      inputs: 2,
      hidden: HIDDEN,
      layers: 1,
      targets: 1,
      skip: false,
      series,
      window,
      delay: 0,
    },
    ...{ loss: { name: 'mse' }, optimizer: { name: 'adam' }, clipNorm },
  };
}

/**
 * @param {NetworkConfig} config
 * @param {Random} random
 * @param {ForgetBias} forgetBias
 */
function firstWeights(config, random, forgetBias) {
  const parameters = createParameters(config);
  initialise(parameters, random, forgetBias);
  return parameters.flat;
}

/**
 * Streams of noise over ±1 with marked values.
 *
 * @param {Random} random
 * @param {number} series
 * @param {() => number} lagOf of the next marked value
 */
function marked(random, series, lagOf) {
  const left = new Int32Array(series); // events until the answer
  const held = new Float64Array(series);
  const x = new Float64Array(2 * series);
  const [target, weight] = [new Float64Array(series), new Float64Array(series)];
  return {
    x,
    target,
    weight,
    next() {
      for (let b = 0; b < series; b++) {
        const isMarked = left[b] === 0;
        x[2 * b] = 2 * random.uniform() - 1;
        x[2 * b + 1] = isMarked ? 1 : 0;
        if (isMarked) held[b] = x[2 * b];
        left[b] = isMarked ? lagOf() : left[b] - 1;
        const isDue = !isMarked && left[b] === 0;
        target[b] = isDue ? held[b] : 0;
        weight[b] = isDue ? 1 : 0;
      }
    },
  };
}
