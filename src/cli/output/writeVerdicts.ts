import type { CsvTable } from '../../sources/index.ts';
import type { Detected, DetectRun } from '../run/detectRun.ts';
import { createYield } from '../run/yieldToEventLoop.ts';
import { createProgress } from './progress.ts';
import type { StandardOutput } from './standardOutput.ts';
import { incidentFormat, type OutputFormat, verdictFormat } from './verdictFormat.ts';

export interface WriteOptions {
  readonly format: OutputFormat;
  readonly output: 'verdicts' | 'incidents';
  /** Whether the stream is over when the table is: incidents that go on are then told, else they stay in the state. */
  readonly isOver: boolean;
  readonly quiet: boolean;
}

/** Judges every row and hands on what comes out, until the table ends, the signal aborts or nobody reads any more. */
export async function writeVerdicts(
  table: CsvTable,
  run: DetectRun,
  output: StandardOutput,
  options: WriteOptions,
  signal: AbortSignal,
): Promise<void> {
  const progress = createProgress(options.quiet || process.stdout.isTTY); // not between the lines of the output
  const yieldToEventLoop = createYield();
  const verdicts = verdictFormat(options.format, table.columns.value);
  const incidents = incidentFormat(options.format, table.columns.value);
  const wantsIncidents = options.output === 'incidents';
  let text = (wantsIncidents ? incidents : verdicts).head;
  const add = ({ verdict, ended }: Detected): void => {
    if (!wantsIncidents) text += verdicts.line(verdict);
    else for (const incident of ended) text += incidents.line(incident);
  };
  const handOn = async (): Promise<void> => {
    const ready = text;
    text = '';
    await output.write(ready);
  };
  const stop = AbortSignal.any([signal, output.gone]);
  stop.addEventListener('abort', () => void table.close()); // it may be waiting for input
  try {
    for await (const rows of table.batches()) {
      for (const row of rows) {
        for (const detected of run.take(row)) add(detected);
        const pause = yieldToEventLoop();
        if (pause === undefined) continue;
        progress.update(table.share(), run.rows);
        await handOn();
        await pause;
        if (stop.aborted) return;
      }
      await handOn();
    }
    if (stop.aborted) return;
    for (const detected of run.end()) add(detected);
    if (wantsIncidents && options.isOver)
      for (const incident of run.flush()) text += incidents.line(incident);
  } catch (error) {
    if (!stop.aborted) throw error; // a closed input may look like a fault
  } finally {
    progress.clear();
    await handOn();
    await output.end();
  }
}
