import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What happens to a request: it passes; it is never answered; half of its answer comes and then the connection breaks,
 * or nothing more; it is answered by this status and body instead; it is carried out and its answer lost.
 */
export type Fault =
  | 'pass'
  | 'hang'
  | 'cut'
  | 'stall'
  | 'lose'
  | { readonly status: number; readonly body: string };

/** What influxd answers to a write that its disk has no room for. */
export const DISK_FULL: Fault = {
  status: 500,
  body: '{"error":"write /data/wal/_00001.wal: no space left on device"}\n',
};

/** An HTTP proxy that spoils what its `next` says. */
export interface FaultyProxy {
  readonly url: string;
  /** Asked for every request; its number counts from 0. */
  next: (request: { readonly path: string; readonly number: number }) => Fault;
  /** The requests so far. */
  readonly log: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

/** Stands in front of a real server. */
export async function faultyProxy(target: string): Promise<FaultyProxy> {
  const proxy: Omit<FaultyProxy, 'url'> = {
    next: () => 'pass',
    log: [],
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  const server = createServer(async (incoming, response) => {
    const path = incoming.url ?? '';
    const number = proxy.log.push({ path, headers: incoming.headers }) - 1;
    const fault = proxy.next({ path, number });
    if (fault === 'hang') return;
    if (typeof fault === 'object') {
      incoming.resume();
      response.writeHead(fault.status, { 'content-type': 'application/json' }).end(fault.body);
      return;
    }
    await forward(target, incoming, response, fault).catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(proxy, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

async function forward(
  target: string,
  incoming: IncomingMessage,
  response: ServerResponse,
  fault: 'pass' | 'cut' | 'stall' | 'lose',
): Promise<void> {
  const sent = await buffer(incoming);
  const { headers, method } = incoming;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${target}${incoming.url}`, { method, headers, agent: false }, resolve)
      .on('error', reject)
      .end(sent);
  });
  const body = await buffer(answer);
  if (fault === 'lose') {
    response.destroy();
    return;
  }
  const { 'transfer-encoding': _, ...kept } = answer.headers;
  response.writeHead(answer.statusCode ?? 500, { ...kept, 'content-length': body.length });
  if (fault === 'pass') {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => {
    if (fault === 'cut') response.destroy();
  });
}
