import type { IntervalHistogram } from 'node:perf_hooks';
import type { Board } from './board.ts';
import type { Feed } from './feed.ts';
import type { Metric } from './metricsText.ts';

/** Milliseconds between two looks at the event loop: what is measured is that much longer than the delay. */
export const LOOP_TIMER = 10;

/** What `/metrics` tells of a dashboard and its process. */
export function measure(
  board: Board,
  feed: Feed,
  delay: IntervalHistogram,
  engine: string | undefined,
): Metric[] {
  const { events, anomalies, incidents, perSecond, newest, states } = board.measures();
  const memory = process.memoryUsage();
  const gauge = (name: string, help: string, values: Metric['values']): Metric => ({
    name: `rx_anomaly_${name}`,
    type: 'gauge',
    help,
    values,
  });
  const counter = (name: string, help: string, values: number): Metric => ({
    name: `rx_anomaly_${name}_total`,
    type: 'counter',
    help,
    values,
  });
  return [
    counter('events', 'Events that were judged.', events),
    counter('anomalies', 'Events that were flagged.', anomalies),
    counter('incidents', 'Incidents that began.', incidents),
    gauge('events_per_second', 'Events per second of late.', perSecond),
    gauge(
      'lag_seconds',
      'Time of this machine less that of the newest event; NaN without times.',
      (Date.now() - newest) / 1000,
    ),
    gauge(
      'streams',
      'Streams by their state.',
      Object.entries(states).map(([state, count]) => [{ state }, count]),
    ),
    gauge(
      'source_up',
      'Whether the source goes on: 1, or 0 once it has completed or failed.',
      board.source === 'running' ? 1 : 0,
    ),
    gauge('clients', 'Pages that look.', feed.size),
    counter('skipped_updates', 'Updates that a page was too slow for.', feed.skipped),
    gauge(
      'event_loop_delay_p99_seconds',
      'Delay of the event loop since the start.',
      Math.max(0, delay.percentile(99) / 1e9 - LOOP_TIMER / 1000),
    ),
    gauge('resident_memory_bytes', 'Memory of the process.', memory.rss),
    gauge('heap_bytes', 'Heap in use.', memory.heapUsed),
    ...(engine === undefined ? [] : [gauge('info', 'What makes the forecasts.', [[{ engine }, 1]])]),
  ];
}
