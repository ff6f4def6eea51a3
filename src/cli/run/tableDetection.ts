import { asJson } from '../../models/snapshot.ts';
import { type CsvRow, type CsvTable, replay } from '../../sources/index.ts';
import type { OpenDetection } from './detection.ts';
import { openDetection } from './openDetection.ts';
import type { Persistence } from './persistence.ts';
import { ProblemCounts } from './problemCounts.ts';
import { TablePlace } from './resume/tablePosition.ts';
import { type DetectionOptions, rowOptions } from './rowOptions.ts';
import { runConfig } from './runConfig.ts';
import { createYield } from './yieldToEventLoop.ts';

/**
 * A table replayed at speed, judged as it comes.
 *
 * @param name what its stream is called; streams of its keys are `name/key`
 */
export async function recordedStream(
  table: CsvTable,
  name: string,
  speed: number,
  detectionOptions: DetectionOptions,
  persistence: Persistence,
): Promise<OpenDetection> {
  let place: TablePlace | undefined; // known once the state is
  return await openDetection<CsvRow>(
    {
      name: stateOf(name),
      config: asJson(runConfig(table, detectionOptions)),
      detect: {
        ...rowOptions(table, detectionOptions, new ProblemCounts()),
        key: ({ key }) => (key === undefined ? name : `${name}/${key}`),
      },
      source: (saved) => {
        const rows = unhurried(table.rows());
        if (persistence.every !== undefined) place = new TablePlace(table, saved);
        return replay(place?.newRows(rows) ?? rows, { speed, time: ({ time }) => time });
      },
      place: (row) => place?.detected(row) ?? (() => null),
      owns: (key) =>
        key === name || (table.columns.key !== undefined && key?.startsWith(`${name}/`) === true),
      dimensions: () => table.columns.value,
      close: () => table.close(),
    },
    persistence,
  );
}

/** What the state of a table is kept under. */
export function stateOf(name: string): string {
  return `table.${name}`;
}

/** Lets the event loop turn where rows come faster than they are shown. */
async function* unhurried<T>(rows: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  const yieldToEventLoop = createYield();
  for await (const row of rows) {
    await yieldToEventLoop();
    yield row;
  }
}
