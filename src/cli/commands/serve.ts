import { Command, Option } from 'commander';
import { runConfigured } from '../config/runConfigured.ts';
import { alertOptions, refuseAlertOptions } from '../options/alertOptions.ts';
import { credentialsOf } from '../options/influxOptions.ts';
import { type LiveSource, liveOptions, readLive, rulesOfTables } from '../options/liveSources.ts';
import { secretText } from '../options/optionForm.ts';
import {
  absentAfterOption,
  checkpointEveryOption,
  keyOption,
  quietOption,
  timeOption,
  valueOption,
} from '../options/options.ts';
import { path, portNumber, positive } from '../options/parsers.ts';
import { hasHolidays, policyOptions } from '../options/policy.ts';
import { rareOptions, rulesOfRare } from '../options/rareFlags.ts';
import { tableOptions } from '../options/tableOptions.ts';
import { addTopics, historyOptions, modelOptions } from '../options/topics.ts';
import { readVerdictsOptions, verdictsOption } from '../options/verdictsOptions.ts';
import { adaptRule, refuseWithoutEffect, ruleOfFleets, seedRule } from '../options/withoutEffect.ts';
import { PIPE } from '../serve/openSources.ts';
import { type ServeOptions, serveRun } from '../serve/serveRun.ts';

export function serveCommand(): Command {
  const command = new Command('serve')
    .description(
      'Detects anomalies in recorded tables, replayed at speed, in an InfluxDB, a Prometheus or a Redis, at an MQTT broker, on NATS, or sent by OTLP, and serves a ' +
        'dashboard that shows them live: charts, forecasts, scores, incidents. Runs until it is interrupted.',
    )
    .argument(
      '[paths...]',
      'tables, or folders that are searched for .csv and .tsv, packed or not; each is a stream; - for standard input, as it comes',
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
      new Option('--token <text>', 'token that a browser must send, 16 characters or more')
        .env('RX_ANOMALY_TOKEN')
        .argParser(secretText),
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
    .addOption(verdictsOption())
    .addOption(timeOption())
    .addOption(valueOption())
    .addOption(keyOption())
    .addOption(quietOption())
    .action((paths: string[], options: ServeOptions) => {
      const workers = readVerdictsOptions(command, paths);
      const live = workers === undefined ? liveOf(options, command) : undefined;
      const hasTable = paths.length > 0 || options.demo === true;
      refuseWithoutEffect(command, [
        ['without --checkpoint', options.checkpoint !== undefined, ['checkpointEvery']],
        ['without a table', hasTable, ['speed']],
        ['on standard input, which is shown as it comes', !paths.includes(PIPE), ['speed']],
        ['with --rare, whose events are shown as they are read', options.rare === undefined, ['speed']],
        ['with --rare, which learns from no feedback', options.rare === undefined, ['feedback']],
        ['with --rare, which looks for no lasting changes', options.rare === undefined, ['changes']],
        ...rulesOfRare(options),
        ...rulesOfTables(live, hasTable, 'without a table'),
        ['without --history', options.history !== undefined, ['passes']],
        ruleOfFleets(options),
        ['without --holidays or --policy', hasHolidays(options), ['holidaysAs']],
        seedRule(options),
        ...(options.fleet ? [] : [adaptRule(options)]),
      ]);
      refuseAlertOptions(command, options);
      return runConfigured(command, (signal) => serveRun(paths, options, workers ?? live, signal));
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
      rare: rareOptions(),
      policy: [...policyOptions(), absentAfterOption()],
      model: [impute, ...modelOptions(), ...historyOptions()],
      ...liveOptions('serve'),
      dashboard: [
        new Option(
          '--no-changes',
          'do not look for lasting changes, which takes 32 kB and a few µs an event of each stream',
        ),
        checkpointEveryOption(),
      ],
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
  journalctl -o short-iso -f | rx-anomaly serve - --rare --alerts
  rx-anomaly serve --influx http://localhost:8086 --database plant \\
      --measurement press --field temp --group-by host --follow --checkpoint state
  rx-anomaly serve --mqtt mqtt://localhost --topic 'plant/+/temperature'
  rx-anomaly serve --prometheus http://localhost:9090 --query node_load1 --follow
  rx-anomaly serve --otlp 4318
  rx-anomaly serve --nats nats://localhost:4222 --verdicts verdicts`;

/** Its token is the dashboard's. */
function liveOf({ token: _, ...flags }: ServeOptions, command: Command): LiveSource | undefined {
  return readLive('serve', command, { ...flags, ...credentialsOf(process.env) });
}
