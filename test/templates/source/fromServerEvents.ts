import { asyncScheduler, concatMap, defer, finalize, from, lastValueFrom, type Observable } from 'rxjs';
import type { Backlog } from '../../../src/clients/backlog.ts';
import { at, PayloadReader } from '../../../src/clients/payloadReader.ts';
import { checkRetry, type RetryOptions, type RetryPolicy, retrying } from '../../../src/clients/retry.ts';
import { accepts, text } from '../../../src/core/optionKinds.ts';
import { OptionSet } from '../../../src/core/optionSet.ts';
import { liveSourceSpecs } from '../../../src/sources/liveSourceSpecs.ts';
import { type EventServer, eventStream, type ServerEvent } from './eventStream.ts';

/** Which server-sent events to read, and what of them. */
export interface FromServerEventsOptions {
  /** `http://localhost:8080/readings`, without user and password. */
  readonly url: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
  /** The path of the value in the JSON of an event: `temp`, `data.temp`. @default the whole event, which is a number */
  readonly value?: string;
  /** The path of the time. @default when the event came */
  readonly time?: string;
  /** The path of the key. @default the type of the event, `message` where the server names none */
  readonly key?: string;
  /** Resume after the reading that had this position. @default where the server begins */
  readonly position?: string | undefined;
  /** Nothing is read while this is full. @default none */
  readonly backlog?: Backlog;
  /** When to connect again. @default without end, a server that has never been reached 4 times */
  readonly retry?: RetryOptions;
  /**
   * Called for events that cannot be read, at the first one and whenever there are twice as many, and when a connection is lost
   * whose events have no ids. @default a warning of the process
   */
  readonly onWarning?: (warning: ServerEventWarning) => void;
}

/** Something that the reader of server-sent events should know. */
export interface ServerEventWarning {
  /** `'event'`: one without a value that can be read; `'gap'`: events may have been missed. */
  readonly kind: 'event' | 'gap';
  /** One line. */
  readonly message: string;
}

/** An event as a reading, which the operators take without selectors. */
export interface ServerEventReading {
  readonly key: string;
  /** Milliseconds since 1970-01-01T00:00:00Z; NaN where it cannot be read. */
  readonly time: number;
  /** NaN where it is missing. */
  readonly value: number;
  /** Where to resume after this reading: the last id of the server; undefined where it has sent none. */
  readonly position: string | undefined;
}

interface Checked extends Pick<FromServerEventsOptions, 'value' | 'time' | 'key' | 'backlog'> {
  readonly server: EventServer;
  readonly position: string;
  readonly retry: RetryPolicy;
  readonly onWarning: (warning: ServerEventWarning) => void;
}

const LIMIT_AT_FIRST = 4;

export const serverEventsTable: OptionSet<FromServerEventsOptions, FromServerEventsOptions>['table'] = {
  url: {
    kind: accepts(
      'an address such as http://localhost:8080/readings, without user and password',
      (value) => typeof value === 'string' && URL.canParse(value) && isPlain(new URL(value)),
    ),
    required: true,
    isSecret: true,
    about: 'the server',
    when: 'always given',
  },
  token: {
    kind: text,
    defaultText: 'none',
    about: 'bearer token',
    when: 'the server asks for one',
    isSecret: true,
  },
  value: {
    kind: text,
    defaultText: 'the whole event',
    about: 'path of the value in the JSON of an event',
    when: 'events are not bare numbers',
  },
  time: {
    kind: text,
    defaultText: 'when it came',
    about: 'path of the time',
    when: 'events have times',
  },
  key: {
    kind: text,
    defaultText: 'the type of the event',
    about: 'path of the key',
    when: 'one type has many streams',
  },
  position: {
    kind: text,
    defaultText: 'none',
    about: 'resume after it',
    when: 'an earlier run has read a part',
  },
  ...liveSourceSpecs,
};

const serverEventsOptions = new OptionSet<FromServerEventsOptions, FromServerEventsOptions, Checked>(
  serverEventsTable,
  (where, { url, token, value, time, key, position = '', backlog, retry = {}, onWarning }) => ({
    server: { url: new URL(url), authorization: token === undefined ? undefined : `Bearer ${token}` },
    ...(value === undefined ? {} : { value }),
    ...(time === undefined ? {} : { time }),
    ...(key === undefined ? {} : { key }),
    ...(backlog === undefined ? {} : { backlog }),
    position,
    retry: checkRetry(where, retry, { limit: Number.POSITIVE_INFINITY, limitAtFirst: LIMIT_AT_FIRST }),
    onWarning: onWarning ?? (({ message }) => process.emitWarning(message)),
  }),
);

/**
 * The events that a server sends over HTTP (`text/event-stream`), as they come. After a lost connection it connects again, with
 * growing pauses, and asks with `Last-Event-ID` for what it has missed; Node ends a connection on which nothing comes for five
 * minutes. It completes where the server answers 204. Unsubscribing disconnects.
 *
 * ```ts
 * fromServerEvents({ url: 'http://localhost:8080/readings', value: 'temp' }).pipe(detectAnomalies())
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError SERVER where the server refuses, or is not reached as often as `retry` allows.
 */
export function fromServerEvents(options: FromServerEventsOptions): Observable<ServerEventReading> {
  const checked = serverEventsOptions.resolve('fromServerEvents', options); // throws here, not on subscribing
  return defer(() => {
    const reader = new EventReader(checked);
    return defer(() => {
      const abort = new AbortController();
      return from(reader.connect(abort.signal)).pipe(
        concatMap((readings) => readings), // at once: nothing per event awaits
        finalize(() => abort.abort()),
      );
    }).pipe(retrying(checked.retry, Math.random, asyncScheduler, () => reader.isKnown));
  });
}

/** What one subscriber has read, over all its connections. */
class EventReader {
  /** Whether the server has ever accepted. */
  isKnown = false;
  readonly #options: Checked;
  readonly #payloads: PayloadReader;
  #lastId: string;
  #unread = 0;

  constructor(options: Checked) {
    this.#options = options;
    this.#payloads = new PayloadReader({ value: options.value, time: options.time });
    this.#lastId = options.position;
  }

  async *connect(signal: AbortSignal): AsyncGenerator<readonly ServerEventReading[], void, undefined> {
    const { server, backlog } = this.#options;
    for await (const events of eventStream(server, this.#lastId, signal, () => this.#opened())) {
      this.#lastId = events.at(-1)!.id;
      yield events.flatMap((event) => this.#read(event));
      if (backlog !== undefined) await lastValueFrom(backlog.room(), { defaultValue: undefined });
    }
  }

  #opened(): void {
    if (this.isKnown && this.#lastId === '') {
      const message = `events of ${this.#options.server.url.origin} have no ids: those sent while the connection was lost are missed`;
      this.#options.onWarning({ kind: 'gap', message });
    }
    this.isKnown = true;
  }

  #read({ type, data, id }: ServerEvent): ServerEventReading[] {
    const { key: path } = this.#options;
    const found = this.#payloads.read(Buffer.from(data));
    const key = path === undefined ? type : at(parsed(data), path);
    const isKey = typeof key === 'string' || typeof key === 'number';
    if ('problem' in found || !isKey) {
      this.#report(id, 'problem' in found ? found.problem : `has no ${path} that is text`);
      return [];
    }
    const { value, time = Date.now() } = found;
    return [{ key: String(key), time, value: value as number, position: id === '' ? undefined : id }];
  }

  #report(id: string, problem: string): void {
    const count = ++this.#unread;
    if ((count & (count - 1)) !== 0) return; // no power of two
    const others = count === 1 ? '' : ` (${count} such events so far)`;
    const event = `events of ${this.#options.server.url.origin}: event ${id}`.trimEnd();
    const message = `${event} ${problem}; it is left out${others}; name the path of the value`;
    this.#options.onWarning({ kind: 'event', message });
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function isPlain({ protocol, username, password }: URL): boolean {
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
