import { fromEvent, NEVER, takeUntil } from 'rxjs';
import { Backlog } from '../../clients/backlog.ts';
import type { StopSignal } from '../../core/stopSignal.ts';
import { type CheckedInflux, checkInflux } from './checkInflux.ts';
import { influxReadings } from './fromInflux.ts';
import type { FromInfluxOptions } from './influxOptions.ts';
import type { InfluxReading } from './influxReading.ts';

/**
 * `fromInflux` for `for await`. However slow the consumer is, no more than three pages are in memory.
 * Leaving the loop ends the pending request; so does `signal`, after which the loop ends.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function readInflux(
  options: Omit<FromInfluxOptions, 'backlog'>,
  signal?: StopSignal,
): AsyncGenerator<InfluxReading, void, void> {
  const backlog = new Backlog(1);
  return pull({ ...checkInflux('readInflux', options), backlog }, backlog, signal);
}

async function* pull(
  options: CheckedInflux,
  backlog: Backlog,
  signal: StopSignal | undefined,
): AsyncGenerator<InfluxReading, void, void> {
  const queue: InfluxReading[] = [];
  let end: { readonly error?: unknown } | undefined;
  let wake = (): void => {};
  const stop = signal === undefined ? NEVER : signal.aborted ? [true] : fromEvent(signal, 'abort');
  const subscription = influxReadings(options)
    .pipe(takeUntil(stop))
    .subscribe({
      next: (reading) => {
        queue.push(reading);
        backlog.add(1);
        wake();
      },
      error: (error: unknown) => {
        end = { error };
        wake();
      },
      complete: () => {
        end = {};
        wake();
      },
    });
  try {
    while (end === undefined || queue.length > 0) {
      const taken = queue.splice(0);
      yield* taken;
      backlog.add(-taken.length);
      if (end === undefined && queue.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    if (end?.error !== undefined) throw end.error;
  } finally {
    subscription.unsubscribe();
  }
}
