import type { IntervalHistogram } from 'node:perf_hooks';
import type { Board } from './board.ts';
import type { Feed } from './feed.ts';
import type { Metric } from './metricsText.ts';

/** Milliseconds between two samples of the event loop: the measured value is that much longer than the delay. */
export const LOOP_TIMER = 10;

/** The figures in `/metrics` on a dashboard and its process. */
export function measure(
  board: Board,
  feed: Feed,
  delay: IntervalHistogram,
  engine: string | undefined,
  isWaiting: boolean,
): Metric[] {
  const { events, anomalies, incidents, absences, changes, perSecond, newest, states } = board.measures();
  const { muted, held } = board.actions.counts;
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
    counter('events', 'Events detected on.', events),
    counter('anomalies', 'Events flagged as anomalies.', anomalies),
    counter('incidents', 'Incidents begun.', incidents),
    counter('absences', 'Incidents of streams that fell silent, since the start.', absences),
    counter('changes', 'Lasting changes found, since the start.', changes),
    counter('muted_incidents', 'Incidents that were not alerted because their stream was muted.', held),
    gauge('muted_streams', 'Streams that are muted.', muted),
    gauge('events_per_second', 'Events per second, recent average.', perSecond),
    gauge(
      'lag_seconds',
      'Time of this machine minus the time of the newest event; NaN without times.',
      (Date.now() - newest) / 1000,
    ),
    gauge(
      'streams',
      'Streams by state.',
      Object.entries(states).map(([state, count]) => [{ state }, count]),
    ),
    gauge(
      'source_up',
      'Whether the source is running: 1, or 0 while its server is away, and after it has completed or failed.',
      board.source === 'running' && !isWaiting ? 1 : 0,
    ),
    gauge('clients', 'Connected clients.', feed.size),
    counter('skipped_updates', 'Updates skipped because a client was too slow.', feed.skipped),
    gauge(
      'event_loop_delay_p99_seconds',
      'Event loop delay since the start.',
      Math.max(0, delay.percentile(99) / 1e9 - LOOP_TIMER / 1000),
    ),
    gauge('resident_memory_bytes', 'Resident memory of the process.', memory.rss),
    gauge('heap_bytes', 'Heap in use.', memory.heapUsed),
    ...(engine === undefined ? [] : [gauge('info', 'Forecaster in use.', [[{ engine }, 1]])]),
  ];
}
