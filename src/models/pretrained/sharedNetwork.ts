import { createRunner } from '../../numerics/engines/createRunner.ts';
import type { NetworkRunner, RunnerName } from '../../numerics/engines/networkRunner.ts';
import { pretrainedNetwork } from './pretrainedNetwork.ts';
import type { PretrainedWeights } from './pretrainedWeights.ts';

const RUNNERS: WeakMap<PretrainedWeights, Map<RunnerName, NetworkRunner>> = new WeakMap();

/** What runs these weights for every forecaster of the process: one copy of them. */
export function sharedNetwork(weights: PretrainedWeights, name: RunnerName): NetworkRunner {
  const runners = RUNNERS.get(weights) ?? new Map<RunnerName, NetworkRunner>();
  RUNNERS.set(weights, runners);
  const known = runners.get(name);
  if (known !== undefined) return known;
  const runner = createRunner(name, pretrainedNetwork(weights, 1, 1), weights.parameters);
  runners.set(name, runner);
  return runner;
}
