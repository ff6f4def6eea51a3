import { expect, it } from 'vitest';
import { TfjsFleet } from '../../../../src/numerics/engines/tfjs/tfjsFleet.ts';
import { fleetContract } from '../../../contracts/fleetContract.ts';
import { describeWithTfjsNode } from '../../../support/environment/tfjsNode.ts';
import { networkConfig } from '../../../support/networkConfig.ts';

describeWithTfjsNode('tfjs fleet on the native binding', (tf) => {
  fleetContract({ name: 'tfjs', create: (config) => new TfjsFleet(config, tf), exact: false, runs: 15 });

  it('leaves no tensor behind: as many after 500 calls as after one', () => {
    const { series: _series, delay: _delay, ...network } = networkConfig({ window: 4 });
    const fleet = new TfjsFleet({ ...network, batchSize: 2 }, tf);
    const slots = Int32Array.of(fleet.acquire(), fleet.acquire());
    const zeros = new Float64Array(4);
    let settled: number | undefined;
    for (let call = 0; call < 500; call++) {
      for (const slot of slots) if (fleet.steps(slot) === 4) fleet.addSample(slot, zeros, zeros);
      if (fleet.sampleCount === 2) fleet.learn(0.01);
      fleet.advanceInto(new Float64Array(2), slots, zeros, 2);
      if (call === 10) settled = tf.memory().numTensors;
    }
    expect(tf.memory().numTensors).toBe(settled);
    fleet.dispose();
  });
});
