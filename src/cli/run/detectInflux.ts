import { messageOf } from '../../core/messageOf.ts';
import { given, type InfluxSourceOptions } from '../options/influxSourceOptions.ts';
import { createProgress } from '../output/progress.ts';
import { openIncidents, runSummary } from '../output/runSummary.ts';
import { StandardOutput } from '../output/standardOutput.ts';
import { incidentFormat, type OutputFormat, verdictFormat } from '../output/verdictFormat.ts';
import { influxDetection, type VerdictSink } from './influxDetection.ts';
import { NAME } from './influxReadings.ts';
import { InfluxRun } from './influxRun.ts';
import type { DetectionOptions } from './rowOptions.ts';
import { storeIn } from './storeIn.ts';

export interface DetectInfluxOptions extends InfluxSourceOptions {
  readonly format: OutputFormat;
  readonly output: 'verdicts' | 'incidents';
  readonly checkpoint?: string;
  readonly quiet: boolean;
}

/** Milliseconds that a run which is asked to end gives the server to take the last verdicts, and the disk the state. */
const PATIENCE = { server: 800, disk: 10_000 };

/** Reads an InfluxDB, judges every point, and hands the verdicts on, until the end or for ever. */
export async function detectInflux(
  options: DetectInfluxOptions,
  detectionOptions: DetectionOptions,
  signal: AbortSignal,
): Promise<void> {
  const log = (line: string): void => {
    if (!options.quiet) console.error(line);
  };
  const fields = given('field', options.field);
  const wantsIncidents = options.output === 'incidents';
  const wantsVerdicts = !wantsIncidents && options.writeBack === undefined;
  const verdicts = verdictFormat(options.format, fields);
  const incidents = incidentFormat(options.format, fields);
  const output = new StandardOutput();
  const run = new InfluxRun();
  const writes = wantsIncidents || wantsVerdicts;
  const progress = createProgress(options.quiet || (process.stdout.isTTY && writes)); // not between its lines
  const sink: VerdictSink = {
    room: () => output.room(),
    take: (verdict) => {
      run.add(verdict);
      if (wantsVerdicts) output.put(verdicts.line(verdict));
      if (wantsIncidents) output.put(verdict.ended.map(incidents.line).join(''));
      if (run.rows % 256 === 0) progress.update(undefined, run.rows);
    },
  };
  const store = storeIn(options.checkpoint, log);
  const isSaved = options.checkpoint !== undefined;
  const stop = AbortSignal.any([signal, output.gone]);
  const detection = influxDetection(options, detectionOptions, {
    ...{ store, sink, signal: stop },
    events: {
      onProblem: ({ kind, message }) => run.problems.add(kind, message),
      ...(isSaved ? {} : { onEvict: () => run.problems.addEviction() }),
    },
    onSaveFailed: (error) =>
      log(`the state could not be saved and will be the next time: ${messageOf(error)}`),
  });
  const started = performance.now();
  let isAllSaved = false;
  try {
    if (isSaved && (await store.load(NAME)) !== undefined) log(`going on from ${options.checkpoint}`);
    if (writes) output.put((wantsIncidents ? incidents : verdicts).head);
    isAllSaved = await endsInTime(
      detection.forEach(() => {}),
      stop,
      options.writeBack === undefined ? PATIENCE.disk : PATIENCE.server,
    );
    if (!isAllSaved) log('not all was taken in time: what was not comes again the next time');
    if (wantsIncidents && !isSaved) {
      for (const incident of run.open) output.put(incidents.line({ ...incident, open: true }));
    }
  } finally {
    progress.clear();
    if (!output.gone.aborted) {
      for (const line of runSummary(run, (performance.now() - started) / 1000, 'point')) log(line);
      for (const line of isSaved ? openIncidents(run.open) : []) log(line);
      if (isSaved && isAllSaved) log(`state saved in ${options.checkpoint}`);
    }
  }
  await output.end();
  signal.throwIfAborted();
}

/** Whether `work` ended by itself; false when it was asked to end and did not do so soon. */
async function endsInTime(work: Promise<void>, stop: AbortSignal, patience: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const gaveUp = new Promise<boolean>((resolve) => {
    const wait = (): void => {
      timer = setTimeout(resolve, patience, false);
    };
    if (stop.aborted) wait();
    else stop.addEventListener('abort', wait, { once: true });
  });
  try {
    return await Promise.race([work.then(() => true), gaveUp]);
  } finally {
    clearTimeout(timer);
  }
}
