import { type Command, InvalidArgumentError, Option } from 'commander';
import { toNanoseconds } from '../../clients/influx/nanoseconds.ts';
import type { FromInfluxOptions } from '../../influx/index.ts';
import { names } from './options.ts';

/** What the options of a command say of an InfluxDB that is read. */
export interface InfluxReadingFlags {
  readonly influx?: string;
  readonly database?: string;
  readonly retentionPolicy?: string;
  readonly measurement?: string;
  readonly field?: readonly string[];
  readonly groupBy?: readonly string[];
  readonly since?: string;
  readonly follow?: boolean;
}

/** Their names, but for the one that turns to an InfluxDB in the first place. */
export const READING_NAMES = [
  'database',
  'retentionPolicy',
  'measurement',
  'field',
  'groupBy',
  'since',
  'follow',
] as const;

export const influxReadingOptions = (): Option[] => [
  new Option('--influx <url>', 'read an InfluxDB, such as http://localhost:8086').argParser(url),
  new Option('--database <name>', 'its database').env('INFLUX_DATABASE'),
  new Option('--retention-policy <name>', "its retention policy (default: the database's own)"),
  new Option('--measurement <name>', 'what to read'),
  new Option('--field <names>', 'field or fields to model, separated by commas').argParser(names),
  new Option('--group-by <tags>', 'tags that name the stream of a point; *: all tags').argParser(names),
  new Option('--since <time>', 'begin there (ISO 8601) and not at the oldest point').argParser(time),
  new Option('--follow', 'go on with what is written from now on, until interrupted'),
];

/** What of an InfluxDB is read. */
export function influxSelection(
  measurement: string,
  field: readonly string[],
  { groupBy, since }: InfluxReadingFlags,
): Pick<FromInfluxOptions, 'measurement' | 'fields' | 'groupBy' | 'from'> {
  return {
    measurement,
    fields: field.length === 1 ? field[0]! : field,
    ...(groupBy === undefined ? {} : { groupBy: groupBy[0] === '*' ? '*' : groupBy }),
    ...(since === undefined ? {} : { from: since }),
  };
}

/** The first of these options that was given on the command line itself: the environment may speak of another run. */
export function givenHere<T extends string>(command: Command, options: readonly T[]): T | undefined {
  return options.find((name) => command.getOptionValueSource(name) === 'cli');
}

export function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function url(text: string): string {
  if (!/^https?:\/\//.test(text))
    throw new InvalidArgumentError('Expected an address such as http://localhost:8086.');
  return text;
}

function time(text: string): string {
  if (toNanoseconds(text) === undefined) {
    throw new InvalidArgumentError('Expected a time such as 2026-01-05T00:00:00Z.');
  }
  return text;
}
