import { type MonoTypeOperatorFunction, Subject, type Subscription } from 'rxjs';
import type { RetryReport } from '../../clients/retry.ts';
import type { Alert, Value } from '../../core/reading.ts';
import { alertSeverity, type DimensionNames } from '../../sinks/alertText.ts';

export type ReportedAlert = Alert<unknown, Value>;

/** Which alerts go to a sink, and when. */
export interface AlertRoute {
  matches(alert: ReportedAlert): boolean;
  /** Flagged events from which it takes an incident. @default 1 */
  readonly confirm?: number;
  /** Whether alerts wait at this time, but for critical ones. */
  isQuiet(now: number): boolean;
}

/** What a sink calls. */
export interface SinkHandlers {
  readonly onRetry: (report: RetryReport) => void;
  readonly onSent: (alert: ReportedAlert, answer: string) => void;
  readonly onLost: (alert: ReportedAlert, error: Error) => void;
  /** Names of the dimensions of a stream. @default they have none */
  readonly dimensions?: DimensionNames;
}

/** A sink of a configuration. */
export interface SinkPlan {
  /** For messages. */
  readonly name: string;
  readonly routes: readonly AlertRoute[];
  /** @param limit failures in a row after which an alert is given up @default never */
  open(handlers: SinkHandlers, limit?: number): MonoTypeOperatorFunction<ReportedAlert>;
}

/** What an outlet calls, and its clock. */
export interface OutletContext {
  readonly log: (line: string) => void;
  /** Called with the key of an alert that waits now, or no longer. */
  readonly changed: (key: string | undefined) => void;
  readonly onProgress: () => void;
  /** Names of the dimensions of a stream. @default they have none */
  readonly dimensions?: DimensionNames | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Alerts held at most; beyond, the oldest is sent in spite of quiet hours. */
const MOST_HELD = 1000;

/** One sink: chooses its alerts, holds them in quiet hours, and remembers those that are not accepted yet. */
export class AlertOutlet {
  readonly name: string;
  readonly #routes: readonly AlertRoute[];
  readonly #context: OutletContext;
  readonly #posted: Subject<ReportedAlert> = new Subject();
  readonly #pending: Set<ReportedAlert> = new Set();
  /** Incidents and groups that it knows of, by their ids. */
  readonly #notified: Set<string> = new Set();
  readonly #subscription: Subscription;
  #held: { readonly alert: ReportedAlert; readonly id: string }[] = [];
  #isFailing = false;

  constructor({ name, routes, open }: SinkPlan, context: OutletContext) {
    this.name = name;
    this.#routes = routes;
    this.#context = context;
    const { log, changed, onProgress, dimensions } = context;
    const settle = (alert: ReportedAlert): void => {
      this.#pending.delete(alert);
      changed(alert.incident.key);
      onProgress();
    };
    const send = open({
      ...(dimensions && { dimensions }),
      onRetry: ({ error }) => {
        if (!this.#isFailing)
          log(`${this.#label}${error.message}; the alert is kept and sent again until it is accepted`);
        this.#isFailing = true;
        onProgress();
      },
      onSent: (alert) => {
        this.#isFailing = false;
        settle(alert);
      },
      onLost: (alert, { message }) => {
        settle(alert);
        log(`${this.#label}an alert was given up: ${message}`);
      },
    });
    this.#subscription = this.#posted.pipe(send).subscribe();
  }

  /** Whether alerts are on their way, to a service that accepts them. */
  get isSending(): boolean {
    return this.#pending.size > 0 && !this.#isFailing;
  }

  /** Those not accepted yet, and those that are held. */
  get waiting(): readonly ReportedAlert[] {
    return [...this.#pending, ...this.#held.map(({ alert }) => alert)];
  }

  /** Takes an alert, which may be of no concern to it. @param id of its incident or group */
  offer(alert: ReportedAlert, id: string): void {
    const takers = this.#routes.filter((route) => route.matches(alert));
    if (takers.length === 0) return;
    const isKnown = this.#notified.has(id);
    const { phase } = alert;
    if (phase === 'ended') this.#notified.delete(id);
    else this.#notified.add(id);
    const sent = phase === 'updated' && !isKnown ? { ...alert, phase: 'began' as const } : alert;
    this.#send(sent, id, takers);
  }

  /** The incident or group has become worse, or longer: a route may take it now that did not before. */
  worsen(alert: ReportedAlert, id: string): void {
    if (!this.#notified.has(id)) this.offer(alert, id);
    else if (isCritical(alert)) this.#release((held) => held === id);
  }

  /** Takes what an earlier run could not send. */
  resume(alert: ReportedAlert, id: string): void {
    if (alert.phase !== 'ended') this.#notified.add(id);
    const takers = this.#routes.filter((route) => route.matches(alert));
    this.#send(alert, id, takers);
  }

  /** It was notified of this in an earlier run, if one of its routes takes it. */
  remember(alert: ReportedAlert, id: string): void {
    if (this.#routes.some((route) => route.matches(alert))) this.#notified.add(id);
  }

  /** Sends what was held, where it is quiet no longer. */
  release(): void {
    if (this.#held.length === 0) return;
    const now = this.#context.now();
    if (this.#routes.every((route) => route.isQuiet(now))) return;
    const held = this.#held;
    this.#held = [];
    for (const { alert, id } of held)
      this.#send(
        alert,
        id,
        this.#routes.filter((route) => route.matches(alert)),
      );
  }

  /** Sends all that is held. */
  releaseAll(): void {
    this.#release(() => true);
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  get #label(): string {
    return this.name === '' ? '' : `${this.name}: `;
  }

  #send(alert: ReportedAlert, id: string, takers: readonly AlertRoute[]): void {
    const now = this.#context.now();
    const isQuiet = takers.length > 0 && takers.every((route) => route.isQuiet(now)) && !isCritical(alert);
    if (isQuiet) {
      this.#held.push({ alert, id });
      this.#context.changed(alert.incident.key);
      if (this.#held.length > MOST_HELD) this.#post(this.#held.shift()!.alert);
      return;
    }
    this.#release((held) => held === id); // first what was before
    this.#post(alert);
  }

  #release(isFor: (id: string) => boolean): void {
    const released = this.#held.filter(({ id }) => isFor(id));
    this.#held = this.#held.filter(({ id }) => !isFor(id));
    for (const { alert } of released) this.#post(alert);
  }

  #post(alert: ReportedAlert): void {
    this.#pending.add(alert);
    this.#posted.next(alert);
  }
}

function isCritical(alert: ReportedAlert): boolean {
  return alertSeverity(alert) === 'critical';
}
