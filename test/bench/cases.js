import { BATCH_SIZES } from './batchSizes.js';
import { reference, tfjs, tfjsOpByOp, wasm, wasmThreads } from './engines.js';
import { DETECTOR, THREE_OPERATORS } from './names.js';
import { defaultDetector, defaultForecaster, detectorOnTfjs, threeOperators } from './operators.js';
import { tfLayers } from './peers/tfLayers.js';
import { tfVariableGrads } from './peers/tfVariableGrads.js';
import { typedArrays } from './peers/typedArrays.js';
import { detectorWithIt, forecasterAlone } from './pretrained/contestants.js';
import { aloneCase, detectorCase, PRETRAINED_DIMENSIONS, PRETRAINING } from './pretrained/names.js';
import { createProblem } from './problem.js';

/** @import { Tfjs } from 'rx-anomaly/numerics' */
/** @import { Contestant } from './contestant.js' */
/** @import { Problem } from './problem.js' */

/**
 * What is compared on one problem.
 *
 * @typedef {object} Case
 * @property {string} name
 * @property {Problem} problem
 * @property {boolean} choosable whether `chooseEngine` has a say: the engines alone are compared
 * @property {number} verifyEvents events after which outputs are compared with the reference engine's
 * @property {(peers: Peers) => (Contestant | Promise<Contestant>)[]} contestants
 */

/**
 * What there is to compare with on this machine; undefined where there is not.
 *
 * @typedef {object} Peers
 * @property {string} folder for temporary files
 * @property {Tfjs} [tf] the native binding
 * @property {(problem: Problem) => Contestant} [c128]
 * @property {(problem: Problem) => Contestant} [avx2]
 * @property {(problem: Problem) => Contestant} [pytorch]
 * @property {import('./operators.js').Library} [other] of another build
 */

const LAPLACE = /** @type {const} */ ({ name: 'laplace', smooth: 0.2, maxWeight: 10, maxRatio: 8 });
const LARGE = 8192; // B·H from which the reference engine takes seconds for an event

/** @type {readonly Case[]} */
export const CASES = [
  ...[16, 32, 64, 128].map((hidden) => oneSeries(hidden, 1)),
  ...[16, 32, 64].map((hidden) => oneSeries(hidden, 16)),
  detectorNetwork(),
  .../** @type {const} */ (['gru', 'peephole', 'coupled']).map(otherCell),
  ...BATCH_SIZES.map(([series, hidden]) => batch(series, hidden)),
  pretraining(),
  operators(),
  detector(),
  ...PRETRAINED_DIMENSIONS.flatMap((dimensions) => [
    pretrained(aloneCase(dimensions), dimensions, forecasterAlone),
    pretrained(detectorCase(dimensions), dimensions, detectorWithIt),
  ]),
];

/**
 * @param {number} hidden
 * @param {number} stride
 * @returns {Case}
 */
function oneSeries(hidden, stride) {
  const problem = createProblem({ hidden }, stride);
  return {
    name: `one series, H=${hidden}, stride ${stride}`,
    problem,
    choosable: true,
    verifyEvents: 16 + 6 * stride,
    contestants: ({ folder, tf, c128, avx2, pytorch }) => [
      wasm(problem),
      ...[c128, avx2, pytorch].flatMap((create) => create?.(problem) ?? []),
      typedArrays(problem, folder),
      ...(tf === undefined ? [] : [tfjs(problem, tf)]),
      ...(tf === undefined || stride > 1
        ? []
        : [tfjsOpByOp(problem, tf), tfVariableGrads(problem, tf), tfLayers(problem, tf)]),
      ...(hidden > 64 ? [] : [reference(problem)]),
    ],
  };
}

/**
 * The network of `detectAnomalies` by default: newest value, 8 lags, 4 changes and four calendar inputs.
 *
 * @returns {Case}
 */
function detectorNetwork() {
  const shape = { inputs: 17, hidden: 16, skip: true, window: 32, loss: LAPLACE };
  const problem = createProblem(shape, 4, [1, 4, 16]);
  return {
    name: "default detector's network",
    problem,
    choosable: true,
    verifyEvents: 80,
    contestants: ({ tf }) => [wasm(problem), ...(tf ? [tfjs(problem, tf)] : []), reference(problem)],
  };
}

/**
 * The cells that the kernel has next to the LSTM: to be compared with `one series, H=32, stride 1`.
 *
 * @param {'gru' | 'peephole' | 'coupled'} cell
 * @returns {Case}
 */
function otherCell(cell) {
  const problem = createProblem({ cell, hidden: 32 }, 1);
  return {
    name: `${cell}, H=32, stride 1`,
    problem,
    choosable: true,
    verifyEvents: 22,
    contestants: () => [wasm(problem), reference(problem)],
  };
}

/**
 * @param {number} series
 * @param {number} hidden
 * @returns {Case}
 */
function batch(series, hidden) {
  const problem = createProblem({ series, hidden }, 1);
  return {
    name: `many series, B=${series}, H=${hidden}`,
    problem,
    choosable: true,
    verifyEvents: series * hidden >= LARGE ? 18 : 22,
    contestants: ({ tf, avx2, pytorch }) => [
      wasm(problem),
      wasmThreads(problem),
      ...(tf ? [tfjs(problem, tf), tfjsOpByOp(problem, tf), tfVariableGrads(problem, tf)] : []),
      ...[avx2, pytorch].flatMap((create) => create?.(problem) ?? []),
    ],
  };
}

/**
 * A window of a batch of `npm run pretrain`.
 *
 * @returns {Case}
 */
function pretraining() {
  const shape = {
    inputs: 28,
    hidden: 64,
    skip: true,
    series: 48,
    window: 128,
    learnEvery: 128,
    loss: LAPLACE,
  };
  const problem = createProblem(shape, 128, [1, 4, 16]);
  return {
    name: PRETRAINING,
    problem,
    choosable: true,
    verifyEvents: 144,
    contestants: ({ tf }) => [wasm(problem), wasmThreads(problem), ...(tf ? [tfjs(problem, tf)] : [])],
  };
}

/** @returns {Case} */
function operators() {
  const shape = { inputs: 17, hidden: 32, skip: true, window: 16, loss: LAPLACE };
  const problem = createProblem(shape, 16, [1, 4, 16]);
  return {
    name: THREE_OPERATORS,
    problem,
    choosable: false,
    verifyEvents: 400,
    contestants: ({ other }) => [
      wasm(problem),
      threeOperators('wasm', problem),
      ...(other ? [threeOperators('wasm', problem, other)] : []),
    ],
  };
}

/** @returns {Case} */
function detector() {
  const shape = { inputs: 17, hidden: 16, skip: true, window: 32, loss: LAPLACE };
  const problem = createProblem(shape, 4, [1, 4, 16]);
  return {
    name: DETECTOR,
    problem,
    choosable: false,
    verifyEvents: 400,
    contestants: ({ tf, other }) => [
      wasm(problem),
      defaultForecaster('wasm', problem),
      defaultDetector('wasm', problem),
      ...(tf ? [detectorOnTfjs(problem)] : []),
      ...(other ? [defaultDetector('wasm', problem, other)] : []),
    ],
  };
}

/**
 * @param {string} name
 * @param {number} dimensions
 * @param {typeof forecasterAlone} create
 * @returns {Case}
 */
function pretrained(name, dimensions, create) {
  return {
    name,
    problem: createProblem({ hidden: 64, window: 1, series: dimensions }, 1),
    choosable: false,
    verifyEvents: 300,
    contestants: () =>
      (dimensions === 50 ? [false, true] : [false]).flatMap((apart) =>
        /** @type {const} */ (['none', 'head']).map((adapt) => create({ adapt, dimensions, apart })),
      ),
  };
}
