import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../core/duration.ts';
import { prometheusTable } from '../../sources/prometheus/prometheusOptions.ts';
import type { InfluxFlags } from './influxOptions.ts';
import { credentials, present, required, requireUrl } from './sourceOptions.ts';
import { refuseWithoutEffect } from './withoutEffect.ts';

/** The options of a command that reads a Prometheus, as they were given. */
export interface PrometheusFlags {
  readonly prometheus?: string;
  readonly query?: string;
  /** Milliseconds. */
  readonly step?: number;
}

/** The same where a Prometheus is read: what has to be given is there. */
export interface PrometheusOptions
  extends PrometheusFlags,
    Pick<InfluxFlags, 'since' | 'follow' | 'allowedLateness'> {
  readonly prometheus: string;
  readonly query: string;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
}

export function prometheusOptions(): readonly Option[] {
  return [
    new Option('--prometheus <url>', 'read a Prometheus, such as http://localhost:9090'),
    new Option('--query <promql>', `${prometheusTable.query.about}; a stream for each series of the result`),
    new Option(
      '--step <time>',
      `${prometheusTable.step.about}, such as 15s or 1m: as often as it is scraped (default: 1m)`,
    ).argParser(duration),
  ];
}

/**
 * What the options say of the Prometheus to read; undefined where none is named.
 *
 * @throws RxAnomalyError BAD_OPTION that names an option which is missing, wrong, or of no use
 */
export function readPrometheusOptions(
  command: 'detect' | 'serve',
  parsed: Command,
  flags: PrometheusFlags & Pick<InfluxFlags, 'since' | 'follow' | 'allowedLateness'>,
): PrometheusOptions | undefined {
  const { prometheus, query, step, since, follow, allowedLateness } = flags;
  refuseWithoutEffect(parsed, [['without --prometheus', prometheus !== undefined, ['query', 'step']]]);
  if (prometheus === undefined) return undefined;
  requireUrl(command, '--prometheus', prometheus, prometheusTable.url.kind, 'PROMETHEUS');
  const promql = required(command, '--prometheus', '--query', query);
  const { PROMETHEUS_TOKEN: token } = process.env;
  const { username, password } = credentials('PROMETHEUS');
  // A token wins over a user: the environment may hold the user of another server.
  const hasUser = token === undefined && username !== undefined && password !== undefined;
  return {
    ...{ prometheus, query: promql },
    ...present({ step, since, follow, allowedLateness, token }),
    ...(hasUser ? { username, password } : {}),
  };
}

function duration(text: string): number {
  const found = parseDuration(text);
  if (found === undefined || found <= 0) throw new InvalidArgumentError('Expected a time such as 15s or 1m.');
  return found;
}
