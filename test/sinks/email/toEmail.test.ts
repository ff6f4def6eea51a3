import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createTransport } from 'nodemailer';
import { from, lastValueFrom, of } from 'rxjs';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/reading.ts';
import { alerts } from '../../../src/operators/alerts.ts';
import { type MailTransport, type ToEmailOptions, toEmail } from '../../../src/sinks/email/toEmail.ts';
import { spike, verdict } from '../../dashboard/verdicts.ts';
import { runOperator } from '../../support/runOperator.ts';

const FAST = { first: 5, longest: 20 };
const ADDRESSES = { from: 'Alerts <alerts@example.org>', to: ['ops@example.org', 'on-call@example.org'] };

interface Mail {
  readonly to: readonly string[];
  readonly text: string;
}

const servers: SMTPServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise<void>((done) => server.close(() => done()));
});

/** A mail server that wants a login, and refuses so many mails before it accepts one. */
async function mailServer(refusals = 0) {
  const mails: Mail[] = [];
  let refused = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _, done) =>
      username === 'me' && password === 'hush' ? done(null, { user: 'me' }) : done(new Error('no')),
    onData: async (stream, { envelope }, done) => {
      const mail = await text(stream);
      if (refused++ < refusals) return done(Object.assign(new Error('greylisted'), { responseCode: 451 }));
      mails.push({ to: envelope.rcptTo.map(({ address }) => address), text: mail });
      done();
    },
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.server.address() as AddressInfo;
  const transportOf = (password: string): MailTransport =>
    createTransport(`smtp://me:${password}@127.0.0.1:${port}`);
  return { mails, transport: transportOf('hush'), transportOf };
}

const quiet = Array.from({ length: 15 }, (_, n) => verdict(n + 2));
const both = () => runOperator([spike(1), ...quiet], alerts<number, number>());

async function send(
  sent: readonly Alert<number, number>[],
  options: Partial<ToEmailOptions<number, number>>,
) {
  const answers: string[] = [];
  const lost: string[] = [];
  const all = {
    ...{ retry: FAST, ...ADDRESSES, ...options },
    onSent: (_: unknown, answer: string) => answers.push(answer),
    onLost: (_: unknown, { message }: Error) => lost.push(message),
  } as ToEmailOptions<number, number>;
  await lastValueFrom(from(sent).pipe(toEmail(all)));
  return { answers, lost };
}

describe('toEmail', () => {
  it('sends both alerts of an incident as one conversation, with a link', async () => {
    const { mails, transport } = await mailServer();
    const { answers, lost } = await send(both(), { transport, publicUrl: 'https://ops.example.org/' });
    expect(lost).toEqual([]);
    expect(answers).toEqual([expect.stringMatching(/^250 /), expect.stringMatching(/^250 /)]);
    const [began, ended] = mails.map((mail) => mail.text.replace(/=\r\n/g, '').replaceAll('=3D', '='));
    expect(mails[0]!.to).toEqual(ADDRESSES.to);
    expect(began).toMatch(/^From: Alerts <alerts@example\.org>/m);
    expect(began).toMatch(/^Subject: \[high\] pump: high incident began, 8,/m);
    expect(began).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(began).toContain('https://ops.example.org/#stream=pump&incident=1700000001000&from=');
    const id = /^Message-ID: (<.*>)/im.exec(began!)![1]!;
    expect(ended).toMatch(/^Subject: \[ended\] pump: /m);
    expect(ended).toContain(`In-Reply-To: ${id}`);
  });

  it('sends a group as one mail, with its streams', async () => {
    const { mails, transport } = await mailServer();
    const events = ['a', 'b', 'c'].map((key, n) => spike(n, { key }));
    await send(runOperator(events, alerts<number, number>({ group: '5m' })), { transport });
    expect(mails).toHaveLength(2);
    expect(mails[0]!.text).toMatch(/Subject: \[high\] 3 streams, a first: /);
    expect(mails[0]!.text).toMatch(/1\. a: high, .*[\s\S]*2\. b: high, .*[\s\S]*3\. c: high, /);
  });

  it('lets no name add a header', async () => {
    const { mails, transport } = await mailServer();
    const [began] = both();
    const key = 'x\r\nBcc: all@example.org\r\n\r\nhello';
    await send([{ ...began!, incident: { ...began!.incident, key } }], { transport });
    expect(mails[0]!.to).toEqual(ADDRESSES.to);
    expect(mails[0]!.text).not.toMatch(/^Bcc:/m);
  });

  it('sends again what the server has refused', async () => {
    const { mails, transport } = await mailServer(2);
    expect((await send(both().slice(0, 1), { transport })).lost).toEqual([]);
    expect(mails).toHaveLength(1);
  });

  it('gives up where it has to, with a reason that does not have the password', async () => {
    const { transportOf } = await mailServer();
    const transport = transportOf('wrong-hush');
    const { lost } = await send(both().slice(0, 1), { transport, retry: { ...FAST, limit: 1 } });
    expect(lost).toEqual([expect.stringMatching(/^email: .*; given up after 2 attempts$/)]);
    expect(lost[0]).not.toContain('hush');
  });

  const transport: MailTransport = { sendMail: async () => ({}) };
  it.each([
    [{ ...ADDRESSES }, 'expected transport to be a transport of nodemailer, with sendMail, got undefined'],
    [{ ...ADDRESSES, transport, from: 'me' }, "expected from to be an address such as 'alerts@example.org'"],
    [{ ...ADDRESSES, transport, to: [] }, 'expected to to be a list of 1 to 100 addresses'],
    [{ ...ADDRESSES, transport, to: ['a@b, c@d\n'] }, 'expected to to be a list'],
    [{ ...ADDRESSES, transport, subject: 'x' }, 'unknown option subject'],
  ])('refuses %j at once', (options, message) => {
    expect(() => of().pipe(toEmail(options as unknown as ToEmailOptions))).toThrow(message);
  });
});
