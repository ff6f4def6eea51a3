import { basename, dirname, resolve } from 'node:path';
import { findTables } from '../../cli/run/table/findTables.ts';
import { openTable } from '../../cli/run/table/openTable.ts';
import { simulateSeries } from '../pretrain/simulate/simulateSeries.ts';
import type { ForecastSeries } from './forecastErrors.ts';

/** Series under a name. */
export interface Collection {
  readonly name: string;
  readonly series: readonly ForecastSeries[];
}

/**
 * Every column of values of every table of a folder, each a series of its own.
 *
 * @param most of each series, the first
 * @throws RxAnomalyError BAD_INPUT
 */
export async function readCollection(
  folder: string,
  signal: AbortSignal,
  most: number = Number.POSITIVE_INFINITY,
): Promise<Collection> {
  const series: ForecastSeries[] = [];
  for (const { path, name } of await findTables(folder)) {
    const table = await openTable(path, {}, signal);
    const names = table.columns.value;
    const values: number[][] = names.map(() => []);
    const times: number[] = [];
    for await (const rows of table.batches()) {
      for (const { value, time } of rows.slice(0, most - times.length)) {
        for (const [d, column] of values.entries()) column.push(value[d]);
        times.push(time ?? Number.NaN);
      }
      signal.throwIfAborted();
      if (times.length >= most) break;
    }
    const hasTimes = table.columns.time !== undefined && !times.some(Number.isNaN);
    for (const [d, column] of values.entries())
      series.push({
        name: names.length === 1 ? name : `${name}: ${names[d]}`,
        values: Float64Array.from(column),
        times: hasTimes ? Float64Array.from(times) : undefined,
      });
  }
  const path = resolve(folder);
  const name = basename(path);
  return { name: name === 'data' ? `${basename(dirname(path))}/${name}` : name, series };
}

const FIRST_SEED = 0x7e57_0000; // of series that no training draws
const EVENTS = 2000;

/** Simulated series that were not learnt from. */
export function simulatedCollection(count: number): Collection {
  const series = Array.from({ length: count }, (_, k) => {
    const { values, clock, components, link } = simulateSeries(FIRST_SEED + k, EVENTS);
    const times = values.map((_, t) => clock.start + t * clock.step);
    const name = `${k}: ${components.join(' + ')}, ${link}`;
    return { name, values, times: clock.hasTimes ? times : undefined };
  });
  return { name: 'simulated, held out', series };
}
