import { Command, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import type { BadDataPolicy } from '../../core/reading.ts';
import type { TransformName } from '../../models/transform.ts';
import { type CsvTable, openCsv } from '../../sources/index.ts';
import { breather } from '../breather.ts';
import { CheckpointFile } from '../checkpointFile.ts';
import { DetectRun, runConfig } from '../detectRun.ts';
import { interruptible } from '../interrupt.ts';
import {
  type ColumnOptions,
  keyOption,
  quietOption,
  seedOption,
  thresholdOption,
  timeOption,
  transformOption,
  valueOption,
} from '../options.ts';
import { createProgress } from '../progress.ts';
import { StandardOutput } from '../standardOutput.ts';
import { forPeople, incidentFormat, isoTime, type OutputFormat, verdictFormat } from '../verdictFormat.ts';

interface DetectOptions extends ColumnOptions {
  readonly format: OutputFormat;
  readonly output: 'verdicts' | 'incidents';
  readonly transform: TransformName;
  readonly threshold: number;
  readonly onBadData: BadDataPolicy;
  readonly seed: number;
  readonly checkpoint?: string;
  readonly quiet: boolean;
}

/** A live pipe should not have to deliver hundreds of rows before the first verdict. */
const SAMPLE_ROWS_OF_A_PIPE = 20;

export function detectCommand(): Command {
  return new Command('detect')
    .summary('flag anomalies in a table, a verdict for every row')
    .description(
      'Reads a table in CSV (plain or gzip), forecasts every row before it is seen, and writes a verdict for each,\n' +
        'in order, to standard output. Learns as it goes. Progress and a summary go to standard error.',
    )
    .argument('<file>', 'path of the table, or - for standard input')
    .addOption(timeOption())
    .addOption(valueOption())
    .addOption(keyOption())
    .addOption(new Option('--format <name>', 'of the output').choices(['ndjson', 'csv']).default('ndjson'))
    .addOption(
      new Option('--output <what>', 'a verdict for every row, or incidents when they have ended')
        .choices(['verdicts', 'incidents'])
        .default('verdicts'),
    )
    .addOption(transformOption())
    .addOption(thresholdOption())
    .addOption(
      new Option(
        '--on-bad-data <policy>',
        'missing or unusable values: put in the forecast, leave the row out, or stop',
      )
        .choices(['impute', 'skip', 'error'])
        .default('impute'),
    )
    .addOption(seedOption())
    .option(
      '--checkpoint <dir>',
      'go on from the state saved there, and save it at the end and on interruption',
    )
    .addOption(quietOption())
    .addHelpText('after', HELP)
    .action((file: string, options: DetectOptions) =>
      interruptible((signal) => detect(file, options, signal)),
    );
}

const HELP = `
Fields of a verdict: time (ISO 8601, UTC), key, value, expected, lower, upper (the forecast's 95 % band), residual,
score (0 to 1), severity (none, low, medium, high, critical), isAnomaly, warmingUp, imputed, startOfIncident,
attribution. With several value columns the numeric ones are arrays (in CSV: a column each).

With --checkpoint, rows that an earlier run has judged are passed over, by time and by count at equal times: both the
same file grown longer and the next file continue the stream as if it had never been interrupted.

Examples:
  rx-anomaly detect data.csv > verdicts.ndjson
  rx-anomaly detect prices.csv.gz --time ts --value close --transform logReturn --output incidents
  tail -n +1 -f sensors.csv | rx-anomaly detect - --key sensor --value temp,rpm --checkpoint state`;

async function detect(file: string, options: DetectOptions, signal: AbortSignal): Promise<void> {
  const tell = (line: string): void => {
    if (!options.quiet) console.error(line);
  };
  const { time, value, key } = options;
  const table = await openCsv(file, {
    ...(time === undefined ? {} : { time }),
    ...(value === undefined ? {} : { value }),
    ...(key === undefined ? {} : { key }),
    ...(file === '-' ? { sampleRows: SAMPLE_ROWS_OF_A_PIPE } : {}),
  });
  for (const line of table.guessed) tell(line);
  const { seed, transform, threshold, onBadData } = options;
  const run = new DetectRun(table, { seed, transform, threshold, onBadData });
  const checkpoint = openCheckpoint(options, table, run, tell);
  const started = performance.now();
  const output = new StandardOutput();
  try {
    await judge(table, run, output, options, signal);
  } finally {
    // Also after a fault further down the file: what was judged was handed on and must not be judged again.
    if (!output.closed) {
      await checkpoint?.save(run.save());
      summarise(run, checkpoint, (performance.now() - started) / 1000, tell);
    }
  }
  signal.throwIfAborted();
}

function openCheckpoint(
  options: DetectOptions,
  table: CsvTable,
  run: DetectRun,
  tell: (line: string) => void,
): CheckpointFile | undefined {
  if (options.checkpoint === undefined) return undefined;
  const { seed, transform, threshold, onBadData } = options;
  const file = new CheckpointFile(
    options.checkpoint,
    runConfig(table, { seed, transform, threshold, onBadData }),
  );
  const saved = file.load(tell);
  if (saved !== undefined) {
    run.resume(saved);
    tell(`going on from ${file.path}`);
  }
  return file;
}

/** Judges every row and hands on what comes out, until the table ends, the signal aborts or nobody reads any more. */
async function judge(
  table: CsvTable,
  run: DetectRun,
  output: StandardOutput,
  options: DetectOptions,
  signal: AbortSignal,
): Promise<void> {
  const progress = createProgress(options.quiet);
  const breathe = breather();
  const verdicts = verdictFormat(options.format, table.columns.value);
  const incidents = incidentFormat(options.format, table.columns.value);
  const wantsIncidents = options.output === 'incidents';
  let text = (wantsIncidents ? incidents : verdicts).head;
  const handOn = async (): Promise<void> => {
    const ready = text;
    text = '';
    await output.write(ready);
  };
  signal.addEventListener('abort', () => void table.close()); // it may be waiting for input
  try {
    for await (const rows of table.batches()) {
      for (const row of rows) {
        stopOnBadRow(row.problems[0]?.message, table, options);
        const { verdicts: judged, ended } = run.take(row);
        if (wantsIncidents) for (const incident of ended) text += incidents.line(incident);
        else for (const verdict of judged) text += verdicts.line(verdict);
        const pause = breathe();
        if (pause === undefined) continue;
        progress.update(table.share(), run.rows);
        await handOn();
        await pause;
        if (signal.aborted || output.closed) return;
      }
      await handOn();
    }
    // With a checkpoint the stream is not over: what goes on is kept in the state.
    if (wantsIncidents && options.checkpoint === undefined) {
      for (const incident of run.flush()) text += incidents.line(incident);
    }
  } catch (error) {
    if (!signal.aborted) throw error; // a closed input may look like a fault
  } finally {
    progress.stop();
    await handOn();
    await output.end();
    await table.close();
  }
}

function stopOnBadRow(problem: string | undefined, table: CsvTable, { onBadData }: DetectOptions): void {
  if (problem !== undefined && onBadData === 'error')
    throw new RxAnomalyError('BAD_DATA', `${table.name}: ${problem}`);
}

function summarise(
  run: DetectRun,
  checkpoint: CheckpointFile | undefined,
  seconds: number,
  tell: (line: string) => void,
): void {
  const rate = Math.round(run.rows / Math.max(seconds, 1e-3)).toLocaleString('en');
  tell(
    `${run.rows.toLocaleString('en')} rows in ${seconds.toFixed(1)} s (${rate}/s): ` +
      `${run.anomalies} anomalies in ${run.incidents} incidents`,
  );
  if (run.passedOver > 0) tell(`passed over ${run.passedOver} rows that were judged before`);
  for (const line of run.problems.lines()) tell(line);
  if (checkpoint === undefined) return;
  for (const { key, start, peak } of run.open) {
    const where = key === undefined ? '' : ` of ${key}`;
    tell(
      `an incident${where} goes on since ${isoTime(start) ?? 'an earlier row'}, peak value ${forPeople(peak.value)}`,
    );
  }
  tell(`state saved in ${checkpoint.path}`);
}
