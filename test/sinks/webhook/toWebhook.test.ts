import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { firstValueFrom, from, NEVER, of, Subject, toArray, VirtualTimeScheduler } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/reading.ts';
import { alerts } from '../../../src/operators/alerts.ts';
import type { AlertJson } from '../../../src/sinks/alertJson.ts';
import { toWebhook } from '../../../src/sinks/webhook/toWebhook.ts';
import type { ToWebhookOptions } from '../../../src/sinks/webhook/toWebhookOptions.ts';
import { spike, verdict } from '../../dashboard/verdicts.ts';
import { runOperator } from '../../support/runOperator.ts';

const FAST = { first: 5, longest: 20 };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A service that answers with these statuses, one after the other, then with 200. */
async function service(...statuses: (number | 'never')[]) {
  const received: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    const status = statuses.shift() ?? 200;
    if (status !== 'never') response.writeHead(status, { location: '/elsewhere' }).end();
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?x=1`, received };
}

const INCIDENT = [verdict(0), spike(1), ...Array.from({ length: 15 }, (_, n) => verdict(n + 2))];
const both = (): Alert<number, number>[] => runOperator(INCIDENT, alerts<number, number>());

/** Sends these alerts and waits for the end; what was lost, by its message. */
async function send(
  sent: readonly Alert<number, number>[],
  options: Omit<ToWebhookOptions<number, number>, 'onLost'>,
) {
  const lost: string[] = [];
  const onLost = (_: unknown, { message }: Error) => lost.push(message);
  const passed = await firstValueFrom(
    from(sent).pipe(toWebhook({ retry: FAST, ...options, onLost }), toArray()),
  );
  return { passed, lost };
}

describe('toWebhook', () => {
  it('posts each alert as JSON, in order, and hands it on', async () => {
    const { url, received } = await service();
    const { passed, lost } = await send(both(), { url, headers: { authorization: 'Bearer x' } });
    expect(passed).toEqual(both());
    expect(lost).toEqual([]);
    const [began, ended] = received.map(({ body }) => JSON.parse(body) as AlertJson);
    expect(received).toHaveLength(2);
    expect(received[0]!.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer x',
    });
    expect(began).toMatchObject({
      phase: 'began',
      kind: 'value',
      key: 'pump',
      start: '2023-11-14T22:13:21.000Z',
      end: null,
      severity: 'high',
      score: 0.9,
      value: [8],
      attribution: [1],
    });
    expect(ended).toMatchObject({ phase: 'ended', id: began!.id, count: 1, end: '2023-11-14T22:13:21.000Z' });
  });

  it('says which incident is silence, with no numbers and one id', async () => {
    const { url, received } = await service();
    const silent = runOperator(
      [verdict(0), verdict(60)],
      alerts<number, number>({ absentAfter: 30_000, absentBy: 'time' }),
    );
    await send(silent, { url });
    const [began, ended] = received.map(({ body }) => JSON.parse(body) as AlertJson);
    const same = { kind: 'absence', key: 'pump', start: '2023-11-14T22:13:20.000Z', count: 1, value: [null] };
    expect(began).toMatchObject({ ...same, phase: 'began', end: null, severity: 'high' });
    expect(ended).toMatchObject({ ...same, phase: 'ended', end: '2023-11-14T22:14:20.000Z', id: began!.id });
  });

  it('posts a group as one, with its streams', async () => {
    const { url, received } = await service();
    const events = ['b', 'a'].map((key, n) => spike(1 - n, { key }));
    await send(runOperator(events, alerts<number, number>({ group: '5m' })), { url });
    const [began, ended] = received.map(({ body }) => JSON.parse(body) as AlertJson);
    const first = { kind: 'value', key: 'a', start: '2023-11-14T22:13:20.000Z', severity: 'high' };
    expect(began).toMatchObject({ phase: 'began', ...first, group: { streams: 2 } });
    expect(began!.group!.incidents).toMatchObject([{ ...first, end: null }, { key: 'b' }]);
    expect(ended).toMatchObject({ phase: 'ended', id: began!.id, group: { streams: 2 } });
  });

  it('signs what it sends, where there is a secret', async () => {
    const { url, received } = await service();
    await send(both(), { url, secret: 'hush' });
    const { headers, body } = received[0]!;
    const [, time, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-rx-anomaly-signature']))!;
    expect(mac).toBe(createHmac('sha256', 'hush').update(`${time}.${body}`).digest('hex'));
    expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(60);
  });

  it.each([503, 429, 500, 400, 404, 410, 302])(
    'sends again after a status of %d, the same',
    async (status) => {
      const { url, received } = await service(status, status);
      expect((await send(both().slice(0, 1), { url })).lost).toEqual([]);
      expect(received).toHaveLength(3);
      expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    },
  );

  it('gives up at once after a status that it must give up on, and continues with the next', async () => {
    const { url, received } = await service(410, 404);
    const { lost } = await send(both(), { url, giveUpOn: [410] });
    expect(lost).toEqual(['webhook: status 410']);
    expect(received).toHaveLength(3);
  });

  it('continues trying for as long as it lives, at least every five minutes', () => {
    const waits: number[] = [];
    const clock = new VirtualTimeScheduler(); // on which no answer is ever in time
    const sending = from(both().slice(0, 1))
      .pipe(
        toWebhook({
          ...{ url: 'http://127.0.0.1:1/', scheduler: clock, random: () => 1 },
          retry: {
            onRetry: ({ wait }) => waits.push(wait) === 60 && clock.schedule(() => sending.unsubscribe()),
          },
        }),
      )
      .subscribe();
    clock.flush();
    expect(waits).toHaveLength(60);
    expect(waits.slice(0, 3)).toEqual([500, 1000, 2000]);
    expect(Math.max(...waits)).toBe(300_000);
  });

  it('sends again when there was no answer in time', async () => {
    const { url, received } = await service('never');
    expect((await send(both().slice(0, 1), { url, requestTimeout: 50 })).lost).toEqual([]);
    expect(received).toHaveLength(2);
  });

  it('gives up after so many failures, and says why', async () => {
    const { lost } = await send(both().slice(0, 1), {
      url: 'http://127.0.0.1:1/',
      retry: { ...FAST, limit: 2 },
    });
    expect(lost).toEqual([expect.stringMatching(/^webhook: .*; given up after 3 attempts$/)]);
  });

  it('holds nobody up: alerts pass while the service is silent, and those beyond maxWaiting are lost', async () => {
    const { url } = await service('never');
    const source = new Subject<Alert<number, number>>();
    const passed: unknown[] = [];
    const lost: unknown[] = [];
    const subscription = source
      .pipe(toWebhook({ url, maxWaiting: 2, onLost: (alert) => lost.push(alert) }))
      .subscribe((alert) => passed.push(alert));
    for (const alert of [...both(), ...both()]) source.next(alert);
    expect([passed.length, lost.length]).toEqual([4, 2]);
    subscription.unsubscribe();
  });

  it('leaves what it sends when nobody listens any more', async () => {
    const { url, received } = await service('never');
    const subscription = NEVER.pipe(toWebhook({ url })).subscribe();
    subscription.unsubscribe();
    expect(received).toEqual([]);
  });

  it.each([
    [{ url: 'ftp://x' }, 'expected url to be an address'],
    [{ url: 'http://me:hush@x/' }, 'expected url to be without a user and password'],
    [
      { url: 'http://x', giveUpOn: [200] },
      'expected giveUpOn to be a list of statuses from 300 to 599, got [200]',
    ],
    [
      { url: 'http://x', maxWaiting: 1e7 },
      'expected maxWaiting to be at most 1000000 (all of them are kept), got 10000000',
    ],
    [
      { url: 'http://x', requestTimeout: 2 ** 31 },
      'expected requestTimeout to be at most 2147483647 (timers hold no more)',
    ],
    [{ url: 'http://x', retry: { longest: 1e12 } }, 'expected longest to be a number from 0 to 2147483647'],
    [{ url: 'http://x', secret: '' }, 'expected secret to be text'],
    [{ url: 'http://x', maxWaiting: 0 }, 'expected maxWaiting to be a positive integer, got 0'],
    [{ url: 'http://x', retry: { limit: -1 } }, 'expected limit to be an integer of 0 or more, or Infinity'],
    [{ url: 'http://x', colour: 1 }, 'unknown option colour'],
  ])('refuses %j at once', (options, message) => {
    expect(() => of().pipe(toWebhook(options as ToWebhookOptions))).toThrow(message);
    expect(() => of().pipe(toWebhook(options as ToWebhookOptions))).not.toThrow('hush');
  });
});
