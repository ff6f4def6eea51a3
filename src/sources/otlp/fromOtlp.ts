import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { lastValueFrom, Observable } from 'rxjs';
import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import { type CheckedOtlp, type FromOtlpOptions, type OtlpWarning, otlpOptions } from './otlpOptions.ts';
import { OtlpReader, type OtlpReading } from './otlpReader.ts';

const JSON_REMEDY =
  'only JSON is read; set OTEL_EXPORTER_OTLP_PROTOCOL=http/json, or encoding: json in the otlphttp exporter of a Collector';
/** Of `maxBodySize`. */
const MOST_WAITING = 4;
const unpack = promisify(gunzip);

/** Why a request is not taken. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Listens for metrics that OpenTelemetry's SDKs and Collectors send by OTLP/HTTP with JSON, and emits their data points, a stream
 * for each series. Gauges and sums that may fall are read as they are; of counters (monotonic and delta sums) the increase per
 * second, also over a restart of the sender; of histograms and summaries `NAME.count`, per second, and `NAME.mean`.
 *
 * A request is answered when its readings were emitted and, with `backlog`, when that has room: what was not comes again after a
 * crash, so that a point may come twice. Where too much waits, the answer is 503 and the sender tries again.
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
    const take = async (body: Buffer, isPacked: boolean): Promise<object> => {
      const { readings, problems } = reader.read(parsed(isPacked ? await unpacked(body, maxBodySize) : body));
      for (const reading of readings) subscriber.next(reading);
      for (const problem of problems) warn('point', `${problem}; it is left out`);
      if (backlog !== undefined && readings.length > 0)
        await lastValueFrom(backlog.room(), { defaultValue: undefined });
      await new Promise(setImmediate); // what was made of them is written by the next turn of the event loop
      if (problems.length === 0) return {};
      const partialSuccess = { rejectedDataPoints: String(problems.length), errorMessage: problems[0] };
      return { partialSuccess };
    };
    const receive = async (request: IncomingMessage): Promise<object> => {
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
        const isPacked = request.headers['content-encoding'] === 'gzip';
        const answer = inOrder.then(() => take(Buffer.concat(chunks), isPacked));
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
        (answer) => respond(response, 200, answer),
        (error: unknown) => {
          if (request.destroyed && !request.complete) return; // the sender has gone
          const status = error instanceof Refusal ? error.status : 400;
          const message = messageOf(error);
          if (status !== 503) warn('request', `a request of ${request.socket.remoteAddress}: ${message}`);
          request.resume();
          respond(response, status, { message });
        },
      );
    });
    server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
      if (code?.startsWith('HPE_'))
        warn('request', `a request that is no HTTP/1.1, such as gRPC: ${JSON_REMEDY}`);
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

/** @throws Refusal of what is no request of metrics as JSON */
function requireReadable(
  { method, url = '', headers }: IncomingMessage,
  { path, token, maxBodySize }: CheckedOtlp,
): void {
  if (url.replace(/\?.*$/, '') !== path) throw new Refusal(404, `${url}: metrics are taken at ${path}`);
  if (method !== 'POST') throw new Refusal(405, `${method}: metrics are taken by POST`);
  if (token !== undefined && !isSame(headers.authorization ?? '', `Bearer ${token}`))
    throw new Refusal(401, 'expected the header Authorization: Bearer … (OTEL_EXPORTER_OTLP_HEADERS)');
  const { 'content-type': type = 'no content-type', 'content-encoding': encoding = 'identity' } = headers;
  if (!/^application\/json\s*(?:;|$)/i.test(type)) throw new Refusal(415, `${type}: ${JSON_REMEDY}`);
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new Refusal(415, `${encoding}: set OTEL_EXPORTER_OTLP_COMPRESSION to gzip or none`);
  if (Number(headers['content-length'] ?? 0) > maxBodySize) throw tooLarge(maxBodySize);
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [given, expected].map((each) => createHash('sha256').update(each).digest());
  return timingSafeEqual(a!, b!);
}

async function unpacked(body: Buffer, maxOutputLength: number): Promise<Buffer> {
  try {
    return await unpack(body, { maxOutputLength });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(maxOutputLength);
    throw new Refusal(400, `the gzip is damaged: ${messageOf(error)}`);
  }
}

function tooLarge(limit: number): Refusal {
  return new Refusal(413, `larger than ${limit} bytes; send fewer points at a time, or raise maxBodySize`);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new Refusal(400, `expected JSON: ${messageOf(error)}`);
  }
}

function respond(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, {
      'content-type': 'application/json',
      ...(status === 200 ? {} : { connection: 'close' }),
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    })
    .end(JSON.stringify(body));
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
