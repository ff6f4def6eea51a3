import type { Cell, CellName } from './cell.ts';
import { lstm } from './lstm.ts';
import { rnn } from './rnn.ts';

const CELLS: Readonly<Record<CellName, Cell>> = { lstm, rnn };

/** The cell of that name: stateless, shared by all who ask. */
export function createCell(name: CellName): Cell {
  return CELLS[name];
}
