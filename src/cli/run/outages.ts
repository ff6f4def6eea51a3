import type { RetryReport } from '../../clients/retry.ts';
import type { DetectionContext } from './detection.ts';

/** Milliseconds in which several readers of one server report the same once. */
const SAME = 10_000;

/** Reports the first failure in a row, and every tenth one after it. */
export function outages(log: (line: string) => void): (failure: RetryReport) => void {
  let last = { line: '', at: 0 };
  return ({ error, count }) => {
    if (count % 10 !== 1) return;
    const line = `${error.message}; trying again${count === 1 ? '' : ` (${count} failures so far)`}`;
    const at = performance.now();
    if (line === last.line && at - last.at < SAME) return;
    last = { line, at };
    log(line);
  };
}

/** The same of what a source reads, which notes that it is away. */
export function sourceOutages({
  log,
  counts,
}: Pick<DetectionContext, 'log' | 'counts'>): (failure: RetryReport) => void {
  const report = outages(log);
  return (failure) => {
    counts.outages++;
    report(failure);
  };
}
