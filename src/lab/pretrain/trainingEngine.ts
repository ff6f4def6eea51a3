import { badOption } from '../../core/options.ts';
import type { Engine } from '../../numerics/engines/engine.ts';
import { ReferenceEngine } from '../../numerics/engines/reference.ts';
import { loadTfjsNode } from '../../numerics/engines/tfjs/loadTfjsNode.ts';
import { TfjsEngine } from '../../numerics/engines/tfjs/tfjsEngine.ts';
import { createWasmEngine } from '../../numerics/engines/wasm/createWasmEngine.ts';
import type { NetworkConfig } from '../../numerics/networkConfig.ts';

/** Engines that can train, for option checks. */
export const TRAINING_ENGINES = ['wasm', 'tfjs', 'reference'] as const;

export type TrainingEngine = (typeof TRAINING_ENGINES)[number];

/** @throws RxAnomalyError BAD_OPTION for a cell that it does not have, NO_ENGINE where it is not installed */
export async function trainingEngine(
  name: TrainingEngine,
  cell: NetworkConfig['cell'],
): Promise<(config: NetworkConfig) => Engine> {
  if (name === 'tfjs' && cell !== 'lstm') throw badOption('pretrain', '--cell', "'lstm' on tfjs", cell);
  if (name === 'wasm') return createWasmEngine;
  if (name === 'reference') return (config) => new ReferenceEngine(config);
  const tf = await loadTfjsNode();
  return (config) => new TfjsEngine(config, tf);
}
