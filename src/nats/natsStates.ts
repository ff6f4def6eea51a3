import { createHash, randomUUID } from 'node:crypto';
import { type NatsClient, natsFailure } from '../clients/nats/connectNats.ts';
import type { StoredMessage } from '../clients/nats/natsClient.ts';
import { RxAnomalyError } from '../core/errors.ts';
import {
  Overtaken,
  type Partition,
  type SavedState,
  type StateRevision,
  type StateStore,
  type UnsavedState,
} from '../distributed/contract.ts';
import { StateAppends, type StateMessage } from './stateAppends.ts';

/** Of a state in chunks: their name, and how many there are. */
const CHUNKS = 'Rx-Chunks';
/** Of a name in a subject; a longer one is hashed. */
const LONGEST_NAME = 160;
/** Requests on their way at a time. */
const IN_FLIGHT = 256;
/** Of a chunk, bytes: an answer of the server has it in base 64, and must fit, too. */
const LARGEST_CHUNK = 2 ** 19;

/**
 * States as the last messages of their subjects, whose sequence numbers are the revisions. A stream for each partition, as only
 * the end of a stream is a condition that holds: {@link StateAppends}.
 */
export class NatsStates implements StateStore {
  readonly #client: NatsClient;
  readonly #streams: string;
  readonly #chunkBytes: number;
  readonly #appends: Map<Partition, StateAppends> = new Map();
  /** Of each partition, the save that was begun last: they come one after another. */
  readonly #saving: Map<Partition, Promise<unknown>> = new Map();
  /** Subjects whose state has chunks, as far as this process has seen it. */
  readonly #inChunks: Set<string> = new Set();

  /** @param streams what the names of the streams have before the number of the partition */
  constructor(client: NatsClient, streams: string) {
    this.#client = client;
    this.#streams = streams;
    this.#chunkBytes = Math.min(
      LARGEST_CHUNK,
      Math.floor((client.connection.info?.max_payload ?? 2 ** 20) / 2),
    );
  }

  async load(partition: Partition, names: readonly string[]): Promise<readonly (SavedState | undefined)[]> {
    try {
      return await inTurns(
        names,
        async (name) => await this.#load(partition, this.#subject(partition, name)),
      );
    } catch (error) {
      throw natsFailure(error, this.#stream(partition));
    }
  }

  async save(partition: Partition, states: readonly UnsavedState[]): Promise<readonly string[]> {
    const before = this.#saving.get(partition) ?? Promise.resolve();
    const saving = before.then(() => this.#save(partition, states));
    this.#saving.set(
      partition,
      saving.catch(() => {}),
    );
    try {
      return await saving;
    } catch (error) {
      throw natsFailure(error, this.#stream(partition));
    }
  }

  /** Names that were too long for a subject, and are a hash there, are left out. */
  async *names(partition: Partition): AsyncGenerator<readonly string[]> {
    const stream = this.#stream(partition);
    try {
      const filter = `${stream}.*`;
      const { state } = await this.#client.manager.streams.info(stream, { subjects_filter: filter });
      const names = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(stream.length + 1));
      yield names
        .filter((name) => name.startsWith('_'))
        .map((name) => Buffer.from(name.slice(1), 'base64url').toString());
    } catch (error) {
      throw natsFailure(error, stream);
    }
  }

  async remove(partition: Partition, states: readonly StateRevision[]): Promise<void> {
    const { streams } = this.#client.manager;
    try {
      await inTurns(states, async ({ name, revision }) => {
        const subject = this.#subject(partition, name);
        const seq = Number(revision) + 1; // what comes later stays
        await streams.purge(this.#stream(partition), { filter: subject, seq });
        if (this.#inChunks.has(subject))
          await streams.purge(this.#stream(partition), { filter: `${subject}.*.*`, seq });
      });
    } catch (error) {
      throw natsFailure(error, this.#stream(partition));
    }
  }

  async #load(partition: Partition, subject: string): Promise<SavedState | undefined> {
    for (let seq: number | undefined; ; ) {
      const head = await this.#last(partition, subject);
      if (head === null) return undefined;
      const chunks = head.header?.get(CHUNKS) ?? '';
      if (chunks === '') return { state: head.data, revision: String(head.seq) };
      this.#inChunks.add(subject);
      const [name, count] = chunks.split(' ');
      const parts = await Promise.all(
        Array.from({ length: Number(count) }, (_, k) => this.#last(partition, `${subject}.${name}.${k}`)),
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

  async #save(partition: Partition, states: readonly UnsavedState[]): Promise<readonly string[]> {
    let appends = this.#appends.get(partition);
    if (appends === undefined) {
      appends = new StateAppends(this.#client, this.#stream(partition));
      this.#appends.set(partition, appends);
    }
    const revisions: string[] = [];
    while (revisions.length < states.length) {
      const unsaved = states.slice(revisions.length).map((state) => {
        const subject = this.#subject(partition, state.name);
        return { subject, state, messages: this.#messages(subject, state) };
      });
      const done = await appends.append(unsaved.flatMap(({ messages }) => messages));
      let at = 0;
      for (const { subject, messages } of unsaved) {
        const first = done[at];
        at += messages.length;
        const seq = done[at - 1];
        if (seq === undefined) break;
        revisions.push(String(seq));
        await this.#removeChunks(partition, subject, messages.length > 1 ? first! : undefined, seq);
      }
      if (revisions.length === states.length) break;
      // Others have saved meanwhile: other states perhaps. What is read after the end is known is as new as it.
      await appends.sync();
      await inTurns(states.slice(revisions.length), async ({ name, revision }) => {
        const subject = this.#subject(partition, name);
        const seq = (await this.#last(partition, subject))?.seq;
        if ((seq === undefined ? undefined : String(seq)) !== revision)
          throw new Overtaken(`${subject}: there is a newer state`);
      });
    }
    return revisions;
  }

  /** Chunks, if it is large, and then the message whose sequence number is the revision. */
  #messages(subject: string, { state, revision }: UnsavedState): StateMessage[] {
    const after = Number(revision ?? 0);
    if (state.length <= this.#chunkBytes) return [{ subject, data: state, after }];
    const name = randomUUID();
    const count = Math.ceil(state.length / this.#chunkBytes);
    const chunks = Array.from({ length: count }, (_, k): StateMessage => {
      const data = state.subarray(k * this.#chunkBytes, (k + 1) * this.#chunkBytes);
      return { subject: `${subject}.${name}.${k}`, data, after: undefined };
    });
    const headers = this.#client.headers();
    headers.set(CHUNKS, `${name} ${count}`);
    return [...chunks, { subject, data: '', headers, after }];
  }

  /**
   * Of a state that is needed no more: chunks of the last one, and of some that was interrupted.
   *
   * @param first of the chunks of the new one; undefined where it has none
   */
  async #removeChunks(
    partition: Partition,
    subject: string,
    first: number | undefined,
    seq: number,
  ): Promise<void> {
    if (first === undefined && !this.#inChunks.has(subject)) return;
    const { streams } = this.#client.manager;
    await streams.purge(this.#stream(partition), { filter: `${subject}.*.*`, seq: first ?? seq });
    if (first === undefined) this.#inChunks.delete(subject);
    else this.#inChunks.add(subject);
  }

  async #last(partition: Partition, subject: string): Promise<StoredMessage | null> {
    return await this.#client.manager.streams.getMessage(this.#stream(partition), { last_by_subj: subject });
  }

  #stream(partition: Partition): string {
    return `${this.#streams}-${partition}`;
  }

  #subject(partition: Partition, name: string): string {
    const bytes = Buffer.from(name);
    const text =
      bytes.length <= LONGEST_NAME
        ? `_${bytes.toString('base64url')}`
        : createHash('sha256').update(bytes).digest('base64url');
    return `${this.#stream(partition)}.${text}`;
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
