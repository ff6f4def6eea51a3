import { createHmac } from 'node:crypto';
import {
  asyncScheduler,
  catchError,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  type MonoTypeOperatorFunction,
  merge,
  type Observable,
  type SchedulerLike,
  Subject,
  tap,
  timeout,
} from 'rxjs';
import { checkRetry, type RetryOptions, retrying } from '../../clients/retry.ts';
import { ServerFailure } from '../../clients/serverFailure.ts';
import type { Alert } from '../../core/alert.ts';
import { badOption, optionChecks } from '../../core/options.ts';
import type { Value } from '../../core/reading.ts';
import { alertIds } from '../alertIds.ts';
import { alertJson } from '../alertJson.ts';

/** Where alerts are sent, and what is done when they don't arrive. */
export interface ToWebhookOptions<E = unknown, V extends Value = Value> {
  /** `https://…`; each alert is a POST of JSON. */
  readonly url: string;
  /**
   * Signs each request: the header `X-Rx-Anomaly-Signature` is `t=<seconds since 1970>,v1=<hex>`, of which the latter is the
   * HMAC-SHA256 under this secret of the time, a full stop and the body.
   * @default not signed
   */
  readonly secret?: string;
  /** Sent along, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What to do about a server that does not answer as it should; after `limit` the alert is given up. */
  readonly retry?: RetryOptions;
  /** Milliseconds in which an answer must be there, above 0. @default 10000 */
  readonly requestTimeout?: number;
  /** Alerts that wait at most while an earlier one is being sent; beyond, the new one is given up. @default 1000 */
  readonly maxWaiting?: number;
  /** Told of every alert that was taken. */
  readonly onSent?: (alert: Alert<E, V>) => void;
  /** Told of every alert that is given up, and why. */
  readonly onLost?: (alert: Alert<E, V>, error: Error) => void;
  /** The clock of all waiting; a virtual one in tests. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
  /** Uniform over [0, 1), for jitter. @default Math.random */
  readonly random?: () => number;
}

const NAMES = [
  'url',
  'secret',
  'headers',
  'retry',
  'requestTimeout',
  'maxWaiting',
  'onSent',
  'onLost',
  'scheduler',
  'random',
];

/**
 * Sends alerts to a web service, one after the other and in order, each until it is taken (an answer of 2xx), and hands
 * them on at once: a service that is slow or away delays nothing but its own alerts. When the source has ended, so does
 * this once the last has been sent or given up. The service may get an alert twice, where its answer was lost or a restart
 * has judged its incident again: `id` and `phase` tell.
 *
 * ```ts
 * verdicts$.pipe(alerts(), toWebhook({ url: 'https://example.org/hook', secret })).subscribe();
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function toWebhook<E, V extends Value>(
  options: ToWebhookOptions<E, V>,
): MonoTypeOperatorFunction<Alert<E, V>> {
  const check = optionChecks('toWebhook');
  check.known(options, NAMES);
  const {
    secret,
    headers = {},
    onSent = () => {},
    onLost = () => {},
    scheduler = asyncScheduler,
    random = Math.random,
  } = options;
  const url = checkUrl(options.url);
  if (secret !== undefined && !(typeof secret === 'string' && secret !== ''))
    throw badOption('toWebhook', 'secret', 'text', '…'); // not shown: messages end up in logs
  for (const name of ['onSent', 'onLost', 'random'] as const) check.optionalFunction(name, options[name]);
  const policy = checkRetry('toWebhook', options.retry ?? {}, 10);
  const requestTimeout = check.positive('requestTimeout', options.requestTimeout ?? 10_000);
  const maxWaiting = check.positiveInteger('maxWaiting', options.maxWaiting ?? 1000);

  const send = (body: string): Observable<void> =>
    defer(() => {
      const abort = new AbortController();
      return from(
        post(url, body, { ...headers, ...signature(secret, body, scheduler.now()) }, abort.signal),
      ).pipe(timeout({ first: requestTimeout, scheduler, with: () => tooLate(requestTimeout, abort) }));
    }).pipe(retrying(policy, random, scheduler));

  return (source) =>
    defer(() => {
      const idOf = alertIds<E, V>();
      const waiting = new Subject<{ readonly alert: Alert<E, V>; readonly id: string }>();
      let count = 0;
      const sent = waiting.pipe(
        concatMap(({ alert, id }) => {
          return send(JSON.stringify(alertJson(alert, id))).pipe(
            tap({ complete: () => onSent(alert) }),
            catchError((error: unknown) => {
              onLost(alert, error instanceof Error ? error : new Error(String(error)));
              return EMPTY;
            }),
            tap({ finalize: () => count-- }),
          );
        }),
        ignoreElements(),
      );
      const taken = source.pipe(
        tap({
          next: (alert) => {
            const id = idOf(alert);
            if (count === maxWaiting)
              onLost(alert, new ServerFailure('toWebhook: too many alerts wait', true));
            else {
              count++;
              waiting.next({ alert, id });
            }
          },
          complete: () => waiting.complete(),
        }),
      );
      return merge(sent, taken);
    });
}

function checkUrl(text: string): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw badOption('toWebhook', 'url', "an address such as 'https://example.org/hook'", '…'); // may hold a secret
  return url;
}

function signature(secret: string | undefined, body: string, now: number): Record<string, string> {
  if (secret === undefined) return {};
  const time = Math.floor(now / 1000);
  const mac = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return { 'X-Rx-Anomaly-Signature': `t=${time},v1=${mac}` };
}

/** Resolves once the alert was taken. */
async function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body,
    signal,
    redirect: 'error', // the secret header is for this address only
  }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new ServerFailure(`webhook: ${cause instanceof Error ? cause.message : cause}`, true, {
      cause: error,
    });
  });
  await answer.body?.cancel();
  if (answer.ok) return;
  const { status } = answer;
  throw new ServerFailure(`webhook: status ${status}`, status >= 500 || status === 408 || status === 429);
}

function tooLate(requestTimeout: number, abort: AbortController): Observable<never> {
  return defer((): never => {
    abort.abort();
    throw new ServerFailure(`webhook: no answer within ${requestTimeout} ms`, true);
  });
}
