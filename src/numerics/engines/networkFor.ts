import { badOption } from '../../core/options.ts';
import type { CellName } from '../cells/cell.ts';
import type { NetworkConfig, ReferenceConfig } from '../networkConfig.ts';
import { KERNEL_CELLS } from './wasm/kernelOptions.ts';

/** Engines that run some networks only; the reference engine runs all. */
export type FastEngine = 'wasm' | 'tfjs';

const CELLS: Readonly<Record<FastEngine, readonly CellName[]>> = {
  wasm: KERNEL_CELLS,
  tfjs: ['lstm'],
};

const WHERE: Readonly<Record<FastEngine, string>> = { wasm: 'wasm engine', tfjs: 'tfjsEngine' };

/** The properties that decide whether an engine runs a network. */
export interface NetworkTraits
  extends Pick<ReferenceConfig, 'cell' | 'gateActivation' | 'attention' | 'lookAhead'> {
  readonly loss: Pick<ReferenceConfig['loss'], 'name'>;
}

/** Whether it does. */
export function canRun(engine: FastEngine, config: ReferenceConfig): config is NetworkConfig {
  return beyondEngine(engine, config) === undefined;
}

/** The network in the form of such an engine. Throws BAD_OPTION in its name for what it cannot run. */
export function networkFor(engine: FastEngine, config: ReferenceConfig): NetworkConfig {
  if (canRun(engine, config)) return config;
  const [option, expected, got] = beyondEngine(engine, config)!;
  throw badOption(WHERE[engine], option, expected, got);
}

/** The option that an engine does not support, what it expects and what it is; undefined if there is none. */
export function beyondEngine(
  engine: FastEngine,
  { cell, loss, gateActivation = 'sigmoid', attention = 0, lookAhead }: NetworkTraits,
): [option: string, expected: string, got: unknown] | undefined {
  const names = CELLS[engine].map((name) => `'${name}'`).join(', ');
  if (!CELLS[engine].includes(cell))
    return ['cell', CELLS[engine].length > 1 ? `one of ${names}` : names, cell];
  if (gateActivation !== 'sigmoid') return ['gateActivation', "'sigmoid'", gateActivation];
  if (attention !== 0) return ['attention', 'left out', attention];
  if (loss.name === 'crossEntropy') return ['loss', "other than 'crossEntropy'", loss.name];
  if (lookAhead !== undefined) return ['lookAhead', 'left out', lookAhead];
  return undefined;
}
