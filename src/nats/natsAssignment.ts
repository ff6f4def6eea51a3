import { ThreadedLeases } from '../clients/leases/threadedLeases.ts';
import { isNotFound, type NatsClient, natsFailure } from '../clients/nats/connectNats.ts';
import type { NatsLogin } from '../clients/nats/natsLogin.ts';
import type { Assignment, Partition } from '../distributed/contract.ts';
import { type LeaseTerms, openNatsKeeper } from './leaseKeeper.ts';

/** Leases in a stream whose messages expire, renewed in a thread of their own. */
export class NatsAssignment
  extends ThreadedLeases<{ readonly login: NatsLogin; readonly terms: LeaseTerms }>
  implements Assignment
{
  readonly #client: NatsClient;
  readonly #terms: Omit<LeaseTerms, 'worker'>;

  constructor(
    client: NatsClient,
    login: NatsLogin,
    terms: Omit<LeaseTerms, 'worker'>,
    onProblem: (message: string) => void,
  ) {
    const kind = {
      module: new URL('./natsLeaseThread.js', import.meta.url),
      data: (worker: string) => ({ login, terms: { ...terms, worker } }),
      open: openNatsKeeper,
    };
    super(kind, onProblem);
    this.#client = client;
    this.#terms = terms;
  }

  async owners(): Promise<ReadonlyMap<Partition, string>> {
    const { stream, partitions } = this.#terms;
    try {
      const found = await Promise.all(
        Array.from({ length: partitions }, async (_, partition) => {
          const message = await this.#client.manager.streams.getMessage(stream, {
            last_by_subj: `${stream}.p.${partition}`,
          });
          return message === null ? [] : [[partition, new TextDecoder().decode(message.data)] as const];
        }),
      );
      return new Map(found.flat());
    } catch (error) {
      if (isNotFound(error)) return new Map();
      throw natsFailure(error, stream);
    }
  }
}
