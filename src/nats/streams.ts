import { isNotFound, type NatsClient, natsFailure } from '../clients/nats/connectNats.ts';
import type { StreamInfo } from '../clients/nats/natsClient.ts';
import { RxAnomalyError } from '../core/errors.ts';

const NANOSECONDS = 1e6; // in a millisecond

/** A stream that there must be. */
export interface NeededStream {
  readonly name: string;
  readonly subjects: readonly string[];
  /** Milliseconds for which messages are kept; 0: without end. */
  readonly keep: number;
  /** Messages that are kept of each subject; -1: all. */
  readonly ofSubject: number;
  /** Milliseconds for which the server remembers ids of messages. @default its own, 2 minutes */
  readonly remembersIds?: number;
}

/**
 * Makes a stream, or checks the one of this name.
 *
 * @param replicas undefined: as many as the one that is there has, and as many as the servers allow, up to 3, of a new one
 * @throws RxAnomalyError BAD_INPUT when the one that is there cannot serve; SERVER
 */
export async function needStream(
  client: NatsClient,
  needed: NeededStream,
  replicas: number | undefined,
): Promise<StreamInfo> {
  const { name, subjects, keep, ofSubject, remembersIds } = needed;
  const { streams } = client.manager;
  try {
    const found = await infoOf(client, name);
    if (found !== undefined) {
      requireFit(found, needed);
      return found;
    }
    const config = {
      ...{ name, subjects, max_age: keep * NANOSECONDS, max_msgs_per_subject: ofSubject },
      ...{
        storage: 'file',
        retention: 'limits',
        discard: 'old',
        allow_rollup_hdrs: false,
      },
      ...(remembersIds === undefined ? {} : { duplicate_window: remembersIds * NANOSECONDS }),
    };
    const add = async (count: number): Promise<StreamInfo> =>
      await streams.add({ ...config, num_replicas: count });
    if (replicas !== undefined) return await add(replicas);
    return await add(3).catch(async (error: unknown) => {
      if (!isWithoutPeers(error)) throw error;
      return await add(1);
    });
  } catch (error) {
    // Another worker may have made it at the same moment.
    if (error instanceof Error && /already in use/.test(error.message)) {
      const found = await infoOf(client, name);
      if (found !== undefined) {
        requireFit(found, needed);
        return found;
      }
    }
    throw natsFailure(error, `stream ${name}`);
  }
}

async function infoOf({ manager }: NatsClient, name: string): Promise<StreamInfo | undefined> {
  return await manager.streams.info(name).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

/** A single server, or a cluster that is too small. */
function isWithoutPeers(error: unknown): boolean {
  return (
    error instanceof Error && /replicas > 1 not supported|no suitable peers|insufficient/i.test(error.message)
  );
}

function requireFit({ config }: StreamInfo, { name, subjects, keep, ofSubject }: NeededStream): void {
  const missing = subjects.find((subject) => !config.subjects.includes(subject));
  const refuse = (what: string): RxAnomalyError =>
    new RxAnomalyError(
      'BAD_INPUT',
      `NATS: the stream ${name} is there already and ${what}; take another name, or mend it`,
    );
  if (missing !== undefined)
    throw refuse(`does not take the subject ${missing} (but ${config.subjects.join(', ')})`);
  if (keep === 0 && config.max_age !== 0) throw refuse('forgets its messages after a time');
  if (ofSubject === 1 && config.max_msgs_per_subject !== 1)
    throw refuse('keeps more than the last message of a subject');
}
