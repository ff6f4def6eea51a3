import type { RetryReport } from '../../clients/retry.ts';

/** Reports the first failure in a row, and every tenth one after it. */
export function outages(log: (line: string) => void): (failure: RetryReport) => void {
  return ({ error, count }) => {
    if (count % 10 === 1)
      log(`${error.message}; trying again${count === 1 ? '' : ` (${count} failures so far)`}`);
  };
}
