import { createFleet, type FleetEngineName } from '../../numerics/engines/fleet/createFleet.ts';
import type { FleetEngine } from '../../numerics/engines/fleet/fleetEngine.ts';
import { pretrainedNetwork } from './pretrainedNetwork.ts';
import type { PretrainedWeights } from './pretrainedWeights.ts';

const ENGINES: WeakMap<PretrainedWeights, Map<FleetEngineName, FleetEngine>> = new WeakMap();

/** The engine that runs these weights for every forecaster of the process: one copy of them, a state per series. */
export function sharedNetwork(weights: PretrainedWeights, name: FleetEngineName): FleetEngine {
  const engines = ENGINES.get(weights) ?? new Map<FleetEngineName, FleetEngine>();
  ENGINES.set(weights, engines);
  const known = engines.get(name);
  if (known !== undefined) return known;
  const { series: _, delay: __, ...network } = pretrainedNetwork(weights, 1, 1);
  const engine = createFleet(name, { ...network, batchSize: 1 });
  engine.writeParameters(weights.parameters);
  engines.set(name, engine);
  return engine;
}
