import { TfjsFleet } from '../tfjs/tfjsFleet.ts';
import { createFleet, type FleetEngineFactory } from './createFleet.ts';
import type { FleetConfig } from './fleetEngine.ts';

const LEAST_HIDDEN = 128; // 64 hidden units took tfjs 1.2 times as long with 256 segments an update, 32 1.7 times
const LEAST_UPDATE_UNITS = 16384; // R·H: 32·256 took 1.1 times as long, 128·128 the same, 256·128 0.85
const LEAST_BATCH_UNITS = 8192; // B·H: 64·256 took 0.88 of the time; a call costs 0.2 ms, however few keys it advances

/**
 * The fastest available fleet engine for the fleet's shape: tfjs-node, where it is installed, for many hidden units,
 * large updates and many keys per call; otherwise WASM. Only this function is asynchronous, because it loads the
 * binding. For networks of one's own that learn from many series: `detectFleet` only runs one, key by key.
 *
 * ```ts
 * const engine = (await chooseFleet())(config, 256);
 * ```
 */
export async function chooseFleet(): Promise<FleetEngineFactory> {
  const { loadTfjsNode } = await import('../tfjs/loadTfjsNode.ts'); // Node only
  const tf = await loadTfjsNode().catch(() => undefined); // not installed: no error where it is only one of two choices
  return (config, batch) =>
    tf !== undefined && tfjsIsFaster(config, batch) ? new TfjsFleet(config, tf) : createFleet('wasm', config);
}

/** Whether tfjs-node is faster than WASM on one core; measured with I = 13, T = 16 (test/bench/fleetEngines.js). */
export function tfjsIsFaster({ hidden, batchSize }: FleetConfig, batch: number): boolean {
  return (
    hidden >= LEAST_HIDDEN && batchSize * hidden >= LEAST_UPDATE_UNITS && batch * hidden >= LEAST_BATCH_UNITS
  );
}
