import { basename, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { EMPTY, type MonoTypeOperatorFunction, merge, Subject } from 'rxjs';
import type { Alert } from '../../core/alert.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { BadDataPolicy, Value } from '../../core/reading.ts';
import { type DashboardOptions, serveDashboard } from '../../dashboard/index.ts';
import type { FromInfluxOptions } from '../../influx/index.ts';
import { resolveThresholdOptions } from '../../models/threshold.ts';
import type { TransformName } from '../../models/transform.ts';
import { toConsole, toWebhook } from '../../sinks/index.ts';
import type { CsvOptions } from '../../sources/index.ts';
import { type FoundTable, findTables } from '../findTables.ts';
import { type InfluxReadingFlags, influxReadingOptions } from '../influx/influxReadingOptions.ts';
import { interruptible } from '../interrupt.ts';
import { openTable } from '../openTable.ts';
import {
  type ColumnOptions,
  forecasterOption,
  keyOption,
  type ModelOptions,
  quietOption,
  scorerOption,
  seedOption,
  timeOption,
  transformOption,
  valueOption,
} from '../options.ts';
import { type PolicyFlags, policyOptions, readPolicy } from '../policy.ts';
import type { JudgeOptions } from '../rowOptions.ts';
import { FeedbackFile } from '../serve/feedbackFile.ts';
import { influxSource } from '../serve/influxSource.ts';
import { influxStream } from '../serve/influxStream.ts';
import type { JudgedSource } from '../serve/judgedSource.ts';
import { recordedStream } from '../serve/recordedStream.ts';

interface ServeOptions extends ColumnOptions, ModelOptions, PolicyFlags, InfluxReadingFlags {
  readonly speed: number;
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly feedback?: string;
  readonly webhook?: string;
  readonly alerts: boolean;
  readonly transform: TransformName;
  readonly onBadData: BadDataPolicy;
  readonly quiet: boolean;
}

export function serveCommand(): Command {
  const command = new Command('serve')
    .summary('show streams and their incidents in a browser, live')
    .description(
      'Judges recorded tables, replayed at speed, or an InfluxDB, and serves a dashboard that shows it live: charts, ' +
        'forecasts, scores, incidents. Goes on until it is interrupted.',
    )
    .argument('[paths...]', 'tables, or folders that are searched for .csv and .csv.gz; each is a stream')
    .addOption(
      new Option('--speed <times>', 'how many times faster than it happened tables are replayed')
        .argParser(positive)
        .default(600),
    )
    .addOption(
      new Option('--port <n>', 'to serve at; 0 for any that is free').argParser(portNumber).default(8080),
    )
    .addOption(
      new Option('--host <address>', 'to serve at; any but one of this machine needs a token').default(
        '127.0.0.1',
      ),
    )
    .addOption(
      new Option('--token <text>', 'what a browser must know to see anything, 16 characters or more').env(
        'RX_ANOMALY_TOKEN',
      ),
    )
    .addOption(
      new Option(
        '--feedback <file>',
        'keep what is said of incidents there, and heed it from the next start on',
      ),
    );
  command
    .addOption(
      new Option(
        '--alerts',
        'a line on standard error when an incident begins, and when it has ended',
      ).default(false),
    )
    .addOption(new Option('--webhook <url>', 'POST the same there as JSON, until it is taken'));
  for (const option of influxReadingOptions()) command.addOption(option);
  command
    .addOption(timeOption())
    .addOption(valueOption())
    .addOption(keyOption())
    .addOption(transformOption())
    .addOption(forecasterOption())
    .addOption(scorerOption())
    .addOption(
      new Option(
        '--on-bad-data <policy>',
        'missing or unusable values: put in the forecast, or leave the row out',
      )
        .choices(['impute', 'skip'])
        .default('impute'),
    )
    .addOption(seedOption())
    .addOption(quietOption())
    .addHelpText('after', HELP)
    .action((paths: string[], options: ServeOptions) =>
      interruptible((signal) => serve(paths, options, influxSource(options, command, process.env), signal)),
    );
  for (const option of policyOptions()) command.addOption(option);
  return command;
}

const HELP = `
/metrics has figures for Prometheus, /healthz says whether the source goes on.

A webhook's requests are signed where RX_ANOMALY_WEBHOOK_SECRET is set: the
header X-Rx-Anomaly-Signature is t=<seconds>,v1=<HMAC-SHA256 of "t.body">.

Credentials of the InfluxDB come from the environment: INFLUX_USERNAME and
INFLUX_PASSWORD, or INFLUX_TOKEN.

"This is normal" widens the range of that stream: an anomaly whose value and
whose distance from the forecast both lie in what was called normal is left
alone. "Missed" takes that back, and makes the stream's threshold ask for as
little evidence as would have flagged it, unless that is less than half.

Examples:
  rx-anomaly serve fixtures/sensors --speed 3600
  rx-anomaly serve --influx http://localhost:8086 --database plant --measurement press --field temp --group-by host --follow`;

async function serve(
  paths: readonly string[],
  options: ServeOptions,
  influx: FromInfluxOptions | undefined,
  signal: AbortSignal,
): Promise<void> {
  const tell = (line: string): void => {
    if (!options.quiet) console.error(line);
  };
  const { forecaster, scorer, seed, transform, onBadData, port, host, token } = options;
  const policy = await readPolicy(options);
  const judging: JudgeOptions = { forecaster, scorer, seed, transform, onBadData, ...policy };
  const { threshold, hold } = resolveThresholdOptions('serve', policy);
  if (influx === undefined && paths.length === 0)
    throw new RxAnomalyError('BAD_OPTION', 'serve: nothing to show; name tables or folders, or --influx');
  const sources = [
    ...(await recordedStreams(paths, options, judging, signal)),
    ...(influx === undefined ? [] : [influxStream(influx, judging)]),
  ];
  const sourceOf = (key: string | undefined): JudgedSource | undefined =>
    sources.find(({ owns }) => owns(key));
  const file = options.feedback === undefined ? undefined : new FeedbackFile(options.feedback);
  for (const said of file?.load() ?? []) sourceOf(said.key)?.takeFeedback(said);
  const shown: DashboardOptions = {
    port,
    host,
    ...(token === undefined ? {} : { token }),
    title: titleOf(paths, influx?.measurement),
    threshold,
    hold,
    engine: forecaster,
    dimensions: (key) => sourceOf(key)?.dimensions(),
    gates: (key) => sourceOf(key)?.gates(key),
    onFeedback: (said) => {
      sourceOf(said.key)?.takeFeedback(said);
      file?.add(said);
    },
  };
  const alerted = new Subject<Alert<unknown, Value>>();
  const sent = sinksOf(options, tell).map((sink) => alerted.pipe(sink).subscribe());
  try {
    const verdicts$ = merge(EMPTY, ...sources.map((source) => source.verdicts$));
    const dashboard = await serveDashboard(verdicts$, {
      ...shown,
      onIncident: (alert) => alerted.next(alert),
    });
    tell(`dashboard: ${dashboard.url}`);
    await aborted(signal);
    await dashboard.close();
  } finally {
    for (const subscription of sent) subscription.unsubscribe();
    await Promise.all(sources.map((source) => source.close()));
  }
  signal.throwIfAborted();
}

/** Where alerts go beside the dashboard. */
function sinksOf(
  { alerts, webhook }: ServeOptions,
  tell: (line: string) => void,
): MonoTypeOperatorFunction<Alert<unknown, Value>>[] {
  const sinks: MonoTypeOperatorFunction<Alert<unknown, Value>>[] = [];
  if (alerts) sinks.push(toConsole());
  if (webhook === undefined) return sinks;
  const secret = process.env.RX_ANOMALY_WEBHOOK_SECRET;
  const onLost = (_: unknown, { message }: Error): void => tell(`an alert was not taken: ${message}`);
  return [...sinks, toWebhook({ url: webhook, onLost, ...(secret ? { secret } : {}) })];
}

async function recordedStreams(
  paths: readonly string[],
  options: ServeOptions,
  judging: JudgeOptions,
  signal: AbortSignal,
): Promise<JudgedSource[]> {
  const found: FoundTable[] = [];
  for (const path of paths) found.push(...(await findTables(path)));
  const sources: JudgedSource[] = [];
  for (const { path, name } of found) {
    const table = await openTable(path, columnsOf(options), signal);
    sources.push(recordedStream(table, name.replace(/\.csv(\.gz)?$/i, ''), options.speed, judging));
  }
  return sources;
}

function columnsOf({ time, value, key }: ColumnOptions): CsvOptions {
  return {
    ...(time === undefined ? {} : { time }),
    ...(value === undefined ? {} : { value }),
    ...(key === undefined ? {} : { key }),
  };
}

function titleOf(paths: readonly string[], measurement: string | undefined): string {
  return [
    'rx-anomaly',
    ...paths.map((path) => basename(resolve(path))),
    ...(measurement === undefined ? [] : [measurement]),
  ].join(' · ');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function positive(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number > 0)) throw new InvalidArgumentError('Expected a positive number.');
  return number;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return port;
}
