import { describe, expect, it } from 'vitest';
import { chooseFleet, tfjsIsFaster } from '../../../src/numerics/engines/fleet/chooseFleet.ts';
import type { FleetConfig } from '../../../src/numerics/engines/fleet/fleetEngine.ts';
import { describeWithTfjsNode } from '../../support/environment/tfjsNode.ts';
import { networkConfig } from '../../support/networkConfig.ts';

function shape(hidden: number, batchSize: number): FleetConfig {
  const { series: _series, delay: _delay, ...network } = networkConfig({ hidden, window: 2 });
  return { ...network, batchSize };
}

describe('tfjs-node against WASM', () => {
  // Figures of test/bench/fleetEngines.js: H, R, batch, and how many times as fast tfjs-node was.
  it.each([
    [16, 16, 256, 0.17],
    [32, 256, 256, 0.6],
    [64, 16, 256, 0.47],
    [64, 64, 256, 0.63],
    [64, 256, 256, 0.84],
    [128, 16, 256, 0.62],
    [128, 64, 64, 0.84],
    [128, 256, 256, 1.18],
    [256, 32, 256, 0.9],
    [256, 64, 64, 1.13],
  ])('H=%i R=%i batch=%i: the faster one by measurement (%f)', (hidden, batchSize, batch, ratio) => {
    expect(tfjsIsFaster(shape(hidden, batchSize), batch)).toBe(ratio > 1);
  });
});

describeWithTfjsNode('chooseFleet, with the native binding', () => {
  it.each([
    ['wasm', 16, 16],
    ['tfjs', 128, 128],
  ])('takes %s for H=%i and R=%i', async (name, hidden, batchSize) => {
    const fleet = (await chooseFleet())(shape(hidden, batchSize), 256);
    expect(fleet.name).toBe(name);
    fleet.dispose();
  });
});
