import { Subject, Subscription } from 'rxjs';
import type { Alert } from '../../core/alert.ts';
import type { Value } from '../../core/reading.ts';
import { readIncident, saveIncident } from '../../dashboard/savedIncident.ts';
import { fields, type Json, type State, trusted } from '../../models/snapshot.ts';
import { toConsole, toWebhook } from '../../sinks/index.ts';
import type { OpenDetection } from '../run/detection.ts';

type ReportedAlert = Alert<unknown, Value>;

/** Where alerts go beside the dashboard. Those that a web service has not taken yet belong to the state. */
export class AlertSinks {
  readonly #alerts: Subject<ReportedAlert> = new Subject();
  readonly #posted: Subject<ReportedAlert> = new Subject();
  readonly #pending: Set<ReportedAlert> = new Set();
  readonly #sinks: Subscription = new Subscription();

  /** @param tell of an alert that is given up */
  constructor(
    { alerts, webhook }: { readonly alerts: boolean; readonly webhook?: string },
    log: (line: string) => void,
  ) {
    if (alerts) this.#sinks.add(this.#alerts.pipe(toConsole()).subscribe());
    if (webhook === undefined) return;
    const secret = process.env.RX_ANOMALY_WEBHOOK_SECRET;
    const send = toWebhook<unknown, Value>({
      url: webhook,
      ...(secret ? { secret } : {}),
      onSent: (alert) => this.#pending.delete(alert),
      onLost: (alert, { message }) => {
        this.#pending.delete(alert);
        log(`an alert was not taken: ${message}`);
      },
    });
    this.#posted.subscribe((alert) => this.#pending.add(alert));
    this.#sinks.add(this.#posted.pipe(send).subscribe());
  }

  send(alert: ReportedAlert): void {
    this.#alerts.next(alert);
    this.#posted.next(alert);
  }

  /** What is not taken yet, of these streams; `resend` takes it. */
  save(owns: OpenDetection['owns']): Json {
    return [...this.#pending]
      .filter(({ incident }) => owns(incident.key))
      .map(({ phase, incident }) => ({ phase, incident: saveIncident(incident) }));
  }

  /** Sends what an earlier run could not. */
  resend(saved: State | undefined): void {
    for (const each of trusted<readonly State[]>(saved ?? [])) {
      const { phase, incident } = fields(each);
      this.#posted.next({ phase: trusted(phase), incident: readIncident(incident) });
    }
  }

  close(): void {
    this.#sinks.unsubscribe();
  }
}
