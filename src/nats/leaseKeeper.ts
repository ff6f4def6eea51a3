import type { KeeperMaker } from '../clients/leases/threadedLeases.ts';
import { connectNats, isNotFound, isWrongSequence, type NatsClient } from '../clients/nats/connectNats.ts';
import type { NatsLogin } from '../clients/nats/natsLogin.ts';
import { messageOf } from '../core/errors.ts';
import type { AssignmentChange, Partition } from '../distributed/contract.ts';

/** What a keeper needs to know; plain values, for a thread. */
export interface LeaseTerms {
  readonly stream: string;
  readonly worker: string;
  readonly partitions: number;
  /** Milliseconds after which the server forgets a lease that is not renewed. */
  readonly lease: number;
}

/** A keeper with a connection of its own. */
export const openNatsKeeper: KeeperMaker<{ readonly login: NatsLogin; readonly terms: LeaseTerms }> = async (
  { login, terms },
  onChange,
  onProblem,
) => {
  const client = await connectNats(login);
  const keeper = new LeaseKeeper(client, terms, onChange, onProblem);
  return {
    release: (partitions) => keeper.release(partitions),
    leave: () => keeper.leave(),
    close: async () => {
      keeper.close();
      await client.connection.close();
    },
  };
};

/**
 * Takes and renews the leases of one worker: messages of a stream that forgets them after a time. Workers announce themselves
 * there, too, so that each knows its share: they are ordered by name, and partitions are shared evenly.
 */
export class LeaseKeeper {
  readonly #client: NatsClient;
  readonly #terms: LeaseTerms;
  readonly #onChange: (change: AssignmentChange) => void;
  readonly #onProblem: (message: string) => void;
  /** Partitions that this worker has, by the sequence number of the lease. */
  readonly #own: Map<Partition, number> = new Map();
  /** Of these, those that it was asked to give back. */
  readonly #asked: Set<Partition> = new Set();
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;
  #isAgain = false;
  #isLeaving = false;
  #isClosed = false;
  #renewed: number = Date.now();

  constructor(
    client: NatsClient,
    terms: LeaseTerms,
    onChange: (change: AssignmentChange) => void,
    onProblem: (message: string) => void,
  ) {
    this.#client = client;
    this.#terms = terms;
    this.#onChange = onChange;
    this.#onProblem = onProblem;
    void this.#listen();
    this.tick();
  }

  /** Looks at the leases now. */
  tick(): void {
    if (this.#isClosed) return;
    this.#isAgain = true;
    this.#ticking ??= this.#run().finally(() => {
      this.#ticking = undefined;
    });
  }

  /** Gives partitions back. */
  async release(partitions: readonly Partition[]): Promise<void> {
    await this.#ticking; // no renewal is on its way
    for (const partition of partitions) {
      const seq = this.#own.get(partition);
      this.#own.delete(partition);
      this.#asked.delete(partition);
      if (seq !== undefined) await this.#remove(seq);
    }
    this.#wake();
  }

  /** Takes no more partitions; those that it has are renewed until they are released. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#ticking;
    const { streams } = this.#client.manager;
    await streams.purge(this.#terms.stream, { filter: this.#member }).catch(() => {});
    this.#wake();
  }

  /** Ends without giving anything back. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    while (this.#isAgain && !this.#isClosed) {
      this.#isAgain = false;
      clearTimeout(this.#timer);
      try {
        await this.#turn();
      } catch (error) {
        this.#onProblem(`leases: ${messageOf(error)}`);
        // Others have taken over what was not renewed.
        if (Date.now() - this.#renewed > this.#terms.lease) this.#lose([...this.#own.keys()]);
      }
      if (!this.#isClosed) this.#timer = setTimeout(() => this.tick(), this.#terms.lease / 4);
    }
  }

  async #turn(): Promise<void> {
    const { stream, partitions } = this.#terms;
    const { js, manager } = this.#client;
    if (!this.#isLeaving) await js.publish(this.#member, this.#terms.worker);
    await this.#renew();
    if (this.#isLeaving) return;
    const info = await manager.streams.info(stream, { subjects_filter: '>' });
    const subjects = Object.keys(info.state.subjects ?? {});
    const members = subjects.filter((subject) => subject.startsWith(`${stream}.w.`)).sort();
    const rank = members.indexOf(this.#member);
    if (rank < 0) return; // it has expired just now
    const share = Math.floor(partitions / members.length) + (rank < partitions % members.length ? 1 : 0);
    const surplus = [...this.#own.keys()].filter((each) => !this.#asked.has(each)).slice(share);
    if (surplus.length > 0) {
      for (const each of surplus) this.#asked.add(each);
      this.#onChange({ gained: [], lost: surplus });
    }
    const taken = new Set(subjects);
    const gained: Partition[] = [];
    // Each begins elsewhere: few want the same.
    for (let k = 0; k < partitions && this.#own.size < share; k++) {
      const partition = (k + Math.floor((rank * partitions) / members.length)) % partitions;
      if (taken.has(this.#lease(partition))) continue;
      const seq = await this.#write(partition, 0);
      if (seq === undefined) continue;
      this.#own.set(partition, seq);
      gained.push(partition);
    }
    if (gained.length > 0) this.#onChange({ gained, lost: [] });
  }

  async #renew(): Promise<void> {
    const held = [...this.#own];
    const renewed = await Promise.all(held.map(([partition, seq]) => this.#write(partition, seq)));
    for (const [k, seq] of renewed.entries()) if (seq !== undefined) this.#own.set(held[k]![0], seq);
    this.#renewed = Date.now();
    this.#lose(held.flatMap(([partition], k) => (renewed[k] === undefined ? [partition] : [])));
  }

  #lose(partitions: readonly Partition[]): void {
    for (const partition of partitions) this.#own.delete(partition);
    const unasked = partitions.filter((partition) => !this.#asked.delete(partition));
    if (unasked.length > 0) this.#onChange({ gained: [], lost: unasked });
  }

  /** The new sequence number; undefined when the lease is no longer what it was. */
  async #write(partition: Partition, seq: number): Promise<number | undefined> {
    const expect = { lastSubjectSequence: seq };
    try {
      return (await this.#client.js.publish(this.#lease(partition), this.#terms.worker, { expect })).seq;
    } catch (error) {
      if (!isWrongSequence(error)) throw error;
      if (seq === 0) return undefined;
      // The answer to its last renewal may have been lost: then it is still its own.
      const last = await this.#client.manager.streams.getMessage(this.#terms.stream, {
        last_by_subj: this.#lease(partition),
      });
      const isOwn = last !== null && new TextDecoder().decode(last.data) === this.#terms.worker;
      return isOwn ? last.seq : undefined;
    }
  }

  async #remove(seq: number): Promise<void> {
    await this.#client.manager.streams
      .deleteMessage(this.#terms.stream, seq, false)
      .catch((error: unknown) => {
        if (!isNotFound(error)) this.#onProblem(`leases: ${messageOf(error)}`);
      });
  }

  /** Others look at once when something was given back. */
  async #listen(): Promise<void> {
    const changes = this.#client.connection.subscribe(`${this.#terms.stream}-changed`);
    for await (const _ of changes) {
      if (this.#isClosed) changes.unsubscribe();
      else if (!this.#isLeaving) this.tick();
    }
  }

  #wake(): void {
    if (this.#isClosed) return;
    this.#client.connection.publish(`${this.#terms.stream}-changed`);
  }

  #lease(partition: Partition): string {
    return `${this.#terms.stream}.p.${partition}`;
  }

  get #member(): string {
    return `${this.#terms.stream}.w.${Buffer.from(this.#terms.worker).toString('base64url')}`;
  }
}
