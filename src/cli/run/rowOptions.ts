import { RxAnomalyError } from '../../core/errors.ts';
import type { Problem, Value } from '../../core/reading.ts';
import type { AbsenceOptions } from '../../models/decision/absenceWatch.ts';
import type { StreamDetectorOptions } from '../../models/streamDetectorOptions.ts';
import type { CsvRow, CsvTable } from '../../sources/index.ts';
import { namedModels } from '../options/namedModels.ts';
import { DEFAULT_MODELS, type ModelOptions } from '../options/options.ts';
import type { Policy } from '../options/policy.ts';
import type { CountsProblems } from './problemCounts.ts';

/** What the options of a command say about the detector. */
export interface DetectionOptions
  extends Partial<ModelOptions>,
    Policy,
    Pick<AbsenceOptions, 'absentAfter'>,
    Pick<StreamDetectorOptions<CsvRow, Value>, 'transform' | 'onBadData' | 'maxKeys' | 'fleet' | 'ahead'> {}

/** A row of another table than the one that is detected. */
export interface HistoryRow extends CsvRow {
  readonly table: CsvTable;
}

/** Options of a detector that reads the rows of a table; errors are added to `problems`. */
export function rowOptions(
  table: CsvTable,
  detectionOptions: DetectionOptions,
  problems: CountsProblems,
): StreamDetectorOptions<CsvRow, Value> {
  const all = { ...DEFAULT_MODELS, ...detectionOptions };
  const { forecaster, scorer, seed, adapt, fleet = false, absentAfter: _, covariates, ...options } = all;
  const scalar = table.columns.value.length === 1;
  const stops = options.onBadData === 'error';
  return {
    ...options,
    ...namedModels({ forecaster, scorer, seed, fleet, ...(adapt && { adapt }) }),
    // The detector would stop as well, but it could not name the file and the column.
    ...(stops ? { onBadData: 'impute' } : {}),
    value: scalar ? (row) => row.value[0] : (row) => row.value,
    ...(covariates === undefined && table.columns.covariates === undefined
      ? {}
      : { covariates: (row) => [...(row.covariates ?? []), ...(covariates?.(row) ?? [])] }),
    time: (row) => row.time,
    key: (row) => row.key,
    onEvict: () => problems.addEviction(),
    onProblem: (problem) => {
      const { kind, event } = problem;
      if (event === undefined) {
        problems.add(kind, problem.message);
        return;
      }
      const history = (event as Partial<HistoryRow>).table;
      const origin = history ?? table;
      if (kind === 'evictedEarly') {
        problems.add(kind, `${origin.name}: row ${event.row}: ${problem.detail}; ${problem.remedy}`);
        return;
      }
      // The row's own messages about its cells are more precise, and counted already.
      if (event.problems.some((known) => known.kind === kind || kind === 'missing')) return;
      const where = describe(origin, problem, event);
      if (stops) throw badRow(origin, where);
      problems.add(kind, `${history === undefined ? '' : `${history.name}: `}${where}; ${problem.remedy}`);
    },
  };
}

/** The error that a row raises under the policy 'error'. */
export function badRow(table: CsvTable, message: string): RxAnomalyError {
  return new RxAnomalyError('BAD_DATA', `${table.name}: ${message}`);
}

/** `row 13: column price: expected a price above 0 for logReturn, got -3` */
function describe(
  { columns }: CsvTable,
  { kind, dimension, detail }: Problem<CsvRow>,
  { row }: CsvRow,
): string {
  const isOfTime = kind === 'badTime' || kind === 'timeBackwards';
  const column = isOfTime ? columns.time : columns.value[dimension ?? Number.NaN];
  const where = column === undefined ? '' : `column ${column}: `;
  return `row ${row}: ${where}${detail}`;
}
