import type { Cell, CellName } from './cell.ts';
import { lstm } from './lstm.ts';
import { rnn } from './rnn.ts';

const CELLS: Readonly<Record<CellName, Cell>> = { lstm, rnn };

export function createCell(name: CellName): Cell {
  return CELLS[name];
}
