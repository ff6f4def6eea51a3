import { type Command, InvalidArgumentError, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { groupSpec, groupWaitSpec } from '../../models/decision/groupOptions.ts';
import { type WebhookFormatName, webhookFormatNames } from '../../sinks/formats/webhookFormatNames.ts';
import { type InlineJson, jsonFile } from './jsonFile.ts';
import { secretText, takes } from './optionForm.ts';
import { refuseWithoutEffect } from './withoutEffect.ts';

/** The options about alerts, as they were given. */
export interface AlertFlags {
  readonly alerts?: boolean;
  readonly webhook?: string;
  readonly webhookFormat?: WebhookFormatName;
  /** Statuses after which an alert is given up. @default none */
  readonly webhookGiveUpOn?: readonly number[];
  readonly alertsConfig?: string | InlineJson;
  readonly publicUrl?: string;
  readonly group?: string;
  readonly groupWait?: string;
  /** Of quiet hours that name none. @default 'UTC' */
  readonly timeZone?: string;
}

const ALERT_OPTIONS = {
  alerts: () =>
    new Option('--alerts', 'a line on standard error when an incident begins, and when it has ended').default(
      false,
    ),
  webhook: () =>
    new Option('--webhook <url>', 'POST alerts there, repeated until they are accepted').argParser(
      secretText,
    ),
  webhookFormat: () =>
    new Option('--webhook-format <name>', 'what the service is (default: json)').choices(webhookFormatNames),
  webhookGiveUpOn: () =>
    new Option(
      '--webhook-give-up-on <statuses>',
      'statuses after which an alert is dropped, such as 404,410 (default: none)',
    ).argParser(statuses),
  alertsConfig: () =>
    new Option(
      '--alerts-config <file>',
      'JSON: several sinks, mail among them, routes and quiet hours',
    ).argParser(jsonFile),
  publicUrl: () =>
    new Option('--public-url <url>', 'where people reach the dashboard: alerts link to their incidents'),
  group: () =>
    new Option(
      '--group <time>',
      'one alert, and one group of the dashboard, for all that begins within so long, such as 5m',
    ).argParser((text) => checked(text, groupSpec.kind)),
  groupWait: () =>
    new Option(
      '--group-wait <time>',
      'how long a group waits for more streams (default: a tenth of --group, at most 30s)',
    ).argParser((text) => checked(text, groupWaitSpec.kind)),
} as const satisfies Partial<Record<keyof AlertFlags, () => Option>>;

type AlertOptionName = Exclude<keyof AlertFlags, 'timeZone'>;
const ALL = Object.keys(ALERT_OPTIONS) as AlertOptionName[];

/** The options about alerts that a command has. */
export function alertOptions(names: readonly AlertOptionName[] = ALL): Option[] {
  return names.map((name) => ALERT_OPTIONS[name]());
}

/** @throws RxAnomalyError BAD_OPTION where an option has no effect */
export function refuseAlertOptions(command: Command, flags: AlertFlags): void {
  const { alerts = false, webhook, alertsConfig, group } = flags;
  if (webhook !== undefined && alertsConfig !== undefined)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${command.name()}: --webhook has no effect with --alerts-config; make it one of the sinks in the file`,
    );
  const hasSink = webhook !== undefined || alertsConfig !== undefined;
  refuseWithoutEffect(command, [
    ['without --webhook', webhook !== undefined, ['webhookGiveUpOn', 'webhookFormat']],
    ['without --webhook or --alerts-config', hasSink, ['publicUrl']],
    ['without --webhook, --alerts-config or --alerts', hasSink || alerts, ['groupWait']],
    ['without --group', group !== undefined, ['groupWait']],
  ]);
}

function checked(text: string, kind: { expected(value: unknown): string | undefined }): string {
  const expected = kind.expected(text);
  if (expected !== undefined) throw new InvalidArgumentError(`Expected a time such as 30s, 5m or 1h.`);
  return text;
}

const STATUS = { type: 'integer', minimum: 300, maximum: 599 } as const;
const STATUSES = { anyOf: [STATUS, { type: 'array', items: STATUS, minItems: 1 }] } as const;

const statuses = takes({ schema: STATUSES, list: 'joined' }, (text: string): number[] => {
  const list = text.split(',').map(Number);
  if (!list.every((status) => Number.isInteger(status) && status >= 300 && status <= 599))
    throw new InvalidArgumentError('Expected statuses from 300 to 599, separated by commas.');
  return list;
});
