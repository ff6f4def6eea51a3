import { badOption, optionChecks } from '../core/options.ts';
import type { LstmForecaster } from '../models/forecasters/lstmForecaster.ts';
import type { CellName } from '../numerics/cells/cell.ts';
import { createParameters } from '../numerics/parameters.ts';
import { gateRowsOf } from './layerGates.ts';

/** The gates that can be clamped. */
export type ClampedGateName = 'forget' | 'input' | 'output' | 'reset';

/** A gate, and the value it is clamped at. */
export interface ClampedGate {
  readonly gate: ClampedGateName;
  /** 0: shut. 1: open. */
  readonly at: 0 | 1;
}

const GATES: readonly ClampedGateName[] = ['forget', 'input', 'output', 'reset'];
const PEEPHOLES: readonly ClampedGateName[] = ['input', 'forget', 'output']; // the order of their weights
const FAR = 1000; // σ(±1000) is 1 and, as e^1000 overflows, 0 exactly; so is the slope, and nothing is learnt

/** Every gate of a cell clamped at 0 and at 1, except those that are tied to another. */
export function clampableGates(cell: CellName): ClampedGate[] {
  const rows = gateRowsOf('clampableGates', cell);
  return GATES.filter((gate) => rows[gate] !== undefined).flatMap((gate) => [
    { gate, at: 0 },
    { gate, at: 1 },
  ]);
}

/**
 * Clamps a gate of every layer at 0 or 1 from now on: its weights become 0 and its bias ±1000, which no learning
 * moves. An input gate that is tied to the forget gate is clamped by clamping that one at the opposite value; in the
 * cell `'budget'` only the share of what forgetting frees can be clamped.
 *
 * @param forecaster on any engine; its weights are changed
 * @throws RxAnomalyError BAD_OPTION where the cell has no such gate
 */
export function clampGate(forecaster: LstmForecaster, { gate, at }: ClampedGate): void {
  const { engine } = forecaster;
  const { config } = engine;
  const [row, open] = clampedRow('clampGate', config.cell, { gate, at });
  const { hidden: H } = config;
  const parameters = createParameters(config);
  parameters.flat.set(engine.readParameters());
  for (const layer of parameters.layers) {
    layer.weightIh.fill(0, row * H * layer.inputs, (row + 1) * H * layer.inputs);
    layer.weightHh.fill(0, row * H * H, (row + 1) * H * H);
    layer.biasIh.fill(open ? FAR : -FAR, row * H, (row + 1) * H);
    layer.biasHh.fill(0, row * H, (row + 1) * H);
    const peephole = PEEPHOLES.indexOf(gate);
    if (layer.peephole.length > 0) layer.peephole.fill(0, peephole * H, (peephole + 1) * H);
  }
  engine.writeParameters(parameters.flat);
}

/**
 * The block of weights through which a gate is clamped, and whether it must be open for that.
 *
 * @param where the caller, for messages
 * @throws RxAnomalyError BAD_OPTION where the cell has no such gate
 */
export function clampedRow(
  where: string,
  cell: CellName,
  { gate, at }: ClampedGate,
): [row: number, open: boolean] {
  optionChecks(where).oneOf('gate', gate, GATES);
  if (at !== 0 && at !== 1) throw badOption(where, 'at', '0 or 1', at);
  const rows = gateRowsOf(where, cell);
  const isTied = gate === 'input' && rows.input === undefined;
  const row = isTied ? rows.forget : rows[gate];
  if (row === undefined) throw badOption(where, 'gate', `one that the cell ${cell} has`, gate);
  return [row, isTied ? at === 0 : at === 1];
}
