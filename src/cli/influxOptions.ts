import { Option } from 'commander';
import { RxAnomalyError } from '../core/errors.ts';
import type { FromInfluxOptions } from '../sources/influx/influxOptions.ts';
import { names } from './options.ts';

/** What the options of a command say of an InfluxDB. */
export interface InfluxFlags {
  readonly influx?: string;
  readonly database?: string;
  readonly measurement?: string;
  readonly field?: readonly string[];
  readonly groupBy?: readonly string[];
  readonly since?: string;
  readonly follow?: boolean;
}

export const influxOptions = (): Option[] => [
  new Option('--influx <url>', 'read an InfluxDB, such as http://localhost:8086'),
  new Option('--database <name>', 'of the InfluxDB'),
  new Option('--measurement <name>', 'to read'),
  new Option('--field <names>', 'field or fields to model, separated by commas').argParser(names),
  new Option('--group-by <tags>', 'tag or tags that name the stream a point belongs to').argParser(names),
  new Option('--since <time>', 'begin there (ISO 8601) and not at the oldest point'),
  new Option('--follow', 'go on with what is written from now on'),
];

/**
 * What to read; undefined where no InfluxDB was named. User and password come from the environment, where they stand in no
 * list of processes: INFLUX_USERNAME and INFLUX_PASSWORD, or INFLUX_TOKEN.
 *
 * @throws RxAnomalyError BAD_OPTION naming what is missing, or given to no purpose
 */
export function influxSource(flags: InfluxFlags, env: NodeJS.ProcessEnv): FromInfluxOptions | undefined {
  const { influx, database, measurement, field, groupBy, since, follow } = flags;
  if (influx === undefined) {
    const stray = Object.entries({ database, measurement, field, groupBy, since, follow }).find(
      ([, value]) => value !== undefined,
    );
    if (stray !== undefined)
      throw new RxAnomalyError('BAD_OPTION', `serve: --${dashed(stray[0])} is of use only with --influx`);
    return undefined;
  }
  for (const [name, value] of Object.entries({ database, measurement, field }))
    if (value === undefined) throw new RxAnomalyError('BAD_OPTION', `serve: --influx needs --${name}`);
  const { INFLUX_USERNAME: username, INFLUX_PASSWORD: password, INFLUX_TOKEN: token } = env;
  return {
    url: influx,
    database: database!,
    measurement: measurement!,
    fields: field!.length === 1 ? field![0]! : field!,
    ...(groupBy === undefined ? {} : { groupBy }),
    ...(since === undefined ? {} : { from: since }),
    ...(follow === undefined ? {} : { follow }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(token === undefined ? {} : { token }),
  };
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
