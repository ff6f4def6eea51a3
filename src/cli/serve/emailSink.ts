import { RxAnomalyError } from '../../core/errors.ts';
import { badOption } from '../../core/options.ts';
import type { Value } from '../../core/reading.ts';
import { type MailTransport, toEmail, toEmailOptions } from '../../sinks/email/toEmail.ts';
import type { SinkPlan } from './alertOutlet.ts';

const PACKAGE = 'nodemailer';

/**
 * A mail server as a sink. Loads `nodemailer`, which is an optional peer dependency.
 *
 * @param options `url`, `smtp://…` or `smtps://…` with user and password, `from`, `to`
 * @throws RxAnomalyError BAD_OPTION, also where `nodemailer` is not installed
 */
export async function emailSink(
  where: string,
  { url, ...options }: Readonly<Record<string, unknown>>,
  plan: Pick<SinkPlan, 'name' | 'routes'>,
  { publicUrl }: { readonly publicUrl?: string },
): Promise<SinkPlan> {
  const isAddress = typeof url === 'string' && URL.canParse(url) && /^smtps?:$/.test(new URL(url).protocol);
  if (!isAddress)
    throw badOption(where, 'url', 'an address such as smtps://user:password@mail.example.org', '…');
  const { createTransport } = await loadNodemailer(where);
  const transport = createTransport(url);
  const given = { transport, ...options, ...(publicUrl === undefined ? {} : { publicUrl }) };
  toEmailOptions.resolve(where, given as never);
  return {
    ...plan,
    open: ({ onRetry, ...handlers }, limit) =>
      toEmail<unknown, Value>({
        ...(given as unknown as { transport: MailTransport; from: string; to: string[] }),
        retry: { onRetry, ...(limit === undefined ? {} : { limit }) },
        ...handlers,
      }),
  };
}

interface Nodemailer {
  createTransport(url: string): MailTransport;
}

async function loadNodemailer(where: string): Promise<Nodemailer> {
  try {
    return ((await import(PACKAGE)) as { readonly default: Nodemailer }).default;
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    const why = message.includes(`Cannot find package '${PACKAGE}'`)
      ? 'is not installed'
      : `does not load (${message})`;
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${where}: ${PACKAGE}, which sends mail, ${why}; run npm install ${PACKAGE}`,
      {
        cause: error,
      },
    );
  }
}
