import { from, lastValueFrom, type Observable } from 'rxjs';
import { Backlog } from '../../clients/backlog.ts';
import { asJson, fields, type State } from '../../models/snapshot/state.ts';
import { runSummary } from '../output/runSummary.ts';
import type { WholeLines } from '../output/wholeLines.ts';
import type { DetectionContext } from '../run/detection.ts';
import { detectorOptions } from '../run/detectorOptions.ts';
import { openDetection } from '../run/openDetection.ts';
import type { DetectionOptions } from '../run/rowOptions.ts';
import { detectorConfig } from '../run/runConfig.ts';
import { counted } from '../text/formatText.ts';
import { type Added, type FieldValue, MetricLine } from './metricLine.ts';

/** Of the state in its store. */
const NAME = 'telegraf';
/** Telegraf does not send again what it has sent: there is no position to resume from. */
const POSITION = {};
/** Numbers that wait; no more are read meanwhile. */
const MAX_WAITING = 10_000;

export interface TelegrafOptions {
  /** The fields that are watched. @default every number */
  readonly field?: readonly string[];
  readonly add: readonly Added[];
  /** The folder of states. */
  readonly checkpoint?: string;
}

/**
 * Reads metrics, adds what is found to each and writes them in the same order, until the input ends or `stop` aborts. Every
 * line that was read is written: one that is no metric as it is, and so is one that was read and not processed any more.
 *
 * @throws what reading, writing or saving failed with; the lines that were read are written before
 */
export async function telegrafRun(
  lines: AsyncIterable<readonly string[]>,
  { field, add, checkpoint }: TelegrafOptions,
  detectionOptions: DetectionOptions,
  context: DetectionContext,
  output: WholeLines,
): Promise<void> {
  const { counts, log, persistence } = context;
  const backlog = new Backlog(MAX_WAITING);
  const watched = new WatchedFields(field);
  const queue = new Queue(output);
  const problems = new Problems(log);
  async function* values(): AsyncGenerator<FieldValue, void, undefined> {
    for await (const batch of lines) {
      const metrics = batch.map((text) => new MetricLine(text, (name) => watched.has(name)));
      for (const metric of metrics) {
        if (!metric.isMetric) problems.unreadable(metric.toString());
        queue.push(metric); // all at once: what is read is written, whatever happens
      }
      for (const metric of metrics) yield* metric.values;
      await lastValueFrom(backlog.room() as Observable<unknown>, { defaultValue: undefined });
    }
  }
  const isKept = persistence.store !== undefined;
  const detection = await openDetection<FieldValue, typeof POSITION>(
    {
      name: NAME,
      config: detectorConfig(detectionOptions),
      detect: {
        ...detectorOptions<FieldValue>(detectionOptions, context, 'time'),
        ...{ key: (event) => event.key, time: (event) => event.time, value: (event) => event.value },
      },
      readPosition: (state: State) => fields(state, []) && POSITION,
      source: () => from(values()),
      place: () => {
        counts.newRows++;
        return () => asJson(POSITION);
      },
      onWaiting: (change) => backlog.add(change),
      owns: () => true,
      dimensions: () => ['value'],
    },
    context,
  );
  if (detection.resumed) log(`resuming from ${checkpoint}`);
  const started = performance.now();
  let failure: unknown;
  try {
    await detection.verdicts$.forEach((verdict) => {
      counts.add(verdict);
      const { metric, field: name } = verdict.event as FieldValue;
      for (const taken of metric.add(name, verdict, add)) problems.taken(taken);
      queue.doneUntil(metric);
    });
  } catch (error) {
    failure = error;
  }
  queue.flush();
  await output.end().catch((error: unknown) => {
    failure ??= error;
  });
  for (const text of runSummary(counts, (performance.now() - started) / 1000, 'value', failure !== undefined))
    log(text);
  problems.report();
  watched.report(log);
  try {
    await detection.close();
    if (isKept) log(`state saved in ${checkpoint}`);
  } catch (error) {
    failure ??= error;
  }
  if (failure !== undefined) throw failure;
}

/** Named of those that are not watched, where some that should be were not there. */
const MOST_NAMED = 10;

/** Which numbers are watched, and which of these names were never there. */
class WatchedFields {
  readonly #wanted: readonly string[] | undefined;
  readonly #missing: Set<string>;
  readonly #others: Set<string> = new Set();

  /** @param wanted @default all */
  constructor(wanted: readonly string[] | undefined) {
    this.#wanted = wanted;
    this.#missing = new Set(wanted);
  }

  /** @param name of a number that a metric has */
  has(name: string): boolean {
    if (this.#wanted === undefined) return true;
    this.#missing.delete(name);
    const isWanted = this.#wanted.includes(name);
    if (!isWanted && this.#others.size < MOST_NAMED) this.#others.add(name);
    return isWanted;
  }

  report(log: (line: string) => void): void {
    if (this.#missing.size === 0 || this.#others.size === 0) return;
    const missing = [...this.#missing].join(', ');
    log(
      `warning: --field ${missing}: no metric has such a number; others are ${[...this.#others].join(', ')}`,
    );
  }
}

/** Lines in the order in which they came. */
class Queue {
  readonly #output: WholeLines;
  #waiting: MetricLine[] = [];

  constructor(output: WholeLines) {
    this.#output = output;
  }

  push(metric: MetricLine): void {
    this.#waiting.push(metric);
    if (this.#waiting.length === 1) this.#release();
  }

  /** Values come in order: what is before a line is done, too. */
  doneUntil(metric: MetricLine): void {
    if (this.#waiting[0] !== metric) this.#write(this.#waiting.splice(0, this.#waiting.indexOf(metric)));
    this.#release();
  }

  flush(): void {
    this.#write(this.#waiting.splice(0));
  }

  #release(): void {
    const open = this.#waiting.findIndex(({ isDone }) => !isDone);
    this.#write(this.#waiting.splice(0, open === -1 ? this.#waiting.length : open));
  }

  #write(metrics: readonly MetricLine[]): void {
    for (const metric of metrics) this.#output.put(metric.toString());
  }
}

/** What cannot be read, and names that are taken: the first of each is reported at once, the rest counted. */
class Problems {
  readonly #log: (line: string) => void;
  readonly #taken: Set<string> = new Set();
  #unreadable = 0;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  unreadable(text: string): void {
    if (this.#unreadable++ === 0)
      this.#log(
        `warning: a line is no metric in line protocol and passes as it is: ${text.trim().slice(0, 80)}; set data_format = "influx"`,
      );
  }

  taken(name: string): void {
    if (this.#taken.has(name)) return;
    this.#taken.add(name);
    this.#log(
      `warning: a metric has a field ${name} already, which stays as it is; is this processor in use twice?`,
    );
  }

  report(): void {
    if (this.#unreadable > 1) this.#log(`${counted(this.#unreadable, 'line')} passed that could not be read`);
  }
}
