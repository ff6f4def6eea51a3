// rx-anomaly/numerics: the network by itself, for those who want to train or study one.

export type { Cell, CellName, CellWeights } from './cells/cell.ts';
export { createCell } from './cells/createCell.ts';
export { lstm } from './cells/lstm.ts';
export { rnn } from './cells/rnn.ts';
export { createEngine, type EngineName } from './engines/createEngine.ts';
export type { Engine, EngineState, LearnReport } from './engines/engine.ts';
export { ReferenceEngine } from './engines/reference.ts';
export { loadTfjsNode } from './engines/tfjs/loadTfjsNode.ts';
export { asTfjs, type Tfjs } from './engines/tfjs/tfjs.ts';
export { TfjsEngine, tfjsEngine } from './engines/tfjs/tfjsEngine.ts';
export { createWasmEngine, type WasmOptions } from './engines/wasm/createWasmEngine.ts';
export { compileKernel, type Kernel } from './engines/wasm/kernel.ts';
export { WasmEngine } from './engines/wasm/wasmEngine.ts';
export { initialise } from './initialise.ts';
export { createLoss, type LossConfig } from './losses/createLoss.ts';
export type { LaplaceLossConfig } from './losses/laplaceLoss.ts';
export type { Loss } from './losses/loss.ts';
export { type LayerStates, Network, type StepTape } from './network.ts';
export type { NetworkConfig } from './networkConfig.ts';
export { clipByGlobalNorm } from './optim/clip.ts';
export { createOptimizer, type OptimizerConfig } from './optim/createOptimizer.ts';
export type { Optimizer } from './optim/optimizer.ts';
export { createParameters, type HeadWeights, outputCount, type Parameters } from './parameters.ts';
export { TailModel } from './stats/tailModel.ts';
export { Window } from './window.ts';
