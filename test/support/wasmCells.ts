import type { CellName } from '../../src/numerics/cells/cell.ts';

/** What the WASM kernel has; all other cells are the reference engine's alone. */
export const WASM_CELLS: readonly CellName[] = ['lstm', 'gru', 'peephole', 'coupled'];
