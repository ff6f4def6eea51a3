import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lastValueFrom, Observable } from 'rxjs';
import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import {
  type Body,
  contentOf,
  type Left,
  parsedBody,
  REMEDY,
  Refusal,
  refusalBody,
  responseBody,
  tooLarge,
} from './otlpBody.ts';
import { type CheckedOtlp, type FromOtlpOptions, type OtlpWarning, otlpOptions } from './otlpOptions.ts';
import { OtlpReader, type OtlpReading } from './otlpReader.ts';

/** Of `maxBodySize`. */
const MOST_WAITING = 4;

/**
 * Listens for metrics that OpenTelemetry's SDKs and Collectors send by OTLP/HTTP, as Protocol Buffers or JSON, and emits their data points, a stream
 * for each series. Gauges and sums that may fall are read as they are; of counters (monotonic and delta sums) the increase per
 * second, also over a restart of the sender; of histograms and summaries `NAME.count`, per second, and `NAME.mean`. The first
 * point of a cumulative counter has no reading, unless `position` has what it had counted before.
 *
 * A request is answered when its readings were emitted and, with `backlog`, when that has room: what was not comes again after a
 * crash, so that a point may come twice. Where too much waits, the answer is 503 with Retry-After and the sender tries again.
 *
 * Each subscription listens; unsubscribing ends that.
 *
 * ```ts
 * fromOtlp({ port: 4318, metrics: ['http.server.*'] }).pipe(detectAnomalies())
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError SERVER where it cannot listen there.
 */
export function fromOtlp(options: FromOtlpOptions): Observable<OtlpReading> {
  const checked = otlpOptions.resolve('fromOtlp', options);
  const { host, port, backlog, maxBodySize } = checked;
  return new Observable((subscriber) => {
    const warn = warner(checked);
    const reader = new OtlpReader(checked, warn);
    let waiting = 0; // bytes
    let inOrder = Promise.resolve();
    /** Resolves with the answer when the readings were taken. */
    const take = async (body: Buffer, headers: IncomingHttpHeaders): Promise<Left> => {
      const { readings, problems } = reader.read(await parsedBody(body, headers, maxBodySize));
      for (const reading of readings) subscriber.next(reading);
      for (const problem of problems) warn('point', `${problem}; it is left out`);
      if (backlog !== undefined && readings.length > 0)
        await lastValueFrom(backlog.room(), { defaultValue: undefined });
      await new Promise(setImmediate); // what was made of them is written by the next turn of the event loop
      if (subscriber.closed) throw new Refusal(503, 'it is ending'); // what waits is not processed any more
      reader.answered();
      return { count: problems.length, why: problems[0] ?? '' };
    };
    const receive = async (request: IncomingMessage): Promise<Left> => {
      requireReadable(request, checked);
      const chunks: Buffer[] = [];
      let refusal: Refusal | undefined;
      let size = 0;
      try {
        for await (const chunk of request as AsyncIterable<Buffer>) {
          if (refusal !== undefined) continue; // read to its end: otherwise the sender would not see the answer
          size += chunk.length;
          waiting += chunk.length;
          if (size > maxBodySize) refusal = tooLarge(maxBodySize);
          else if (waiting > MOST_WAITING * maxBodySize)
            refusal = new Refusal(503, 'too much waits; try again');
          else chunks.push(chunk);
        }
        if (refusal !== undefined) throw refusal;
        const answer = inOrder.then(() => take(Buffer.concat(chunks), request.headers));
        inOrder = answer.then(
          () => {},
          () => {},
        );
        return await answer;
      } finally {
        waiting -= size;
      }
    };
    const server = createServer((request, response) => {
      receive(request).then(
        (left) => respond(response, 200, responseBody(request.headers, left)),
        (error: unknown) => {
          if (request.destroyed && !request.complete) return; // the sender has gone
          const status = error instanceof Refusal ? error.status : 400;
          const message = messageOf(error);
          if (status !== 503) warn('request', `a request of ${request.socket.remoteAddress}: ${message}`);
          request.resume();
          respond(response, status, refusalBody(request.headers, message));
        },
      );
    });
    server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
      if (code?.startsWith('HPE_')) warn('request', `a request that is no HTTP/1.1, such as gRPC: ${REMEDY}`);
      socket.destroy();
    });
    server.on('error', (cause: Error) =>
      subscriber.error(
        new RxAnomalyError('SERVER', `fromOtlp: cannot listen on ${host}:${port}: ${cause.message}`, {
          cause,
        }),
      ),
    );
    server.listen(port, host, () => checked.onListening((server.address() as AddressInfo).port));
    return () => {
      server.close();
      server.closeAllConnections();
    };
  });
}

/** @throws Refusal of what is no request of metrics */
function requireReadable(
  { method, url = '', headers }: IncomingMessage,
  { path, token, maxBodySize }: CheckedOtlp,
): void {
  if (url.replace(/\?.*$/, '') !== path) throw new Refusal(404, `${url}: metrics are taken at ${path}`);
  if (method !== 'POST') throw new Refusal(405, `${method}: metrics are taken by POST`);
  if (token !== undefined && !isSame(headers.authorization ?? '', `Bearer ${token}`))
    throw new Refusal(401, 'expected the header Authorization: Bearer … (OTEL_EXPORTER_OTLP_HEADERS)');
  const { 'content-type': type = 'no content-type', 'content-encoding': encoding = 'identity' } = headers;
  if (contentOf(headers) === undefined) throw new Refusal(415, `${type}: ${REMEDY}`);
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new Refusal(415, `${encoding}: set OTEL_EXPORTER_OTLP_COMPRESSION to gzip or none`);
  if (Number(headers['content-length'] ?? 0) > maxBodySize) throw tooLarge(maxBodySize);
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((each) => createHash('sha256').update(each).digest());
  return timingSafeEqual(a!, b!);
}

function respond(response: ServerResponse, status: number, { type, bytes }: Body): void {
  response
    .writeHead(status, {
      'content-type': type,
      ...(status === 200 ? {} : { connection: 'close' }),
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    })
    .end(bytes);
}

/** Reports the first warning of a kind, and whenever there are twice as many. */
function warner({ onWarning }: CheckedOtlp): (kind: OtlpWarning['kind'], message: string) => void {
  const counts = new Map<string, number>();
  return (kind, message) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    if ((count & (count - 1)) !== 0) return;
    const others = count === 1 ? '' : ` (${count} such cases so far)`;
    onWarning({ kind, message: `OTLP: ${message}${others}`, count });
  };
}
