import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { lastValueFrom, of, toArray } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toInflux } from '../../../src/sinks/influx/toInflux.ts';
import { fromInflux } from '../../../src/sources/influx/fromInflux.ts';
import { verdictOf } from '../../support/records.ts';

interface Seen {
  readonly method: string | undefined;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What InfluxDB 2 and 3 document of their endpoints for clients of version 1. */
describe('the requests that InfluxDB 2 and 3 get', () => {
  let server: Server;
  let url: string;
  let seen: Seen[] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://x');
      const body = await text(request);
      const { method, headers } = request;
      seen.push({ method, path: pathname, query: Object.fromEntries(searchParams), headers, body });
      if (pathname.endsWith('/write')) response.writeHead(204).end();
      else response.end('{"results":[{"statement_id":0}]}');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  const read = (options: object) =>
    lastValueFrom(
      fromInflux({
        url,
        database: 'plant',
        measurement: 'm',
        fields: 'v',
        checkSchema: false,
        ...options,
      }).pipe(toArray()),
    );
  const verdict = verdictOf<unknown>({ tags: { host: 'a' } }, false, { time: 5 });

  it('ask /query for InfluxQL, with the token and the mapping of database and retention policy', async () => {
    await read({ token: 'secret==', retentionPolicy: 'a month' });
    expect(seen).toMatchObject([
      { method: 'GET', path: '/query', headers: { authorization: 'Token secret==' }, body: '' },
    ]);
    expect(seen[0]!.query).toEqual({
      db: 'plant',
      rp: 'a month',
      q: 'SELECT "v"::field AS "rx_anomaly_field_0", *::tag FROM "m" ORDER BY time ASC LIMIT 10000',
    });
  });

  it('write to /write, line protocol in nanoseconds', async () => {
    await lastValueFrom(of(verdict).pipe(toInflux({ url, database: 'plant', token: 'secret==' })));
    expect(seen).toMatchObject([
      {
        method: 'POST',
        path: '/write',
        query: { db: 'plant' },
        headers: { authorization: 'Token secret==' },
      },
    ]);
    expect(seen[0]!.query).toEqual({ db: 'plant' }); // nanoseconds are what it takes by default
    expect(seen[0]!.body).toMatch(/^rx_anomaly,host=a score=0\.1,.* 5000000$/);
  });

  it('keep the path of a proxy', async () => {
    await read({ url: `${url}/influx/one/` });
    expect(seen.map(({ path }) => path)).toEqual(['/influx/one/query']);
  });

  it('have no Authorization without a token or a user', async () => {
    await read({});
    expect(seen[0]!.headers).not.toHaveProperty('authorization');
  });

  it('name a user of InfluxDB 1 as HTTP does', async () => {
    await read({ username: 'ada', password: 'pä:ss' });
    const credentials = Buffer.from('ada:pä:ss').toString('base64');
    expect(seen[0]!.headers.authorization).toBe(`Basic ${credentials}`);
  });
});

describe('a connection', () => {
  const sound = { url: 'http://localhost:8086', database: 'd', measurement: 'm', fields: 'v' };

  it.each([
    [
      { url: 'localhost:8086' },
      /expected url to be an address such as 'http:\/\/localhost:8086', got "localhost/,
    ],
    [{ url: 'http://localhost/?db=x' }, /expected url/],
    [{ database: '' }, /expected database to be text, got ""/],
    [{ token: 'a', username: 'b' }, /expected token to be left out/],
    [{ token: 'a\r\nX-Other: b' }, /expected token to be printable ASCII without blanks, got "…"/],
    [{ requestTimeout: 0 }, /expected requestTimeout to be a positive number, got 0/],
    [{ retry: { limit: -1 } }, /retry: expected limit to be an integer of 0 or more, or Infinity, got -1/],
    [{ retry: { first: 0 } }, /retry: expected first/],
    [{ random: 4 }, /expected random to be a function/],
    [{ scheduler: {} }, /expected scheduler to be a scheduler/],
    [{ serverUrl: 'x' }, /unknown option serverUrl/],
    [{ measurement: undefined }, /expected measurement to be given, or select instead/],
    [{ select: 'SELECT v FROM m' }, /expected measurement to be given, or select instead/],
    [{ fields: undefined }, /expected fields/],
    [{ fields: ['v', 'v'] }, /expected fields to be a name, or several that differ/],
    [{ where: { host: [] } }, /expected where\.host to be text, or several/],
    [{ from: 'yesterday' }, /expected from to be a time, got "yesterday"/],
    [{ from: 2, to: 1 }, /expected to to be after from/],
    [{ pageSize: 1 }, /expected pageSize/],
    [{ position: { from: '1', seen: ['x'] } }, /expected position to be the position of a reading/],
    [{ to: 5, follow: true }, /expected to to be left out with follow/],
    [{ follow: { every: 5, longest: 4 } }, /expected follow\.longest to be every or more/],
    [{ follow: { push: { port: 70_000 } } }, /follow\.push: expected port/],
    [{ follow: { push: { address: 'nowhere' } } }, /expected follow\.push\.address/],
    [{ backlog: 5 }, /expected backlog to be a Backlog/],
  ])('is refused when it is made, not later: %j', (change, message) => {
    const options = Object.fromEntries(
      Object.entries({ ...sound, ...change }).filter(([, value]) => value !== undefined),
    );
    expect(() => fromInflux(options as typeof sound)).toThrow(message);
  });

  it('does not show a password that stands in the address', () => {
    const options = { ...sound, url: 'http://ada:hunter2@localhost' };
    expect(() => fromInflux(options)).toThrow(/expected url to be without a user/);
    expect(() => fromInflux(options)).not.toThrow(/hunter2/);
  });

  it.each([
    [{ onFailure: 'skip' }, /expected onLost to be given with 'skip'/],
    [{ onFailure: 'ignore' }, /expected onFailure to be one of/],
    [{ measurement: 'a\\' }, /expected measurement to be without backslashes/],
    [{ batchSize: 0 }, /expected batchSize/],
    [{ every: 0 }, /expected every/],
    [{ maxWaiting: 0.5 }, /expected maxWaiting/],
    [{ tags: 'host' }, /expected tags to be a function/],
  ])('to write to, too: %j', (change, message) => {
    const options = { url: sound.url, database: 'd', ...change };
    expect(() => toInflux(options as { url: string; database: string })).toThrow(message);
  });
});
