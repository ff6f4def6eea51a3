/**
 * The network alone, to train or study one.
 *
 * @module rx-anomaly/numerics
 */

export { Random } from '../core/random.ts';

export type { AttentionWeights } from './attention.ts';
export { CELL_NAMES, type Cell, type CellName, type CellWeights } from './cells/cell.ts';
export { createCell } from './cells/createCell.ts';
export type { GateName } from './cells/gate.ts';
export { lstm } from './cells/lstm.ts';
export { rnn } from './cells/rnn.ts';
export { type ChosenEngine, chooseEngine } from './engines/chooseEngine.ts';
export { createEngine, type EngineName } from './engines/createEngine.ts';
export type { Engine, EngineFactory, EngineState, LearnReport } from './engines/engine.ts';
export { loadEngine } from './engines/loadEngine.ts';
export type { FastEngine } from './engines/networkFor.ts';
export { ReferenceEngine } from './engines/reference.ts';
export { loadTfjsNode } from './engines/tfjs/loadTfjsNode.ts';
export { asTfjs, type Tensor, type Tfjs, type TfjsRegistry } from './engines/tfjs/tfjs.ts';
export { TfjsEngine, tfjsEngine } from './engines/tfjs/tfjsEngine.ts';
export { createWasmEngine, type WasmOptions } from './engines/wasm/createWasmEngine.ts';
export {
  compileKernel,
  type Kernel,
  type KernelExports,
  type KernelName,
  type NetShape,
} from './engines/wasm/kernel.ts';
export { WasmEngine } from './engines/wasm/wasmEngine.ts';
export { type ForgetBias, initialise } from './initialise.ts';
export type { LookAheadShape, LookAheadTape, LookAheadWeights } from './lookAhead.ts';
export { createLoss, type LossConfig } from './losses/createLoss.ts';
export type { CrossEntropyConfig } from './losses/crossEntropyLoss.ts';
export type { Loss } from './losses/loss.ts';
export type { LaplaceLossConfig } from './losses/regressionLosses.ts';
export { type LayerStates, Network, type StepTape } from './network.ts';
export type { NetworkConfig, ReferenceConfig } from './networkConfig.ts';
export { clipByGlobalNorm } from './optim/clip.ts';
export {
  type AdamConfig,
  createOptimizer,
  type Optimizer,
  type OptimizerConfig,
  type RmsPropConfig,
  type SgdConfig,
} from './optim/optimizers.ts';
export { createParameters, type HeadWeights, outputCount, type Parameters } from './parameters.ts';
export { TailModel, type TailResolution } from './stats/tailModel.ts';
export type { Counts } from './stats/upperPoint.ts';
export { Window } from './window.ts';
