import { TfjsEngine } from '../../../../src/numerics/engines/tfjs/tfjsEngine.ts';
import { engineContract } from '../../../contracts/engineContract.ts';
import { describeWithTfjsNode } from '../../../support/tfjsNode.ts';

describeWithTfjsNode('tfjs engine on the native binding', (tf) => {
  engineContract({ name: 'tfjs', create: (config) => new TfjsEngine(config, tf), cells: ['lstm'] });
});
