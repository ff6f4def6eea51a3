import { type Command, InvalidArgumentError, Option } from 'commander';
import { nsToMilliseconds, toNanoseconds } from '../../clients/influx/nanoseconds.ts';
import { accepts, type OptionKind } from '../../core/optionKinds.ts';
import type { FromInfluxOptions, InfluxConnection } from '../../influx/index.ts';
import { NUMBER_OR_TEXT, secretText, takes } from './optionForm.ts';
import { names, seconds } from './parsers.ts';
import { parseSince } from './parseSince.ts';
import { present, required, requireUrl } from './sourceOptions.ts';
import { refuseWithoutEffect } from './withoutEffect.ts';

/** The options of a command that reads an InfluxDB, as they were given. */
export interface InfluxFlags {
  readonly influx?: string;
  readonly database?: string;
  readonly retentionPolicy?: string;
  readonly measurement?: string;
  readonly field?: readonly string[];
  readonly groupBy?: readonly string[];
  readonly since?: string;
  readonly follow?: boolean;
  readonly poll?: number;
  readonly allowedLateness?: number;
  readonly writeBack?: string;
  readonly writeBackRetentionPolicy?: string;
  readonly schemaCheck?: boolean;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
}

/** The same where an InfluxDB is read: what has to be given is there. */
export interface InfluxOptions extends InfluxFlags {
  readonly influx: string;
  readonly database: string;
  readonly measurement: string;
  readonly field: readonly string[];
}

/** Every option of an InfluxDB, by its name; a command picks those that it has. */
const INFLUX_OPTIONS = {
  influx: () => new Option('--influx <url>', 'read an InfluxDB, such as http://localhost:8086'),
  database: () => new Option('--database <name>', 'its database').env('INFLUX_DATABASE'),
  retentionPolicy: () =>
    new Option('--retention-policy <name>', "its retention policy (default: the database's own)"),
  measurement: () => new Option('--measurement <name>', 'what to read'),
  field: () =>
    new Option('--field <names>', 'field or fields to model, separated by commas').argParser(names),
  groupBy: () =>
    new Option('--group-by <tags>', 'tags that name the stream of a point; *: all tags').argParser(names),
  since: () =>
    new Option(
      '--since <time>',
      'start there, not at the oldest point: ISO 8601, 7d, now() - 7d, or an epoch',
    ).argParser(time),
  follow: () => new Option('--follow', 'read new points too as they are written, until interrupted'),
  poll: () =>
    new Option('--poll <seconds>', 'seconds between two queries for new points (default: 1)').argParser(
      seconds,
    ),
  allowedLateness: () =>
    new Option(
      '--allowed-lateness <seconds>',
      'how late a point may be written, in seconds (default: 10)',
    ).argParser(seconds),
  writeBack: () =>
    new Option('--write-back <measurement>', 'write the verdicts there instead of standard output'),
  writeBackRetentionPolicy: () =>
    new Option(
      '--write-back-retention-policy <name>',
      'of the verdicts (default: that of --retention-policy)',
    ),
  schemaCheck: () =>
    new Option(
      '--no-schema-check',
      'read what is not there yet, text fields and fields of several types too',
    ),
  token: () => new Option('--token <token>', 'of InfluxDB 2 and 3').env('INFLUX_TOKEN').argParser(secretText),
  username: () => new Option('--username <name>', 'of InfluxDB 1').env('INFLUX_USERNAME'),
  password: () =>
    new Option('--password <password>', 'of InfluxDB 1').env('INFLUX_PASSWORD').argParser(secretText),
} as const satisfies Record<keyof InfluxFlags, () => Option>;

const SERVED = [
  ...(['influx', 'database', 'retentionPolicy', 'measurement'] as const),
  ...(['field', 'groupBy', 'since', 'follow', 'schemaCheck'] as const),
];
/** A Prometheus has these, too. */
const SHARED: readonly (keyof InfluxFlags)[] = ['since', 'follow', 'allowedLateness'];
const ALL = Object.keys(INFLUX_OPTIONS) as (keyof InfluxFlags)[];

/** The options of an InfluxDB that a command has. */
export function influxOptions(command: 'detect' | 'serve'): Option[] {
  return (command === 'detect' ? ALL : SERVED).map((name) => INFLUX_OPTIONS[name]());
}

/**
 * What the options say of the InfluxDB to read; undefined where none is named.
 *
 * @param isShared whether another source takes the options that it has, too
 * @throws RxAnomalyError BAD_OPTION that names an option which is missing, or of no use
 */
export function readInfluxOptions(
  command: 'detect' | 'serve',
  parsed: Command,
  flags: InfluxFlags,
  isShared = false,
): InfluxOptions | undefined {
  const { influx, database, measurement, field } = flags;
  const own = (command === 'detect' ? ALL : SERVED).filter((name) => !isShared || !SHARED.includes(name));
  refuseWithoutEffect(parsed, [
    // Of Prometheus, too.
    ['without --influx or --prometheus', influx !== undefined || isShared, SHARED],
    ['without --influx', influx !== undefined, own],
    ['without --follow', flags.follow === true, ['poll']],
    ['without --write-back', flags.writeBack !== undefined, ['writeBackRetentionPolicy']],
  ]);
  if (influx === undefined) return undefined;
  requireUrl(command, '--influx', influx, ADDRESS, 'INFLUX');
  return {
    ...flags,
    influx,
    field: required(command, '--influx', '--field', field),
    database: required(command, '--influx', '--database', database),
    measurement: required(command, '--influx', '--measurement', measurement),
  };
}

/** The user's credentials where the command line has no option for them. */
export function credentialsOf(env: NodeJS.ProcessEnv): Pick<InfluxFlags, 'username' | 'password' | 'token'> {
  const { INFLUX_USERNAME: username, INFLUX_PASSWORD: password, INFLUX_TOKEN: token } = env;
  return present({ username, password, token });
}

/** How to reach the server. */
export function influxConnection(options: InfluxOptions): InfluxConnection {
  const { influx: url, database, retentionPolicy, token, username, password } = options;
  return {
    ...{ url, database },
    ...(retentionPolicy === undefined ? {} : { retentionPolicy }),
    ...(token === undefined ? {} : { token }),
    // A token wins over a user: the environment may hold the user of another server.
    ...(token !== undefined || username === undefined ? {} : { username }),
    ...(token !== undefined || password === undefined ? {} : { password }),
  };
}

/** What of an InfluxDB is read. */
export function influxSelection({
  measurement,
  field,
  groupBy,
  since,
}: InfluxOptions): Pick<FromInfluxOptions, 'measurement' | 'fields' | 'groupBy' | 'from'> {
  return {
    measurement,
    fields: field.length === 1 ? field[0] : field,
    ...(groupBy === undefined ? {} : { groupBy: groupBy[0] === '*' ? '*' : groupBy }),
    ...(since === undefined ? {} : { from: since }),
  };
}

const ADDRESS: OptionKind = accepts(
  'an address such as http://localhost:8086',
  (text) => typeof text === 'string' && /^https?:\/\/[^?#]+$/.test(text),
);

/** Milliseconds by which clocks may differ. */
const CLOCKS = 60_000;

/** A moment, which ends up as ISO 8601 text or as nanoseconds. */
const time = takes(NUMBER_OR_TEXT, (text: string): string => {
  const since = parseSince(text, Date.now());
  if (since === undefined)
    throw new InvalidArgumentError(
      'Expected a time such as 2026-01-05T00:00:00Z, 7d, now() - 7d or 1767571200.',
    );
  if (nsToMilliseconds(toNanoseconds(since)!) > Date.now() + CLOCKS)
    throw new InvalidArgumentError('Expected a time that has passed: nothing is there since a later one.');
  return since;
});
