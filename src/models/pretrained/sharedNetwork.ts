import type { FleetEngineName } from '../../numerics/engines/fleet/createFleet.ts';
import { createRunner } from '../../numerics/engines/fleet/createRunner.ts';
import type { NetworkRunner } from '../../numerics/engines/fleet/networkRunner.ts';
import { pretrainedNetwork } from './pretrainedNetwork.ts';
import type { PretrainedWeights } from './pretrainedWeights.ts';

const RUNNERS: WeakMap<PretrainedWeights, Map<FleetEngineName, NetworkRunner>> = new WeakMap();

/** What runs these weights for every forecaster of the process: one copy of them. */
export function sharedNetwork(weights: PretrainedWeights, name: FleetEngineName): NetworkRunner {
  const runners = RUNNERS.get(weights) ?? new Map<FleetEngineName, NetworkRunner>();
  RUNNERS.set(weights, runners);
  const known = runners.get(name);
  if (known !== undefined) return known;
  const runner = createRunner(name, pretrainedNetwork(weights, 1, 1), weights.parameters);
  runners.set(name, runner);
  return runner;
}
