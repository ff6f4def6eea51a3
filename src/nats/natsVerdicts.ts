import { isNotFound, isWrongSequence, type NatsClient, natsFailure } from '../clients/nats/connectNats.ts';
import type { NatsHeaders } from '../clients/nats/natsClient.ts';
import { streamMessages } from '../clients/nats/streamMessages.ts';
import { messageOf, RxAnomalyError } from '../core/errors.ts';
import {
  type AppendedBefore,
  type Delivered,
  type DeliveredBatch,
  Overtaken,
  type Partition,
  Trimmed,
  type VerdictLog,
} from '../distributed/contract.ts';
import { requireKept } from './natsLog.ts';
import type { CheckedNats } from './natsOptions.ts';
import { trimStream } from './trimStream.ts';

/** Up to which event the verdicts of a message are: the sequence number in the log. */
const POSITION = 'Rx-Position';
/** Of a message, for its subject and headers. */
const ENVELOPE = 1024;
const READ = 100;
/** Milliseconds between two removals of what is no longer kept. */
const TRIM_EVERY = 3_600_000;

/**
 * Verdicts on the subjects `NAME.0` …, a stream for each: a message is a list, and its sequence number its revision. All replicas check
 * the last sequence of a stream; that of a subject only the leader does, before it replicates (nats-server issue 4320).
 */
export class NatsVerdicts implements VerdictLog<number> {
  readonly maxBytes: number;
  readonly #client: NatsClient;
  readonly #name: string;
  readonly #keep: number;
  readonly #onProblem: (message: string) => void;
  /** When older ones are to be removed next, by partition: milliseconds of the process. */
  readonly #trims: Map<Partition, number> = new Map();

  constructor(
    client: NatsClient,
    { name, keepVerdicts, onProblem }: Pick<CheckedNats<unknown>, 'name' | 'keepVerdicts' | 'onProblem'>,
  ) {
    this.#client = client;
    this.#name = name;
    this.#keep = keepVerdicts;
    this.#onProblem = onProblem;
    this.maxBytes = (client.connection.info?.max_payload ?? 2 ** 20) - ENVELOPE;
  }

  async last(partition: Partition): Promise<Delivered<number>> {
    try {
      // The stream's leader answers: a replica may be behind.
      const found = await this.#client.manager.streams.getMessage(this.#streamOf(partition), {
        last_by_subj: this.#subject(partition),
      });
      if (found === null) return { position: undefined, revision: '0' };
      return { position: this.#positionOf(found.header, found.seq), revision: String(found.seq) };
    } catch (error) {
      throw natsFailure(error, this.#subject(partition));
    }
  }

  async append(
    partition: Partition,
    after: Delivered<number>,
    to: number,
    verdicts: string,
  ): Promise<Delivered<number>> {
    const headers = this.#client.headers();
    headers.set(POSITION, String(to));
    const subject = this.#subject(partition);
    try {
      const { seq } = await this.#client.js.publish(subject, verdicts, {
        headers,
        expect: { lastSequence: Number(after.revision) },
      });
      this.#trim(partition);
      return { position: to, revision: String(seq) };
    } catch (error) {
      if (isWrongSequence(error))
        throw new Overtaken(`${subject}: there are verdicts after ${after.revision} by now`, {
          cause: error,
        });
      throw natsFailure(error, subject);
    }
  }

  async *read(
    partition: Partition,
    after: string | AppendedBefore | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<DeliveredBatch<number>> {
    let last = typeof after === 'string' ? Number(after) : undefined;
    if (last !== undefined) await this.#requireKept(partition, last);
    const from = typeof after === 'object' ? new Date(after.time) : (last ?? 0) + 1;
    const stream = this.#streamOf(partition);
    const subject = this.#subject(partition);
    try {
      for await (const messages of streamMessages(this.#client, stream, subject, from, READ, signal))
        for (const { data, headers, seq } of messages) {
          if (last !== undefined && seq !== last + 1) await this.#requireKept(partition, last, true);
          last = seq;
          const position = this.#positionOf(headers, seq);
          yield { position, revision: String(seq), verdicts: new TextDecoder().decode(data) };
        }
    } catch (error) {
      throw isNotFound((error as Error).cause) ? gone(stream, error) : error;
    }
  }

  /** Removes what is older than it is kept, in the background and now and then. */
  #trim(partition: Partition): void {
    const now = performance.now();
    if (now < (this.#trims.get(partition) ?? 0)) return;
    this.#trims.set(partition, now + Math.min(TRIM_EVERY, this.#keep / 10));
    trimStream(this.#client, this.#streamOf(partition), Date.now() - this.#keep).catch((error: unknown) =>
      this.#onProblem(`NATS: old verdicts of ${this.#subject(partition)} stay: ${messageOf(error)}`),
    );
  }

  /** @param isGap whether it is known that the one after it is gone */
  async #requireKept(partition: Partition, last: number, isGap = false): Promise<void> {
    const stream = this.#streamOf(partition);
    try {
      requireKept(await this.#client.manager.streams.info(stream), last, isGap);
    } catch (error) {
      throw isNotFound(error) ? gone(stream, error) : natsFailure(error, stream);
    }
  }

  #subject(partition: Partition): string {
    return `${this.#name}.${partition}`;
  }

  #streamOf(partition: Partition): string {
    return `${this.#name}-out-${partition}`;
  }

  #positionOf(headers: NatsHeaders | undefined, seq: number): number {
    const position = Number(headers?.get(POSITION) || Number.NaN);
    if (Number.isSafeInteger(position)) return position;
    throw new RxAnomalyError(
      'BAD_INPUT',
      `NATS: message ${seq} of ${this.#name} has no position: somebody else has published there`,
    );
  }
}

function gone(stream: string, cause: unknown): Trimmed {
  return new Trimmed(`NATS: the stream ${stream} is gone`, { cause });
}
