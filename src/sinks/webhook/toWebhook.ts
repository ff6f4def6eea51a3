import { defer, from, type MonoTypeOperatorFunction, type Observable, timeout } from 'rxjs';
import { retrying, ServerFailure } from '../../clients/retry.ts';
import { builtinModule } from '../../core/builtinModule.ts';
import type { Alert, Value } from '../../core/reading.ts';
import { alertMessage } from '../alertMessage.ts';
import { deliver } from '../deliver.ts';
import type { WebhookRequest } from '../formats/webhookFormat.ts';
import { webhookFormats } from '../formats/webhookFormats.ts';
import { type ToWebhookOptions, toWebhookOptions } from './toWebhookOptions.ts';

/**
 * Sends alerts to a web service, one after the other and in order, each until it is accepted (an answer of 2xx), and
 * emits them at once: a service that is slow or away delays nothing but its own alerts. Completes after its source, once
 * the last alert has been sent or given up: with the default `retry` that may be never while the service is away. The
 * service may receive an alert twice, where its answer was lost or a restart has detected its incident again: those have
 * the same `id` and `phase`.
 *
 * ```ts
 * verdicts$.pipe(alerts(), toWebhook({ url: 'https://example.org/hook', secret })).subscribe();
 * verdicts$.pipe(alerts({ group: '5m' }), toWebhook({ url: slackUrl, format: 'slack' })).subscribe();
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function toWebhook<E, V extends Value>(
  options: ToWebhookOptions<E, V>,
): MonoTypeOperatorFunction<Alert<E, V>> {
  const resolved = toWebhookOptions.resolve('toWebhook', options as unknown as ToWebhookOptions);
  const { secret, headers, policy, giveUpOn, requestTimeout, maxWaiting, scheduler, random } = resolved;
  const { format, token, publicUrl } = resolved;
  const receiver = { url: new URL(resolved.url), token };
  const { onSent = () => {}, onLost = () => {} } = options;

  const send = (request: WebhookRequest): Observable<void> =>
    defer(() => {
      const abort = new AbortController();
      const signed = signature(secret, request.body, scheduler.now());
      const all = { ...request, headers: { ...headers, ...request.headers, ...signed } };
      return from(post(all, giveUpOn, abort.signal)).pipe(
        timeout({ first: requestTimeout, scheduler, with: () => tooLate(requestTimeout, abort) }),
      );
    }).pipe(retrying(policy, random, scheduler));

  return deliver({
    ...{ where: 'toWebhook', maxWaiting, onSent, onLost },
    send: (alert, id) =>
      defer(() => {
        const message = alertMessage(alert, id, publicUrl, scheduler.now());
        return send(webhookFormats[format].request(message, receiver));
      }),
  });
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
  { url, body, headers }: WebhookRequest,
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
