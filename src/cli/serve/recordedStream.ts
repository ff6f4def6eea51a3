import { filter, map } from 'rxjs';
import type { Value } from '../../core/reading.ts';
import { StreamDetector } from '../../models/streamDetector.ts';
import { type CsvRow, type CsvTable, replay } from '../../sources/index.ts';
import { breather } from '../breather.ts';
import { ProblemCounts } from '../problemCounts.ts';
import { type JudgeOptions, rowOptions } from '../rowOptions.ts';
import { gatesOf } from './gatesOf.ts';
import type { JudgedSource } from './judgedSource.ts';

/**
 * A table replayed at speed, judged as it comes.
 *
 * @param name what its stream is called; streams of its keys are `name/key`
 */
export function recordedStream(
  table: CsvTable,
  name: string,
  speed: number,
  judging: JudgeOptions,
): JudgedSource {
  const streams = new StreamDetector<CsvRow, Value>(
    {
      ...rowOptions(table, judging, new ProblemCounts()),
      key: ({ key }) => (key === undefined ? name : `${name}/${key}`),
    },
    'serve',
  );
  return {
    verdicts$: replay(unhurried(table.rows()), { speed, time: ({ time }) => time }).pipe(
      map((row) => streams.process(row)),
      filter((verdict) => verdict !== undefined),
    ),
    owns: (key) => key === name || (key?.startsWith(`${name}/`) ?? false),
    dimensions: () => table.columns.value,
    gates: (key) => gatesOf(streams, key),
    takeFeedback: (feedback) => streams.takeFeedback(feedback),
    close: async () => {
      streams.dispose();
      await table.close();
    },
  };
}

/** Lets the event loop turn where rows come faster than they are shown. */
async function* unhurried<T>(rows: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  const breathe = breather();
  for await (const row of rows) {
    await breathe();
    yield row;
  }
}
