import type { RetryOptions, RetryReport } from '../../../clients/retry.ts';
import { counted } from '../../text/formatText.ts';
import type { DetectionContext } from '../detection.ts';

/**
 * Failures in a row of a server that has never been reached, for a service that may be started before it, as at boot: about five
 * minutes, as pauses grow to half a minute.
 */
export const PATIENCE = 18;

/** Milliseconds in which several readers of one server report the same once. */
const SAME = 10_000;
/** Milliseconds between two looks whether events come again. */
const WATCH = 500;
/** Milliseconds that an attempt may take. */
const ATTEMPT = 30_000;

/** Reports the first failure in a row, and every tenth one after it. */
export function outages(log: (line: string) => void): (failure: RetryReport) => void {
  let last = { line: '', at: 0 };
  return ({ error, count, patience }) => {
    if (count % 10 !== 1) return;
    const left = patience === undefined ? '' : ` for about ${lengthOf(patience)}`;
    const line = `${error.message}; trying again${left}${count === 1 ? '' : ` (${count} failures so far)`}`;
    const at = performance.now();
    if (line === last.line && at - last.at < SAME) return;
    last = { line, at };
    log(line);
  };
}

/**
 * When a source connects again, which notes that it is away, and reports when events come again: `serve` is a service and waits
 * for its server.
 */
export function sourceRetry({
  command,
  log,
  counts,
}: Pick<DetectionContext, 'command' | 'log' | 'counts'>): RetryOptions {
  const report = outages(log);
  let watch: NodeJS.Timeout | undefined;
  const onRetry = (failure: RetryReport): void => {
    counts.noteAway(failure.error.message, failure.wait + ATTEMPT);
    report(failure);
    if (watch !== undefined) return;
    const { newRows } = counts;
    const since = performance.now();
    // What connects is not what can be seen here: it is events that a user waits for.
    watch = setInterval(() => {
      if (counts.newRows === newRows) return;
      clearInterval(watch);
      watch = undefined;
      log(`events come again, after ${lengthOf(performance.now() - since)}`);
    }, WATCH).unref();
  };
  return command === 'serve' ? { limitAtFirst: PATIENCE, onRetry } : { onRetry };
}

function lengthOf(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 100 ? counted(seconds, 'second') : counted(Math.round(seconds / 60), 'minute');
}
