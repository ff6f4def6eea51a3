import { randomUUID } from 'node:crypto';
import { isWrongSequence, type NatsClient } from '../clients/nats/connectNats.ts';
import type { NatsHeaders } from '../clients/nats/natsClient.ts';

/** A message for a stream of states. */
export interface StateMessage {
  readonly subject: string;
  readonly data: Uint8Array | string;
  readonly headers?: NatsHeaders;
  /** The sequence number of the last message of its subject, 0 for none; undefined: any. */
  readonly after: number | undefined;
}

/** Messages on their way at a time. */
const IN_FLIGHT = 256;

/**
 * Appends to a stream, each only if nobody else has appended since this process knew its end. The condition on a subject alone
 * does not hold in a cluster: the leader checks it before it replicates (nats-server issue 4320). All replicas check the last
 * sequence of the stream and the id of its last message, so each message names the one before it: many are on their way at a
 * time, and none of them is accepted after a message of another process.
 */
export class StateAppends {
  readonly #client: NatsClient;
  readonly #stream: string;
  /** The last sequence number of the stream, as far as this process knows. */
  #last: number | undefined;

  constructor(client: NatsClient, stream: string) {
    this.#client = client;
    this.#stream = stream;
  }

  /** Takes the end of the stream as it is now for the one that is known. */
  async sync(): Promise<void> {
    const { state } = await this.#client.manager.streams.info(this.#stream);
    this.#last = state.last_seq;
  }

  /**
   * @returns the sequence numbers of the messages, up to the first that was refused as somebody else was first; `sync` then
   * has to come before the next call
   * @throws what else has failed
   */
  async append(messages: readonly StateMessage[]): Promise<readonly number[]> {
    if (this.#last === undefined) await this.sync();
    const run = randomUUID();
    const done: number[] = [];
    for (let from = 0; from < messages.length; from = done.length) {
      // The first alone: where somebody else was first, it is the only one that is refused.
      const part = messages.slice(from, from === 0 ? 1 : from + IN_FLIGHT);
      const answers = await Promise.allSettled(
        part.map((message, k) => this.#publish(message, run, from + k)),
      );
      for (const answer of answers) {
        if (answer.status === 'fulfilled') {
          done.push(answer.value);
          continue;
        }
        this.#last = undefined;
        if (isWrongSequence(answer.reason)) return done;
        throw answer.reason;
      }
      this.#last = done.at(-1);
    }
    return done;
  }

  async #publish({ subject, data, headers, after }: StateMessage, run: string, k: number): Promise<number> {
    const expect = {
      ...(k === 0 ? { lastSequence: this.#last! } : { lastMsgID: `${run}.${k - 1}` }),
      ...(after === undefined ? {} : { lastSubjectSequence: after }),
    };
    const options = { msgID: `${run}.${k}`, expect, ...(headers === undefined ? {} : { headers }) };
    return (await this.#client.js.publish(subject, data, options)).seq;
  }
}
