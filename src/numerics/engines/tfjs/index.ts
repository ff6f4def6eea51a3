/**
 * TensorFlow's native kernels. Nothing else imports them: the main entry works without.
 *
 * @module rx-anomaly/tfjs
 */

export type { NetworkConfig } from '../../networkConfig.ts';
export type { Engine, EngineFactory } from '../engine.ts';
export { loadTfjsNode } from './loadTfjsNode.ts';
export { asTfjs, type Tensor, type Tfjs, type TfjsRegistry } from './tfjs.ts';
export { TfjsEngine, tfjsEngine } from './tfjsEngine.ts';
