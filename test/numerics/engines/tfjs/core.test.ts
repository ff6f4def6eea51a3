import { TfjsEngine } from '../../../../src/numerics/engines/tfjs/tfjsEngine.ts';
import type { NetworkConfig } from '../../../../src/numerics/networkConfig.ts';
import { engineContract } from '../../../contracts/engineContract.ts';
import { describeWithTfjsNode } from '../../../support/environment/tfjsNode.ts';

// The package that brings the native backend brings the plain one as well.
describeWithTfjsNode('tfjs engine on a backend without fused kernels', (tf) => {
  tf.setBackend('cpu');
  const create = (config: NetworkConfig) => new TfjsEngine(config, tf);
  engineContract({ name: 'tfjs', create, cells: ['lstm'], runs: 10 });
});
