import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { describeWithMosquitto } from '../../support/environment/mosquitto.ts';
import { describeWithNats } from '../../support/environment/nats.ts';
import { describeWithPrometheus } from '../../support/environment/prometheus.ts';
import { describeWithRedis } from '../../support/environment/redis.ts';
import { metric, serve } from './served.ts';

const TIMEOUT = 120_000;
/** More than a client makes that takes the address for a wrong one. */
const ATTEMPTS = 6;

interface Door {
  readonly args: readonly string[];
  readonly server: { readonly url: string; kill(): Promise<void>; start(): Promise<void> };
  /** What its client sends first, to distinguish it from the test's own. @default nothing */
  readonly request?: string;
  /** What it is answered. @default nothing */
  readonly answer?: string;
  /** Has the server give one value, at least. */
  send(): Promise<unknown>;
}

/** What drops every connection where the server is going to be. */
class Nobody {
  readonly #server: Server;
  readonly #looks: Set<() => void> = new Set();
  #connections = 0;

  constructor(port: number, request: string | undefined, answer: string) {
    this.#server = createServer((socket) => {
      socket.on('error', () => {});
      if (request === undefined) this.#refuse(socket, answer, true);
      else socket.once('data', (bytes) => this.#refuse(socket, answer, String(bytes).includes(request)));
    }).listen(port, '127.0.0.1');
  }

  #refuse(socket: Socket, answer: string, isCounted: boolean): void {
    socket.end(answer);
    if (isCounted) this.#connections++;
    for (const look of this.#looks) look();
  }

  async connections(count: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.#connections >= count) resolve();
      };
      this.#looks.add(look);
      look();
    });
  }

  async leave(): Promise<void> {
    if (this.#server.listening) await new Promise((done) => this.#server.close(done));
  }
}

const nobodies: Nobody[] = [];
afterEach(() => Promise.all(nobodies.splice(0).map((each) => each.leave())));

async function survives({ args, server, request, answer = '', send }: Door): Promise<void> {
  await server.kill();
  const nobody = new Nobody(Number(new URL(server.url).port), request, answer);
  nobodies.push(nobody);
  const { url, started } = await serve(args);
  await nobody.connections(ATTEMPTS);
  expect(await (await fetch(new URL('/healthz', url))).json()).toEqual({
    source: 'waiting',
    for: expect.stringContaining(new URL(server.url).port),
  });
  await nobody.leave();
  await server.start();
  await expect
    .poll(() => send().then(() => metric(url, 'events_total')), { timeout: TIMEOUT, interval: 500 })
    .toBeGreaterThan(0);
  started.child.kill('SIGTERM');
  const { stderr } = await started.finished;
  expect(stderr).toMatch(/trying again for about 5 minutes/);
  expect(stderr).toContain(new URL(server.url).port);
  expect(stderr).not.toContain('nothing to detect yet');
}

describeWithMosquitto('serve, before mosquitto', (mosquitto) => {
  describeWithNats('nats-server', (nats) => {
    describeWithRedis('redis-server', (redis) => {
      describeWithPrometheus('prometheus', [], (prometheus) => {
        describeWithInfluxd('or influxd runs', (influxd) => {
          it('waits for it, and reports that', { timeout: 2 * TIMEOUT }, async () => {
            const doors: Door[] = [
              {
                args: ['--mqtt', mosquitto().url, '--topic', 'plant/+'],
                server: mosquitto(),
                request: 'MQTT',
                send: async () => (await mosquitto().sender()).publishAsync('plant/a', '1'),
              },
              {
                args: ['--nats', nats().url, '--subject', 'plant.*'],
                server: nats(),
                send: async () => (await nats().connection()).publish('plant.a', '1'),
              },
              {
                args: ['--redis', redis().url, '--stream', 'plant'],
                server: redis(),
                request: 'rx-anomaly',
                send: () => redis().ask('XADD', 'plant', '*', 'value', '1'),
              },
              {
                args: ['--prometheus', prometheus().url, '--query', 'up', '--follow', '--step', '1s'],
                server: prometheus(),
                request: 'query_range',
                answer: 'HTTP/1.1 503 Starting\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
                send: async () => {},
              },
              {
                args: [
                  ...['--influx', influxd().url, '--database', 'late', '--measurement', 'm', '--field', 'v'],
                  '--follow',
                ],
                server: influxd(),
                request: 'query?',
                send: async () => {
                  await fetch(`${influxd().url}/query?q=CREATE%20DATABASE%20late`, { method: 'POST' });
                  await fetch(`${influxd().url}/write?db=late`, { method: 'POST', body: 'm v=1' });
                },
              },
            ];
            await Promise.all(doors.map(survives));
          });
        });
      });
    });
  });
});
