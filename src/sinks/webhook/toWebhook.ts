import { defer, from, type MonoTypeOperatorFunction, type Observable, timeout } from 'rxjs';
import { retrying, ServerFailure } from '../../clients/retry.ts';
import { builtinModule } from '../../core/builtinModule.ts';
import type { Alert, Value } from '../../core/reading.ts';
import { alertMessage } from '../alertMessage.ts';
import { clip, printable } from '../alertText.ts';
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
  const { format, token, publicUrl, dimensions } = resolved;
  const receiver = { url: resolved.url, token };
  const { onSent = () => {}, onLost = () => {} } = options;

  const send = (request: WebhookRequest): Observable<string> =>
    defer(() => {
      const abort = new AbortController();
      const signed = signature(secret, request.body, scheduler.now());
      const all = { ...request, headers: { ...headers, ...request.headers, ...signed } };
      return from(post(all, giveUpOn, abort.signal, token)).pipe(
        timeout({ first: requestTimeout, scheduler, with: () => tooLate(requestTimeout, abort) }),
      );
    }).pipe(retrying(policy, random, scheduler));

  return deliver({
    ...{ where: 'toWebhook', maxWaiting, onSent, onLost },
    send: (alert, id) =>
      defer(() => {
        const message = alertMessage(alert, id, { publicUrl, dimensions }, scheduler.now());
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

/** Resolves with the answer once the alert was accepted. */
async function post(
  { url, body, headers }: WebhookRequest,
  giveUpOn: ReadonlySet<number>,
  signal: AbortSignal,
  token: string | undefined,
): Promise<string> {
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
  const { status } = answer;
  const text = await beginning(answer);
  const shown = `${status}${text === '' ? '' : ` (${token === undefined ? text : text.replaceAll(token, '…')})`}`;
  if (answer.ok) return shown;
  throw new ServerFailure(`webhook: status ${shown}`, !giveUpOn.has(status));
}

/** Characters of an answer that are shown. */
const SHOWN = 200;
/** Milliseconds: an answer is one by its status, whether or not its text comes. */
const TEXT_WITHIN = 1000;

/** The beginning of an answer's text, in one line. */
async function beginning({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  if (reader === undefined) return '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), TEXT_WITHIN);
  });
  const read = reader.read().catch(() => undefined);
  const first = await Promise.race([read, late]);
  clearTimeout(timer);
  reader.cancel().catch(() => {});
  const text = first?.value === undefined ? '' : new TextDecoder().decode(first.value);
  return clip(printable(text.replace(/\s+/g, ' ').trim()), SHOWN);
}

function tooLate(requestTimeout: number, abort: AbortController): Observable<never> {
  return defer((): never => {
    abort.abort();
    throw new ServerFailure(`webhook: no answer within ${requestTimeout} ms`, true);
  });
}
