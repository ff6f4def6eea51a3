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
import {
  checkRetry,
  type RetryOptions,
  type RetryPolicy,
  retrying,
  ServerFailure,
} from '../../clients/retry.ts';
import { builtinModule } from '../../core/builtinModule.ts';
import {
  accepts,
  aFunction,
  anObject,
  aScheduler,
  LONGEST_TIMER,
  type OptionKind,
  positive,
  positiveInteger,
  text,
} from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import type { Alert, Value } from '../../core/reading.ts';
import { alertIds, alertJson } from '../alertJson.ts';

/** Where alerts are sent, and what is done when they don't arrive. */
export interface ToWebhookOptions<E = unknown, V extends Value = Value> {
  /** `https://…`, without a user and password; each alert is a POST of JSON. */
  readonly url: string;
  /**
   * Signs each request: the header `X-Rx-Anomaly-Signature` is `t=<seconds since 1970>,v1=<hex>`, of which the latter is the
   * HMAC-SHA256 under this secret of the time, a full stop and the body.
   * @default not signed
   */
  readonly secret?: string;
  /** Additional headers, such as `Authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * When an alert that was not accepted is sent again.
   * @default `{ limit: Infinity, first: 500, longest: 300000 }`: until it is accepted, at least every five minutes
   */
  readonly retry?: RetryOptions;
  /**
   * Statuses, 300 to 599, after which the alert is given up at once, such as `[404, 410]`. Later alerts wait for earlier
   * ones, so a service that refuses one kind of alert for good holds up the others.
   * @default none: every alert is sent until it is accepted
   */
  readonly giveUpOn?: readonly number[];
  /** Milliseconds until an answer must be there, above 0 and below 2^31. @default 10000 */
  readonly requestTimeout?: number;
  /** Alerts that wait at most while an earlier one is being sent, 1 to 1000000; one more is given up. @default 1000 */
  readonly maxWaiting?: number;
  /** Called for every alert that was accepted. */
  readonly onSent?: (alert: Alert<E, V>) => void;
  /** Called for every alert that is given up, with the reason. */
  readonly onLost?: (alert: Alert<E, V>, error: Error) => void;
  /** The clock of all waiting; a virtual one in tests. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
  /** Uniform over [0, 1), for jitter. @default Math.random */
  readonly random?: () => number;
}

type AnyOptions = ToWebhookOptions;
type Defaulted = Exclude<keyof AnyOptions, 'secret' | 'url'>;

export const toWebhookOptions: OptionSet<
  AnyOptions,
  AnyOptions & Required<Pick<AnyOptions, Defaulted>>,
  Required<Omit<AnyOptions, 'secret' | 'retry' | 'giveUpOn'>> &
    Pick<AnyOptions, 'secret'> & { readonly policy: RetryPolicy; readonly giveUpOn: ReadonlySet<number> }
> = new OptionSet(
  {
    url: {
      kind: address(),
      required: true,
      isSecret: true,
      about: 'where alerts are sent',
      when: 'always given',
    },
    secret: {
      kind: text,
      isSecret: true,
      about: 'signs each request',
      when: 'where others can reach the service',
    },
    headers: { kind: anObject, default: {}, about: 'additional headers', when: 'for Authorization' },
    retry: {
      kind: anObject,
      default: {},
      about: 'when an alert that was not accepted is sent again',
      when: 'to give up at some time',
    },
    giveUpOn: {
      kind: accepts(
        'a list of statuses from 300 to 599',
        (value) => Array.isArray(value) && value.every(isStatus),
      ),
      default: [],
      about: 'statuses after which an alert is given up at once',
      when: 'where a service refuses some alerts for good',
    },
    requestTimeout: {
      kind: positive(LONGEST_TIMER, 'timers hold no more'),
      default: 10_000,
      unit: 'milliseconds',
      about: 'time until an answer must be there',
      when: 'more for a slow service',
    },
    maxWaiting: {
      kind: positiveInteger(1_000_000, 'all of them are kept'),
      default: 1000,
      unit: 'alerts',
      about: 'alerts that wait at most while an earlier one is being sent',
      when: 'more for a service that is away for long',
    },
    onSent: {
      kind: aFunction,
      default: () => {},
      about: 'called for every alert that was accepted',
      when: 'to log',
    },
    onLost: {
      kind: aFunction,
      default: () => {},
      about: 'called for every alert that is given up',
      when: 'to log',
    },
    scheduler: {
      kind: aScheduler,
      default: asyncScheduler,
      about: 'the clock',
      when: 'a virtual one in tests',
    },
    random: {
      kind: aFunction,
      default: Math.random,
      about: 'uniform over [0, 1), for jitter',
      when: 'in tests',
    },
  },
  (where, { retry, giveUpOn, ...rest }) => ({
    ...rest,
    giveUpOn: new Set(giveUpOn),
    policy: checkRetry(where, retry, { limit: Infinity, longest: 300_000 }),
  }),
);

/**
 * Sends alerts to a web service, one after the other and in order, each until it is accepted (an answer of 2xx), and
 * emits them at once: a service that is slow or away delays nothing but its own alerts. Completes after its source, once
 * the last alert has been sent or given up: with the default `retry` that may be never while the service is away. The
 * service may receive an alert twice, where its answer was lost or a restart has detected its incident again: those have
 * the same `id` and `phase`.
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
  const resolved = toWebhookOptions.resolve('toWebhook', options as unknown as AnyOptions);
  const { secret, headers, policy, giveUpOn, requestTimeout, maxWaiting, scheduler, random } = resolved;
  const url = new URL(resolved.url);
  const { onSent = () => {}, onLost = () => {} } = options;

  const send = (body: string): Observable<void> =>
    defer(() => {
      const abort = new AbortController();
      return from(
        post(url, body, { ...headers, ...signature(secret, body, scheduler.now()) }, giveUpOn, abort.signal),
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
      const taken = from(source).pipe(
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

function address(): OptionKind {
  const range = "an address such as 'https://example.org/hook'";
  return {
    range,
    expected: (value) => {
      const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol)) return range;
      if (url.username === '' && url.password === '') return undefined;
      return 'without a user and password, which go into a header Authorization or into the path';
    },
  };
}

function isStatus(status: unknown): boolean {
  return Number.isInteger(status) && 300 <= Number(status) && Number(status) <= 599;
}

function signature(secret: string | undefined, body: string, now: number): Record<string, string> {
  if (secret === undefined) return {};
  const time = Math.floor(now / 1000);
  const mac = builtinModule('node:crypto')
    .createHmac('sha256', secret)
    .update(`${time}.${body}`)
    .digest('hex');
  return { 'X-Rx-Anomaly-Signature': `t=${time},v1=${mac}` };
}

/** Resolves once the alert was accepted. */
async function post(
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  giveUpOn: ReadonlySet<number>,
  signal: AbortSignal,
): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body,
    signal,
    redirect: 'manual', // the secret header is for this address only
  }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new ServerFailure(`webhook: ${cause instanceof Error ? cause.message : cause}`, true, {
      cause: error,
    });
  });
  await answer.body?.cancel();
  if (answer.ok) return;
  const { status } = answer;
  throw new ServerFailure(`webhook: status ${status}`, !giveUpOn.has(status));
}

function tooLate(requestTimeout: number, abort: AbortController): Observable<never> {
  return defer((): never => {
    abort.abort();
    throw new ServerFailure(`webhook: no answer within ${requestTimeout} ms`, true);
  });
}
