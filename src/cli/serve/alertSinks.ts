import { type MonoTypeOperatorFunction, Subject, Subscription, tap } from 'rxjs';
import type { Alert, Value } from '../../core/reading.ts';
import { readSavedIncident, saveIncident } from '../../dashboard/savedIncident.ts';
import type { DurableVerdict } from '../../models/durable/durableState.ts';
import { fields, type Json, list, oneOf, type State } from '../../models/snapshot/state.ts';
import { toConsole, toWebhook } from '../../sinks/index.ts';
import { toWebhookOptions } from '../../sinks/webhook/toWebhookOptions.ts';
import { checkSecret } from '../options/options.ts';
import type { OpenDetection } from '../run/detection.ts';

type ReportedAlert = Alert<unknown, Value>;

/** The options of `serve` about alerts. */
export interface AlertSinkOptions {
  readonly alerts: boolean;
  readonly webhook?: string;
  /** Statuses after which an alert is given up. @default none */
  readonly webhookGiveUpOn?: readonly number[];
}

/** Where alerts go in addition to the dashboard. Those that a web service has not accepted yet are saved with the state. */
export class AlertSinks {
  readonly #alerts: Subject<ReportedAlert> = new Subject();
  readonly #posted: Subject<ReportedAlert> = new Subject();
  readonly #pending: Set<ReportedAlert> = new Set();
  readonly #sinks: Subscription = new Subscription();
  #isFailing = false;
  #onProgress: () => void = () => {};

  /**
   * @param log called when a web service fails, once until it has accepted an alert, and for every alert given up
   * @param changed called with the key of an alert that waits no longer
   */
  constructor(
    { alerts, webhook, webhookGiveUpOn = [] }: AlertSinkOptions,
    log: (line: string) => void,
    changed: (key: string | undefined) => void,
  ) {
    if (alerts) this.#sinks.add(this.#alerts.pipe(toConsole()).subscribe());
    if (webhook === undefined) return;
    checkSecret('serve', '--webhook', toWebhookOptions.table.url, webhook);
    const secret = process.env.RX_ANOMALY_WEBHOOK_SECRET;
    const settle = (alert: ReportedAlert): void => {
      this.#pending.delete(alert);
      changed(alert.incident.key);
      this.#onProgress();
    };
    const send = toWebhook<unknown, Value>({
      url: webhook,
      ...(secret ? { secret } : {}),
      giveUpOn: webhookGiveUpOn,
      retry: {
        onRetry: ({ error }) => {
          if (!this.#isFailing)
            log(`${error.message}; the alert is kept and sent again until it is accepted`);
          this.#isFailing = true;
          this.#onProgress();
        },
      },
      onSent: (alert) => {
        this.#isFailing = false;
        settle(alert);
      },
      onLost: (alert, { message }) => {
        settle(alert);
        log(`an alert was given up: ${message}`);
      },
    });
    this.#posted.subscribe((alert) => this.#pending.add(alert));
    this.#sinks.add(this.#posted.pipe(send).subscribe());
  }

  send(alert: ReportedAlert): void {
    this.#alerts.next(alert);
    this.#posted.next(alert);
  }

  /** The alerts of these streams that are not accepted yet; `resend` takes them. */
  save(owns: OpenDetection['owns']): Json {
    return [...this.#pending]
      .filter(({ incident }) => owns(incident.key))
      .map(({ phase, incident }) => ({ phase, incident: saveIncident(incident) }));
  }

  /** Sends what an earlier run could not. */
  resend(saved: State | undefined): void {
    for (const each of list('pending', saved ?? [])) {
      const { phase, incident } = fields(each, ['phase', 'incident']);
      this.#posted.next({
        phase: oneOf('phase', phase, ['began', 'ended']),
        incident: readSavedIncident(incident),
      });
    }
  }

  /**
   * Stops sending. Before that a web service that accepts alerts is given up to {@link LAST_ALERTS} milliseconds for
   * those that wait: an alert that it has taken while its answer is on the way would be sent again by the next run.
   */
  async close(): Promise<void> {
    await new Promise<void>((done) => {
      // Behind the answers that have come by then: the process may have had no time to read them.
      const late = setTimeout(() => setImmediate(done), LAST_ALERTS);
      this.#onProgress = () => {
        if (this.#pending.size > 0 && !this.#isFailing) return;
        clearTimeout(late);
        done();
      };
      this.#onProgress();
    });
    this.#sinks.unsubscribe();
  }
}

/** Milliseconds: an answer within a network needs a fraction of it, and somebody waits for the process to end. */
const LAST_ALERTS = 5000;

type Detected = DurableVerdict<unknown, Value>;

/**
 * The alerts of a source as `alerts` would emit them over all of it, earlier runs included. Open incidents end with the
 * source, unless a later run may resume from there.
 */
export function alerting(
  source: Pick<OpenDetection, 'open' | 'isKept'>,
  sinks: Pick<AlertSinks, 'send'>,
): MonoTypeOperatorFunction<Detected> {
  return tap({
    next: (verdict) => {
      for (const alert of alertsOf(verdict)) sinks.send(alert);
    },
    complete: () => {
      if (source.isKept) return;
      for (const incident of source.open)
        sinks.send({ phase: 'ended', incident: { ...incident, open: true } });
    },
  });
}

function alertsOf({ incident, ended }: Detected): Alert<unknown, Value>[] {
  const alerts = ended.map((each): Alert<unknown, Value> => ({ phase: 'ended', incident: each }));
  if (incident?.count === 1) alerts.push({ phase: 'began', incident: { ...incident, open: true } });
  return alerts;
}
