import { Command } from 'commander';
import { from, lastValueFrom } from 'rxjs';
import { RxAnomalyError } from '../../core/errors.ts';
import type { Incident, Value, Verdict } from '../../core/reading.ts';
import { type AlertFlags, alertOptions, refuseAlertOptions } from '../options/alertOptions.ts';
import { quietOption } from '../options/options.ts';
import type { ReportedAlert, SinkPlan } from '../serve/alertOutlet.ts';
import { readAlertSinks } from '../serve/readAlertSinks.ts';

interface AlertTestOptions extends AlertFlags {
  readonly quiet: boolean;
}

/** Failures in a row after which a test has failed. */
const RETRIES = 1;

export function alertTestCommand(): Command {
  const command = new Command('alert-test')
    .description(
      'Sends a test alert, and its end, to every sink, whatever routes and quiet hours say, and reports what each answers. ' +
        'Fails where one does not accept them.',
    )
    .addHelpText('after', EXAMPLES);
  for (const option of alertOptions(['webhook', 'webhookFormat', 'alertsConfig', 'publicUrl']))
    command.addOption(option);
  return command.addOption(quietOption()).action(async (options: AlertTestOptions) => {
    refuseAlertOptions(command, options);
    const log = options.quiet ? () => {} : (line: string): void => console.error(line);
    const { sinks } = await readAlertSinks('alert-test', options, log);
    if (sinks.length === 0)
      throw new RxAnomalyError(
        'BAD_OPTION',
        'alert-test: nothing to test; name --webhook or --alerts-config',
      );
    const failed: string[] = [];
    await Promise.all(
      sinks.map(async (sink) => {
        const { isAccepted, line } = await testSink(sink);
        if (!isAccepted) failed.push(sink.name);
        console.log(`${sink.name === '' ? 'webhook' : sink.name}: ${line}`);
      }),
    );
    if (failed.length > 0)
      throw new RxAnomalyError('SERVER', `alert-test: ${failed.length} of ${sinks.length} sinks failed`);
  });
}

const EXAMPLES = `
Examples:
  rx-anomaly alert-test --alerts-config alerts.json
  rx-anomaly alert-test --webhook https://ntfy.sh/my-topic --webhook-format ntfy`;

/** What a sink answers to both alerts of an incident. */
async function testSink({
  open,
}: SinkPlan): Promise<{ readonly isAccepted: boolean; readonly line: string }> {
  const answers: string[] = [];
  const lost: string[] = [];
  const send = open(
    {
      onRetry: () => {},
      onSent: (_, answer) => answers.push(answer),
      onLost: (_, { message }) => lost.push(message),
    },
    RETRIES,
  );
  await lastValueFrom(from(testAlerts(Date.now())).pipe(send));
  if (lost.length > 0) return { isAccepted: false, line: `failed: ${lost[0]}` };
  return { isAccepted: true, line: `accepted: ${[...new Set(answers)].join(', ')}` };
}

/** Both alerts of an incident that is none. */
function testAlerts(now: number): ReportedAlert[] {
  const key = 'rx-anomaly alert-test';
  const verdict: Verdict<unknown, Value> = {
    ...{ event: undefined, time: now, key, value: 1, imputed: false, expected: 0, lower: -0.5, upper: 0.5 },
    ...{ residual: 1, score: 0.5, attribution: 1, isAnomaly: true, severity: 'low', warmingUp: false },
    startOfIncident: true,
  };
  const incident: Incident<unknown, Value> = {
    ...{ kind: 'value', key, first: verdict, last: verdict, peak: verdict, start: now, end: now, count: 1 },
    ...{ severity: 'low', open: true },
  };
  return [
    { phase: 'began', incident },
    { phase: 'ended', incident: { ...incident, open: false } },
  ];
}
