import type { NetworkConfig } from '../networkConfig.ts';

/** An engine by its {@link Engine.name}. */
export type ChosenEngine = 'wasm' | 'tfjs' | 'reference';

/**
 * From so many hidden units and from so much state (B·H) on, TensorFlow's matrix products outrun the WASM kernel, one
 * thread each. Measured on AVX2 with `npm run bench`, which checks the choice: its vectors are twice as wide, but each
 * call costs some 0.1 ms.
 */
const TFJS_LEAST_HIDDEN = 64;
const TFJS_LEAST_STATE = 8000;

/**
 * The fastest of the engines that are there, for this network.
 *
 * @param available `'tfjs'` only once its module is loaded, which is asynchronous; `'reference'` is always there
 */
export function chooseEngine(config: NetworkConfig, available: readonly ChosenEngine[]): ChosenEngine {
  const { cell, hidden, series } = config;
  if (cell !== 'lstm') return 'reference';
  const isLarge = hidden >= TFJS_LEAST_HIDDEN && series * hidden >= TFJS_LEAST_STATE;
  if (isLarge && available.includes('tfjs')) return 'tfjs';
  if (available.includes('wasm')) return 'wasm';
  return available.includes('tfjs') && series * hidden >= TFJS_LEAST_STATE ? 'tfjs' : 'reference';
}
