import type { NetworkConfig } from '../networkConfig.ts';

/** An engine by its {@link Engine.name}. */
export type ChosenEngine = 'wasm' | 'tfjs' | 'reference';

// From here on TensorFlow's matrix products outrun the WASM kernel, one thread each: its vectors are twice as wide, but a
// call costs 0.2 ms and more. Measured with T = 16 on an idle machine with AVX2; `npm run bench` checks the choice.
const TFJS_LEAST_HIDDEN = 32; // H = 16 took 1.06 to 1.25 times as long, however many series; 512 × 32 0.79 of the time
const TFJS_LEAST_SERIES = 24; // its matrices are B rows high: 16 × 256 took 1.47 times as long, 24 × 128 0.91
const TFJS_LEAST_STATE = 3072; // B·H: 48 × 64 took 0.79 of the time, 32 × 64 the same, 64 × 32 1.53

/**
 * The fastest of the engines that are there, for this network.
 *
 * @param available `'tfjs'` only once its module is loaded, which is asynchronous; `'reference'` is always there
 */
export function chooseEngine(config: NetworkConfig, available: readonly ChosenEngine[]): ChosenEngine {
  const { cell, hidden, series } = config;
  if (cell !== 'lstm') return 'reference';
  const isLarge =
    hidden >= TFJS_LEAST_HIDDEN && series >= TFJS_LEAST_SERIES && series * hidden >= TFJS_LEAST_STATE;
  if (isLarge && available.includes('tfjs')) return 'tfjs';
  return available.includes('wasm') ? 'wasm' : 'reference';
}
