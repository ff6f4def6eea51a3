import { type Command, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { badOption } from '../../core/options.ts';
import { fromNatsTable } from '../../sources/nats/natsOptions.ts';
import type { InfluxFlags } from './influxOptions.ts';
import type { ColumnOptions } from './options.ts';
import { refuseWithoutEffect } from './withoutEffect.ts';

/** The options of a command that reads NATS, as they were given. */
export interface NatsFlags {
  readonly nats?: string;
  readonly subject?: string;
  readonly fromStart?: boolean;
}

/** The same where NATS is read: what has to be given is there. */
export interface NatsOptions extends NatsFlags, Pick<ColumnOptions, 'value'> {
  readonly nats: string;
  readonly subject: string;
  /** The path of the time. */
  readonly time?: string;
}

export function natsOptions(): readonly Option[] {
  return [
    new Option('--nats <url>', 'read NATS, such as nats://localhost:4222'),
    new Option(
      '--subject <subject>',
      `${fromNatsTable.subject.about}: 'plant.*.temperature'; a stream for each subject`,
    ),
    new Option(
      '--from-start',
      'read all that a stream of NATS has, where no state says otherwise (default: from now on)',
    ),
  ];
}

/**
 * What the options say of NATS; undefined where it is not named.
 *
 * @throws RxAnomalyError BAD_OPTION that names an option which is missing, wrong, or of no use
 */
export function readNatsOptions(
  command: 'detect' | 'serve',
  parsed: Command,
  flags: NatsFlags & ColumnOptions & Pick<InfluxFlags, 'since'>,
): NatsOptions | undefined {
  const { nats, subject, fromStart, value, time } = flags;
  refuseWithoutEffect(parsed, [['without --nats', nats !== undefined, ['subject', 'fromStart']]]);
  if (nats === undefined) return undefined;
  refuseNatsUser(command, nats);
  if (subject === undefined) throw new RxAnomalyError('BAD_OPTION', `${command}: --nats needs --subject`);
  for (const [flag, spec, given] of [
    ['--nats', fromNatsTable.servers, nats],
    ['--subject', fromNatsTable.subject, subject],
  ] as const) {
    const expected = spec.kind.expected(given);
    if (expected !== undefined) throw badOption(command, flag, expected, given);
  }
  if (time !== undefined && typeof time !== 'string')
    throw badOption(command, '--time', 'one path in the JSON of a message', time.join(','));
  return {
    ...{ nats, subject },
    ...(fromStart === undefined ? {} : { fromStart }),
    ...(value === undefined ? {} : { value }),
    ...(time === undefined ? {} : { time }),
  };
}

/** It may hold a password, in error: no part of it is shown. @throws RxAnomalyError BAD_OPTION */
export function refuseNatsUser(command: string, url: string): void {
  if (url.includes('@'))
    throw badOption(
      command,
      '--nats',
      'without a user and password, which go into NATS_USER and NATS_PASSWORD',
      '…@…',
    );
}
