import {
  asyncScheduler,
  concatMap,
  defer,
  exhaustMap,
  filter,
  from,
  ignoreElements,
  interval,
  merge,
  mergeMap,
  type Observable,
  of,
  repeat,
  takeUntil,
  tap,
} from 'rxjs';
import { Backlog } from '../../../clients/backlog.ts';
import { checkRetry, type RetryOptions, retrying, ServerFailure } from '../../../clients/retry.ts';
import { messageOf } from '../../../core/errors.ts';
import type { Value } from '../../../core/reading.ts';
import type { Partition, Position } from '../../../distributed/contract.ts';
import { feedbackEvent } from '../../../distributed/feedbackEvent.ts';
import { fromVerdicts, type VerdictBatch } from '../../../distributed/fromVerdicts.ts';
import type { Feedback } from '../../../models/decision/feedback.ts';
import { IncidentMerger } from '../../../models/decision/incidentMerger.ts';
import type { DurableVerdict } from '../../../models/durable/durableState.ts';
import { takenTree } from '../../../models/durable/extraParts.ts';
import { fields, type Json, type State } from '../../../models/snapshot/state.ts';
import { CheckpointSaver } from '../../../operators/durable/checkpointSaver.ts';
import type { VerdictsSource } from '../../options/verdictsOptions.ts';
import { PastAlerts } from '../../serve/pastAlerts.ts';
import { counted } from '../../text/formatText.ts';
import { awaitBroker } from '../../worker/awaitBroker.ts';
import type { OpenBroker } from '../../worker/broker.ts';
import { openBroker } from '../../worker/brokers.ts';
import { deliveredVerdict } from '../../worker/deliveredVerdict.ts';
import { type FleetSettings, fleetSettings } from '../../worker/fleetSettings.ts';
import type { DetectionContext, FeedbackReceipt, OpenDetection } from '../detection.ts';
import { outages } from '../live/outages.ts';
import { LoggedFeedback, readPlace } from './loggedFeedback.ts';
import { ViewState } from './viewState.ts';

type Detected = DurableVerdict<unknown, Value>;
type Batch = VerdictBatch<Position>;

/** Verdicts that wait: no more are read meanwhile. */
const MAX_WAITING = 5000;
/** Milliseconds between two looks at how many partitions there are. */
const LOOK = 10_000;
/** Incidents open at a time, as of `alerts`. */
const MOST_OPEN = 10_000;

/** Milliseconds. */
const YEAR = 365 * 86_400_000;
const FLAGGED_ONLY =
  'the workers deliver anomalies only, and nothing else is shown; with --deliver all they deliver every value';

/** What workers have detected and detect, until interrupted. @throws RxAnomalyError BAD_INPUT where there are none */
export async function workersDetection(
  source: VerdictsSource,
  context: DetectionContext,
): Promise<OpenDetection> {
  const { log, signal } = context;
  const lines = new Set<string>();
  let isOpen = false;
  // Each attempt connects anew and warns of the same, as of a server without a mapping.
  const once = (line: string): void => {
    if (!isOpen && lines.has(line)) return;
    if (!isOpen) lines.add(line);
    log(line);
  };
  const detection = await awaitBroker('serve', () => opened(source, { ...context, log: once }), log, signal);
  isOpen = true;
  return detection;
}

async function opened(source: VerdictsSource, context: DetectionContext): Promise<OpenDetection> {
  const broker = await connect(source, context);
  try {
    const settings = await fleetSettings(broker.engine.states, source.verdicts);
    const state = await ViewState.open(source.verdicts, context.persistence);
    const past = state.isResumed ? [] : await ends(broker);
    return new WorkersDetection(source, context, broker, { settings, state, past });
  } catch (error) {
    await broker.close();
    throw error;
  }
}

/** What was found when it was opened. */
interface Found {
  readonly settings: FleetSettings;
  readonly state: ViewState;
  /** By partition, up to where there were verdicts. */
  readonly past: readonly (Position | undefined)[];
}

class WorkersDetection implements OpenDetection {
  readonly notes: readonly string[] = [];
  readonly settings: NonNullable<OpenDetection['settings']>;
  readonly past: PastAlerts = new PastAlerts();
  readonly #source: VerdictsSource;
  readonly #context: DetectionContext;
  readonly #dimensions: readonly string[];
  readonly #state: ViewState;
  readonly #ends: (Position | undefined)[];
  readonly #merger: IncidentMerger<unknown, Value>;
  readonly #saver: CheckpointSaver;
  readonly #feedback: LoggedFeedback;
  readonly #retry: RetryOptions;
  #unreadable = 0;
  #broker: OpenBroker | undefined;
  #last: OpenBroker;

  constructor(
    source: VerdictsSource,
    context: DetectionContext,
    broker: OpenBroker,
    { settings, state, past }: Found,
  ) {
    const { threshold, hold, dimensions = [], deliversAll } = settings;
    this.#source = source;
    this.#context = context;
    this.#retry = { onRetry: outages(context.log) };
    const compare = (a: Position, b: Position): number => this.#last.engine.log.compare(a, b);
    this.#feedback = new LoggedFeedback(compare, context.log, state.feedback);
    this.#broker = this.#last = broker;
    this.#dimensions = dimensions;
    this.#state = state;
    this.#ends = [...past];
    this.#merger = new IncidentMerger({ hold, maxOpen: MOST_OPEN });
    this.#merger.resume(state.open);
    // Streams of which only anomalies are known are not silent.
    this.settings = { threshold, hold, ...(deliversAll ? {} : { staleAfter: YEAR }) };
    if (!deliversAll) context.log(FLAGGED_ONLY);
    const { persistence } = context;
    const captured = {
      capture: () => {
        const extra = fields(takenTree(persistence.extraState(this.owns)));
        const snapshot = state.seal(this.#merger.save(), this.#feedback.save(), extra);
        return async () => await persistence.store?.save(ViewState.NAME, snapshot);
      },
    };
    this.#saver = new CheckpointSaver(captured, persistence.every, asyncScheduler, persistence.onSaveFailed);
  }

  get verdicts$(): Observable<Detected> {
    const { pause, persistence } = this.#context;
    const backlog = new Backlog(MAX_WAITING);
    const verdicts$ = defer(() => this.#connected()).pipe(
      retrying(checkRetry('serve', this.#retry, { limit: Infinity }), Math.random, asyncScheduler),
      mergeMap((broker) => this.#batches(broker, backlog)),
      repeat(), // with another number of partitions
      tap(({ verdicts }) => backlog.add(verdicts.length)),
      concatMap((batch) => {
        const wait = pause();
        return wait === undefined ? of(batch) : from(wait.then(() => batch));
      }),
      concatMap((batch) => {
        backlog.add(-batch.verdicts.length);
        return this.#read(batch);
      }),
    );
    const ticks$ = interval(Math.min(persistence.every, LOOK)).pipe(tap(() => this.#saver.tick()));
    return merge(verdicts$, ticks$.pipe(ignoreElements()));
  }

  get isKept(): boolean {
    return this.#context.persistence.store !== undefined;
  }

  get resumed(): boolean {
    return this.#state.isResumed;
  }

  get restored(): OpenDetection['restored'] {
    return this.#state.restored;
  }

  get open(): OpenDetection['open'] {
    return this.#merger.open;
  }

  readonly owns = (): boolean => true;
  readonly dimensions = (): readonly string[] => this.#dimensions;
  readonly detector = (): undefined => undefined;
  readonly share = (): undefined => undefined;
  readonly recallFeedback = async (): Promise<void> => {};

  /** Appends it to the log, where the worker that has the key finds it: it is applied when verdicts are delivered up to there. */
  async takeFeedback(feedback: Feedback): Promise<FeedbackReceipt> {
    const { log } = this.#last.engine;
    const event = feedbackEvent(feedback);
    try {
      const [published] = await log.publish([{ key: feedback.key, event }]);
      const { partition, position } = published!;
      const place = { partition, position };
      return { applied: this.#feedback.outcome(place), place };
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error;
      return {
        applied: Promise.reject(new Error(`it did not reach the workers: ${error.message}; give it again`)),
      };
    }
  }

  async resumeFeedback(place: unknown): Promise<void> {
    await this.#feedback.outcome(readPlace(place as State));
  }

  changed(): void {
    this.#saver.changed();
  }

  async save(): Promise<void> {
    if (!this.isKept) return;
    this.#saver.changed();
    await this.#saver.save();
  }

  async close(): Promise<void> {
    try {
      if (this.isKept) await this.#saver.save();
    } finally {
      await this.#last.close();
    }
  }

  /** The broker that was opened first, or later another one. */
  async #connected(): Promise<OpenBroker> {
    const broker = this.#broker ?? (await connect(this.#source, this.#context));
    this.#broker = undefined;
    if (broker !== this.#last) await this.#last.close();
    this.#last = broker;
    return broker;
  }

  /** Until the number of partitions changes. */
  #batches({ engine, fleet }: OpenBroker, backlog: Backlog): Observable<Batch> {
    const { log } = this.#context;
    const { partitions } = engine.log;
    const changed$ = interval(LOOK).pipe(
      exhaustMap(async () => (await fleet().catch(() => undefined))?.partitions ?? partitions),
      filter((now) => now !== partitions),
      tap((now) => log(`the workers have ${now} partitions now, and had ${partitions}: connecting anew`)),
    );
    return fromVerdicts<Position>({
      ...{ engine, after: this.#state.revisions, since: this.#source.since, backlog, retry: this.#retry },
      onTrimmed: (message, partition) =>
        log(`warning: partition ${partition}: ${message}; the oldest verdicts that are kept come next`),
    }).pipe(takeUntil(changed$));
  }

  *#read({ partition, position, revision, verdicts, refused }: Batch): Generator<Detected> {
    const { log } = this.#last.engine;
    const end = this.#ends[partition];
    if (end !== undefined && log.compare(position, end) <= 0) this.past.partition = partition;
    for (const each of verdicts) {
      const detected = this.#detected(each, partition, position);
      if (detected !== undefined) yield detected;
    }
    this.past.partition = undefined;
    if (end !== undefined && log.compare(position, end) >= 0) {
      this.#ends[partition] = undefined;
      this.past.end(partition, (key) => this.#merger.of(key));
    }
    this.#state.revisions[partition] = revision;
    this.#feedback.read(partition, position, refused);
    this.#saver.changed();
    this.#saver.tick();
  }

  #detected(delivered: Json, partition: Partition, position: Position): Detected | undefined {
    try {
      const { verdict, ended } = deliveredVerdict(delivered);
      const over = this.#merger.add(verdict);
      for (const { key, endedBy } of ended) {
        const incident = this.#merger.end(key, verdict, endedBy);
        if (incident !== undefined) over.push(incident);
      }
      const incident = verdict.isAnomaly ? this.#merger.of(verdict.key) : undefined;
      return { ...verdict, incident, ended: over };
    } catch (error) {
      this.#unreadable++;
      if (Math.log2(this.#unreadable) % 1 === 0)
        this.#context.log(
          `warning: ${counted(this.#unreadable, 'verdict')} cannot be shown: partition ${partition}, position ${position}: ${messageOf(error)}`,
        );
      return undefined;
    }
  }
}

async function connect(source: VerdictsSource, { log }: DetectionContext): Promise<OpenBroker> {
  const { verdicts: out, nats, redis } = source;
  const named = { ...(nats === undefined ? {} : { nats }), ...(redis === undefined ? {} : { redis }) };
  return await openBroker('serve', { ...named, out }, log);
}

async function ends({ engine: { log, out } }: OpenBroker): Promise<(Position | undefined)[]> {
  const partitions = Array.from({ length: log.partitions }, (_, partition) => partition);
  return await Promise.all(partitions.map(async (partition) => (await out.last(partition)).position));
}
