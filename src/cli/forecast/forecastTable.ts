import { calendarOptions } from '../../core/calendar.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { Value } from '../../core/reading.ts';
import { AheadForecaster, type AheadPrediction } from '../../models/ahead/aheadForecaster.ts';
import type { AheadOptions } from '../../models/ahead/aheadOptions.ts';
import { EventReader } from '../../models/eventReader.ts';
import type { Observation } from '../../models/forecaster.ts';
import type { CsvRow, CsvTable } from '../../sources/index.ts';
import { OPEN_FORECASTS } from '../options/forecastOptions.ts';
import type { ProblemCounts } from '../run/problemCounts.ts';
import { rowOptions } from '../run/rowOptions.ts';
import { problemsOf } from '../run/table/derivedRow.ts';
import { createYield } from '../run/yieldToEventLoop.ts';
import { AheadOutcome } from './aheadOutcome.ts';

/** One series of a table, with what is forecast after its last row. */
export interface SeriesForecast {
  /** Undefined in a table of one. */
  readonly key: string | undefined;
  readonly rows: number;
  /** The last rows, the newest last; NaN where a value is missing, and no time in a table without times. */
  readonly past: readonly Observation[];
  readonly ahead: readonly AheadPrediction[];
  /** The dimensions of which nothing is forecast: they had no value of use. */
  readonly unknown: readonly number[];
  /** How earlier forecasts turned out. */
  readonly outcome: AheadOutcome;
}

const MOST_SERIES = 1000;
const LEAST_PAST = 100; // rows that a picture shows

interface Series {
  readonly reader: EventReader<CsvRow, Value>;
  readonly forecaster: AheadForecaster;
  readonly outcome: AheadOutcome;
  readonly past: Observation[];
  rows: number;
}

/**
 * Forecasts what comes after the last row of every series of a table.
 *
 * @param options.timeZone whose clocks the hours of the day go by; UTC by default
 * @param onPause called at intervals with the finished share of the table and the rows so far
 * @throws RxAnomalyError BAD_INPUT when the table has no rows or too many series; the signal's reason when it aborts
 */
export async function forecastTable(
  table: CsvTable,
  {
    timeZone = 'UTC',
    ...options
  }: AheadOptions & { readonly steps: number; readonly timeZone?: string | undefined },
  problems: ProblemCounts,
  onPause: (share: number | undefined, rows: number) => void,
  signal: AbortSignal,
): Promise<SeriesForecast[]> {
  const { steps } = options;
  const { value, time, onProblem } = rowOptions(table, {}, problems);
  const dimensions = table.columns.value.length;
  const { calendar } = calendarOptions.resolve('forecast', { timeZone });
  const every = Math.ceil(steps / OPEN_FORECASTS);
  const compared = [...new Set([1, steps / 4, steps / 2, steps].map(Math.ceil))];
  const all = new Map<string | undefined, Series>();
  const yieldToEventLoop = createYield();
  let rows = 0;

  const seriesOf = (key: string | undefined): Series => {
    const known = all.get(key);
    if (known !== undefined) return known;
    if (all.size === MOST_SERIES)
      throw new RxAnomalyError(
        'BAD_INPUT',
        `${table.name}: more than ${MOST_SERIES} series, each of which needs a model; name another column with --key, or ` +
          'none, or forecast a part of the table',
      );
    const reading = { value: value!, time: time!, ...(onProblem === undefined ? {} : { onProblem }) };
    const series: Series = {
      reader: new EventReader('forecast', reading, key),
      forecaster: new AheadForecaster({ ...options, dimensions, every }),
      outcome: new AheadOutcome(compared, dimensions),
      past: [],
      rows: 0,
    };
    all.set(key, series);
    return series;
  };
  const take = (row: CsvRow, at: number): void => {
    for (const { kind, message } of problemsOf(row)) problems.add(kind, message);
    const series = seriesOf(row.key);
    const read = series.reader.read(row, at);
    if (read === undefined) return;
    const moment = read.time === undefined ? undefined : calendar?.at(read.time);
    const observation = moment === undefined ? read : { ...read, calendarTime: moment };
    const { forecaster, outcome, past } = series;
    outcome.arrive(observation.value);
    forecaster.learn(observation, 1);
    if (series.rows++ % every === 0) outcome.note(forecaster.predictAhead());
    past.push(observation);
    if (past.length > Math.max(LEAST_PAST, 2 * steps)) past.shift();
  };

  // The next row of a pipe may never come.
  const stop = (): void => void table.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const batch of table.batches()) {
      for (const row of batch) {
        take(row, rows++);
        const pause = yieldToEventLoop();
        if (pause === undefined) continue;
        onPause(table.share(), rows);
        await pause;
        signal.throwIfAborted();
      }
    }
    signal.throwIfAborted();
    if (all.size === 0) throw new RxAnomalyError('BAD_INPUT', `${table.name}: no rows to forecast from`);
    return [...all].map(([key, { forecaster, rows: read, past, outcome }]) => {
      const ahead = forecaster.predictAhead();
      return { key, rows: read, past, outcome, ahead, unknown: unknownOf(ahead, dimensions) };
    });
  } finally {
    signal.removeEventListener('abort', stop);
    for (const { forecaster } of all.values()) forecaster.dispose();
    await table.close();
  }
}

function unknownOf(ahead: readonly AheadPrediction[], dimensions: number): number[] {
  const all = Array.from({ length: dimensions }, (_, d) => d);
  return all.filter((d) => !ahead.some(({ expected }) => Number.isFinite(expected[d])));
}
