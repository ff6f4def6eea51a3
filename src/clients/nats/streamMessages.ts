import { randomUUID } from 'node:crypto';
import { ServerFailure } from '../retry.ts';
import { type NatsClient, natsFailure } from './connectNats.ts';
import { type Delivery, deliveryOf } from './deliveryOf.ts';
import type { NatsCoreMessage, NatsHeaders, NatsSubscription } from './natsClient.ts';

/** Milliseconds for which the server holds a request that it cannot fill. */
const EXPIRES = 10_000;
/** Between two signs of life of a server that has nothing to send, milliseconds; without one for four times that it is gone. */
const HEARTBEAT = 2500;
/** After which the server forgets a consumer that nobody asks, nanoseconds. */
const INACTIVE = 60e9;
/** Messages that are fetched ahead of the reader. */
const AHEAD = 2000;
const NANOSECONDS = 1e6; // in a millisecond

/** A message of a stream. The client decodes subject and headers when they are asked for. */
export class StreamMessage {
  readonly #message: NatsCoreMessage;
  readonly seq: number;
  /** Messages that the consumer has after it. */
  readonly pending: number;
  /** When the server has stored it, milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;

  constructor(message: NatsCoreMessage, { seq, pending, time }: Delivery) {
    this.#message = message;
    this.seq = seq;
    this.pending = pending;
    this.time = time;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get data(): Uint8Array {
    return this.#message.data;
  }

  get headers(): NatsHeaders | undefined {
    return this.#message.headers;
  }
}

/**
 * The messages of a stream in order, those that are there and then what arrives, until `signal` is aborted: what is at hand
 * at a time, up to `limit`. A lost connection is an error, as is a message that was lost on its way: read again from where
 * it ended.
 *
 * Without a signal it ends after those that are there. A server's count of what is pending may be too high by some that were just
 * published, so that none may be the last by it: then its next sign of life is waited for, which it gives when it has nothing to send.
 *
 * @param subject a filter, with wildcards; undefined: all
 * @param from the first sequence number, or a time; undefined: what comes from now on
 * @throws ServerFailure
 */
export async function* streamMessages(
  client: NatsClient,
  stream: string,
  subject: string | undefined,
  from: number | Date | undefined,
  limit: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamMessage[]> {
  if (signal?.aborted) return;
  const { manager } = client;
  try {
    const { name, num_pending: pending } = await manager.consumers.add(stream, {
      ack_policy: 'none',
      ...startAt(from),
      ...{ inactive_threshold: INACTIVE, mem_storage: true, num_replicas: 1, max_deliver: 1 },
      ...(subject === undefined ? {} : { filter_subject: subject }),
    });
    const pulled = new PulledMessages(client, stream, name, Math.max(AHEAD, limit));
    pulled.isAtEnd = pending === 0;
    signal?.addEventListener('abort', pulled.wake, { once: true });
    try {
      while (!signal?.aborted) {
        const messages = pulled.take(limit);
        if (messages.length > 0) yield messages;
        else if (signal === undefined && pulled.isAtEnd) return;
        else await pulled.more();
      }
    } finally {
      signal?.removeEventListener('abort', pulled.wake);
      pulled.stop();
      if (!pulled.isLost) void manager.consumers.delete(stream, name).catch(() => {}); // else the server forgets it
    }
  } catch (error) {
    if (!signal?.aborted) throw natsFailure(error, stream);
  }
}

/**
 * What a consumer sends, asked for ahead. Messages come by a callback into a list and are taken from it many at a time: the
 * client's own iterators cost two turns of the microtask queue each, more than all that is done with a message here.
 */
class PulledMessages {
  readonly #client: NatsClient;
  readonly #stream: string;
  readonly #request: string;
  readonly #inbox: string = `_INBOX.${randomUUID()}`;
  readonly #subscription: NatsSubscription;
  readonly #ahead: number;
  readonly #watch: NodeJS.Timeout;
  #queue: StreamMessage[] = [];
  #taken = 0; // of the queue
  #asked = 0; // messages that the server may still send
  #delivered = 0;
  #silent = 0; // heart beats that did not come: counted, as a busy event loop is late with both
  #error: Error | undefined;
  #isWaiting = false;
  /** Whether the connection was lost. */
  isLost = false;
  /** Whether all that was there has come. */
  isAtEnd = false;
  wake: () => void = () => {};

  constructor(client: NatsClient, stream: string, consumer: string, ahead: number) {
    this.#client = client;
    this.#stream = stream;
    this.#request = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    this.#ahead = ahead;
    this.wake = this.#wakeUp;
    client.onLost.add(this.#lose);
    this.#subscription = client.connection.subscribe(this.#inbox, {
      callback: (error, message) => {
        if (error) this.#fail(error);
        else this.#receive(message);
      },
    });
    void this.#subscription.closed.then(() => this.#lose());
    this.#watch = setInterval(() => {
      if (this.#asked > 0 && ++this.#silent > 4)
        this.#fail(this.#failure('the server gives no sign of life'));
    }, HEARTBEAT);
    this.#ask();
  }

  /** What has come, in order, up to `limit`. @throws what has failed, once all before it is taken */
  take(limit: number): StreamMessage[] {
    const there = this.#queue.length - this.#taken;
    if (there === 0) {
      if (this.#error !== undefined) throw this.#error;
      return [];
    }
    let messages: StreamMessage[];
    if (this.#taken === 0 && there <= limit) {
      messages = this.#queue;
      this.#queue = [];
    } else {
      messages = this.#queue.slice(this.#taken, this.#taken + limit);
      this.#taken += messages.length;
      if (this.#taken === this.#queue.length) [this.#queue, this.#taken] = [[], 0];
    }
    this.#ask();
    return messages;
  }

  /** Resolves when there is something to take, or `wake` is called. */
  async more(): Promise<void> {
    if (this.#queue.length > this.#taken || this.#error !== undefined) return;
    await new Promise<void>((resolve) => {
      this.#resolve = resolve;
      this.#isWaiting = true;
    });
  }

  stop(): void {
    clearInterval(this.#watch);
    this.#client.onLost.delete(this.#lose);
    this.#subscription.unsubscribe();
  }

  #resolve: () => void = () => {};

  readonly #wakeUp = (): void => {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#resolve();
  };

  #receive(message: NatsCoreMessage): void {
    this.#silent = 0;
    const delivery = deliveryOf(message.reply);
    if (delivery === undefined) {
      this.#notice(message);
      return;
    }
    this.#asked--;
    if (delivery.delivered !== ++this.#delivered) {
      this.#fail(this.#failure('a message was lost on its way'));
      return;
    }
    if (this.#error !== undefined) return;
    this.isAtEnd ||= delivery.pending === 0;
    this.#queue.push(new StreamMessage(message, delivery));
    this.#wakeUp();
  }

  /** A message without a place in the stream: a heart beat, or the end of a request. */
  #notice({ headers }: NatsCoreMessage): void {
    const code = headers?.code ?? 0;
    if (code === 100) {
      this.isAtEnd = true;
      this.#wakeUp();
      return;
    }
    if (code !== 404 && code !== 408) {
      this.#fail(this.#failure(`the consumer has ended (${code} ${headers?.description ?? ''})`));
      return;
    }
    // It may have ended before all were sent.
    this.#asked = Math.max(0, this.#asked - (Number(headers!.get('Nats-Pending-Messages')) || this.#asked));
    this.#ask();
  }

  /** Keeps the server busy until so many are on their way or here. */
  #ask(): void {
    const missing = this.#ahead - this.#asked - (this.#queue.length - this.#taken);
    if (this.#error !== undefined || missing < this.#ahead / 2) return;
    this.#asked += missing;
    this.#silent = 0;
    const [expires, idle_heartbeat] = [EXPIRES * NANOSECONDS, HEARTBEAT * NANOSECONDS];
    const options = { reply: this.#inbox };
    const request = JSON.stringify({ batch: missing, expires, idle_heartbeat });
    this.#client.connection.publish(this.#request, request, options);
  }

  readonly #lose = (): void => {
    this.isLost = true;
    this.#fail(new ServerFailure('NATS: the connection was lost', true));
  };

  #fail(error: Error): void {
    this.#error ??= error;
    this.#wakeUp();
  }

  #failure(why: string): ServerFailure {
    return new ServerFailure(`NATS (${this.#stream}): ${why}`, true);
  }
}

function startAt(from: number | Date | undefined): object {
  if (from === undefined) return { deliver_policy: 'new' };
  return typeof from === 'number'
    ? { deliver_policy: 'by_start_sequence', opt_start_seq: Math.max(1, from) }
    : { deliver_policy: 'by_start_time', opt_start_time: from.toISOString() };
}
