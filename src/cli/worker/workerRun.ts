import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { lastValueFrom, tap } from 'rxjs';
import { badOption } from '../../core/options.ts';
import type { Value } from '../../core/reading.ts';
import { distribute } from '../../distributed/distribute.ts';
import type { DurableVerdict } from '../../models/durable/durableState.ts';
import { readPolicy, type Timed } from '../options/policy.ts';
import { incidentFormat } from '../output/incidentFormat.ts';
import { verdictFormat } from '../output/verdictFormat.ts';
import { detectorOptions } from '../run/detectorOptions.ts';
import { outages } from '../run/live/outages.ts';
import { openPersistence } from '../run/persistence.ts';
import { RunCounts } from '../run/runCounts.ts';
import { awaitBroker } from './awaitBroker.ts';
import type { MessageReading, WorkerEvent } from './broker.ts';
import { openBroker } from './brokers.ts';
import type { WorkerOptions } from './workerOptions.ts';
import { serveMetrics, WorkerReport } from './workerReport.ts';

/** Milliseconds between two lines on progress. */
const REPORT = 10_000;

/** Works until interrupted; everything is then handed over. */
export async function workerRun(options: WorkerOptions, signal: AbortSignal): Promise<void> {
  const log = (line: string): void => {
    if (!options.quiet) console.error(line);
  };
  const counts = new RunCounts(log);
  const { forecaster, scorer, seed, adapt, transform, onBadData, maxKeys, fleet, value, deliver } = options;
  const { covariates, ...policy } = await readPolicy(options);
  if (covariates !== undefined)
    throw badOption('worker', '--holidays-as', 'a day of the week, or suppressed', 'covariate');
  // What is evicted is in the states.
  const { onEvict: _, ...detect } = detectorOptions<WorkerEvent & Timed>(
    {
      ...{ forecaster, scorer, seed, transform, onBadData, ...policy },
      ...(fleet === undefined ? {} : { fleet }),
      ...(adapt === undefined ? {} : { adapt }),
      ...(maxKeys === undefined ? {} : { maxKeys }),
    },
    { counts, persistence: openPersistence({}, log) },
    'clock',
  );
  const report = new WorkerReport(log);
  const server =
    options.metricsPort === undefined
      ? undefined
      : await serveMetrics(report, options.metricsPort, options.metricsHost);
  const address = server?.address();
  if (typeof address === 'object' && address !== null)
    log(
      `metrics: http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}/metrics`,
    );
  const open = () => openBroker('worker', options, log);
  const broker = await awaitBroker('worker', open, log, signal).catch((error: unknown) => {
    server?.close();
    throw error;
  });
  const timer = setInterval(() => log(report.line()), REPORT);
  try {
    const working = distribute<WorkerEvent, Value, string | number>({
      engine: broker.engine,
      detect: {
        ...detect,
        key: (event) => (event as MessageReading).key,
        value: (event) => (event as MessageReading).value,
      },
      deliver: deliverer(deliver, value ?? ['value']),
      config: { deliver, value: value === undefined ? null : [...value], time: options.time ?? null },
      ...(options.keepStates === undefined ? {} : { keepStates: options.keepStates }),
      worker: `${hostname()}-${process.pid}-${randomUUID().slice(0, 4)}`, // in containers the first two are alike
      retry: { onRetry: outages(log) },
      signal,
    });
    await lastValueFrom(working.pipe(tap((progress) => report.add(progress))), { defaultValue: undefined });
  } finally {
    clearInterval(timer);
    server?.close();
    await broker.close();
    for (const line of counts.problems.lines()) log(line);
    log(report.line());
  }
  signal.throwIfAborted();
}

/** The fields of detect's verdicts, with what each was flagged for and the incidents that ended with it. */
function deliverer(
  what: WorkerOptions['deliver'],
  names: readonly string[],
): (verdict: DurableVerdict<WorkerEvent, Value>) => object | undefined {
  const verdicts = verdictFormat('ndjson', names);
  const incidents = incidentFormat('ndjson', names);
  return (verdict) => {
    const { isAnomaly, evidence, ended } = verdict;
    if (what === 'flagged' && !isAnomaly && ended.length === 0) return undefined;
    const fields = JSON.parse(verdicts.line(verdict)) as object;
    return {
      ...fields,
      ...(evidence === undefined ? {} : { evidence }),
      ...(ended.length === 0
        ? {}
        : { ended: ended.map((each) => JSON.parse(incidents.line(each)) as object) }),
    };
  };
}
