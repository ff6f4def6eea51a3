import type { OpenDetection } from '../run/detection.ts';
import type { RunCounts } from '../run/runCounts.ts';
import { counted } from '../text/formatText.ts';
import { createProgress } from './progress.ts';
import { openIncidents, runSummary } from './runSummary.ts';
import type { StandardOutput } from './standardOutput.ts';
import { type OutputFormat, verdictFormat } from './verdictFormat.ts';

export interface WriteOptions {
  readonly format: OutputFormat;
  readonly output: 'verdicts' | 'incidents' | 'changes';
  /** Where the verdicts go instead of standard output. @default nowhere else */
  readonly writeBack?: string;
  /** The folder of states. */
  readonly checkpoint?: string;
  readonly quiet: boolean;
  /** Whether each key was compared with others. @default it was not */
  readonly population?: string | true;
  /** Whether verdicts are of categories. @default of values */
  readonly rare?: string | true;
}

/** Milliseconds that a run which was asked to end waits for its last verdicts to be taken, by a server or by a reader. */
const PATIENCE = { server: 800, reader: 10_000 };

/**
 * Writes the verdicts of a source, or its incidents as they end, and then a summary, until the source ends, `stop` aborts or
 * nobody reads any more; then saves its state and closes it.
 *
 * @param noun what an event of the source is called
 * @throws what the source, writing or saving failed with, after the summary
 */
export async function writeVerdicts(
  detection: OpenDetection,
  counts: RunCounts,
  output: StandardOutput,
  options: WriteOptions,
  noun: string,
  log: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const { format, quiet, writeBack, checkpoint } = options;
  const wantsIncidents = options.output === 'incidents';
  const wantsChanges = options.output === 'changes';
  const wantsVerdicts = options.output === 'verdicts' && writeBack === undefined;
  const names = detection.dimensions();
  const { population, rare } = options;
  const more = population !== undefined ? 'peers' : rare !== undefined ? 'rarity' : undefined;
  const verdicts = verdictFormat(format, names, more);
  // Loads what writes reasons in words only for those who read them.
  const incidents = wantsIncidents
    ? (await import('./incidentFormat.ts')).incidentFormat(format, names)
    : undefined;
  const changes = wantsChanges ? (await import('./changeFormat.ts')).changeFormat(format, names) : undefined;
  const writes = wantsIncidents || wantsChanges || wantsVerdicts;
  const progress = createProgress(quiet || (process.stdout.isTTY && writes)); // not between its lines
  const started = performance.now();
  let lasting = 0; // changes
  if (writes) output.put((incidents ?? changes ?? verdicts).head);
  const all = async (): Promise<void> => {
    await detection.verdicts$.forEach((verdict) => {
      counts.add(verdict);
      if (wantsVerdicts) output.put(verdicts.line(verdict));
      if (incidents) for (const incident of verdict.ended) output.put(incidents.line(incident));
      if (changes)
        for (const change of verdict.changes ?? []) {
          lasting++;
          output.put(changes.line(change));
        }
      if (counts.newRows % 256 === 0) progress.update(detection.share(), counts.newRows + counts.passedOver);
    });
    if (incidents && !detection.isKept)
      for (const incident of detection.open) output.put(incidents.line({ ...incident, open: true }));
    await output.end();
  };
  let failure: unknown;
  let isInTime = true;
  try {
    const patience = writeBack === undefined ? PATIENCE.reader : PATIENCE.server;
    isInTime = await endsInTime(all(), stop, patience);
  } catch (error) {
    failure = error;
    await output.end().catch(() => {});
  }
  progress.clear();
  if (!isInTime) log('not all was taken in time: what was not comes again the next time');
  // Of a source that could not be read at all there is nothing to sum up.
  const hasRun = failure === undefined || counts.newRows + counts.passedOver > 0;
  if (!output.gone.aborted && hasRun) {
    const seconds = (performance.now() - started) / 1000;
    for (const line of runSummary(counts, seconds, noun, failure !== undefined)) log(line);
    if (wantsChanges) log(counted(lasting, 'lasting change'));
    if (detection.isKept) for (const line of openIncidents(detection.open)) log(line);
  }
  if (!isInTime) return; // closing would wait for the same
  try {
    await detection.close();
    const hasState = detection.isKept && (detection.resumed || counts.newRows > 0);
    if (hasState && !output.gone.aborted) log(`state saved in ${checkpoint}`);
  } catch (error) {
    if (!output.gone.aborted) failure ??= error; // else: what nobody has read is not saved, and comes again
  }
  if (failure !== undefined) throw failure;
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
