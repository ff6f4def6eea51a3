import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { from, lastValueFrom, of } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/reading.ts';
import { alerts } from '../../../src/operators/alerts.ts';
import { alertMessage } from '../../../src/sinks/alertMessage.ts';
import type { WebhookFormatName } from '../../../src/sinks/formats/webhookFormatNames.ts';
import { webhookFormats } from '../../../src/sinks/formats/webhookFormats.ts';
import { toWebhook } from '../../../src/sinks/webhook/toWebhook.ts';
import { spike, verdict } from '../../dashboard/verdicts.ts';
import { runOperator } from '../../support/runOperator.ts';
import { faults, schemaOf } from './schema.ts';

/** JSON of any form. */
// biome-ignore lint/suspicious/noExplicitAny: each service has its own
type Sent = any;

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let base: string;
let received: Received[] = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    received.push({ path: request.url!, headers: request.headers, body: await text(request) });
    response.writeHead(202).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  received = [];
});
afterAll(() => server.close());

const AT = 1_700_000_000_000; // of event 0
const PAGE = 'https://ops.example.org/';

/** The alerts of ten streams that are one group, of one alone, and of one that is silent. */
const GROUP = runOperator(
  Array.from({ length: 10 }, (_, n) =>
    spike(n, { key: `pump-${n}`, severity: n === 3 ? 'critical' : 'low' }),
  ),
  alerts<number, number>({ group: '5m' }),
);
const ONE = runOperator([spike(1), ...quiet(2)], alerts<number, number>());
const ABSENT = runOperator(
  [verdict(0), verdict(60)],
  alerts<number, number>({ absentAfter: 30_000, absentBy: 'time' }),
);
const UNNAMED = runOperator([spike(1, { key: undefined, time: undefined })], alerts<number, number>());

function quiet(first: number) {
  return Array.from({ length: 15 }, (_, n) => verdict(first + n));
}

const PATHS: Readonly<Record<WebhookFormatName, string>> = {
  ...{ json: '/hook', slack: '/services/T/B/x', teams: '/workflows/1', pagerduty: '/v2/enqueue' },
  ...{ alertmanager: '/api/v2/alerts', opsgenie: '/v2/alerts', ntfy: '/base/my-topic' },
};
const NAMES = Object.keys(PATHS) as WebhookFormatName[];
const SERVICES = NAMES.filter((name) => name !== 'json');
const tokenOf = (format: WebhookFormatName) =>
  webhookFormats[format].token === 'none' ? {} : { token: 'the-token' };

async function send(format: WebhookFormatName, sent: readonly Alert<number, number>[]): Promise<Sent[]> {
  const options = { url: base + PATHS[format], format, ...tokenOf(format), publicUrl: PAGE };
  await lastValueFrom(from(sent).pipe(toWebhook({ ...options, retry: { first: 5, longest: 20 } })));
  return received.map(({ body }) => JSON.parse(body));
}

/** Faults of what a service received, by its documentation. */
function faultsOf(format: WebhookFormatName, body: string, phase: Alert['phase']): string[] {
  const name = format === 'opsgenie' && phase === 'ended' ? 'opsgenieClose' : format;
  return faults(schemaOf(name), JSON.parse(body));
}

describe.each(SERVICES)('the format %s', (format) => {
  it.each([
    ['one stream', ONE],
    ['a group', GROUP],
    ['silence', ABSENT],
    ['a stream without name and times', UNNAMED],
  ])('is what the service takes, of %s', async (_, sent) => {
    await send(format, sent);
    expect(received).toHaveLength(sent.length);
    received.forEach(({ body, headers }, at) => {
      expect(faultsOf(format, body, sent[at]!.phase)).toEqual([]);
      expect(headers['content-type']).toBe('application/json');
    });
  });

  it('stays within the limits, whatever streams are called', () => {
    const key = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('&'.repeat(9000), '<@U1>', '€'.repeat(9000), '[x](http://y)')); // biome-ignore format: a line
    fc.assert(
      fc.property(key, fc.integer({ min: 1, max: 60 }), (name, streams) => {
        const events = Array.from({ length: streams }, (_, n) => spike(n, { key: `${name}${n}` }));
        for (const alert of runOperator(events, alerts<number, number>({ group: '5m' }))) {
          const message = alertMessage(alert, 'id', { publicUrl: PAGE }, AT);
          const receiver = { url: base + PATHS[format], token: 'the-token' };
          const { body } = webhookFormats[format].request(message, receiver);
          expect(faultsOf(format, body, alert.phase)).toEqual([]);
          expect(body).not.toMatch(/\\ud[89a-f]/i); // half a character
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('what the services receive', () => {
  it('of json has a text and a link', async () => {
    const [began] = await send('json', ONE);
    expect(began.text).toBe('pump: high incident began, 8, expected 0.099833 (-0.40017 to 0.59983)');
    expect(began.link).toMatch(/^https:\/\/ops\.example\.org\/#stream=pump&incident=1700000001000&from=/);
  });

  it('of a group names the first stream, the worst severity, and links to the window', async () => {
    const [began, ended] = await send('slack', GROUP);
    expect(began.text).toMatch(/^10 streams, pump-0 first: critical incidents began, 8, expected /);
    expect(began.blocks[1].text.text).toMatch(/\n1\. pump-0: low, .*\n2\. pump-1: low, /);
    expect(began.blocks[2].text.text).toContain(`&amp;incident=${AT}&amp;from=${AT - 600_000}&amp;to=`);
    expect(began.blocks[0].text.text).toContain(':red_circle:');
    expect(ended.blocks[0].text.text).toContain(':white_check_mark:');
  });

  it('of Slack mentions nobody and is no link', async () => {
    const [began] = await send('slack', [{ ...ONE[0]!, incident: { ...ONE[0]!.incident, key: '<!channel> & <http://x|y>' } }]); // biome-ignore format: a line
    expect(began.text).toContain('&lt;!channel&gt; &amp; &lt;http://x|y&gt;: ');
    expect(began.blocks[0].text.text).not.toMatch(/<[!@#h]/);
  });

  it('of Teams is no Markdown of a name', async () => {
    const [began] = await send('teams', [{ ...ONE[0]!, incident: { ...ONE[0]!.incident, key: '[a](http://b) *c*' } }]); // biome-ignore format: a line
    const [{ content }] = began.attachments;
    expect(content.body[0].text).toContain('\\[a\\]\\(http://b\\) \\*c\\*: ');
    expect(content.actions[0].url).toContain('https://ops.example.org/#stream=');
  });

  it('of PagerDuty is triggered and resolved under one key', async () => {
    const [began, ended] = await send('pagerduty', GROUP);
    expect(began).toMatchObject({ routing_key: 'the-token', event_action: 'trigger' });
    expect(began.payload).toMatchObject({ source: 'pump-0', severity: 'critical', class: 'anomaly' });
    expect(began.payload.timestamp).toBe(new Date(AT).toISOString());
    expect(ended).toEqual({ routing_key: 'the-token', event_action: 'resolve', dedup_key: began.dedup_key });
  });

  it.each([
    ['low', 'info', 'P4', 2],
    ['medium', 'warning', 'P3', 3],
    ['high', 'error', 'P2', 4],
    ['critical', 'critical', 'P1', 5],
  ] as const)('of severity %s is %s, %s and priority %d', async (severity, pager, opsgenie, ntfy) => {
    const [began] = runOperator([spike(1, { severity })], alerts<number, number>());
    expect((await send('pagerduty', [began!]))[0].payload.severity).toBe(pager);
    expect((await send('opsgenie', [began!]))[1].priority).toBe(opsgenie);
    expect((await send('ntfy', [began!]))[2].priority).toBe(ntfy);
  });

  it('of Alertmanager has the same labels at its end, which is now, and stays until then', async () => {
    const before = Date.now();
    const [[began], [ended]] = await send('alertmanager', [ONE[0]!, { ...ONE[1]!, incident: { ...ONE[1]!.incident, severity: 'critical' } }]); // biome-ignore format: a line
    expect(ended.labels).toEqual(began.labels);
    expect(began.labels).toMatchObject({ alertname: 'Anomaly', stream: 'pump', severity: 'high' });
    expect(ended.annotations.severity).toBe('critical');
    expect(Date.parse(began.endsAt)).toBeGreaterThan(Date.now() + 86_400_000);
    expect(Date.parse(ended.endsAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(ended.endsAt)).toBeLessThanOrEqual(Date.now());
    expect(received[0]!.headers.authorization).toBe('Bearer the-token');
  });

  it('of Alertmanager never starts after its end, though the clock of a device is ahead', async () => {
    const [began] = runOperator([spike(1, { time: Date.now() + 1e9 })], alerts<number, number>());
    const [[alert]] = await send('alertmanager', [{ ...began!, phase: 'ended' }]);
    expect(Date.parse(alert.startsAt)).toBeLessThanOrEqual(Date.parse(alert.endsAt));
  });

  it('of Opsgenie is closed by its alias', async () => {
    const [began] = await send('opsgenie', ONE);
    expect(received[0]!.path).toBe('/v2/alerts');
    expect(received[1]!.path).toBe(`/v2/alerts/${began.alias}/close?identifierType=alias`);
    expect(received.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill('GenieKey the-token'));
    expect(began).toMatchObject({ entity: 'pump', priority: 'P2', tags: ['rx-anomaly', 'high'] });
  });

  it('of ntfy is published at the root, with the topic in it', async () => {
    const [began, ended] = await send('ntfy', ONE);
    expect(received[0]!.path).toBe('/base/');
    expect(began).toMatchObject({ topic: 'my-topic', priority: 4, tags: ['warning', 'high'] });
    expect(began.click).toContain('#stream=pump');
    expect(ended).toMatchObject({ priority: 2, tags: ['white_check_mark', 'high'] });
    expect(received[0]!.headers.authorization).toBe('Bearer the-token');
  });

  it.each([
    [{ format: 'pagerduty' }, 'expected token to be given for the format pagerduty, got undefined'],
    [
      { format: 'slack', token: 'hush' },
      'expected token to be left out for the format slack, which has none',
    ],
    [{ format: 'ntfy' }, 'expected url to be an address that ends in a topic for the format ntfy'],
    [{ format: 'opsgenie', token: 'hush' }, 'expected url to be an address that ends in /v2/alerts'],
    [{ format: 'alertmanager' }, 'expected url to be an address that ends in /api/v2/alerts'],
    [{ format: 'telegram' }, "expected format to be one of 'json', 'slack'"],
    [{ publicUrl: 'ops' }, 'expected publicUrl to be an address'],
  ])('is refused at once with %j', (options, message) => {
    const all = { url: 'http://h/', ...options } as Parameters<typeof toWebhook>[0];
    expect(() => of().pipe(toWebhook(all))).toThrow(message);
    expect(() => of().pipe(toWebhook(all))).not.toThrow('hush');
  });
});
