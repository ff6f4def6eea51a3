import { type Command, Option } from 'commander';
import { badOption } from '../../core/options.ts';
import type { InfluxConnection } from '../../influx/index.ts';
import {
  dashed,
  givenHere,
  type InfluxReadingFlags,
  influxReadingOptions,
  READING_NAMES,
} from './influxReadingOptions.ts';
import { checkpointEveryOption, seconds } from './options.ts';

/** What to read from an InfluxDB and how: the options of `detect`, of which `serve` has some. */
export interface InfluxSourceOptions extends InfluxReadingFlags {
  readonly poll?: number;
  readonly allowedLateness?: number;
  readonly writeBack?: string;
  readonly checkpointEvery?: number;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
}

export const influxSourceOptions = (): Option[] => [
  ...influxReadingOptions(),
  new Option('--poll <seconds>', 'between two looks for new points (default: 1)').argParser(seconds),
  new Option(
    '--allowed-lateness <seconds>',
    'by which a point may be written later than a newer one (default: 10)',
  ).argParser(seconds),
  new Option('--write-back <measurement>', 'write the verdicts there, and not to standard output'),
  checkpointEveryOption(),
  new Option('--token <token>', 'of InfluxDB 2 and 3').env('INFLUX_TOKEN'),
  new Option('--username <name>', 'of InfluxDB 1').env('INFLUX_USERNAME'),
  new Option('--password <password>', 'of InfluxDB 1').env('INFLUX_PASSWORD'),
];

/** @throws RxAnomalyError BAD_OPTION where the options of a table and those of an InfluxDB are mixed */
export function requireOneSource(file: string | undefined, command: Command): void {
  const isInflux = command.getOptionValue('influx') !== undefined;
  if (isInflux === (file !== undefined)) {
    throw badOption('detect', '--influx', 'given, or a file instead', isInflux ? 'both' : 'neither');
  }
  const [foreign, place] = isInflux
    ? [OF_TABLES, 'left out with --influx']
    : [OF_INFLUX, 'given with --influx only'];
  const name = givenHere(command, foreign);
  if (name !== undefined) throw badOption('detect', `--${dashed(name)}`, place, command.getOptionValue(name));
}

/** How to reach the server. @throws RxAnomalyError BAD_OPTION where there is no database */
export function influxConnection(options: InfluxSourceOptions): InfluxConnection {
  const { influx: url, database, retentionPolicy, token, username, password } = options;
  return {
    url: given('influx', url),
    database: given('database', database),
    ...(retentionPolicy === undefined ? {} : { retentionPolicy }),
    ...(token === undefined ? {} : { token }),
    // A token on the command line wins over a user in the environment.
    ...(token !== undefined || username === undefined ? {} : { username }),
    ...(token !== undefined || password === undefined ? {} : { password }),
  };
}

/** @throws RxAnomalyError BAD_OPTION */
export function given<T>(name: string, value: T | undefined): T {
  if (value === undefined) throw badOption('detect', `--${name}`, 'given with --influx', 'none');
  return value;
}

const OF_TABLES = ['time', 'value', 'key'] as const;
const OF_INFLUX: readonly (keyof InfluxSourceOptions)[] = [
  ...READING_NAMES,
  ...(['poll', 'allowedLateness', 'writeBack', 'checkpointEvery', 'token', 'username', 'password'] as const),
];
