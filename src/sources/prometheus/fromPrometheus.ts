import {
  asyncScheduler,
  defer,
  from,
  fromEvent,
  lastValueFrom,
  type MonoTypeOperatorFunction,
  Observable,
  of,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { type PrometheusAnswer, queryRange, TooMuch } from '../../clients/prometheus/queryRange.ts';
import { retrying } from '../../clients/retry.ts';
import {
  type CheckedPrometheus,
  type FromPrometheusOptions,
  prometheusOptions,
} from './prometheusOptions.ts';
import { type PrometheusReading, seriesKey } from './prometheusReading.ts';

/** Moments a request; a tenth of what Prometheus allows. */
const PAGE = 1000;
/** Milliseconds of the past that are read by default. */
const BEFORE = 3_600_000;
/** Milliseconds: timers hold no more than 24 days. */
const LONGEST_PAUSE = 3_600_000;
/** A metric as it is, whose name says that it is a counter. */
const COUNTER = /^\s*[a-z_:][\w:]*_total\s*(?:\{[^}]*\})?\s*$/i;

/**
 * The samples of a PromQL query, at multiples of `step`, in the order of time over all its series, and with `follow` those that
 * are to come, a moment at a time when it is complete. A series without a sample at a moment has no reading there. Requests are
 * repeated until they succeed (see `retry`); no moment is read twice.
 *
 * Each subscription reads from the start; unsubscribing ends the pending request.
 *
 * ```ts
 * fromPrometheus({ url: 'http://localhost:9090', query: 'rate(http_requests_total[5m])', follow: true }).pipe(detectAnomalies())
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError SERVER where Prometheus refuses or `retry.limit` is passed.
 */
export function fromPrometheus(options: FromPrometheusOptions): Observable<PrometheusReading> {
  const checked = prometheusOptions.resolve('fromPrometheus', options);
  return new Observable((subscriber) => {
    const abort = new AbortController();
    if (COUNTER.test(checked.query))
      checked.onWarning({
        kind: 'counter',
        message: `${checked.query.trim()} is a counter by its name: its value only grows; ask for rate(${checked.query.trim()}[5m])`,
      });
    const read = async (): Promise<void> => {
      for await (const page of pages(checked, abort.signal)) {
        for (const reading of page) {
          if (abort.signal.aborted) return;
          subscriber.next(reading);
        }
        const { backlog } = checked;
        if (backlog !== undefined) await done(backlog.room(), abort.signal);
      }
    };
    read().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
    return () => abort.abort();
  });
}

/** The readings of some moments each. Ends when `signal` aborts. */
async function* pages(
  options: CheckedPrometheus,
  signal: AbortSignal,
): AsyncGenerator<PrometheusReading[], void, undefined> {
  const { step, follow, position, allowedLateness } = options;
  const request = requester(options, signal);
  const complete = (): number => Date.now() - allowedLateness;
  const from = position?.time ?? options.from ?? complete() - BEFORE;
  let next = Math.ceil(from / step) * step;
  let count = PAGE;
  while (!signal.aborted) {
    const newest = Math.min(options.to ?? Number.POSITIVE_INFINITY, complete());
    const end = Math.min(Math.floor(newest / step) * step, next + (count - 1) * step);
    if (end < next) {
      if (!follow) return;
      await done(timer(Math.min(LONGEST_PAUSE, next - complete())), signal);
      continue;
    }
    let answer: PrometheusAnswer | undefined;
    try {
      answer = await request(next, end);
    } catch (error) {
      if (!(error instanceof TooMuch) || count === 1) throw error;
      count = Math.ceil(count / 4);
      continue;
    }
    if (answer === undefined) return;
    yield readings(answer, options);
    next = end + step;
  }
}

/** Asks until there is an answer; undefined when `signal` aborts. */
function requester(
  { server, query, step, retry, onWarning }: CheckedPrometheus,
  signal: AbortSignal,
): (start: number, end: number) => Promise<PrometheusAnswer | undefined> {
  const remarks = new Set<string>();
  let isKnown = false;
  return async (start, end) => {
    const attempt = defer(() => from(queryRange(server, query, { start, end, step }, signal))).pipe(
      tap(() => {
        isKnown = true;
      }),
      retrying(retry, Math.random, asyncScheduler, () => isKnown),
      until(signal),
    );
    const answer = await lastValueFrom(attempt, { defaultValue: undefined });
    for (const remark of answer?.warnings ?? []) {
      if (remarks.has(remark)) continue;
      remarks.add(remark);
      onWarning({ kind: 'server', message: `Prometheus at ${server.url.origin}: ${remark}` });
    }
    return answer;
  };
}

/** Resolves when it completes, or `signal` aborts. */
async function done(what: Observable<unknown>, signal: AbortSignal): Promise<void> {
  await lastValueFrom(what.pipe(until(signal)), { defaultValue: undefined });
}

function until<T>(signal: AbortSignal): MonoTypeOperatorFunction<T> {
  return takeUntil<T>(signal.aborted ? of(0) : fromEvent(signal, 'abort'));
}

/** In the order of time, and of keys; without those before the position. */
function readings({ series }: PrometheusAnswer, { position }: CheckedPrometheus): PrometheusReading[] {
  const all = series.flatMap(({ labels, values }) => {
    const key = seriesKey(labels);
    return values.map(([seconds, value]) => {
      const time = Math.round(seconds * 1000);
      return { time, key, value: numberOf(value), labels, position: { time, key: key ?? null } };
    });
  });
  const inOrder = all.sort((a, b) => a.time - b.time || compare(a.key, b.key));
  if (position === undefined) return inOrder;
  return inOrder.filter(
    ({ time, key }) => time > position.time || (time === position.time && compare(key, position.key) > 0),
  );
}

function compare(a: string | null | undefined, b: string | null | undefined): number {
  const [x, y] = [a ?? '', b ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Prometheus writes `NaN`, `+Inf` and `-Inf`. */
function numberOf(value: string): number {
  return value.endsWith('Inf') ? (value.startsWith('-') ? -Infinity : Infinity) : Number(value);
}
