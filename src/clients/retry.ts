import { type MonoTypeOperatorFunction, retry, type SchedulerLike, throwError, timer } from 'rxjs';
import { type Cause, RxAnomalyError } from '../core/errors.ts';
import { LONGEST_TIMER } from '../core/optionKinds.ts';
import { badOption, type OptionChecks, optionChecks } from '../core/options.ts';

/**
 * What to do when a server fails: send the request again, each time after twice the wait, half of which is random so
 * that many clients do not return all at once ("equal jitter": Brooker, Exponential Backoff And Jitter, AWS
 * Architecture Blog 2015). An error that no retry can fix, such as an unknown database, is raised at once.
 */
export interface RetryOptions {
  /**
   * Failures in a row after which to give up, 0 or more; Infinity: never.
   * @default 10; Infinity with `follow` of fromInflux and for toWebhook
   */
  readonly limit?: number;
  /**
   * The same for a server that has never been reached, which is more likely not there than away. A service that may be started
   * before its server waits longer.
   * @default `limit` where that is given; 4 for sources and for InfluxDB, which is 4 to 8 seconds
   */
  readonly limitAtFirst?: number;
  /** The first wait, milliseconds, above 0 and below 2^31. @default 500 */
  readonly first?: number;
  /** The longest wait, milliseconds, above 0 and below 2^31. @default 30000; 300000 for toWebhook */
  readonly longest?: number;
  /** Called for every failure that is followed by another attempt. @default a warning of the process for the first in a row */
  readonly onRetry?: (failure: RetryReport) => void;
}

/** A failure that is followed by another attempt. */
export interface RetryReport {
  readonly error: Error;
  /** Failures in a row so far, this one included. */
  readonly count: number;
  /** Milliseconds until the next attempt. */
  readonly wait: number;
  /** Milliseconds after which it is given up if all attempts fail, about, without the time that they take; left out where it never is. */
  readonly patience?: number;
}

/** RetryOptions with every default filled in. */
export interface RetryPolicy {
  readonly limit: number;
  readonly limitAtFirst: number;
  readonly first: number;
  readonly longest: number;
  readonly onRetry: (failure: RetryReport) => void;
}

/** Of a server that has never been reached, for `checkRetry`: 4 to 8 seconds by the default waits. */
export const LIMIT_AT_FIRST = 4;

/** @param defaults of the options, which differ by caller */
export function checkRetry(
  where: string,
  options: RetryOptions,
  defaults: Pick<RetryPolicy, 'limit'> & Partial<Pick<RetryPolicy, 'limitAtFirst' | 'longest'>>,
): RetryPolicy {
  const check = optionChecks(`${where}: retry`);
  check.known(options, ['limit', 'limitAtFirst', 'first', 'longest', 'onRetry']);
  check.optionalFunction('onRetry', options.onRetry);
  const {
    onRetry = ({ error, count }) => {
      if (count === 1) process.emitWarning(`${where}: ${error.message}; trying again`);
    },
  } = options;
  for (const option of ['limit', 'limitAtFirst'] as const) {
    const limit = options[option];
    if (limit === undefined || limit === Infinity || (Number.isSafeInteger(limit) && limit >= 0)) continue;
    throw badOption(`${where}: retry`, option, 'an integer of 0 or more, or Infinity', limit);
  }
  return {
    limit: options.limit ?? defaults.limit,
    limitAtFirst:
      options.limitAtFirst ?? options.limit ?? Math.min(defaults.limit, defaults.limitAtFirst ?? Infinity),
    first: checkWait(check, 'first', options.first ?? 500),
    longest: checkWait(check, 'longest', options.longest ?? defaults.longest ?? 30_000),
    onRetry,
  };
}

/** Milliseconds that a timer can wait: above 0 and below 2^31. */
export function checkWait(check: OptionChecks, option: string, wait: number): number {
  return check.within(option, check.positive(option, wait), 0, LONGEST_TIMER);
}

/**
 * Sends the request again after a temporary failure, by the policy.
 *
 * @param isKnown whether the server has ever been reached
 */
export function retrying<T>(
  policy: RetryPolicy,
  random: () => number,
  scheduler: SchedulerLike,
  isKnown: () => boolean = () => true,
): MonoTypeOperatorFunction<T> {
  return retry({
    resetOnSuccess: true,
    delay: (error: unknown, count) => {
      if (!(error instanceof ServerFailure) || !error.isTransient) return throwError(() => error);
      const limit = isKnown() ? policy.limit : policy.limitAtFirst;
      if (count > limit) return throwError(() => givenUp(error, count, isKnown()));
      const wait = backOff(policy, count, random());
      policy.onRetry({ error, count, wait, ...patienceOf(policy, count, limit) });
      return timer(wait, scheduler);
    },
  });
}

/** Milliseconds before the attempt after the `count`th failure. @param draw uniform over [0, 1) */
export function backOff({ first, longest }: RetryPolicy, count: number, draw: number): number {
  const full = Math.min(longest, first * 2 ** (count - 1));
  return (full * (1 + draw)) / 2;
}

/** Of a RetryReport: the usual waits from the `count`th failure to the last. */
export function patienceOf(
  policy: RetryPolicy,
  count: number,
  limit: number,
): { readonly patience?: number } {
  if (!Number.isFinite(limit)) return {};
  let patience = 0;
  for (let k = count; k <= limit; k++) patience += backOff(policy, k, 0.5);
  return { patience };
}

/** The error after the last attempt. @param isKnown whether the server has ever been reached */
export function givenUp(error: ServerFailure, count: number, isKnown = true): ServerFailure {
  if (count === 1) return error;
  const never = isKnown ? '' : ', as it was never reached: start it first, or check the address';
  return new ServerFailure(`${error.message}; given up after ${count} attempts${never}`, true, {
    cause: error,
  });
}

/** A failed request; code SERVER. */
export class ServerFailure extends RxAnomalyError {
  /** Whether the same request may succeed later: the server was away, overloaded or cut off. */
  readonly isTransient: boolean;

  constructor(message: string, isTransient: boolean, options?: Cause) {
    super('SERVER', message.replace(/\s*\n\s*/g, ' ').trim(), options);
    this.name = 'ServerFailure';
    this.isTransient = isTransient;
  }
}
