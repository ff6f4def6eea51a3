import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { firstValueFrom, type Subscription } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { Backlog } from '../../../src/clients/backlog.ts';
import type { RetryReport } from '../../../src/clients/retry.ts';
import { optionContract } from '../../contracts/operatorContract.ts';
import { EventStreamParser } from './eventStream.ts';
import {
  type FromServerEventsOptions,
  fromServerEvents,
  type ServerEventReading,
  type ServerEventWarning,
} from './fromServerEvents.ts';

const RETRY = { first: 10, longest: 50 };
const subscriptions: Subscription[] = [];
const servers: Server[] = [];
const processes: ChildProcess[] = [];
afterEach(() => {
  for (const subscription of subscriptions.splice(0)) subscription.unsubscribe();
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A subscription, what it has emitted so far, and what went wrong. */
function reader(options: FromServerEventsOptions, onNext: () => void = () => {}) {
  const seen: ServerEventReading[] = [];
  const warnings: ServerEventWarning[] = [];
  const retries: RetryReport[] = [];
  const ends: unknown[] = [];
  const subscription = fromServerEvents({
    retry: { ...RETRY, onRetry: (report) => retries.push(report) },
    onWarning: (warning) => warnings.push(warning),
    ...options,
  }).subscribe({
    next: (reading) => {
      seen.push(reading);
      onNext();
    },
    error: (error: unknown) => ends.push(error),
    complete: () => ends.push('complete'),
  });
  subscriptions.push(subscription);
  return { seen, warnings, retries, ends, subscription, values: () => seen.map(({ value }) => value) };
}

async function until(test: () => boolean): Promise<void> {
  while (!test()) await new Promise((done) => setTimeout(done, 5));
}

/** The address of a server that answers so. */
async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8' };

/** Starts `eventServer.js` as a process. @param port 0 for any that is free */
async function startServer(port: number): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const script = fileURLToPath(new URL('eventServer.js', import.meta.url));
  const child = spawn(process.execPath, [script, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  processes.push(child);
  const [printed] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, port: Number(printed) };
}

optionContract('fromServerEvents', fromServerEvents, { url: 'http://localhost' }, [
  ['value', 1, 'text', '1'],
  ['time', '', 'text', '""'],
  ['key', 1, 'text', '1'],
  ['position', 7, 'text', '7'],
  ['backlog', 5, 'a Backlog', '5'],
  ['retry', 'never', 'an object', '"never"'],
  ['onWarning', 'log', 'a function', '"log"'],
]);

describe('fromServerEvents, when it is called', () => {
  it.each([undefined, 'localhost', 'ftp://localhost', 'http://me:hidden@localhost'])(
    'refuses the url %s',
    (url) => {
      const call = () => fromServerEvents({ url } as FromServerEventsOptions);
      expect(call).toThrow(
        /^fromServerEvents: expected url to be an address such as .*, got ("…"|undefined)$/,
      );
    },
  );

  it('connects only when it is subscribed to', async () => {
    let requests = 0;
    const url = await served((_, response) => {
      requests++;
      response.writeHead(204).end();
    });
    const source = fromServerEvents({ url });
    expect(requests).toBe(0);
    await firstValueFrom(source, { defaultValue: undefined });
    expect(requests).toBe(1);
  });
});

describe('fromServerEvents', () => {
  it('reads each event once, in order, of a server that is killed and started again', async () => {
    const first = await startServer(0);
    const { seen, warnings, retries, ends, values } = reader({
      ...{ url: `http://127.0.0.1:${first.port}/`, value: 'v' },
    });
    await until(() => seen.length >= 50);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    await until(() => retries.length >= 2);
    const before = seen.length;
    await startServer(first.port);
    await until(() => seen.length >= before + 50);
    expect(values()).toEqual(values().map((_, n) => n + 1));
    expect(seen[0]).toMatchObject({ key: 'press', position: '1' });
    expect(retries[0]!.error.message).toMatch(/^events of http:\/\/127\.0\.0\.1:\d+: /);
    expect([warnings, ends]).toEqual([[], []]);
  });

  it('resumes after any position', async () => {
    const { port } = await startServer(0);
    const options = { url: `http://127.0.0.1:${port}/`, value: 'v' };
    const whole = reader(options);
    await until(() => whole.seen.length >= 20);
    for (const cut of [1, 7, 19]) {
      const rest = reader({ ...options, position: whole.seen[cut - 1]!.position });
      await until(() => rest.seen.length >= 5);
      expect(rest.values().slice(0, 5)).toEqual([1, 2, 3, 4, 5].map((k) => cut + k));
    }
  });

  it('sends token and position as they are, and completes where there is no more', async () => {
    const headers: unknown[] = [];
    const url = await served((request, response) => {
      const id = Buffer.from(String(request.headers['last-event-id']), 'latin1').toString();
      headers.push([request.headers.accept, request.headers.authorization, id]);
      response.writeHead(204).end();
    });
    const { ends } = reader({ url, token: 'abc', position: 'größe 7 €' });
    await until(() => ends.length > 0);
    expect(ends).toEqual(['complete']);
    expect(headers).toEqual([['text/event-stream', 'Bearer abc', 'größe 7 €']]);
  });

  it('reads values, times and keys by path, and reports what it cannot read', async () => {
    const time = '2026-01-05T00:00:00Z';
    const url = await served((_, response) => {
      response.writeHead(200, EVENTS);
      response.write('data: {"temp": 3}\n\n: a comment\n\nid: 2\ndata: {"v": "high", "k": 1}\n\n');
      response.write(`id: 3\ndata: {"v": 5,\ndata: "k": "a", "at": "${time}"}\n\n`);
    });
    const { seen, warnings } = reader({ url, value: 'v', key: 'k', time: 'at' });
    await until(() => seen.length === 1);
    expect(seen).toEqual([{ key: 'a', time: Date.parse(time), value: 5, position: '3' }]);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/: event has no v; its numbers are in temp; it is left out; name the path/),
      expect.stringMatching(/: event 2 expected v to be a number, got "high"; .*\(2 such events so far\)/),
    ]);
  });

  it('warns that events may be missed where they have no ids', async () => {
    let connections = 0;
    const url = await served((_, response) => {
      response.writeHead(200, EVENTS).write(`data: ${++connections}\n\n`);
      if (connections < 3) response.end();
    });
    const { seen, warnings, values } = reader({ url });
    await until(() => seen.length === 3);
    expect(values()).toEqual([1, 2, 3]);
    expect(seen.map(({ position }) => position)).toEqual([undefined, undefined, undefined]);
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatchObject({
      kind: 'gap',
      message: expect.stringMatching(/have no ids: .* missed$/),
    });
  });

  it.each([
    [401, {}, /: 401: the user is refused; check the token$/],
    [404, {}, /: 404; check the address$/],
    [200, { 'content-type': 'text/html' }, /expected the content type text\/event-stream, got "text\/html"/],
  ])('ends at once where no retry helps: %i %o', async (status, headers, message) => {
    const url = await served((_, response) => response.writeHead(status, headers).end('<html>'));
    const { ends, retries } = reader({ url });
    await until(() => ends.length > 0);
    expect(ends).toEqual([
      expect.objectContaining({ code: 'SERVER', message: expect.stringMatching(message) }),
    ]);
    expect(retries).toEqual([]);
  });

  it('waits for a server that is overloaded, and gives up on one that was never there', async () => {
    let requests = 0;
    const url = await served((_, response) => {
      if (++requests < 4) response.writeHead(503).end();
      else response.writeHead(200, EVENTS).write('data: 7\n\n');
    });
    const late = reader({ url });
    await until(() => late.seen.length === 1);
    expect(late.retries.map(({ count }) => count)).toEqual([1, 2, 3]);

    const server = servers.pop()!;
    server.close();
    server.closeAllConnections();
    const never = reader({ url });
    await until(() => never.ends.length > 0);
    expect(never.retries).toHaveLength(4);
    expect(String(never.ends[0])).toMatch(
      /ECONNREFUSED.*; given up after 5 attempts, as it was never reached: .*$/,
    );
  });

  it('takes no more while the backlog is full, and disconnects when unsubscribed from', async () => {
    let closed = false;
    let sent = 0;
    const line = `data: {"v": 1, "pad": "${'x'.repeat(10_000)}"}\n\n`;
    const url = await served((_, response) => {
      response.writeHead(200, EVENTS);
      const fill = (): void => {
        while (!closed && sent < 20_000) {
          sent++;
          if (!response.write(line)) break;
        }
      };
      response.on('drain', fill);
      response.on('close', () => {
        closed = true;
      });
      fill();
    });
    const backlog = new Backlog(10);
    const { seen, subscription } = reader({ url, value: 'v', backlog }, () => backlog.add(1));
    let before = -1;
    await until(() => {
      const isQuiet = sent > 10 && sent === before; // the server can send nothing more
      before = sent;
      return isQuiet && seen.length >= 10;
    });
    expect(sent).toBeLessThan(10_000);
    const had = seen.length;
    expect(had).toBeLessThan(sent);
    backlog.add(-had);
    await until(() => seen.length > had);
    subscription.unsubscribe();
    await until(() => closed);
  });
});

describe('the format of event streams', () => {
  const TEXT = `\uFEFF: hi\n\nid: 1\ndata: a\ndata:  b\n\nevent: x\r\ndata\r\n\r\nid: 2\r\rdata:c:d\nretry: 5\n\nid\ndata: e\n\nid: 3\ndata: lost`;
  const PARSED = [
    { type: 'message', data: 'a\n b', id: '1' },
    { type: 'x', data: '', id: '1' },
    { type: 'message', data: 'c:d', id: '2' },
    { type: 'message', data: 'e', id: '' },
  ];

  it('is read as the standard has it, in whatever pieces it comes', () => {
    const bytes = Buffer.from(TEXT);
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(bytes.length)), (cuts) => {
        const decoder = new TextDecoder();
        const parser = new EventStreamParser();
        const ends = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const events = ends.flatMap((end, k) =>
          parser.read(decoder.decode(bytes.subarray(ends[k - 1] ?? 0, end), { stream: true })),
        );
        expect(events).toEqual(PARSED);
      }),
    );
  });

  it('keeps the last id, but for one with a NUL', () => {
    expect(new EventStreamParser('9').read('id: \0\ndata: 1\n\n')).toEqual([
      { type: 'message', data: '1', id: '9' },
    ]);
  });
});
