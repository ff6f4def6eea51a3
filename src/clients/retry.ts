import { type MonoTypeOperatorFunction, retry, type SchedulerLike, throwError, timer } from 'rxjs';
import { badOption, optionChecks } from '../core/options.ts';
import { ServerFailure } from './serverFailure.ts';

/**
 * What to do when a server does not answer as it should: ask again, each time after twice the wait, half of which is
 * drawn at random so that many clients do not come back all at once ("equal jitter": Brooker, Exponential Backoff And
 * Jitter, AWS Architecture Blog 2015). What no repetition can mend, such as an unknown database, is an error at once.
 */
export interface RetryOptions {
  /** Failures in a row after which to give up, 0 or more; Infinity: never. @default 10; Infinity with `follow` */
  readonly limit?: number;
  /** The first wait, milliseconds, above 0. @default 500 */
  readonly first?: number;
  /** The longest wait, milliseconds, above 0. @default 30000 */
  readonly longest?: number;
  /** Told of every failure that is followed by another attempt. */
  readonly onRetry?: (failure: RetryReport) => void;
}

/** A failure that is followed by another attempt. */
export interface RetryReport {
  readonly error: Error;
  /** Failures in a row so far, this one included. */
  readonly count: number;
  /** Milliseconds until the next attempt. */
  readonly wait: number;
}

/** RetryOptions with every default filled in. */
export interface RetryPolicy {
  readonly limit: number;
  readonly first: number;
  readonly longest: number;
  readonly onRetry: (failure: RetryReport) => void;
}

export function checkRetry(where: string, options: RetryOptions, limit: number): RetryPolicy {
  const check = optionChecks(`${where}: retry`);
  check.known(options, ['limit', 'first', 'longest', 'onRetry']);
  check.optionalFunction('onRetry', options.onRetry);
  const { onRetry = () => {} } = options;
  if (options.limit !== undefined && options.limit !== Infinity) {
    if (!Number.isSafeInteger(options.limit) || options.limit < 0) {
      throw badOption(`${where}: retry`, 'limit', 'an integer of 0 or more, or Infinity', options.limit);
    }
  }
  return {
    limit: options.limit ?? limit,
    first: check.positive('first', options.first ?? 500),
    longest: check.positive('longest', options.longest ?? 30_000),
    onRetry,
  };
}

/** Asks again after a passing failure, by the policy. */
export function retrying<T>(
  policy: RetryPolicy,
  random: () => number,
  scheduler: SchedulerLike,
): MonoTypeOperatorFunction<T> {
  return retry({
    resetOnSuccess: true,
    delay: (error: unknown, count) => {
      if (!(error instanceof ServerFailure) || !error.isTransient) return throwError(() => error);
      if (count > policy.limit) return throwError(() => givenUp(error, count));
      const wait = backOff(policy, count, random());
      policy.onRetry({ error, count, wait });
      return timer(wait, scheduler);
    },
  });
}

/** Milliseconds before the attempt after the `count`th failure. */
function backOff({ first, longest }: RetryPolicy, count: number, draw: number): number {
  const full = Math.min(longest, first * 2 ** (count - 1));
  return (full * (1 + draw)) / 2;
}

function givenUp(error: ServerFailure, count: number): ServerFailure {
  if (count === 1) return error;
  return new ServerFailure(`${error.message}; given up after ${count} attempts`, true, { cause: error });
}
