import type { Command } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { dashed, givenHere, type InfluxReadingFlags, READING_NAMES } from './influxReadingOptions.ts';
import type { InfluxSourceOptions } from './influxSourceOptions.ts';

/**
 * What to read; undefined where no InfluxDB was named. User and password come from the environment, where they stand in no
 * list of processes: INFLUX_USERNAME and INFLUX_PASSWORD, or INFLUX_TOKEN.
 *
 * @throws RxAnomalyError BAD_OPTION naming what is missing, or given to no purpose
 */
export function influxSource(
  flags: InfluxReadingFlags,
  command: Command,
  env: NodeJS.ProcessEnv,
): InfluxSourceOptions | undefined {
  const { influx, database, retentionPolicy, measurement, field, groupBy, since, follow } = flags;
  if (influx === undefined) {
    const stray = givenHere(command, READING_NAMES);
    if (stray !== undefined)
      throw new RxAnomalyError('BAD_OPTION', `serve: --${dashed(stray)} is of use only with --influx`);
    return undefined;
  }
  const needed = (name: string): RxAnomalyError =>
    new RxAnomalyError('BAD_OPTION', `serve: --influx needs --${name}`);
  if (database === undefined) throw needed('database');
  if (measurement === undefined) throw needed('measurement');
  if (field === undefined) throw needed('field');
  const { INFLUX_USERNAME: username, INFLUX_PASSWORD: password, INFLUX_TOKEN: token } = env;
  return {
    ...{ influx, database, measurement, field },
    ...(retentionPolicy === undefined ? {} : { retentionPolicy }),
    ...(groupBy === undefined ? {} : { groupBy }),
    ...(since === undefined ? {} : { since }),
    ...(follow === undefined ? {} : { follow }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(token === undefined ? {} : { token }),
  };
}
