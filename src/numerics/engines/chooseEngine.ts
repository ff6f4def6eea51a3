import { requireObject } from '../../core/options.ts';
import type { ReferenceConfig } from '../networkConfig.ts';
import { canRun } from './networkFor.ts';

/** An engine by its {@link Engine.name}. */
export type ChosenEngine = 'wasm' | 'tfjs' | 'reference';

// From here on TensorFlow's matrix products are faster than the WASM kernel, one thread each: its vectors are twice
// as wide, but a call costs 0.2 ms or more. Measured with T = 16 on two cores with AVX2 under load, which slows
// TensorFlow more; on an idle machine it may be slightly ahead from half of B·H on. `npm run bench` checks the
// choice.
const TFJS_LEAST_HIDDEN = 64; // 512 × 32 took 1.26 times as long, 1024 × 32 1.14
const TFJS_LEAST_SERIES = 48; // its matrices are B rows high: 32 × 256 took 1.33 times as long, 48 × 256 0.89
const TFJS_LEAST_STATE = 8192; // B·H: 64 × 64 took 1.21 times as long, 96 × 64 1.10, 64 × 128 0.89, 256 × 64 0.87

/**
 * The fastest available engine for this network.
 *
 * @param available `'tfjs'` only after its module is loaded, which is asynchronous; `'reference'` is always available
 */
export function chooseEngine(config: ReferenceConfig, available: readonly ChosenEngine[]): ChosenEngine {
  requireObject('network', config);
  const { hidden, series } = config;
  const isLarge =
    hidden >= TFJS_LEAST_HIDDEN && series >= TFJS_LEAST_SERIES && series * hidden >= TFJS_LEAST_STATE;
  if (isLarge && available.includes('tfjs') && canRun('tfjs', config)) return 'tfjs';
  return available.includes('wasm') && canRun('wasm', config) ? 'wasm' : 'reference';
}
