import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../core/errors.ts';
import { ServerFailure } from '../retry.ts';
import type { KeeperMaker, LeaseReport, LeaseRequest } from './threadedLeases.ts';

/** Milliseconds without a word from the process after which it is taken for stuck: its leases then expire. */
const STUCK = 60_000;

/** Keeps the leases of a worker in this thread, as the thread of the worker asks. */
export async function serveKeeper<D>(open: KeeperMaker<D>): Promise<void> {
  const port = parentPort!;
  const post = (report: LeaseReport): void => port.postMessage(report);
  const problem = (message: string): void => post({ problem: message });
  let lastSign = Date.now();
  try {
    const keeper = await open(workerData as D, (change) => post({ change }), problem);
    const watch = setInterval(() => {
      if (Date.now() - lastSign < STUCK) return;
      const failure = `leases: the process has done nothing else for ${STUCK / 1000} seconds; others may take its partitions`;
      void keeper.close();
      clearInterval(watch);
      post({ failure, isTransient: true });
      port.close();
    }, STUCK / 6);
    port.on('message', async (request: LeaseRequest | 'alive') => {
      lastSign = Date.now();
      if (request === 'alive') return;
      if ('release' in request) await keeper.release(request.release);
      else if ('leave' in request) await keeper.leave();
      else {
        clearInterval(watch);
        await keeper.close();
      }
      post({ done: request.id });
      if ('close' in request) port.close();
    });
  } catch (error) {
    const isTransient = error instanceof ServerFailure && error.isTransient;
    post({ failure: `leases: ${messageOf(error)}`, isTransient });
  }
}
