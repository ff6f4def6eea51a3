import { causeOf } from '../../../src/clients/causeOf.ts';
import { ServerFailure } from '../../../src/clients/retry.ts';
import { show } from '../../../src/core/options.ts';

/** A server that sends events, and how it is asked. */
export interface EventServer {
  readonly url: URL;
  /** The value of the header Authorization. */
  readonly authorization: string | undefined;
}

/** One server-sent event. */
export interface ServerEvent {
  /** `message` where the server names none. */
  readonly type: string;
  readonly data: string;
  /** The last id that the server has sent, with this event or before it; empty where there was none. */
  readonly id: string;
}

const LONGEST_LINE = 1_000_000; // characters

/**
 * The events of one connection, as many at a time as came together: nothing is read while they are not taken. Ends where the server
 * has no more (status 204), or `signal` aborts.
 *
 * @param lastId of the last event that was read; empty: from where the server likes
 * @param onOpen called when the server has accepted
 * @throws ServerFailure, transient where the connection is lost or the server is away
 */
export async function* eventStream(
  { url, authorization }: EventServer,
  lastId: string,
  signal: AbortSignal,
  onOpen: () => void,
): AsyncGenerator<readonly ServerEvent[], void, undefined> {
  const where = `events of ${url.origin}`;
  try {
    const response = await fetch(url, {
      headers: {
        accept: 'text/event-stream',
        ...(authorization === undefined ? {} : { authorization }),
        // A header has bytes, which fetch takes as Latin-1; the standard has UTF-8 in this one.
        ...(lastId === '' ? {} : { 'last-event-id': Buffer.from(lastId).toString('latin1') }),
      },
      signal,
    });
    if (response.status === 204) return;
    const refusal = refusalOf(response, where);
    if (refusal !== undefined) {
      await response.body?.cancel();
      throw refusal;
    }
    onOpen();
    const decoder = new TextDecoder();
    const parser = new EventStreamParser(lastId);
    for await (const bytes of response.body ?? []) {
      const events = parser.read(decoder.decode(bytes, { stream: true }));
      if (parser.pending > LONGEST_LINE)
        throw new ServerFailure(`${where}: expected lines of at most ${LONGEST_LINE} characters`, false);
      if (events.length > 0) yield events;
    }
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof ServerFailure) throw error;
    throw new ServerFailure(`${where}: ${causeOf(error)}`, true, { cause: error });
  }
  if (!signal.aborted) throw new ServerFailure(`${where}: the server has closed the connection`, true);
}

function refusalOf({ status, headers }: Response, where: string): ServerFailure | undefined {
  const type = headers.get('content-type') ?? 'none';
  if (status === 200) {
    if (/^text\/event-stream\b/i.test(type)) return undefined;
    const expected = `expected the content type text/event-stream, got ${show(type)}; check the address`;
    return new ServerFailure(`${where}: ${expected}`, false);
  }
  if (status === 401 || status === 403)
    return new ServerFailure(`${where}: ${status}: the user is refused; check the token`, false);
  const isTransient = status === 408 || status === 429 || status >= 500;
  return new ServerFailure(`${where}: ${status}${isTransient ? '' : '; check the address'}`, isTransient);
}

/** Reads the format of event streams (HTML Living Standard, section 9.2.6), in pieces as they come. */
export class EventStreamParser {
  #rest = ''; // a line that has not ended
  #endedInReturn = false; // a line feed that follows is of the same line end
  #data: string[] = [];
  #type = '';
  #id: string;

  constructor(lastId = '') {
    this.#id = lastId;
  }

  /** Characters of a line whose end has not come. */
  get pending(): number {
    return this.#rest.length;
  }

  /** The events that end in this piece. */
  read(piece: string): ServerEvent[] {
    if (piece === '') return [];
    const text = this.#rest + (this.#endedInReturn && piece.startsWith('\n') ? piece.slice(1) : piece);
    this.#endedInReturn = piece.endsWith('\r');
    const lines = text.split(/\r\n|\n|\r/);
    this.#rest = lines.pop()!;
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): ServerEvent[] {
    if (line === '') return this.#dispatch();
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    return []; // comments, `retry` (the option counts) and unknown fields
  }

  #dispatch(): ServerEvent[] {
    const [data, type] = [this.#data, this.#type];
    this.#data = [];
    this.#type = '';
    return data.length === 0 ? [] : [{ type: type || 'message', data: data.join('\n'), id: this.#id }];
  }
}
