import { defer, firstValueFrom, Observable, type Subscriber } from 'rxjs';
import {
  connectNats,
  hasNoStreams,
  isNotFound,
  type NatsClient,
  natsFailure,
} from '../../clients/nats/connectNats.ts';
import { streamMessages } from '../../clients/nats/streamMessages.ts';
import { PayloadReader } from '../../clients/payloadReader.ts';
import { retrying, ServerFailure } from '../../clients/retry.ts';
import type { Value } from '../../core/reading.ts';
import { type CheckedFromNats, type FromNatsOptions, fromNatsOptions } from './natsOptions.ts';

/** A message as a reading, which the operators take without selectors. */
export interface NatsReading<V extends Value = Value> {
  /** The subject. */
  readonly key: string;
  /**
   * Milliseconds since 1970-01-01T00:00:00Z: what `time` names, or when the server has stored the message, or without a stream
   * when it came. NaN where it cannot be read.
   */
  readonly time: number;
  /** What is there instead of a time, where `time` is NaN; it is in what is reported of it. */
  readonly timeText?: string;
  /** A number, or an array where `value` is a list; NaN for what is missing. */
  readonly value: V;
  /** Its place in the stream, to resume after; undefined without a stream. */
  readonly position: number | undefined;
}

/**
 * The messages of NATS subjects, a stream of readings for each subject, without end. Where a JetStream stream keeps these
 * subjects it is read in its order, each message once, after a lost connection from where it was left, and with `position` from
 * where another run was. Where none does, messages come as they are sent, and those of an outage are lost.
 *
 * Needs `@nats-io/transport-node` and `@nats-io/jetstream` (optional peer dependencies). Unsubscribing disconnects.
 *
 * ```ts
 * fromNats({ servers: 'nats://localhost', subject: 'plant.*.temperature' }).pipe(detectAnomalies())
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError SERVER where the server refuses, or is not reached as often as `retry` allows; BAD_INPUT
 * without the packages.
 */
export function fromNats(
  options: FromNatsOptions & { readonly value: readonly string[] },
): Observable<NatsReading<readonly number[]>>;
export function fromNats(
  options: FromNatsOptions & { readonly value?: string },
): Observable<NatsReading<number>>;
export function fromNats(options: FromNatsOptions): Observable<NatsReading>;
export function fromNats(options: FromNatsOptions): Observable<NatsReading> {
  const checked = fromNatsOptions.resolve('fromNats', options);
  return defer(() => {
    const reader = new Reader(checked);
    return defer(() => reader.connected()).pipe(
      retrying(checked.retry, Math.random, checked.scheduler, () => reader.isKnown),
    );
  });
}

/** One subscription, over all its connections. */
class Reader {
  readonly #options: CheckedFromNats;
  readonly #payloads: PayloadReader;
  readonly #counts: Map<string, number> = new Map();
  #position: number | undefined;
  isKnown = false;

  constructor(options: CheckedFromNats) {
    this.#options = options;
    this.#payloads = new PayloadReader(options);
    this.#position = options.position;
  }

  /** The readings of one connection, which ends with an error. */
  connected(): Observable<NatsReading> {
    return new Observable((subscriber) => {
      const over = new AbortController();
      this.#run(subscriber, over.signal).catch((error: unknown) => subscriber.error(error));
      return () => over.abort();
    });
  }

  async #run(subscriber: Subscriber<NatsReading>, signal: AbortSignal): Promise<void> {
    const client = await connectNats(this.#options.login, () => {}, false);
    try {
      if (signal.aborted) return;
      const stream = await this.#streamOf(client);
      this.isKnown = true;
      await (stream === undefined
        ? this.#listen(client, subscriber, signal)
        : this.#readStream(client, stream, subscriber, signal));
    } finally {
      await client.connection.close();
    }
  }

  /** The stream that keeps the subjects; undefined where there is none, or no JetStream. */
  async #streamOf({ manager }: NatsClient): Promise<string | undefined> {
    const { subject } = this.#options;
    try {
      return await manager.streams.find(subject);
    } catch (error) {
      const isOff = hasNoStreams(error) && this.#position === undefined;
      if (!isNotFound(error) && !isOff) throw natsFailure(error, subject);
    }
    if (this.#position !== undefined) {
      const what =
        this.#position === 0 ? 'nothing is there from the start' : `there is no position ${this.#position}`;
      throw new ServerFailure(
        `NATS: no stream keeps ${subject}, so that ${what}; make a stream for it, or begin without a position (--from-start)`,
        false,
      );
    }
    this.#warn(
      'noStream',
      `no stream keeps ${subject}: what is sent while nobody listens is lost; make a stream for it`,
    );
    return undefined;
  }

  async #readStream(
    client: NatsClient,
    stream: string,
    subscriber: Subscriber<NatsReading>,
    signal: AbortSignal,
  ): Promise<void> {
    const { subject, backlog } = this.#options;
    const { first_seq: first, last_seq: last } = await client.manager.streams.info(stream).then(
      ({ state }) => state,
      (error: unknown) => {
        throw natsFailure(error, stream);
      },
    );
    // From now on is a position, too: nothing is lost in an outage.
    this.#position ??= last;
    if (this.#position > last)
      throw new ServerFailure(
        `NATS: the stream ${stream} ends at ${last}, before position ${this.#position}: it is another one by now; begin without the position`,
        false,
      );
    if (this.#position > 0 && first > this.#position + 1)
      this.#warn(
        'gone',
        `messages after ${this.#position} are gone from the stream ${stream}, which begins at ${first}`,
      );
    const from = this.#position + 1;
    for await (const messages of streamMessages(client, stream, subject, from, BATCH, signal))
      for (const message of messages) {
        if (signal.aborted) return;
        const { seq, data, time } = message;
        this.#position = seq;
        if (!this.#emit(subscriber, message.subject, data, seq, time)) continue;
        if (backlog !== undefined) await firstValueFrom(backlog.room(), { defaultValue: undefined });
      }
  }

  async #listen(client: NatsClient, subscriber: Subscriber<NatsReading>, signal: AbortSignal): Promise<void> {
    const messages = client.connection.subscribe(this.#options.subject);
    signal.addEventListener('abort', () => messages.unsubscribe(), { once: true });
    client.onLost.add(() => {
      const message = 'NATS: the connection was lost, and is made again; what is sent meanwhile is lost';
      this.#options.onWarning({ kind: 'lost', message });
    });
    await client.connection.flush().catch((error: unknown) => {
      throw natsFailure(error, this.#options.subject);
    });
    for await (const { subject, data } of messages) {
      if (signal.aborted) return;
      this.#emit(subscriber, subject, data, undefined, this.#options.scheduler.now());
    }
    if (!signal.aborted) throw new ServerFailure('NATS: the subscription has ended', true);
  }

  /** Whether it could be read. */
  #emit(
    subscriber: Subscriber<NatsReading>,
    subject: string,
    data: Uint8Array,
    position: number | undefined,
    moment: number,
  ): boolean {
    const found = this.#payloads.read(data);
    if ('problem' in found) {
      this.#warn(
        'payload',
        `${subject}: ${found.problem}; the message is left out; name another subject, or the path of the value`,
      );
      return false;
    }
    const { time = moment, ...read } = found;
    subscriber.next({ key: subject, time, ...read, position });
    return true;
  }

  /** Reports the first of a kind, and whenever there are twice as many. */
  #warn(kind: 'payload' | 'gone' | 'noStream', text: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if ((count & (count - 1)) !== 0) return;
    const others = count === 1 ? '' : ` (${count} such so far)`;
    this.#options.onWarning({ kind, message: `NATS: ${text}${others}`, count });
  }
}

/** Messages at a time. */
const BATCH = 500;
