import { Command, Option } from 'commander';
import { EMPTY, merge, ReplaySubject, switchMap, tap } from 'rxjs';
import { RxAnomalyError } from '../../core/errors.ts';
import type { BadDataPolicy } from '../../core/reading.ts';
import { isLoopback } from '../../dashboard/access.ts';
import { dashboardOptions } from '../../dashboard/dashboardOptions.ts';
import { type Dashboard, type DashboardOptions, serveDashboard } from '../../dashboard/index.ts';
import { gatesOf } from '../../inspect/layerGates.ts';
import type { AheadPlan } from '../../models/ahead/aheadOptions.ts';
import type { AbsentAfter } from '../../models/decision/absenceWatch.ts';
import { thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import { nest, nestedSnapshot } from '../../models/snapshot/snapshot.ts';
import type { TransformName } from '../../models/transform.ts';
import { FIXTURES } from '../fixtures.ts';
import { type AlertFlags, alertOptions, refuseAlertOptions } from '../options/alertOptions.ts';
import { credentialsOf } from '../options/influxOptions.ts';
import {
  LIVE,
  type LiveFlags,
  type LiveSource,
  liveOptions,
  readLive,
  rulesOfTables,
  titleOfLive,
} from '../options/liveSources.ts';
import {
  absentAfterOption,
  type ColumnOptions,
  checkpointEveryOption,
  checkSecret,
  type HistoryOptions,
  keyOption,
  type ModelOptions,
  path,
  portNumber,
  positive,
  quietOption,
  timeOption,
  valueOption,
} from '../options/options.ts';
import { hasHolidays, type PolicyFlags, policyOptions, readPolicy } from '../options/policy.ts';
import { tableOptions } from '../options/tableOptions.ts';
import { addTopics, historyOptions, modelOptions } from '../options/topics.ts';
import { adaptRule, refuseWithoutEffect, ruleOfFleets, seedRule } from '../options/withoutEffect.ts';
import type { DetectionContext, OpenDetection } from '../run/detection.ts';
import { FeedbackFile } from '../run/feedbackFile.ts';
import { aborted, interruptible } from '../run/interrupt.ts';
import { openLive } from '../run/openLive.ts';
import { openPersistence, type Persistence } from '../run/persistence.ts';
import type { DetectionOptions } from '../run/rowOptions.ts';
import { RunCounts } from '../run/runCounts.ts';
import { replayedTables } from '../run/tableDetection.ts';
import { createYield } from '../run/yieldToEventLoop.ts';
import { AlertSinks, alerting } from '../serve/alertSinks.ts';
import { cannotListen } from '../serve/cannotListen.ts';
import { readAlertSinks } from '../serve/readAlertSinks.ts';
import { titleOf } from '../serve/titleOf.ts';

interface ServeOptions
  extends ColumnOptions,
    ModelOptions,
    PolicyFlags,
    Omit<LiveFlags, 'token'>,
    HistoryOptions,
    AlertFlags {
  readonly demo?: boolean;
  readonly speed: number;
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly feedback?: string;
  readonly maxKeys?: number;
  readonly fleet?: boolean;
  readonly ahead?: AheadPlan;
  readonly absentAfter?: AbsentAfter;
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly alerts: boolean;
  readonly transform: TransformName;
  readonly onBadData: BadDataPolicy;
  readonly quiet: boolean;
}

export function serveCommand(): Command {
  const command = new Command('serve')
    .description(
      'Detects anomalies in recorded tables, replayed at speed, in an InfluxDB, a Prometheus or a Redis, at an MQTT broker, on NATS, or sent by OTLP, and serves a ' +
        'dashboard that shows them live: charts, forecasts, scores, incidents. Runs until it is interrupted.',
    )
    .argument(
      '[paths...]',
      'tables, or folders that are searched for .csv and .tsv, packed or not; each is a stream',
    )
    .option('--demo', 'serve the sensor streams that come with the package')
    .addOption(
      new Option('--speed <times>', 'how many times faster than recorded tables are replayed')
        .argParser(positive)
        .default(600),
    )
    .addOption(
      new Option('--port <n>', 'port to listen at; 0 for any free one').argParser(portNumber).default(8080),
    )
    .addOption(
      new Option(
        '--host <address>',
        'address to listen at; any but one of this machine needs a token',
      ).default('127.0.0.1'),
    )
    .addOption(
      new Option('--token <text>', 'token that a browser must send, 16 characters or more').env(
        'RX_ANOMALY_TOKEN',
      ),
    )
    .addOption(
      new Option(
        '--feedback <file>',
        'save the feedback on incidents there, and apply it again at the next start',
      ).argParser(path),
    )
    .option(
      '--checkpoint <dir>',
      'resume from the state saved there; save it while running and on interruption',
      path,
    );
  command
    .addOption(timeOption())
    .addOption(valueOption())
    .addOption(keyOption())
    .addOption(quietOption())
    .action((paths: string[], options: ServeOptions) => {
      const live = liveOf(options, command);
      const hasTable = paths.length > 0 || options.demo === true;
      refuseWithoutEffect(command, [
        ['without --checkpoint', options.checkpoint !== undefined, ['checkpointEvery']],
        ['without a table', hasTable, ['speed']],
        ...rulesOfTables(live, hasTable, 'without a table'),
        ['without --history', options.history !== undefined, ['passes']],
        ruleOfFleets(options.fleet),
        ['without --holidays or --policy', hasHolidays(options), ['holidaysAs']],
        seedRule(options),
        ...(options.fleet ? [] : [adaptRule(options)]),
      ]);
      refuseAlertOptions(command, options);
      return interruptible((signal) => serve(paths, options, live, signal));
    });
  const impute = new Option(
    '--on-bad-data <policy>',
    'missing or unusable values: impute the forecast, or skip the row',
  )
    .choices(['impute', 'skip'])
    .default('impute');
  return addTopics(
    command,
    {
      table: tableOptions(),
      policy: [...policyOptions(), absentAfterOption()],
      model: [impute, ...modelOptions(), ...historyOptions()],
      ...liveOptions('serve'),
      dashboard: [checkpointEveryOption()],
      alerts: alertOptions(),
    },
    ['--sensitivity', '--alerts', '--webhook'],
    EXAMPLES,
  );
}

const EXAMPLES = `
Examples:
  rx-anomaly serve --demo
  rx-anomaly serve sensors.csv --speed 3600
  rx-anomaly serve --influx http://localhost:8086 --database plant \\
      --measurement press --field temp --group-by host --follow --checkpoint state
  rx-anomaly serve --mqtt mqtt://localhost --topic 'plant/+/temperature'
  rx-anomaly serve --prometheus http://localhost:9090 --query node_load1 --follow
  rx-anomaly serve --otlp 4318`;

/** Its token is the dashboard's. */
function liveOf({ token: _, ...flags }: ServeOptions, command: Command): LiveSource | undefined {
  return readLive('serve', command, { ...flags, ...credentialsOf(process.env) });
}

async function serve(
  named: readonly string[],
  options: ServeOptions,
  live: LiveSource | undefined,
  signal: AbortSignal,
): Promise<void> {
  const log = options.quiet ? () => {} : (line: string): void => console.error(line);
  const { forecaster, scorer, seed, adapt, transform, onBadData, port, host, token } = options;
  const { maxKeys, fleet, absentAfter, ahead } = options;
  const policy = await readPolicy(options);
  const detectionOptions: DetectionOptions = {
    ...{ forecaster, scorer, seed, transform, onBadData, ...policy },
    ...(adapt === undefined ? {} : { adapt }),
    ...(maxKeys === undefined ? {} : { maxKeys }),
    ...(fleet === undefined ? {} : { fleet }),
    ...(absentAfter === undefined ? {} : { absentAfter }),
    ...(ahead === undefined ? {} : { ahead }),
  };
  const { threshold, hold } = thresholdOptions.resolvePart('serve', policy);
  const paths = options.demo ? [...named, `${FIXTURES}sensors`] : named;
  if (live === undefined && paths.length === 0)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `serve: nothing to show; name tables or folders, ${LIVE.join(', ')}, or --demo`,
    );
  checkSecret('serve', '--token', dashboardOptions.table.token, token);
  if (token === undefined && !isLoopback(host))
    throw new RxAnomalyError(
      'BAD_OPTION',
      `serve: --host ${host}: others can reach the dashboard there; expected --token, or RX_ANOMALY_TOKEN in the environment`,
    );
  let dashboard: Dashboard | undefined;
  const sources: OpenDetection[] = [];
  const sourceOf = (key: string | undefined): OpenDetection | undefined =>
    sources.find(({ owns }) => owns(key));
  const sinks = new AlertSinks(
    { alerts: options.alerts, ...(await readAlertSinks('serve', options, log)) },
    {
      log,
      changed: (key) => sourceOf(key)?.changed(),
      dimensions: (key) => sourceOf(key)?.dimensions(),
      holdsBack: (alert) => dashboard?.holdsBack(alert) ?? false,
      isHeldBack: (key) => dashboard?.isHeldBack(key) ?? false,
    },
  );
  const extraState: Persistence['extraState'] = (owns) => {
    const isOf = (key: string | undefined): boolean => sourceOf(key)?.owns === owns;
    const shown = dashboard?.snapshot(isOf);
    return { ...sinks.save(isOf), ...(shown === undefined ? {} : { shown: nest(shown) }) };
  };
  const context: DetectionContext = {
    ...{ command: 'serve', counts: new RunCounts(log), log, signal, pause: createYield() },
    ...{ history: options, persistence: openPersistence(options, log, { extraState }) },
  };
  let isSaved = true;
  try {
    for await (const source of replayedTables(paths, options, detectionOptions, context))
      sources.push(source);
    if (live !== undefined) sources.push(await openLive(live, detectionOptions, context));
    if (sources.some(({ resumed }) => resumed)) log(`resuming from ${options.checkpoint}`);
    const file = options.feedback === undefined ? undefined : new FeedbackFile(options.feedback, log);
    for (const feedback of file?.load() ?? []) await sourceOf(feedback.key)?.recallFeedback(feedback);
    const shown: DashboardOptions = {
      port,
      host,
      ...(token === undefined ? {} : { token }),
      ...(policy.timeZone === undefined ? {} : { timeZone: policy.timeZone }),
      title: titleOf(paths, live && titleOfLive(live)),
      threshold,
      hold,
      ...(options.group === undefined ? {} : { group: options.group }),
      restore: sources.flatMap(({ restored: { shown = null } }) =>
        shown === null ? [] : [nestedSnapshot(shown)],
      ),
      engine: forecaster,
      dimensions: (key) => sourceOf(key)?.dimensions(),
      gates: (key) => gatesOf(sourceOf(key)?.detector(key)?.forecaster),
      onFeedback: async (feedback) => {
        await sourceOf(feedback.key)?.takeFeedback(feedback);
        file?.add(feedback); // after the state that has it: what is in both is not applied twice
      },
      onAction: (key) => sourceOf(key)?.save(),
      onMuteEnd: (alert) => sinks.send(alert),
    };
    const begun = new ReplaySubject<void>(1); // no state is taken before it is known what is shown
    const verdicts$ = merge(
      EMPTY,
      ...sources.map((source) => source.verdicts$.pipe(alerting(source, sinks))),
    ).pipe(tap({ complete: () => sinks.flush() }));
    dashboard = await serveDashboard(begun.pipe(switchMap(() => verdicts$)), shown).catch((error: unknown) =>
      cannotListen(error, host, port),
    );
    for (const { restored, open } of sources) sinks.resume(restored, open);
    begun.next();
    begun.complete();
    const { origin } = new URL(dashboard.url); // without the token: lines end up in logs
    log(`dashboard: ${origin}/${token === undefined ? '' : ' (add ?token=… with the token)'}`);
    await aborted(signal);
    await dashboard.close();
  } finally {
    await sinks.close(options.checkpoint !== undefined);
    const closed = await Promise.allSettled(sources.map((source) => source.close()));
    isSaved = closed.every(({ status }) => status === 'fulfilled'); // why not was reported
    await context.persistence.close();
  }
  if (isSaved && options.checkpoint !== undefined) log(`state saved in ${options.checkpoint}`);
  signal.throwIfAborted();
}
