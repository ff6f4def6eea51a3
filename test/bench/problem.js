import { createParameters } from 'rx-anomaly/numerics';

/** @import { NetworkConfig } from 'rx-anomaly/numerics' */

/**
 * What every contestant of a case computes: a network, its first parameters, and a stream to learn from. Event `n`
 * brings inputs; they are also the targets of the steps before. When T + delay events have been, every `stride` events
 * the network learns, then advances.
 *
 * @typedef {object} Problem
 * @property {NetworkConfig} network
 * @property {number} stride events between two updates
 * @property {number[]} horizons events ahead of the network's targets, ascending
 * @property {Float64Array} parameters in canonical order
 * @property {Float64Array} input (PERIOD, B, I) the stream; after PERIOD events it repeats
 */

/** Events after which the stream repeats: small enough to stay in cache. */
export const PERIOD = 64;
export const RATE = 1e-3;

/**
 * @param {Partial<NetworkConfig>} shape
 * @param {number} stride
 * @param {number[]} [horizons]
 * @returns {Problem}
 */
export function createProblem(shape, stride, horizons = [1]) {
  /** @type {NetworkConfig} */
  const network = {
    cell: 'lstm',
    inputs: 1,
    hidden: 32,
    layers: 1,
    targets: horizons.length,
    skip: false,
    series: 1,
    window: 16,
    delay: horizons[horizons.length - 1] - 1,
    loss: { name: 'mse' },
    optimizer: { name: 'adam' },
    clipNorm: 1,
    ...shape,
  };
  const { inputs, series, hidden } = network;
  const parameters = createParameters(network).flat;
  for (let k = 0; k < parameters.length; k++) parameters[k] = Math.sin(1.7 * k * k + 0.3) / Math.sqrt(hidden);
  const input = new Float64Array(PERIOD * series * inputs);
  for (let n = 0; n < PERIOD; n++) {
    for (let k = 0; k < series * inputs; k++) {
      input[n * series * inputs + k] = Math.fround(
        Math.sin((2 * Math.PI * n * (1 + (k % 5))) / PERIOD + k) + 0.3 * Math.sin(12.9898 * n * n + k),
      );
    }
  }
  return { network, stride, horizons, parameters, input };
}

/**
 * The problem as the peers in other processes read it, float64: H, T, stride, B, PERIOD, number of parameters; then
 * the parameters and the stream. Only for a network of one input, one target and the mean squared error.
 *
 * @param {Problem} problem
 * @returns {Float64Array}
 */
export function packProblem({ network, stride, parameters, input }) {
  const { hidden, window, series } = network;
  return Float64Array.of(hidden, window, stride, series, PERIOD, parameters.length, ...parameters, ...input);
}
