import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import { type Metric, metricsText } from '../../dashboard/metricsText.ts';
import type { Position } from '../../distributed/contract.ts';
import type { Progress } from '../../distributed/progress.ts';
import { counted, grouped } from '../text/formatText.ts';

const COUNTS = ['events', 'replayed', 'verdicts', 'unreadable', 'saves', 'overtaken'] as const;

/** What a worker has done, over all partitions that it has and has had. */
export class WorkerReport {
  readonly #log: (line: string) => void;
  readonly #now: Map<number, Progress<Position>> = new Map();
  readonly #past: Record<(typeof COUNTS)[number], number> = {
    ...{ events: 0, replayed: 0, verdicts: 0, unreadable: 0, saves: 0, overtaken: 0 },
  };
  #reported: { readonly events: number; readonly at: number } = { events: 0, at: performance.now() };

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  add(progress: Progress<Position>): void {
    const { kind, partition } = progress; // what is tried again is reported by retry.onRetry, once for all partitions
    if (kind === 'gained')
      this.#log(`partition ${partition}: taken, delivered up to ${progress.delivered ?? 'nothing'}`);
    if (kind !== 'lost') {
      this.#now.set(partition, progress);
      return;
    }
    this.#now.delete(partition);
    for (const count of COUNTS) this.#past[count] += progress[count];
    this.#log(`partition ${partition}: handed over, delivered up to ${progress.delivered ?? 'nothing'}`);
  }

  sum(count: (typeof COUNTS)[number]): number {
    return [...this.#now.values()].reduce((sum, each) => sum + each[count], this.#past[count]);
  }

  /** One line: what was done since the last one. */
  line(): string {
    const now = { events: this.sum('events'), at: performance.now() };
    const rate = Math.round(
      ((now.events - this.#reported.events) * 1000) / Math.max(1, now.at - this.#reported.at),
    );
    this.#reported = now;
    const unreadable = this.sum('unreadable');
    return [
      `${counted(this.#now.size, 'partition')}: ${counted(now.events, 'event')} (${grouped(rate)}/s)`,
      `${counted(this.sum('replayed'), 'event')} replayed`,
      counted(this.sum('verdicts'), 'verdict'),
      ...(unreadable > 0 ? [`${counted(unreadable, 'message')} left out`] : []),
      `${counted(this.#gauge('models'), 'model')} in memory`,
    ].join(', ');
  }

  /** `/metrics` for Prometheus. */
  metrics(): string {
    const counter = (name: (typeof COUNTS)[number], help: string): Metric => ({
      ...{ name: `rx_anomaly_worker_${name}_total`, type: 'counter', help, values: this.sum(name) },
    });
    const gauge = (name: string, help: string, values: Metric['values']): Metric => ({
      ...{ name: `rx_anomaly_worker_${name}`, type: 'gauge', help, values },
    });
    return metricsText([
      counter('events', 'Events whose verdicts were delivered.'),
      counter('replayed', 'Events that were processed again after a takeover.'),
      counter('verdicts', 'Verdicts that were delivered.'),
      counter('unreadable', 'Messages that were left out.'),
      counter('saves', 'States that were saved.'),
      counter('overtaken', 'Times that another worker was first.'),
      gauge('partitions', 'Partitions of this worker.', this.#now.size),
      gauge('models', 'Models in memory.', this.#gauge('models')),
      gauge(
        'lag_events',
        'Events that wait, by partition.',
        [...this.#now].flatMap(([partition, { lag }]) =>
          lag === undefined ? [] : [[{ partition: String(partition) }, lag] as const],
        ),
      ),
      gauge('resident_bytes', 'Memory of the process.', process.memoryUsage.rss()),
    ]);
  }

  #gauge(count: 'models'): number {
    return [...this.#now.values()].reduce((sum, each) => sum + each[count], 0);
  }
}

/** Serves `/metrics`. @throws RxAnomalyError BAD_INPUT where the port cannot be had */
export async function serveMetrics(report: WorkerReport, port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => {
    const isThere = request.url === '/metrics';
    response.statusCode = isThere ? 200 : 404;
    response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(isThere ? report.metrics() : 'not found; see /metrics\n');
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw new RxAnomalyError('SERVER', `--metrics-port ${port}: ${messageOf(error)}; 0 takes any free one`, {
      cause: error,
    });
  });
  return server;
}
