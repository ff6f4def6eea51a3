import { isNotFound, type NatsClient, natsFailure } from '../clients/nats/connectNats.ts';
import type { StreamInfo } from '../clients/nats/natsClient.ts';
import { type StreamMessage, streamMessages } from '../clients/nats/streamMessages.ts';
import { messageOf } from '../core/errors.ts';
import {
  type KeyedEvent,
  type LogBatch,
  type LogEntry,
  type Partition,
  type PartitionedLog,
  type Published,
  Trimmed,
} from '../distributed/contract.ts';
import type { Subjects } from './subjects.ts';

/** A message of the log. */
export interface NatsMessage {
  /** As its sender named it. */
  readonly subject: string;
  readonly data: Uint8Array;
  /** When the server has stored it, milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

export interface NatsCodec<E> {
  /** @throws of any kind, for a message that cannot be read */
  readonly decode: (message: NatsMessage) => E;
  readonly encode: (event: E) => Uint8Array | string;
}

/** Where the events are. */
export interface LogPlace {
  /** A stream for each partition, which the server's mapping fills; or the one stream that has them all. */
  readonly stream: (partition: Partition) => string;
  readonly isMapped: boolean;
}

/** Events to count one by one; of more, the lag is an estimate. */
const COUNTED = 50_000;
/** Messages that are sent before their answers are awaited. */
const IN_FLIGHT = 500;

/** Events in streams; a position is a sequence number. */
export class NatsLog<E> implements PartitionedLog<E, number> {
  readonly partitions: number;
  readonly #client: NatsClient;
  readonly #subjects: Subjects;
  readonly #place: LogPlace;
  readonly #codec: NatsCodec<E>;

  constructor(client: NatsClient, subjects: Subjects, place: LogPlace, codec: NatsCodec<E>) {
    this.partitions = subjects.partitions;
    this.#client = client;
    this.#subjects = subjects;
    this.#place = place;
    this.#codec = codec;
  }

  compare(a: number, b: number): number {
    return a - b;
  }

  async *read(
    partition: Partition,
    after: number | undefined,
    limit: number,
    signal: AbortSignal,
  ): AsyncGenerator<LogBatch<E, number>> {
    const stream = this.#place.stream(partition);
    const { isMapped } = this.#place;
    if (signal.aborted) return;
    if (after !== undefined) requireKept(await this.#info(stream), after);
    let last = after;
    const filter = isMapped ? undefined : this.#subjects.pattern;
    const from = (after ?? 0) + 1;
    for await (const messages of streamMessages(this.#client, stream, filter, from, limit, signal)) {
      // A gap may be of other subjects: then nothing before it is gone.
      const isGap =
        last !== undefined && messages.some(({ seq }, k) => seq !== (messages[k - 1]?.seq ?? last!) + 1);
      if (isGap) requireKept(await this.#info(stream), last!, isMapped);
      last = messages.at(-1)!.seq;
      const own = isMapped
        ? messages
        : messages.filter(({ subject }) => this.#subjects.partitionOf(subject) === partition);
      if (own.length === 0) continue;
      const entries = own.map((message) => this.#entry(message));
      yield isMapped ? { entries, pending: messages.at(-1)!.pending } : { entries };
    }
  }

  async lag(partition: Partition, after: number | undefined): Promise<number> {
    const stream = this.#place.stream(partition);
    const { first_seq, last_seq } = (await this.#info(stream)).state;
    const from = Math.max(after ?? 0, first_seq - 1);
    const count = Math.max(0, last_seq - from);
    if (this.#place.isMapped || count === 0) return count;
    if (count > COUNTED) return Math.ceil(count / this.partitions);
    let own = 0;
    const filter = this.#subjects.pattern;
    const present = streamMessages(this.#client, stream, filter, from + 1, COUNTED, undefined);
    for await (const messages of present) {
      own += messages.filter(({ subject }) => this.#subjects.partitionOf(subject) === partition).length;
      if (messages.at(-1)!.seq >= last_seq) break;
    }
    return own;
  }

  async publish(events: readonly KeyedEvent<E>[]): Promise<Published<number>[]> {
    const published: Published<number>[] = [];
    try {
      for (let k = 0; k < events.length; k += IN_FLIGHT)
        published.push(
          ...(await Promise.all(events.slice(k, k + IN_FLIGHT).map((event) => this.#publish(event)))),
        );
    } catch (error) {
      throw natsFailure(error, this.#subjects.pattern);
    }
    return published;
  }

  async #publish({ key = '', event }: KeyedEvent<E>): Promise<Published<number>> {
    const subject = this.#subjects.of(key);
    const sent = this.#place.isMapped ? this.#subjects.mapped(subject) : subject;
    const { seq } = await this.#client.js.publish(sent, this.#codec.encode(event));
    return { partition: this.#subjects.partitionOf(subject), position: seq };
  }

  #entry(message: StreamMessage): LogEntry<E, number> {
    const position = message.seq;
    const event = new LoggedMessage(message, this.#place.isMapped ? this.#subjects : undefined);
    try {
      return { position, event: this.#codec.decode(event) };
    } catch (error) {
      return { position, unreadable: `${event.subject}: ${messageOf(error)}` };
    }
  }

  async #info(stream: string): Promise<StreamInfo> {
    try {
      return await this.#client.manager.streams.info(stream);
    } catch (error) {
      if (isNotFound(error))
        throw new Trimmed(`NATS: the stream ${stream} is gone, and the events in it`, { cause: error });
      throw natsFailure(error, stream);
    }
  }
}

/** Its subject is made when it is asked for: many events have their key in their data. */
class LoggedMessage implements NatsMessage {
  readonly #message: StreamMessage;
  readonly #subjects: Subjects | undefined;
  readonly data: Uint8Array;
  readonly time: number;

  /** @param subjects where the server has mapped its subject */
  constructor(message: StreamMessage, subjects: Subjects | undefined) {
    this.#message = message;
    this.#subjects = subjects;
    this.data = message.data;
    this.time = message.time;
  }

  get subject(): string {
    const { subject } = this.#message;
    return this.#subjects?.original(subject) ?? subject;
  }
}

/**
 * @param isDense whether the sequence numbers have no gaps but of deleted messages
 * @throws Trimmed where messages after this one are gone
 */
export function requireKept({ config, state }: StreamInfo, after: number, isDense = false): void {
  const { first_seq: first, last_seq: last } = state;
  if (after > last)
    throw new Trimmed(
      `NATS: the stream ${config.name} ends at ${last}, before ${after}: it is another one by now`,
    );
  if (isDense || first > after + 1)
    throw new Trimmed(
      `NATS: of the stream ${config.name}, messages after ${after} are gone (it begins at ${first}); let it keep them for longer`,
    );
}
