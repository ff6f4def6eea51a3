import { firstValueFrom, timer } from 'rxjs';
import { pause } from '../clients/pause.ts';
import { backOff, type RetryPolicy, ServerFailure } from '../clients/retry.ts';
import { messageOf, RxAnomalyError } from '../core/errors.ts';
import type { Problem, Value } from '../core/reading.ts';
import { keyOf } from '../core/selectors.ts';
import type { DurableVerdict } from '../models/durable/durableState.ts';
import { withCallbacks } from '../models/streamDetectorOptions.ts';
import { type LogBatch, type LogEntry, type Partition, type Position, Trimmed } from './contract.ts';
import { Delivery, type Outcome } from './delivery.ts';
import { type CheckedDistribute, WHERE } from './distributeOptions.ts';
import type { RefusedFeedback } from './feedbackEvent.ts';
import { KeyModels } from './keyModels.ts';
import { PartitionState } from './partitionState.ts';
import type { Progress, ProgressKind } from './progress.ts';
import { LONGEST_KEY } from './records.ts';
import { repeated, Stopping } from './stopping.ts';

type Key = string | undefined;

/** What a worker's partitions have in common. */
export interface SessionContext<E, V extends Value, P extends Position> {
  readonly options: CheckedDistribute<E, V, P>;
  /** Of the fleet's configuration. */
  readonly print: string;
  readonly onProblem: (problem: Problem<E>) => void;
  readonly onProgress: (progress: Progress<P>) => void;
}

/** What an entry of the log is to the detector. */
type Work<E, P> =
  | { readonly position: P; readonly key: Key; readonly event: E; readonly feedback?: undefined }
  | { readonly position: P; readonly key: Key; readonly feedback: Feedback }
  | { readonly position: P; readonly unreadable: string; readonly isFeedback?: boolean };

type Feedback = NonNullable<ReturnType<CheckedDistribute<unknown, Value, Position>['feedbackOf']>>;

/**
 * One partition of one worker: reads its events from the floor on, delivers what is not delivered, and saves the states of
 * its keys, until it is stopped. It is safe whoever else has the same partition: verdicts follow from the log, and each is
 * appended by whoever is first.
 */
export class PartitionSession<E, V extends Value, P extends Position> {
  readonly #partition: Partition;
  readonly #context: SessionContext<E, V, P>;
  readonly #keyOf: (event: E) => Key;
  readonly #stopping: Stopping = new Stopping();
  #delivery!: Delivery<P>;
  #models!: KeyModels<E, V, P>;
  #state!: PartitionState<P>;
  #position: P | undefined;
  #lag: number | undefined;
  #isReplaying = false; // the event at hand
  #overtakenInRow = 0;
  #counts = { events: 0, replayed: 0, verdicts: 0, unreadable: 0, overtaken: 0 };

  constructor(partition: Partition, context: SessionContext<E, V, P>) {
    this.#partition = partition;
    this.#context = context;
    this.#keyOf = keyOf(context.options.detect.key);
  }

  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Makes `run` finish the batch at hand, save and end. @param patience milliseconds, where the engine fails meanwhile @default any */
  stop(patience?: number): void {
    this.#stopping.begin(patience);
  }

  /** Ends after `stop`, with everything delivered and saved. @throws RxAnomalyError what no retry can mend */
  async run(): Promise<void> {
    const { options } = this.#context;
    const { log, out, states, detect } = options;
    const partition = this.#partition;
    const [compare, retried] = [log.compare.bind(log), this.#retried];
    // In this order: the record is there before the first verdict, and its floor is never beyond the last one.
    this.#delivery = await Delivery.open({ partition, out, compare, retried, onOvertaken: this.#giveWay });
    this.#state = await PartitionState.open<P>({ partition, states, retried, compare });
    await this.#state.check(this.#delivery);
    this.#position = this.#state.floor;
    const reader = { ...detect.reader, onProblem: this.#report };
    this.#models = new KeyModels<E, V, P>(
      {
        ...{
          partition,
          states,
          compare,
          retried,
          print: this.#context.print,
          keepStates: options.keepStates,
        },
        detect: withCallbacks(detect, { reader }),
        refreshed: () => this.#delivery.refresh(),
      },
      this.#state,
    );
    this.#emit('gained');
    try {
      await this.#models.resume(this.#state.open);
      await this.#follow();
      await this.#save(0);
    } finally {
      this.#models.dispose();
    }
    this.#emit('lost');
  }

  async #follow(): Promise<void> {
    const { log, batch: limit, retry } = this.#context.options;
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      const batches = log.read(this.#partition, this.#position, limit, signal)[Symbol.asyncIterator]();
      try {
        while (!signal.aborted) {
          const next = await batches.next().catch((error: unknown) => {
            if (!isTransient(error) || failures >= retry.limit) throw this.#explained(error);
            return error;
          });
          if (next instanceof Error) {
            await this.#wait(next, ++failures);
            break;
          }
          if (next.done) break;
          failures = 0;
          await this.#take(next.value);
        }
      } finally {
        await batches.return?.().catch(() => {}); // it has failed, or was read as far as it is needed
      }
    }
  }

  async #take({ entries, pending }: LogBatch<E, P>): Promise<void> {
    if (entries.length === 0) return;
    await this.#state.begin(entries[0]!.position, this.#position);
    this.#lag = pending;
    const work = entries.map((entry) => this.#workOf(entry));
    const newest = new Map<Key, P>();
    for (const each of work) if (!('unreadable' in each)) newest.set(each.key, each.position);
    const events = work.flatMap((each) => ('event' in each ? [each.event] : []));
    await this.#models.load(newest, this.#delivery.position, events);
    const outcomes: Outcome<P>[] = [];
    for (const each of work) {
      this.#isReplaying = this.#delivery.has(each.position);
      const delivered = this.#process(each);
      if (!this.#isReplaying) {
        const verdict = delivered && JSON.stringify({ position: each.position, ...delivered });
        outcomes.push({ position: each.position, verdict });
        this.#counts.events++;
      } else this.#counts.replayed++;
      this.#models.passed(each.position);
      this.#position = each.position;
    }
    // A replay waits for nothing else, and signals and timers have to be noticed.
    if (outcomes.length === 0) await firstValueFrom(timer(0));
    await this.#delivery.deliver(outcomes);
    this.#overtakenInRow = 0;
    await this.#save(this.#replay);
    this.#emit('advanced');
  }

  #workOf(entry: LogEntry<E, P>): Work<E, P> {
    const { position } = entry;
    if (entry.unreadable !== undefined) return { position, unreadable: entry.unreadable };
    const { event } = entry;
    try {
      const feedback = this.#context.options.feedbackOf(event);
      if (feedback !== undefined) return { position, key: feedback.key, feedback };
    } catch (error) {
      return { position, unreadable: messageOf(error), isFeedback: true };
    }
    try {
      const key = this.#keyOf(event);
      if (key !== undefined && key.length > LONGEST_KEY)
        return { position, unreadable: `expected a key of at most ${LONGEST_KEY} characters` };
      return { position, key, event };
    } catch (error) {
      return { position, unreadable: messageOf(error) };
    }
  }

  /** What is delivered of an entry. */
  #process(work: Work<E, P>): object | undefined {
    const { position } = work;
    try {
      if ('unreadable' in work) return this.#refuse(work.unreadable, position, work.isFeedback);
      if (work.feedback === undefined)
        return this.#chosen(this.#models.process(work.event, work.key, position));
      this.#models.takeFeedback(work.feedback, position);
    } catch (error) {
      if (!(error instanceof RxAnomalyError)) throw error;
      if (error.code !== 'BAD_OPTION') throw this.#at(error, position);
      const feedback = 'feedback' in work ? work.feedback : undefined; // of other dimensions
      return this.#refuse(error.message, position, feedback !== undefined, feedback?.key);
    }
    return undefined;
  }

  /** What is delivered of a verdict. */
  #chosen(verdict: DurableVerdict<E, V> | undefined): object | undefined {
    if (verdict === undefined) return undefined;
    const { deliver } = this.#context.options;
    let delivered: object | undefined = verdict;
    if (typeof deliver === 'function') delivered = deliver(verdict);
    else if (deliver === 'flagged' && !verdict.isAnomaly && verdict.ended.length === 0) return undefined;
    if (delivered !== undefined) this.#counts.verdicts++;
    return delivered;
  }

  /** Events of the partition that may be unsaved. */
  get #replay(): number {
    return this.#context.options.replay ?? Math.max(LEAST_REPLAY, EVENTS_PER_SAVE * this.#models.size);
  }

  async #save(events: number): Promise<void> {
    await this.#models.save(events);
    const { floor, stored, times, open } = this.#models;
    const isDue = this.#state.passed(this.#models.events, this.#replay);
    if (events === 0 || isDue)
      await this.#state.save(floor, { ...stored, ...times, open }, this.#models.events);
  }

  /**
   * Counts what cannot be used, by the policy for bad data. Feedback is a person's, and ends no stream: whoever gave it finds
   * among the verdicts why it was refused.
   */
  #refuse(detail: string, position: P, isFeedback = false, key?: Key): RefusedFeedback | undefined {
    const isFatal = !isFeedback && this.#context.options.detect.reader.onBadData === 'error';
    const remedy = isFatal ? 'the stream ends' : 'left out';
    const message = `partition ${this.#partition}, position ${position}: ${detail}; ${remedy}`;
    const [kind, index] = ['unreadable' as const, this.#models.events];
    if (!this.#isReplaying) this.#counts.unreadable++;
    this.#report({
      kind,
      dimension: undefined,
      key: undefined,
      event: undefined,
      index,
      detail,
      remedy,
      message,
    });
    if (isFatal) throw new RxAnomalyError('BAD_DATA', `${WHERE}: ${message}`);
    return isFeedback ? { key, refusedFeedback: detail } : undefined;
  }

  /** What was wrong with events that are replayed was reported before. */
  readonly #report = (problem: Problem<E>): void => {
    if (!this.#isReplaying) this.#context.onProblem(problem);
  };

  #at(error: RxAnomalyError, position: P): RxAnomalyError {
    const where = `${WHERE}: partition ${this.#partition}, position ${position}`;
    return new RxAnomalyError(error.code, `${where}: ${error.message}`, { cause: error });
  }

  #explained(error: unknown): unknown {
    if (!(error instanceof Trimmed)) return error;
    return this.#state.trimmed(error.message, this.#position, this.#delivery.position, error);
  }

  readonly #retried = <T>(request: () => Promise<T>): Promise<T> => {
    const { retry } = this.#context.options;
    const onRetry: RetryPolicy['onRetry'] = (failure) => {
      retry.onRetry(failure);
      this.#emit('retried', failure.error);
    };
    return repeated(request, { ...retry, onRetry }, this.#stopping);
  };

  async #wait(error: Error, count: number): Promise<void> {
    const { retry } = this.#context.options;
    const wait = backOff(retry, count, Math.random());
    retry.onRetry({ error, count, wait });
    this.#emit('retried', error);
    await pause(wait, this.#stopping.signal);
  }

  /** Lets the worker that was first go ahead, and catches up then: two that alternate would do everything twice. */
  readonly #giveWay = async (): Promise<void> => {
    this.#counts.overtaken++;
    this.#emit('overtaken');
    const wait = backOff(this.#context.options.retry, ++this.#overtakenInRow, Math.random());
    await pause(wait, this.#stopping.signal);
  };

  #emit(kind: ProgressKind, error?: Error): void {
    this.#context.onProgress({
      kind,
      partition: this.#partition,
      position: this.#position,
      delivered: this.#delivery?.position,
      lag: this.#lag,
      ...this.#counts,
      models: this.#models?.size ?? 0,
      ...(this.#models?.stored ?? { keys: 0, bytes: 0 }),
      saves: this.#models?.saves ?? 0,
      ...(error === undefined ? {} : { error }),
    });
  }
}

const LEAST_REPLAY = 20_000;
/** What a save costs, in events that are replayed: where keys are many, each event would cost one. */
const EVENTS_PER_SAVE = 5;
function isTransient(error: unknown): error is ServerFailure {
  return error instanceof ServerFailure && error.isTransient;
}
