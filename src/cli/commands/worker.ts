import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../core/duration.ts';
import { engineSpecs } from '../../distributed/engineSpecs.ts';
import { runConfigured } from '../config/runConfigured.ts';
import {
  adaptOption,
  fleetOption,
  forecasterOption,
  maxKeysOption,
  onBadDataOption,
  quietOption,
  scorerOption,
  seedOption,
  transformOption,
} from '../options/options.ts';
import { naturalNumber, portNumber } from '../options/parsers.ts';
import { hasHolidays, policyOptions } from '../options/policy.ts';
import { addTopics } from '../options/topics.ts';
import { adaptRule, refuseWithoutEffect, ruleOfFleets, seedRule } from '../options/withoutEffect.ts';
import { brokerOptions, messageOptions } from '../worker/brokers.ts';
import type { WorkerOptions } from '../worker/workerOptions.ts';

export function workerCommand(): Command {
  const command = new Command('worker')
    .description(
      'Detects together with as many other workers as are started, on any number of machines: events, verdicts and states are ' +
        'with the broker, and the workers share its partitions. The verdicts are those of one process: ' +
        'none is missing, double or different, whichever worker dies. Ctrl-C and SIGTERM hand over.',
    )
    .addOption(brokerOptions()[0]!);
  for (const option of brokerOptions().slice(1)) command.addOption(option);
  command
    .addOption(
      new Option(
        '--in <subjects>',
        "what is read: of NATS subjects, 'readings.*'; of Redis the NAME of the streams {NAME:0}:in, {NAME:1}:in, …",
      ).makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--partitions <n>',
        'parts of the log, at least as many as there will be workers; the same for all (default: as before, or 8)',
      ).argParser(naturalNumber),
    );
  for (const option of messageOptions()) command.addOption(option);
  command
    .addOption(
      new Option(
        '--deliver <what>',
        'anomalies and ends of incidents (flagged), or a verdict for every event (all)',
      )
        .choices(['flagged', 'all'])
        .default('flagged'),
    )
    .addOption(
      new Option('--keep-verdicts <time>', 'how long verdicts are kept (default: 7d; Redis: 1d)').argParser(
        keptTime,
      ),
    )
    .addOption(
      new Option('--keep-states <time>', 'how long states of keys without events are kept').argParser(
        keptTime,
      ),
    )
    .addOption(
      new Option('--metrics-port <port>', 'serve /metrics for Prometheus there').argParser(portNumber),
    )
    .addOption(new Option('--metrics-host <address>', 'that /metrics is served at').default('127.0.0.1'))
    .addOption(quietOption());
  return addTopics(
    command,
    {
      policy: policyOptions(),
      model: [
        transformOption(),
        forecasterOption(),
        adaptOption(),
        scorerOption(),
        onBadDataOption(),
        seedOption(),
        maxKeysOption(),
        fleetOption(),
      ],
    },
    ['--sensitivity', '--fleet'],
    EXAMPLES,
  ).action(async (options: WorkerOptions) => {
    refuseWithoutEffect(command, [
      ['without --holidays or --policy', hasHolidays(options), ['holidaysAs']],
      ['without --metrics-port', options.metricsPort !== undefined, ['metricsHost']],
      ruleOfFleets(options),
      seedRule(options),
      ...(options.fleet ? [] : [adaptRule(options)]),
    ]);
    const { workerRun } = await import('../worker/workerRun.ts');
    await runConfigured(command, (signal) => workerRun(options, signal));
  });
}

function keptTime(text: string): number {
  const kept = parseDuration(text);
  if (kept === undefined || engineSpecs.keepVerdicts.kind.expected(kept) !== undefined)
    throw new InvalidArgumentError('Expected a time of a minute or more, such as 12h or 30d.');
  return kept;
}

const EXAMPLES = `
Examples:
  rx-anomaly worker --nats nats://localhost:4222 --in 'readings.*' --fleet
  rx-anomaly worker --nats nats://a,nats://b,nats://c --in 'plant.*.temp' \\
      --value data.celsius --time at --deliver all
  rx-anomaly worker --redis redis://localhost --in readings --fleet
  rx-anomaly status --nats nats://localhost:4222

Start a worker as often as there are cores.
NATS_USER, NATS_PASSWORD, NATS_TOKEN or NATS_CREDENTIALS (the path of a .creds
file) say who this is, NODE_EXTRA_CA_CERTS has the authority of tls:. Needs the
packages @nats-io/transport-node and @nats-io/jetstream.`;
