import { catchError, defer, from, type MonoTypeOperatorFunction, map, throwError, timeout } from 'rxjs';
import { checkRetry, type RetryPolicy, retrying, ServerFailure } from '../../clients/retry.ts';
import { accepts } from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import type { Alert, Value } from '../../core/reading.ts';
import { type AlertMessage, alertMessage } from '../alertMessage.ts';
import { clip } from '../alertText.ts';
import { type DeliveryOptions, deliver } from '../deliver.ts';
import { toWebhookOptions } from '../webhook/toWebhookOptions.ts';

/** What sends mail: a transport of `nodemailer`, `createTransport('smtps://user:password@mail.example.org')`. */
export interface MailTransport {
  sendMail(mail: Mail): Promise<{ readonly response?: unknown }>;
}

/** A mail as `nodemailer` takes it. */
export interface Mail {
  readonly from: string;
  readonly to: string[];
  readonly subject: string;
  readonly text: string;
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references?: string;
  readonly priority: 'high' | 'normal' | 'low';
  readonly headers: Record<string, string>;
}

/** Options of {@link toEmail}. */
export interface ToEmailOptions<E = unknown, V extends Value = Value> extends DeliveryOptions<E, V> {
  /** A transport of `nodemailer`. */
  readonly transport: MailTransport;
  /** The sender: `alerts@example.org`, or `Alerts <alerts@example.org>`. */
  readonly from: string;
  /** Whom it is sent to, 1 to 100 addresses. */
  readonly to: readonly string[];
  /** Address of the dashboard, for links to the incidents; see {@link incidentLink}. @default no links */
  readonly publicUrl?: string;
}

type AnyOptions = ToEmailOptions;
type Always = 'transport' | 'from' | 'to';

const { publicUrl, retry, requestTimeout, maxWaiting, dimensions, onSent, onLost, scheduler, random } =
  toWebhookOptions.table;

const ADDRESS = /^[^\s<>@]+@[^\s<>@]+$|^[^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>$/;

export const toEmailOptions: OptionSet<
  AnyOptions,
  AnyOptions & Required<Omit<AnyOptions, Always | 'publicUrl'>>,
  Required<Omit<AnyOptions, 'publicUrl' | 'retry'>> &
    Pick<AnyOptions, 'publicUrl'> & { readonly policy: RetryPolicy }
> = new OptionSet(
  {
    transport: {
      kind: accepts(
        'a transport of nodemailer, with sendMail',
        (value) => typeof (value as MailTransport | null)?.sendMail === 'function',
      ),
      required: true,
      about: 'what sends mail',
      when: 'always given',
    },
    from: {
      kind: accepts("an address such as 'alerts@example.org'", isAddress),
      required: true,
      about: 'the sender',
      when: 'always given',
    },
    to: {
      kind: accepts(
        "a list of 1 to 100 addresses such as ['ops@example.org']",
        (value) => Array.isArray(value) && value.length > 0 && value.length <= 100 && value.every(isAddress),
      ),
      required: true,
      about: 'whom it is sent to',
      when: 'always given',
    },
    ...{ publicUrl, retry, requestTimeout, maxWaiting, dimensions, onSent, onLost, scheduler, random },
  },
  (where, { retry: given, ...rest }) => ({
    ...rest,
    policy: checkRetry(where, given, { limit: Infinity, longest: 300_000 }),
  }),
);

/**
 * Sends alerts by mail, one after the other and in order, each until a server has accepted it, and emits them at once; as
 * `toWebhook` does. The mails of an incident are one conversation.
 *
 * ```ts
 * const transport = nodemailer.createTransport(process.env.SMTP_URL);
 * verdicts$.pipe(alerts(), toEmail({ transport, from: 'alerts@example.org', to: ['ops@example.org'] })).subscribe();
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function toEmail<E, V extends Value>(
  options: ToEmailOptions<E, V>,
): MonoTypeOperatorFunction<Alert<E, V>> {
  const resolved = toEmailOptions.resolve('toEmail', options as unknown as AnyOptions);
  const { transport, from: sender, to, policy, requestTimeout: longest, maxWaiting: most } = resolved;
  const { onSent = () => {}, onLost = () => {} } = options;
  const tooLate = () => throwError(() => new ServerFailure(`email: no answer within ${longest} ms`, true));
  return deliver({
    ...{ where: 'toEmail', maxWaiting: most, onSent, onLost },
    send: (alert, id) =>
      defer(() => {
        const message = alertMessage(alert, id, resolved, resolved.scheduler.now());
        const mail = mailOf(message, sender, to);
        const sent = defer(() => from(transport.sendMail(mail))).pipe(
          timeout({ first: longest, scheduler: resolved.scheduler, with: tooLate }),
          map(({ response }) => String(response ?? '')),
          catchError((error: unknown) => throwError(() => failure(error))),
        );
        return sent.pipe(retrying(policy, resolved.random, resolved.scheduler));
      }),
  });
}

function mailOf(
  { alert, id, text, severity, link }: AlertMessage,
  sender: string,
  to: readonly string[],
): Mail {
  const domain = sender.replace(/^.*@|>.*$/g, '');
  const began = `<${id}@${domain}>`;
  const isFirst = alert.phase === 'began';
  return {
    ...{ from: sender, to: [...to] },
    subject: clip(`[${alert.phase === 'ended' ? 'ended' : severity}] ${text.title}`, 200),
    text: [text.title, '', ...text.lines, ...(link === undefined ? [] : ['', link]), ''].join('\n'),
    messageId: isFirst ? began : `<${id}.${alert.phase}@${domain}>`,
    ...(isFirst ? {} : { inReplyTo: began, references: began }),
    priority: severity === 'critical' && alert.phase !== 'ended' ? 'high' : 'normal',
    // Keeps automatic replies away: RFC 3834.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function failure(error: unknown): ServerFailure {
  if (error instanceof ServerFailure) return error;
  return new ServerFailure(`email: ${error instanceof Error ? error.message : error}`, true, {
    cause: error,
  });
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && ADDRESS.test(value);
}
