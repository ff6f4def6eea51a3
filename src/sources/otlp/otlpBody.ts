import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { messageOf } from '../../core/errors.ts';
import { decodeRequest, encodeResponse, encodeStatus } from './protobuf.ts';

export const REMEDY =
  'metrics are read by OTLP/HTTP; set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf or http/json, or the otlphttp exporter of a Collector';
const unpack = promisify(gunzip);

/** Why a request is not taken. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The points of a request that were left out. */
export interface Left {
  readonly count: number;
  /** Of the first one. */
  readonly why: string;
}

/** Of an answer. */
export interface Body {
  readonly type: string;
  readonly bytes: string | Uint8Array;
}

/** What a request is written in; undefined where that is nothing that is read. */
export function contentOf({
  'content-type': type = '',
}: IncomingHttpHeaders): 'json' | 'protobuf' | undefined {
  if (/^application\/json\s*(?:;|$)/i.test(type)) return 'json';
  return /^application\/x-protobuf\s*(?:;|$)/i.test(type) ? 'protobuf' : undefined;
}

/**
 * A request as the JSON form of its message.
 *
 * @throws Refusal, or RxAnomalyError BAD_INPUT, of what cannot be read
 */
export async function parsedBody(
  body: Buffer,
  headers: IncomingHttpHeaders,
  maxBodySize: number,
): Promise<unknown> {
  const bytes = headers['content-encoding'] === 'gzip' ? await unpacked(body, maxBodySize) : body;
  if (contentOf(headers) === 'protobuf') return decodeRequest(bytes);
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    throw new Refusal(400, `expected JSON: ${messageOf(error)}`);
  }
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

export function tooLarge(limit: number): Refusal {
  return new Refusal(413, `larger than ${limit} bytes; send fewer points at a time, or raise maxBodySize`);
}

/** The answer to a request that was taken, in what it was written in. */
export function responseBody(headers: IncomingHttpHeaders, { count, why }: Left): Body {
  if (contentOf(headers) === 'protobuf') return protobuf(encodeResponse(count, why));
  return json(
    count === 0 ? {} : { partialSuccess: { rejectedDataPoints: String(count), errorMessage: why } },
  );
}

/** The answer to one that was not. */
export function refusalBody(headers: IncomingHttpHeaders, message: string): Body {
  return contentOf(headers) === 'protobuf' ? protobuf(encodeStatus(message)) : json({ message });
}

function protobuf(bytes: Uint8Array): Body {
  return { type: 'application/x-protobuf', bytes };
}

function json(body: object): Body {
  return { type: 'application/json', bytes: JSON.stringify(body) };
}
