/**
 * CSV files and tables like it, and their replay. Node only.
 *
 * @module rx-anomaly/sources
 */

export type { TimeSelector } from '../core/selectors.ts';
export type { CsvColumns, CsvOptions, CsvProblem, CsvRow, CsvTable } from './csv/csvTable.ts';
export { fromCsv } from './csv/fromCsv.ts';
export { openCsv } from './csv/openCsv.ts';
export { type ReplayOptions, replay } from './replay.ts';
