import { asyncScheduler, type MonoTypeOperatorFunction, Subject, Subscription, tap } from 'rxjs';
import type { Incident, Severity, Value } from '../../core/reading.ts';
import { AlertGroups } from '../../models/decision/alertGroups.ts';
import type { GroupPlan } from '../../models/decision/groupOptions.ts';
import type { DurableVerdict } from '../../models/durable/durableState.ts';
import type { Json, State } from '../../models/snapshot/state.ts';
import { DueTimer } from '../../operators/dueTimer.ts';
import { alertIds } from '../../sinks/alertJson.ts';
import type { DimensionNames } from '../../sinks/alertText.ts';
import { toConsole } from '../../sinks/index.ts';
import type { OpenDetection } from '../run/detection.ts';
import { AlertOutlet, type ReportedAlert, type SinkPlan } from './alertOutlet.ts';
import { readGroups, readOrder, readPending, saveAlert, saveGroup, saveOrder } from './savedAlerts.ts';

/** Where alerts go in addition to the dashboard. */
export interface AlertSinksOptions {
  /** Whether there is a line for each on standard error. */
  readonly alerts: boolean;
  readonly sinks: readonly SinkPlan[];
  /** Undefined where each incident has alerts of its own. */
  readonly group: GroupPlan | undefined;
}

/** What an AlertSinks calls. */
export interface AlertSinksContext {
  /** Called when a service fails, once until it has accepted an alert, and for every alert given up. */
  readonly log: (line: string) => void;
  /** Called with the key of an alert when what is saved of it has changed. */
  readonly changed: (key: string | undefined) => void;
  /** Whether an alert is not to be sent, as its stream is muted: asked once for each. @default no */
  readonly holdsBack?: (alert: ReportedAlert) => boolean;
  /** Whether the open incident of a stream was not alerted for that. @default no */
  readonly isHeldBack?: (key: string | undefined) => boolean;
  /** Names of the dimensions of a stream. @default they have none */
  readonly dimensions?: DimensionNames;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Milliseconds: an answer within a network needs a fraction of it, and somebody waits for the process to end. */
const LAST_ALERTS = 5000;
/** Milliseconds between two looks at the clock for the end of quiet hours. */
const RELEASE_EVERY = 5000;
/** Incidents open at a time, as of `alerts`. */
const MOST_OPEN = 10_000;

/** What a state has of alerts. */
interface SavedAlerts<S> {
  readonly pending: S;
  readonly groups?: S;
  /** Of the streams of earlier groups. */
  readonly order?: S;
}

type Detected = DurableVerdict<unknown, Value>;

/**
 * The alerts of what is served: grouped, and given to the sinks. Those that a sink has not accepted yet, that are held in quiet
 * hours, or that wait for others of their group, are saved with the state.
 */
export class AlertSinks {
  readonly #printed: Subject<ReportedAlert> = new Subject();
  readonly #outlets: readonly AlertOutlet[];
  readonly #groups: AlertGroups<unknown, Value> | undefined;
  readonly #timer: DueTimer | undefined;
  readonly #idOf: (alert: ReportedAlert) => string = alertIds();
  /** Numbers of flagged events from which a route takes an incident. */
  readonly #steps: ReadonlySet<number>;
  readonly #severities: Map<string | undefined, Severity> = new Map();
  readonly #subscriptions: Subscription = new Subscription();
  readonly #context: AlertSinksContext;
  readonly #now: () => number;
  #onProgress: () => void = () => {};

  constructor({ alerts, sinks, group }: AlertSinksOptions, context: AlertSinksContext) {
    const { log, changed, dimensions, now = Date.now } = context;
    this.#context = context;
    this.#steps = new Set(sinks.flatMap(({ routes }) => routes.map(({ confirm = 1 }) => confirm)));
    this.#now = now;
    if (alerts) this.#subscriptions.add(this.#printed.pipe(toConsole()).subscribe());
    const onProgress = (): void => this.#onProgress();
    this.#outlets = sinks.map((plan) => new AlertOutlet(plan, { log, changed, onProgress, dimensions, now }));
    this.#groups = group && new AlertGroups(group, MOST_OPEN);
    this.#timer = this.#groups && new DueTimer(asyncScheduler, this.#groups, () => this.#look());
    const clock = setInterval(() => this.release(), RELEASE_EVERY).unref();
    this.#subscriptions.add(() => clearInterval(clock));
  }

  /** Takes a verdict: the alerts that it brings are sent. */
  take(verdict: Detected): void {
    const { key, time, incident, ended } = verdict;
    this.#emit(this.#groups?.see(key, time, this.#now()) ?? []);
    this.#timer?.arm();
    for (const each of ended) this.send({ phase: 'ended', incident: each });
    if (incident === undefined) return;
    if (incident.count === 1) this.send({ phase: 'began', incident: { ...incident, open: true } });
    this.#follow(incident);
  }

  /** Ends incidents with their source. */
  end(incidents: readonly Incident<unknown, Value>[]): void {
    for (const incident of incidents) this.send({ phase: 'ended', incident: { ...incident, open: true } });
  }

  /** Sends what waits for others of its group. */
  flush(): void {
    this.#emit(this.#groups?.flush(this.#now()) ?? []);
  }

  /** Sends what was held in quiet hours, where they are over. */
  release(): void {
    for (const outlet of this.#outlets) outlet.release();
  }

  /** What is not accepted yet of these streams; `resume` takes it. */
  save(owns: OpenDetection['owns']): SavedAlerts<Json> {
    const pending = this.#outlets.flatMap(({ name, waiting }) =>
      waiting
        .filter(({ incident }) => owns(incident.key))
        .map((alert): Json => ({ sink: name, ...saveAlert(alert) })),
    );
    if (this.#groups === undefined) return { pending };
    const order = this.#groups.saveOrder(owns);
    const groups = this.#groups.save(owns).map(saveGroup);
    return { pending, groups, ...(order.length > 0 && { order: saveOrder(order) }) };
  }

  /** Continues from what an earlier run saved, with the incidents that are open. */
  resume(
    { pending, groups, order }: Partial<SavedAlerts<State>>,
    open: readonly Incident<unknown, Value>[],
  ): void {
    const saved = readGroups(groups);
    const known = this.#groups ?? new AlertGroups<unknown, Value>({ window: 1, wait: 0 }, MOST_OPEN);
    known.resume(saved, this.#now(), readOrder(order));
    for (const incident of open) {
      this.#severities.set(incident.key, incident.severity);
      if (this.#context.isHeldBack?.(incident.key)) continue;
      const alert = this.#current(incident);
      if (alert !== undefined) for (const outlet of this.#outlets) outlet.remember(alert, this.#idOf(alert));
    }
    for (const { sink, alert } of readPending(pending)) {
      const outlet = this.#outlets.find(({ name }) => name === sink);
      if (outlet !== undefined) outlet.resume(alert, this.#idOf(alert));
      else
        this.#context.log(
          `an alert of an earlier run is dropped: there is no sink ${JSON.stringify(sink)} any more`,
        );
    }
    if (this.#groups === undefined) this.#emit(known.flush(this.#now()));
    this.#timer?.arm();
  }

  /**
   * Stops sending. Before that a service that accepts alerts is given up to {@link LAST_ALERTS} milliseconds for those that
   * wait: an alert that it has taken while its answer is on the way would be sent again by the next run.
   *
   * @param isKept whether a later run resumes from the state; otherwise what is held or waits for a group is sent now
   */
  async close(isKept: boolean): Promise<void> {
    if (!isKept) {
      this.flush();
      for (const outlet of this.#outlets) outlet.releaseAll();
    }
    await new Promise<void>((done) => {
      // Behind the answers that have come by then: the process may have had no time to read them.
      const late = setTimeout(() => setImmediate(done), LAST_ALERTS);
      this.#onProgress = () => {
        if (this.#outlets.some(({ isSending }) => isSending)) return;
        clearTimeout(late);
        done();
      };
      this.#onProgress();
    });
    this.#timer?.stop();
    this.#subscriptions.unsubscribe();
    for (const outlet of this.#outlets) outlet.close();
  }

  /** Sends an alert, unless its stream is muted. */
  send(alert: ReportedAlert): void {
    const { key } = alert.incident;
    if (alert.phase === 'ended') this.#severities.delete(key);
    if (this.#context.holdsBack?.(alert)) return;
    if (this.#groups === undefined) this.#emit([alert]);
    else {
      this.#emit(this.#groups.add(alert, this.#now()));
      this.#context.changed(key);
      this.#timer?.arm();
    }
  }

  /** An incident that has become worse, or longer, may be of concern to more sinks. */
  #follow(incident: Incident<unknown, Value>): void {
    this.#groups?.update(incident);
    const before = this.#severities.get(incident.key);
    this.#severities.set(incident.key, incident.severity);
    const isMore = before !== incident.severity || this.#steps.has(incident.count);
    if (before === undefined || !isMore) return;
    if (this.#context.isHeldBack?.(incident.key)) return;
    const alert = this.#current(incident);
    if (alert === undefined) return;
    const id = this.#idOf(alert);
    for (const outlet of this.#outlets) outlet.worsen(alert, id);
  }

  /** What has been reported of an open incident, or of its group, as it is now. */
  #current(incident: Incident<unknown, Value>): ReportedAlert | undefined {
    if (this.#groups !== undefined) return this.#groups.current(incident.key);
    return { phase: 'began', incident: { ...incident, open: true } };
  }

  #look(): void {
    this.#emit(this.#groups?.look(this.#now()) ?? []);
  }

  #emit(alerts: readonly ReportedAlert[]): void {
    for (const alert of alerts) {
      this.#printed.next(alert);
      const id = this.#idOf(alert);
      for (const outlet of this.#outlets) outlet.offer(alert, id);
      for (const { key } of alert.group ?? []) this.#context.changed(key);
    }
  }
}

/**
 * The alerts of a source as `alerts` would emit them over all of it, earlier runs included. Open incidents end with the
 * source, unless a later run may resume from there.
 */
export function alerting(
  source: Pick<OpenDetection, 'open' | 'isKept'>,
  sinks: Pick<AlertSinks, 'take' | 'end'>,
): MonoTypeOperatorFunction<Detected> {
  return tap({
    next: (verdict) => sinks.take(verdict),
    complete: () => {
      if (!source.isKept) sinks.end(source.open);
    },
  });
}
