import { asyncScheduler, firstValueFrom, timer } from 'rxjs';
import { pause } from '../clients/pause.ts';
import { backOff, givenUp, patienceOf, type RetryPolicy, ServerFailure } from '../clients/retry.ts';

/** Milliseconds for which a process that is to stop tries to hand over: who has asked for it kills it after 30 seconds, mostly. */
export const LAST_PATIENCE = 25_000;
/** Milliseconds: then it tries at least so often. */
const LAST_WAIT = 1000;

/** The end of something that has work to finish before. */
export class Stopping {
  readonly #controller: AbortController = new AbortController();
  #until = Number.POSITIVE_INFINITY;

  /** Aborts when the end is asked for. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether what is not done by now is given up. */
  get isOver(): boolean {
    return asyncScheduler.now() > this.#until;
  }

  /** Asks for the end. @param patience milliseconds for the rest of the work @default as long as it takes */
  begin(patience: number = Number.POSITIVE_INFINITY): void {
    this.#until = Math.min(this.#until, asyncScheduler.now() + patience);
    this.#controller.abort();
  }
}

/** Repeats what an engine cannot do at the moment, by the policy, and until the patience of `stopping` is over. */
export async function repeated<T>(
  request: () => Promise<T>,
  retry: RetryPolicy,
  stopping: Stopping,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof ServerFailure && error.isTransient)) throw error;
      if (count > retry.limit || stopping.isOver) throw givenUp(error, count);
      const { signal } = stopping;
      const wait = backOff(retry, count, Math.random());
      retry.onRetry({ error, count, wait, ...patienceOf(retry, count, retry.limit) });
      if (signal.aborted) await firstValueFrom(timer(Math.min(wait, LAST_WAIT)));
      else await pause(wait, signal);
    }
  }
}
