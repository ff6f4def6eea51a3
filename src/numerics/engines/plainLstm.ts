import { badOption } from '../../core/options.ts';
import type { NetworkConfig, ReferenceConfig } from '../networkConfig.ts';

/** What decides whether engines that have nothing but the plain LSTM run a network. */
export interface NetworkTraits
  extends Pick<ReferenceConfig, 'cell' | 'gateActivation' | 'attention' | 'lookAhead'> {
  readonly loss: Pick<ReferenceConfig['loss'], 'name'>;
}

/** Whether they run it. */
export function isPlainLstm(config: ReferenceConfig): config is NetworkConfig {
  return beyondLstm(config) === undefined;
}

/** The network as such an engine takes it. Throws BAD_OPTION in its name for what only the reference engine runs. */
export function plainLstm(engine: string, config: ReferenceConfig): NetworkConfig {
  if (isPlainLstm(config)) return config;
  const [option, expected, got] = beyondLstm(config)!;
  throw badOption(engine, option, expected, got);
}

/** The option that keeps a network from such engines, what they expect of it and what it is; undefined if none does. */
export function beyondLstm({
  cell,
  loss,
  gateActivation = 'sigmoid',
  attention = 0,
  lookAhead,
}: NetworkTraits): [option: string, expected: string, got: unknown] | undefined {
  if (cell !== 'lstm') return ['cell', "'lstm'", cell];
  if (gateActivation !== 'sigmoid') return ['gateActivation', "'sigmoid'", gateActivation];
  if (attention !== 0) return ['attention', 'left out', attention];
  if (loss.name === 'crossEntropy') return ['loss', "other than 'crossEntropy'", loss.name];
  if (lookAhead !== undefined) return ['lookAhead', 'left out', lookAhead];
  return undefined;
}
