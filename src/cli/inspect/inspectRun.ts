import { RxAnomalyError } from '../../core/errors.ts';
import type { Value } from '../../core/reading.ts';
import {
  type Inspection,
  level,
  type Quantity,
  StreamInspection,
  type StreamInspectionOptions,
  seasonPhase,
  volatility,
} from '../../inspect/index.ts';
import type { CsvRow, CsvTable } from '../../sources/index.ts';
import type { ProblemCounts } from '../run/problemCounts.ts';
import { rowOptions } from '../run/rowOptions.ts';
import { problemsOf } from '../run/table/derivedRow.ts';
import { createYield } from '../run/yieldToEventLoop.ts';

/** What is inspected, and how. */
export interface InspectRunOptions
  extends Pick<
    StreamInspectionOptions<CsvRow, Value>,
    'transform' | 'cell' | 'hidden' | 'layers' | 'window' | 'longMemory'
  > {
  readonly seed: number;
  readonly threshold?: number;
  /** Whose clocks the hours of the day go by. @default 'UTC' */
  readonly timeZone?: string;
  /** The key of the stream; undefined for a table of one. */
  readonly stream: string | undefined;
  /** Rows per season, for the probe of its phase; by the time of day if undefined. */
  readonly season: number | undefined;
  readonly ablation: boolean;
}

const PROBED = 4; // dimensions; of more, the tables would be unreadable
const HALF_LIFE = 20; // rows, of the level and the volatility that are probed for
const DAY = 86_400_000; // ms

/**
 * Inspects one stream of a table, from its first row to its last.
 *
 * @param onPause called at intervals with the finished share of the table and the rows of the stream so far
 * @throws RxAnomalyError BAD_INPUT when the table has no row of the stream; the signal's reason when it aborts
 */
export async function inspectTable(
  table: CsvTable,
  { seed, threshold, timeZone, stream, season, ablation, ...options }: InspectRunOptions,
  problems: ProblemCounts,
  onPause: (share: number | undefined, rows: number) => void,
  signal: AbortSignal,
): Promise<Inspection> {
  const detectionOptions = {
    seed,
    ...(threshold === undefined ? {} : { threshold }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
  const { key: _key, onEvict: _onEvict, ...reading } = rowOptions(table, detectionOptions, problems);
  const names = table.columns.value;
  const inspection = new StreamInspection<CsvRow, Value>({
    ...reading,
    ...options,
    name: stream === undefined ? table.name : `${table.name} ${stream}`,
    dimensions: names,
    quantities: quantitiesOf(names, season, table.columns.time !== undefined),
    ...(ablation ? {} : { clamped: [] }),
  });
  const yieldToEventLoop = createYield();
  const others = new Set<string>();
  let rows = 0;
  try {
    for await (const batch of table.batches()) {
      for (const row of batch) {
        if (stream !== undefined && row.key !== stream) {
          if (others.size < 5) others.add(String(row.key));
        } else {
          for (const { kind, message } of problemsOf(row)) problems.add(kind, message);
          inspection.process(row);
          rows++;
        }
        const pause = yieldToEventLoop();
        if (pause === undefined) continue;
        onPause(table.share(), rows);
        await pause;
        signal.throwIfAborted();
      }
    }
    if (rows === 0) throw nothingToInspect(table, stream, others);
  } finally {
    await table.close();
  }
  return inspection.finish();
}

function quantitiesOf(
  names: readonly string[],
  season: number | undefined,
  hasTimes: boolean,
): readonly Quantity[] {
  const phase =
    season !== undefined
      ? [seasonPhase(season)]
      : hasTimes
        ? [{ ...seasonPhase(DAY, 'ms'), name: 'time of day' }]
        : [];
  const perDimension = names.slice(0, PROBED).flatMap((name, d) => {
    const of = names.length === 1 ? '' : ` of ${name}`;
    return [
      { ...level(HALF_LIFE, d), name: `level${of}` },
      { ...volatility(HALF_LIFE, d), name: `volatility${of}` },
    ];
  });
  return [...phase, ...perDimension];
}

function nothingToInspect(
  table: CsvTable,
  stream: string | undefined,
  others: ReadonlySet<string>,
): RxAnomalyError {
  const there =
    others.size === 0 ? '' : `; there are ${[...others].join(', ')}${others.size === 5 ? ' …' : ''}`;
  const what = stream === undefined ? 'no rows' : `no rows of ${JSON.stringify(stream)}${there}`;
  return new RxAnomalyError('BAD_INPUT', `${table.name}: ${what}`);
}
