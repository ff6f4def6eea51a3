import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Observable } from 'rxjs';
import { from, Subscription, share } from 'rxjs';
import { RxAnomalyError } from '../core/errors.ts';
import type { Alert, Value, Verdict } from '../core/reading.ts';
import type { ExtraTree } from '../models/durable/extraParts.ts';
import type { Snapshot } from '../models/snapshot/snapshot.ts';
import { alerts } from '../operators/alerts.ts';
import { Board } from './board.ts';
import { type CheckedDashboard, checkDashboard, type DashboardOptions, HISTORY } from './dashboardOptions.ts';
import { Feed } from './feed.ts';
import { watchesBy } from './history/streamChanges.ts';
import { loadAssets } from './loadAssets.ts';
import { LOOP_TIMER, measure } from './measure.ts';
import { requestHandler } from './requestHandler.ts';

/** A running dashboard. */
export interface Dashboard {
  /** Its address, with the token if there is one. */
  readonly url: string;
  readonly port: number;
  /**
   * What it shows of the streams whose keys are selected: the newest records and the incidents of each. For `restore`
   * of another dashboard.
   *
   * @param owns @default all
   */
  snapshot(owns?: (key: string | undefined) => boolean): Snapshot;
  /**
   * The same as a part of a state that is saved in small steps.
   *
   * @internal
   */
  deferred(owns: (key: string | undefined) => boolean): ExtraTree;
  /**
   * Whether an alert is not to be sent because its stream is muted, or because its incident's beginning was not sent. To be
   * asked once for each alert that is made of the same verdicts elsewhere; those of `onIncident` are held back already.
   */
  holdsBack(alert: Alert<unknown, Value>): boolean;
  /** Whether the beginning of the open incident of a stream was held back. */
  isHeldBack(key: string | undefined): boolean;
  /** Ends the subscription, disconnects all pages and frees the port. */
  close(): Promise<void>;
}

/**
 * Shows verdicts to browsers, live: a chart of each stream, an overview of all, their incidents, and feedback for the
 * detector. Subscribes to the source when the server listens, and never slows it down: pages that cannot keep up skip
 * updates. An error of the source is shown, and the dashboard keeps running.
 *
 * ```ts
 * const feedback = new Subject<Feedback>();
 * const verdicts$ = readings$.pipe(detectAnomalies({ feedback }));
 * const { url } = await serveDashboard(verdicts$, { onFeedback: (given) => feedback.next(given) });
 * ```
 *
 * @returns once it listens
 * @throws RxAnomalyError BAD_OPTION at once; BAD_SNAPSHOT (rejected) where `restore` is damaged; SERVER (rejected) where it can't listen, such as at a port that is taken
 */
export function serveDashboard<E, V extends Value>(
  verdicts$: Observable<Verdict<E, V>>,
  options: DashboardOptions<E, V> = {},
): Promise<Dashboard> {
  return listen(verdicts$, checkDashboard('serveDashboard', options));
}

async function listen<E, V extends Value>(
  verdicts$: Observable<Verdict<E, V>>,
  options: CheckedDashboard<E, V>,
): Promise<Dashboard> {
  const { port, host, token, title, threshold, history = HISTORY, refresh, onFeedback, onAction } = options;
  const { onMuteEnd = options.onIncident, waitingFor = () => undefined } = options;
  const board = new Board({
    ...options,
    history: options.history,
    staleAfter: options.staleAfter,
    dimensions: options.dimensions,
    gates: options.gates,
    newWatch: options.changePoints === false ? undefined : watchesBy(options.changePoints),
    hello: {
      ...{ instance: randomUUID(), title, threshold, history, incidents: options.maxIncidents },
      feedback: onFeedback !== undefined,
    },
  });
  for (const snapshot of options.restore) board.restore(snapshot, Date.now());
  board.resumeFeedback(options.resumeFeedback);
  const feed = new Feed(board);
  const delay = monitorEventLoopDelay({ resolution: LOOP_TIMER });
  const server = createServer(
    { requestTimeout: 10_000 },
    requestHandler({
      board,
      feed,
      token,
      maxClients: options.maxClients,
      assets: loadAssets(title, options.timeZone),
      onFeedback,
      onAction,
      waitingFor,
      metrics: () => measure(board, feed, delay, options.engine, waitingFor() !== undefined),
    }),
  );
  await started(server, port, host);
  delay.enable();
  const timer = setInterval(() => {
    const now = Date.now();
    board.refresh(now);
    for (const alert of board.actions.endMutes(now)) onMuteEnd?.(alert as Alert<E, V>);
    feed.tell(now);
  }, refresh);
  const subscription = subscribe(verdicts$, board, options);
  const address = server.address() as AddressInfo;
  return {
    url: addressOf(host, address.port, token),
    port: address.port,
    snapshot: (owns = () => true) => board.snapshot(owns),
    deferred: (owns) => board.deferred(owns),
    holdsBack: (alert) => board.actions.holdsBack(alert, Date.now()),
    isHeldBack: (key) => board.actions.isHeldBack(key),
    close: async () => {
      clearInterval(timer);
      delay.disable();
      subscription.unsubscribe();
      feed.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function subscribe<E, V extends Value>(
  verdicts$: Observable<Verdict<E, V>>,
  board: Board,
  { onIncident, hold }: CheckedDashboard<E, V>,
): Subscription {
  const shared = from(verdicts$).pipe(share());
  const subscription = new Subscription();
  if (onIncident !== undefined)
    subscription.add(
      shared.pipe(alerts({ hold })).subscribe({
        next: (alert) => {
          if (!board.actions.holdsBack(alert, Date.now())) onIncident(alert);
        },
        error: () => {}, // the board shows it
      }),
    );
  subscription.add(
    shared.subscribe({
      next: (verdict) => board.add(verdict, Date.now()),
      error: (error: unknown) => board.end(error instanceof Error ? error.message : String(error)),
      complete: () => board.end(),
    }),
  );
  return subscription;
}

function started(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(new RxAnomalyError('SERVER', `serveDashboard: ${error.message}`, { cause: error })),
    );
    server.listen(port, host, resolve);
  });
}

function addressOf(host: string, port: number, token: string | undefined): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}/${token === undefined ? '' : `?token=${encodeURIComponent(token)}`}`;
}
