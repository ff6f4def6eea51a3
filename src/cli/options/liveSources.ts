import type { Command, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { type InfluxFlags, type InfluxOptions, influxOptions, readInfluxOptions } from './influxOptions.ts';
import { type MqttFlags, type MqttOptions, mqttOptions, readMqttOptions } from './mqttOptions.ts';
import { type NatsFlags, type NatsOptions, natsOptions, readNatsOptions } from './natsOptions.ts';
import { type ColumnOptions, TABLE_FLAGS } from './options.ts';
import { type OtlpFlags, type OtlpOptions, otlpOptions, readOtlpOptions } from './otlpOptions.ts';
import {
  type PrometheusFlags,
  type PrometheusOptions,
  prometheusOptions,
  readPrometheusOptions,
} from './prometheusOptions.ts';
import { type RedisFlags, type RedisOptions, readRedisOptions, redisOptions } from './redisOptions.ts';
import { refuseWithoutEffect, type WithoutEffect } from './withoutEffect.ts';

/** The options of every source that is no table, as they were given. */
export interface LiveFlags
  extends InfluxFlags,
    MqttFlags,
    PrometheusFlags,
    NatsFlags,
    OtlpFlags,
    RedisFlags {}

/** A source that is no table, with its options. */
export type LiveSource =
  | { readonly kind: 'influx'; readonly options: InfluxOptions }
  | { readonly kind: 'mqtt'; readonly options: MqttOptions }
  | { readonly kind: 'prometheus'; readonly options: PrometheusOptions }
  | { readonly kind: 'nats'; readonly options: NatsOptions }
  | { readonly kind: 'otlp'; readonly options: OtlpOptions }
  | { readonly kind: 'redis'; readonly options: RedisOptions };

/** What an event of each is called. */
export const NOUNS: Readonly<Record<LiveSource['kind'], string>> = {
  influx: 'point',
  mqtt: 'message',
  prometheus: 'sample',
  nats: 'message',
  otlp: 'data point',
  redis: 'entry',
};

/** The options that name a source. */
export const LIVE: readonly string[] = ['--influx', '--mqtt', '--prometheus', '--nats', '--otlp', '--redis'];

/** What says how tables are read, and has an effect on these sources, too. */
const EFFECTIVE: Record<LiveSource['kind'], readonly string[]> = {
  influx: ['rate', 'resample'],
  mqtt: ['value', 'time', 'rate', 'resample'],
  prometheus: ['rate', 'resample'],
  nats: ['value', 'time', 'rate', 'resample'],
  otlp: ['resample'],
  redis: ['value', 'time', 'key', 'rate', 'resample'],
};

/** The sources that have no past to read. */
const NO_PAST: readonly (LiveSource['kind'] | undefined)[] = [undefined, 'mqtt', 'nats', 'otlp', 'redis'];

/** The options of each source, by their topic of help. */
export function liveOptions(
  command: 'detect' | 'serve',
): Readonly<Record<LiveSource['kind'], readonly Option[]>> {
  return {
    influx: influxOptions(command),
    mqtt: mqttOptions(),
    prometheus: prometheusOptions(),
    nats: natsOptions(),
    otlp: otlpOptions(),
    redis: redisOptions(),
  };
}

/**
 * The source that the options name; undefined where there is none.
 *
 * @throws RxAnomalyError BAD_OPTION where there are several, or an option is missing, wrong, or of no use
 */
export function readLive(
  command: 'detect' | 'serve',
  parsed: Command,
  flags: LiveFlags & ColumnOptions,
): LiveSource | undefined {
  const prometheus = readPrometheusOptions(command, parsed, flags);
  const influx = readInfluxOptions(command, parsed, flags, prometheus !== undefined);
  const mqtt = readMqttOptions(command, parsed, flags);
  const nats = readNatsOptions(command, parsed, flags);
  const otlp = readOtlpOptions(command, parsed, flags);
  const redis = readRedisOptions(command, parsed, flags);
  const named: LiveSource[] = [
    ...(influx === undefined ? [] : [{ kind: 'influx', options: influx } as const]),
    ...(mqtt === undefined ? [] : [{ kind: 'mqtt', options: mqtt } as const]),
    ...(prometheus === undefined ? [] : [{ kind: 'prometheus', options: prometheus } as const]),
    ...(nats === undefined ? [] : [{ kind: 'nats', options: nats } as const]),
    ...(otlp === undefined ? [] : [{ kind: 'otlp', options: otlp } as const]),
    ...(redis === undefined ? [] : [{ kind: 'redis', options: redis } as const]),
  ];
  if (named.length > 1)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${command}: name one of ${LIVE.join(', ')}; got ${named.map(({ kind }) => `--${kind}`).join(' and ')}`,
    );
  refuseWithoutEffect(parsed, [
    ['without --follow', flags.follow === true || named.length === 0, ['allowedLateness']],
  ]);
  return named[0];
}

/** What says how a table is read, where there is none: rules of `refuseWithoutEffect`. Of some sources they say how entries are read. */
export function rulesOfTables(
  live: LiveSource | undefined,
  hasTable: boolean,
  why: string,
): readonly WithoutEffect[] {
  const effective = live === undefined ? [] : EFFECTIVE[live.kind];
  return [
    [`${why}, which makes rates of counters itself`, live?.kind !== 'otlp', ['rate']],
    [why, hasTable, TABLE_FLAGS.filter((flag) => !effective.includes(flag))],
    [NO_PAST.includes(live?.kind) ? why : `${why}, whose past --since reads`, hasTable, ['history']],
  ];
}

/** What a source is called in titles. */
export function titleOfLive(live: LiveSource): string {
  switch (live.kind) {
    case 'influx':
      return live.options.measurement;
    case 'mqtt':
      return live.options.topic.join(', ');
    case 'prometheus':
      return live.options.query;
    case 'nats':
      return live.options.subject;
    case 'otlp':
      return live.options.metric?.join(', ') ?? 'OTLP';
    case 'redis':
      return live.options.stream.join(', ');
  }
}
