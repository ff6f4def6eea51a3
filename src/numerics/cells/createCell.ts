import { optionChecks } from '../../core/options.ts';
import { budgetCell } from './budget.ts';
import { CELL_NAMES, type Cell, type CellName } from './cell.ts';
import { coupledCell, emaCell } from './coupled.ts';
import { GATE_NAMES, GATES, type Gate, type GateName } from './gate.ts';
import { gruCell } from './gru.ts';
import { lstmCell } from './lstm.ts';
import { peepholeCell } from './peephole.ts';
import { rnn } from './rnn.ts';

const CELLS: Readonly<Record<CellName, (gate: Gate) => Cell>> = {
  lstm: lstmCell,
  gru: gruCell,
  peephole: peepholeCell,
  coupled: coupledCell,
  budget: budgetCell,
  ema: emaCell,
  rnn: () => rnn,
};

/** The cell of that name, which has no state; its gates open by `gate`. @throws RxAnomalyError BAD_OPTION */
export function createCell(name: CellName, gate: GateName = 'sigmoid'): Cell {
  const check = optionChecks('network');
  check.oneOf('cell', name, CELL_NAMES);
  check.oneOf('gateActivation', gate, GATE_NAMES);
  return CELLS[name](GATES[gate]);
}
