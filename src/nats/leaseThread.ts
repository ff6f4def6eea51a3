import { parentPort, workerData } from 'node:worker_threads';
import { connectNats } from '../clients/nats/connectNats.ts';
import type { NatsLogin } from '../clients/nats/natsLogin.ts';
import { messageOf } from '../core/errors.ts';
import type { AssignmentChange, Partition } from '../distributed/contract.ts';
import { LeaseKeeper, type LeaseTerms } from './leaseKeeper.ts';

/** What the thread is asked for. */
export type LeaseRequest =
  | { readonly id: number; readonly release: readonly Partition[] }
  | { readonly id: number; readonly leave: true }
  | { readonly id: number; readonly close: true };

/** What it reports. */
export type LeaseReport =
  | { readonly change: AssignmentChange }
  | { readonly problem: string }
  | { readonly done: number };

/** Milliseconds without a word from the process after which it is taken for stuck: its leases then expire. */
const STUCK = 60_000;

const port = parentPort!;
const { login, terms } = workerData as { readonly login: NatsLogin; readonly terms: LeaseTerms };
const post = (report: LeaseReport): void => port.postMessage(report);
const problem = (message: string): void => post({ problem: message });
let lastSign = Date.now();
try {
  const client = await connectNats(login);
  const keeper = new LeaseKeeper(client, terms, (change) => post({ change }), problem);
  const watch = setInterval(() => {
    if (Date.now() - lastSign < STUCK) return;
    problem(
      `leases: the process has done nothing else for ${STUCK / 1000} seconds; others may take its partitions`,
    );
    keeper.close();
    clearInterval(watch);
  }, STUCK / 6);
  port.on('message', async (request: LeaseRequest | 'alive') => {
    lastSign = Date.now();
    if (request === 'alive') return;
    if ('release' in request) await keeper.release(request.release);
    else if ('leave' in request) await keeper.leave();
    else {
      keeper.close();
      clearInterval(watch);
      await client.connection.close();
      port.close();
    }
    post({ done: request.id });
  });
} catch (error) {
  problem(`leases: ${messageOf(error)}`);
}
