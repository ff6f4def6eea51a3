import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { lastValueFrom, of } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { RetryReport } from '../../../src/clients/retry.ts';
import { toInflux } from '../../../src/sinks/influx/toInflux.ts';
import { fromInflux } from '../../../src/sources/influx/fromInflux.ts';
import { CERTIFICATE, KEY } from '../../support/environment/certificate.ts';
import { verdictOf } from '../../support/records.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function portOf(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, 'localhost', done));
  return (server.address() as AddressInfo).port;
}

const answering = (status: number, body: string): Promise<number> =>
  portOf(createServer((_, response) => void response.writeHead(status, { connection: 'close' }).end(body)));
const secure = (): Promise<number> =>
  portOf(
    createSecureServer({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end('{"results":[]}')),
  );
const closed = async (): Promise<number> => {
  const server = createSocketServer();
  const port = await portOf(server);
  await new Promise((done) => server.close(done));
  return port;
};
const PAGE = '<!doctype html><title>Grafana</title>';

type Case = readonly [what: string, url: () => Promise<string>, message: RegExp];
const CASES: readonly Case[] = [
  [
    'a host that does not exist',
    async () => 'http://no-such-host.invalid:8086',
    /set url .* to (a host that exists|where InfluxDB listens)/,
  ],
  [
    'a certificate that nobody vouches for',
    async () => `https://localhost:${await secure()}`,
    /is not trusted: set the environment variable NODE_EXTRA_CA_CERTS/,
  ],
  [
    'HTTP to a port of HTTPS',
    async () => `http://localhost:${await secure()}`,
    /set url .* to https:\/\/|listens/,
  ],
  [
    'HTTPS to a port of HTTP',
    async () => `https://localhost:${await answering(200, '{}')}`,
    /does not speak HTTPS: set url .* to http:\/\//,
  ],
  [
    'a port where something else listens',
    async () =>
      `http://localhost:${await portOf(createSocketServer((socket) => void socket.on('error', () => {}).end('SSH-2.0-x\r\n')))}`,
    /does not speak HTTP: set url|listens/,
  ],
  [
    'a port where a page is',
    async () => `http://localhost:${await answering(200, PAGE)}`,
    /is no InfluxDB: set url/,
  ],
  [
    'another JSON',
    async () => `http://localhost:${await answering(200, '{"a":1}')}`,
    /is no InfluxDB: set url/,
  ],
  ['a path that is not there', async () => `http://localhost:${await answering(404, '')}`, /404 .*; set url/],
  ['a moved address', async () => `http://localhost:${await answering(301, '')}`, /301 .*; set url/],
  [
    'no credentials',
    async () => `http://localhost:${await answering(401, '{"error":"x"}')}`,
    /401 .*set username and password/,
  ],
  ['wrong rights', async () => `http://localhost:${await answering(403, '{"error":"x"}')}`, /403 .*or token/],
  [
    "a proxy's word on HTTPS",
    async () => `http://localhost:${await answering(400, 'The plain HTTP request was sent to HTTPS port')}`,
    /; set url .* to https:/,
  ],
  [
    'a port where nothing listens',
    async () => `http://localhost:${await closed()}`,
    /^InfluxDB at http:.*ECONNREFUSED.*given up after 5 attempts, as it was never reached.*; set url/,
  ],
];

describe('a server that no retry brings nearer', () => {
  it.each(CASES)('ends both ends within seconds and says what to set: %s', async (_, address, message) => {
    const url = await address();
    const reports: RetryReport[] = [];
    const retry = { onRetry: (report: RetryReport) => reports.push(report), first: 50 };
    const connection = { url, database: 'd', retry };
    const reading = fromInflux({ ...connection, measurement: 'm', fields: 'v', follow: true });
    const writing = of(verdictOf<unknown>('x', false, { time: 5 })).pipe(toInflux(connection));
    for (const stream of [reading, writing]) {
      await expect(lastValueFrom<unknown>(stream)).rejects.toMatchObject({
        code: 'SERVER',
        message: expect.stringMatching(message),
      });
    }
    expect(reports.length).toBeLessThanOrEqual(8);
  });
});
