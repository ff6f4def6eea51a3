import { ServerFailure } from '../retry.ts';
import { type NatsClient, natsFailure } from './connectNats.ts';
import type { PulledMessages, StreamMessage } from './natsClient.ts';

/** Milliseconds for which the server holds a request that it cannot fill; half of it is its heart beat. */
const EXPIRES = 10_000;
/** After which the server forgets a consumer that nobody asks, nanoseconds. */
const INACTIVE = 60e9;
/** Messages that are fetched ahead of the reader. */
const AHEAD = 1000;

/**
 * The messages of a stream in order, those that are there and then what arrives, until `signal` is aborted: what is at hand
 * at a time, up to `limit`. A lost connection is an error, as is a message that was lost on its way: read again from where
 * it ended.
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
  signal: AbortSignal,
): AsyncGenerator<StreamMessage[]> {
  if (signal.aborted) return;
  const { manager, js, onLost } = client;
  let current: PulledMessages | undefined;
  let lost: Error | undefined;
  const stop = (error?: Error): void => {
    lost ??= error;
    current?.stop();
  };
  const aborted = (): void => stop();
  signal.addEventListener('abort', aborted, { once: true });
  const isLost = (): void => stop(new ServerFailure('NATS: the connection was lost', true));
  onLost.add(isLost);
  try {
    const info = await manager.consumers.add(stream, {
      ack_policy: 'none',
      ...startAt(from),
      ...{ inactive_threshold: INACTIVE, mem_storage: true, num_replicas: 1, max_deliver: 1 },
      ...(subject === undefined ? {} : { filter_subject: subject }),
    });
    const consumer = js.consumers.getConsumerFromInfo(info);
    try {
      let delivered = 0;
      while (!signal.aborted && lost === undefined) {
        const messages = await consumer.fetch({
          ...{ max_messages: Math.max(AHEAD, limit), expires: EXPIRES, idle_heartbeat: EXPIRES / 4 },
        });
        current = messages;
        if (signal.aborted) messages.stop();
        let batch: StreamMessage[] = [];
        for await (const message of messages) {
          if (lost !== undefined) break;
          if (message.info.deliverySequence !== ++delivered)
            throw new ServerFailure(`NATS: a message of ${stream} was lost on its way`, true);
          batch.push(message);
          if (batch.length < limit && messages.getPending() > 0) continue;
          yield batch;
          if (signal.aborted) return;
          batch = [];
        }
        if (batch.length > 0 && lost === undefined) yield batch;
      }
      if (lost !== undefined) throw lost;
    } finally {
      if (lost === undefined) void consumer.delete().catch(() => {}); // else the server forgets it
    }
  } catch (error) {
    if (!signal.aborted) throw natsFailure(error, stream);
  } finally {
    signal.removeEventListener('abort', aborted);
    onLost.delete(isLost);
  }
}

function startAt(from: number | Date | undefined): object {
  if (from === undefined) return { deliver_policy: 'new' };
  return typeof from === 'number'
    ? { deliver_policy: 'by_start_sequence', opt_start_seq: Math.max(1, from) }
    : { deliver_policy: 'by_start_time', opt_start_time: from.toISOString() };
}
