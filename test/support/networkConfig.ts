import type { NetworkConfig } from '../../src/numerics/networkConfig.ts';

/** A small network; override what the test is about. */
export function networkConfig(overrides: Partial<NetworkConfig> = {}): NetworkConfig {
  return {
    cell: 'lstm',
    inputs: 1,
    hidden: 4,
    layers: 1,
    targets: 1,
    skip: false,
    series: 1,
    window: 4,
    delay: 0,
    loss: { name: 'mse' },
    optimizer: { name: 'adam' },
    clipNorm: 1,
    ...overrides,
  };
}
