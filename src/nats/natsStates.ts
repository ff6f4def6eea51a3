import { createHash, randomUUID } from 'node:crypto';
import { isWrongSequence, type NatsClient, natsFailure } from '../clients/nats/connectNats.ts';
import type { StoredMessage } from '../clients/nats/natsClient.ts';
import { RxAnomalyError } from '../core/errors.ts';
import {
  Overtaken,
  type Partition,
  type SavedState,
  type StateStore,
  type UnsavedState,
} from '../distributed/contract.ts';

/** Of a state in chunks: their name, and how many there are. */
const CHUNKS = 'Rx-Chunks';
/** Of a name in a subject; a longer one is hashed. */
const LONGEST_NAME = 160;
/** Requests on their way at a time. */
const IN_FLIGHT = 256;
/** Of a chunk, bytes: an answer of the server has it in base 64, and must fit, too. */
const LARGEST_CHUNK = 2 ** 19;

/** States as the last messages of their subjects, whose sequence numbers are the revisions. */
export class NatsStates implements StateStore {
  readonly #client: NatsClient;
  readonly #stream: string;
  readonly #chunkBytes: number;
  /** Subjects whose state has chunks, as far as this process has seen it. */
  readonly #inChunks: Set<string> = new Set();

  constructor(client: NatsClient, stream: string) {
    this.#client = client;
    this.#stream = stream;
    this.#chunkBytes = Math.min(
      LARGEST_CHUNK,
      Math.floor((client.connection.info?.max_payload ?? 2 ** 20) / 2),
    );
  }

  async load(partition: Partition, names: readonly string[]): Promise<readonly (SavedState | undefined)[]> {
    try {
      return await inTurns(names, async (name) => await this.#load(this.#subject(partition, name)));
    } catch (error) {
      throw natsFailure(error, this.#stream);
    }
  }

  async save(partition: Partition, states: readonly UnsavedState[]): Promise<readonly string[]> {
    try {
      return await inTurns(
        states,
        async (state) => await this.#save(this.#subject(partition, state.name), state),
      );
    } catch (error) {
      throw natsFailure(error, this.#stream);
    }
  }

  async #load(subject: string): Promise<SavedState | undefined> {
    for (let seq: number | undefined; ; ) {
      const head = await this.#last(subject);
      if (head === null) return undefined;
      const chunks = head.header?.get(CHUNKS) ?? '';
      if (chunks === '') return { state: head.data, revision: String(head.seq) };
      this.#inChunks.add(subject);
      const [name, count] = chunks.split(' ');
      const parts = await Promise.all(
        Array.from({ length: Number(count) }, (_, k) => this.#last(`${subject}.${name}.${k}`)),
      );
      const found = parts.filter((part) => part !== null);
      if (found.length === parts.length)
        return { state: joined(found.map(({ data }) => data)), revision: String(head.seq) };
      // Another process has saved a newer one meanwhile.
      if (head.seq === seq)
        throw new RxAnomalyError('BAD_SNAPSHOT', `NATS: a chunk of the state ${subject} is missing`);
      seq = head.seq;
    }
  }

  async #save(subject: string, { state, revision }: UnsavedState): Promise<string> {
    const { js, manager, headers } = this.#client;
    const head = headers();
    const chunked = state.length > this.#chunkBytes;
    let first = 0; // sequence number of the first chunk
    if (chunked) {
      const name = randomUUID();
      const count = Math.ceil(state.length / this.#chunkBytes);
      for (let k = 0; k < count; k++) {
        const bytes = state.subarray(k * this.#chunkBytes, (k + 1) * this.#chunkBytes);
        const { seq } = await js.publish(`${subject}.${name}.${k}`, bytes);
        first ||= seq;
      }
      head.set(CHUNKS, `${name} ${count}`);
    }
    let seq: number;
    try {
      const expect = { lastSubjectSequence: Number(revision ?? 0) };
      ({ seq } = await js.publish(subject, chunked ? '' : state, { headers: head, expect }));
    } catch (error) {
      if (!isWrongSequence(error)) throw error;
      throw new Overtaken(`${subject}: there is a newer state`, { cause: error });
    }
    // What is before this state is needed no more: chunks of the last one, and of some that was interrupted.
    if (chunked || this.#inChunks.has(subject))
      await manager.streams.purge(this.#stream, { filter: `${subject}.*.*`, seq: chunked ? first : seq });
    if (chunked) this.#inChunks.add(subject);
    else this.#inChunks.delete(subject);
    return String(seq);
  }

  async #last(subject: string): Promise<StoredMessage | null> {
    return await this.#client.manager.streams.getMessage(this.#stream, { last_by_subj: subject });
  }

  #subject(partition: Partition, name: string): string {
    const bytes = Buffer.from(name);
    const text =
      bytes.length <= LONGEST_NAME
        ? `_${bytes.toString('base64url')}`
        : createHash('sha256').update(bytes).digest('base64url');
    return `${this.#stream}.${partition}.${text}`;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Results in the order of the items, of which some are worked on at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const k = next++;
      try {
        results[k] = await work(items[k]!);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, items.length) }, worker));
  return results;
}
