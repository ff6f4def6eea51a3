import { type Command, Option } from 'commander';
import { fromNatsTable } from '../../sources/nats/natsOptions.ts';
import type { ColumnOptions } from './options.ts';
import { onePath, present, required, requireKind, requireUrl } from './sourceOptions.ts';
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
  flags: NatsFlags & ColumnOptions,
): NatsOptions | undefined {
  const { nats, subject, fromStart, value, time } = flags;
  refuseWithoutEffect(parsed, [['without --nats', nats !== undefined, ['subject', 'fromStart']]]);
  if (nats === undefined) return undefined;
  requireUrl(command, '--nats', nats, fromNatsTable.servers.kind, 'NATS');
  const of = required(command, '--nats', '--subject', subject);
  requireKind(command, '--subject', of, fromNatsTable.subject.kind);
  const path = onePath(command, '--time', time, 'one path in the JSON of a message');
  return { ...{ nats, subject: of }, ...present({ fromStart, value, time: path }) };
}
