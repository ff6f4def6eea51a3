import { type Command, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import type { BrokerName } from '../worker/workerOptions.ts';
import { isGiven, nameOfGiven } from './given.ts';
import { timeOption, valueOption } from './options.ts';
import { policyOptions } from './policy.ts';
import { modelOptions } from './topics.ts';

/** The workers whose verdicts are shown, as the options name them. */
export interface VerdictsSource extends Partial<Record<BrokerName, string>> {
  readonly kind: 'verdicts';
  /** Their `--out`. */
  readonly verdicts: string;
  /** Milliseconds: older verdicts are not read. */
  readonly since: number;
}

/** Milliseconds of verdicts that are shown where nothing else is asked for. */
const PAST = 3_600_000;

/** What has an effect with `--verdicts`. */
const EFFECTIVE: ReadonlySet<string> = new Set([
  ...['verdicts', 'nats', 'redis', 'since', 'port', 'host', 'token', 'quiet', 'timeZone'],
  ...['checkpoint', 'checkpointEvery', 'alerts', 'webhook', 'webhookFormat', 'webhookGiveUpOn'],
  ...['alertsConfig', 'publicUrl', 'group', 'groupWait', 'config', 'printConfig'],
]);

/** Of a detector's options, those that workers do not have. */
const NOT_OF_WORKERS: readonly string[] = ['ahead', 'covariate'];

export function verdictsOption(): Option {
  return new Option(
    '--verdicts <name>',
    'show what workers have detected: their --out, at the broker of --nats or --redis; the last hour, or --since',
  );
}

/**
 * The workers that the options name; undefined where they name none.
 *
 * @throws RxAnomalyError BAD_OPTION that names an option which is missing, or of no use
 */
export function readVerdictsOptions(command: Command, paths: readonly string[]): VerdictsSource | undefined {
  const { verdicts, nats, redis, since } = command.opts<{ [name: string]: string | undefined }>();
  if (verdicts === undefined) return undefined;
  const refuse = (what: string): never => {
    throw new RxAnomalyError('BAD_OPTION', `${command.name()}: ${what}`);
  };
  if (paths.length > 0) refuse(`a table cannot be shown with --verdicts; leave out ${paths[0]}`);
  const detection = [...policyOptions(), ...modelOptions(), valueOption(), timeOption()];
  const ofWorkers = new Set(detection.map((option) => option.attributeName()));
  for (const option of command.options) {
    const name = option.attributeName();
    if (EFFECTIVE.has(name) || !isGiven(command, name)) continue;
    const remedy =
      ofWorkers.has(name) && !NOT_OF_WORKERS.includes(name) ? 'give it to rx-anomaly worker' : 'leave it out';
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${nameOfGiven(command, option)} has no effect with --verdicts, which shows what workers have detected; ${remedy}`,
    );
  }
  if ((nats === undefined) === (redis === undefined))
    refuse('--verdicts needs the broker of the workers: --nats or --redis');
  return {
    ...{ kind: 'verdicts', verdicts },
    ...(nats === undefined ? {} : { nats }),
    ...(redis === undefined ? {} : { redis }),
    since: since === undefined ? Date.now() - PAST : Date.parse(since),
  };
}
