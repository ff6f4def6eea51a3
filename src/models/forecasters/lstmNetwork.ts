import { exp } from '../../core/math/exp.ts';
import { Random } from '../../core/random.ts';
import type { EngineState } from '../../numerics/engines/engine.ts';
import { initialise } from '../../numerics/initialise.ts';
import type { LookAheadShape } from '../../numerics/lookAhead.ts';
import type { LossConfig } from '../../numerics/losses/createLoss.ts';
import type { ReferenceConfig } from '../../numerics/networkConfig.ts';
import { createParameters } from '../../numerics/parameters.ts';
import type { Vector } from '../snapshot/state.ts';
import { COUNT, type NumberRange, type RangedVector, ranged, within } from '../snapshot/vectors.ts';
import { ClassHead } from './classHead.ts';
import type { ResolvedLstmOptions } from './lstmOptions.ts';

/** The network of the options, for D dimensions and I inputs, not counting coming values. */
export function networkConfig(
  options: ResolvedLstmOptions,
  dimensions: number,
  inputs: number,
  coming?: LookAheadShape,
): ReferenceConfig {
  const { cell, hidden, layers, skip, window, stride, horizons, loss, optimizer, clipNorm } = options;
  const auxiliary = options.auxiliary === 'none' ? 0 : dimensions;
  return {
    cell,
    ...(cell === 'rnn' ? {} : { gateActivation: options.gateActivation }),
    attention: options.attention === false ? 0 : options.attention.window,
    inputs: inputs + (coming === undefined ? 0 : coming.steps * coming.width),
    ...(coming === undefined ? {} : { lookAhead: { steps: coming.steps, width: coming.width } }),
    hidden,
    layers,
    targets: dimensions * horizons.length + auxiliary,
    skip,
    series: 1,
    window,
    delay: horizons.at(-1)! - 1 + (coming?.steps ?? 0),
    learnEvery: stride,
    loss:
      loss === 'crossEntropy' ? { name: loss, edges: new ClassHead(options.classes).edges } : LOSSES[loss],
    optimizer: { name: optimizer },
    clipNorm,
  };
}

/**
 * The weights to begin with, not to be written to.
 * Before any learning the forecast is "no change"; under cross-entropy it is spread around the value, shrunk a little
 * towards the mean with the horizon.
 */
export function initialParameters(
  config: ReferenceConfig,
  options: ResolvedLstmOptions,
  dimensions: number,
): Float64Array {
  // Many streams begin alike, and orthogonal weights take longer than all the rest of a model.
  const { seed, forgetBias, classes, horizons } = options;
  const key = JSON.stringify([config, seed, forgetBias, classes, horizons, dimensions]);
  const known = initial.get(key);
  if (known !== undefined) return known;
  const made = createInitialParameters(config, options, dimensions);
  if (initial.size >= MOST_KEPT) initial.clear();
  initial.set(key, made);
  return made;
}

/** By what they depend on. */
const initial: Map<string, Float64Array> = new Map();
const MOST_KEPT = 16;

function createInitialParameters(
  config: ReferenceConfig,
  options: ResolvedLstmOptions,
  dimensions: number,
): Float64Array {
  const parameters = createParameters(config);
  const forgetBias = options.forgetBias === 'chrono' ? { longest: config.window / 2 } : options.forgetBias;
  initialise(parameters, new Random(options.seed), forgetBias);
  const { bias, skip } = parameters.head;
  const isClasses = config.loss.name === 'crossEntropy';
  const centres = isClasses ? new ClassHead(options.classes).centres : [];
  if (!isClasses) bias.fill(INITIAL_LOG_SCALE, config.targets);
  // Logits −(c − m)²/2s² of a normal distribution about m are linear in m: −c²/2s² + mc/s², and the same for every class.
  const precision = exp(-2 * INITIAL_LOG_SCALE);
  for (const [c, centre] of centres.entries()) {
    bias.fill((-centre * centre * precision) / 2, c * config.targets, (c + 1) * config.targets);
  }
  if (isClasses && config.skip) {
    for (const [k, horizon] of options.horizons.entries()) {
      const drawn = 0.9 / (1 + 0.1 * (horizon - 1));
      for (let d = 0; d < dimensions; d++) {
        const target = k * dimensions + d;
        for (const [c, centre] of centres.entries()) {
          skip[(c * config.targets + target) * config.inputs + d] = drawn * centre * precision;
        }
      }
    }
  }
  return parameters.flat;
}

/** Of what a network holds or gives: beyond, its sums overflow float32. */
export const NETWORK: NumberRange = within(-1e30, 1e30);

/** An engine's state with the ranges of its numbers. @param clipNorm largest norm of a gradient */
export function engineMemory(state: EngineState, clipNorm: number): Record<string, RangedVector<Vector>> {
  const most = 1.01 * clipNorm; // to rounding
  const ranges: Readonly<Record<string, NumberRange>> = {
    advanced: COUNT,
    sampleCount: COUNT,
    'optimizer.steps': COUNT,
    'optimizer.mean': within(-most, most),
    'optimizer.velocity': within(-most, most),
    'optimizer.meanSquare': within(0, Math.min(Number.MAX_VALUE, most * most)),
  };
  const memory: Record<string, RangedVector<Vector>> = {};
  for (const [name, vector] of Object.entries(state)) memory[name] = ranged(vector, ranges[name] ?? NETWORK);
  return memory;
}

/** A head's log scale, limited to a useful range. */
export function boundedLogScale(logScale: number): number {
  return Math.min(GREATEST_LOG_SCALE, Math.max(LEAST_LOG_SCALE, logScale));
}

/** Constants of the Laplace loss: smoothing, largest pull 1/b and largest |e|/b of one event. */
export const LAPLACE: LossConfig = { name: 'laplace', smooth: 0.2, maxWeight: 10, maxRatio: 8 };
const LOSSES: Readonly<Record<LossConfig['name'], LossConfig>> = {
  laplace: LAPLACE,
  gaussian: { name: 'gaussian' },
  mse: { name: 'mse' },
  huber: { name: 'huber', delta: 1 },
};
const INITIAL_LOG_SCALE = -0.7; // half the usual change, or half a standard deviation
const GREATEST_LOG_SCALE = 4; // 55 times the usual change
const LEAST_LOG_SCALE = -3; // a narrower band would reflect chance, not the stream
