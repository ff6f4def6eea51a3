import type { NatsClient } from '../clients/nats/connectNats.ts';

/**
 * Removes the messages of a stream that the server stored before a time, but never the last one. The server's own limit of age would
 * remove that, too.
 *
 * @param before milliseconds since 1970-01-01T00:00:00Z
 * @throws what the client throws
 */
export async function trimStream({ manager }: NatsClient, stream: string, before: number): Promise<void> {
  const { first_seq, first_ts, last_seq } = (await manager.streams.info(stream)).state;
  if (first_seq >= last_seq || Date.parse(first_ts) >= before) return;
  let [low, high] = [first_seq, last_seq]; // the first one that stays is among these
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = await manager.streams.getMessage(stream, { seq: middle });
    if (found === null || found.time.getTime() < before) low = middle + 1;
    else high = middle;
  }
  await manager.streams.purge(stream, { seq: low });
}
