import { Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { names } from '../options/parsers.ts';
import type { BrokerSettings, OpenBroker } from './broker.ts';
import type { BrokerFlags, BrokerName } from './workerOptions.ts';

/** The brokers that workers can share, by the option that names one. */
const BROKERS: Readonly<
  Record<
    BrokerName,
    { readonly about: string; readonly open: (settings: BrokerSettings) => Promise<OpenBroker> }
  >
> = {
  nats: {
    about:
      'a NATS server with JetStream, such as nats://localhost:4222; several of a cluster, separated by commas',
    open: async (settings) => await (await import('./natsBroker.ts')).openNats(settings),
  },
  redis: {
    about: 'a Redis 7 or later, such as redis://localhost:6379',
    open: async (settings) => await (await import('./redisBroker.ts')).openRedis(settings),
  },
};

export function brokerOptions(): Option[] {
  return [
    ...Object.entries(BROKERS).map(([name, { about }]) => new Option(`--${name} <url>`, about)),
    new Option('--out <name>', 'of the verdicts, and of all that the workers of one task share').default(
      'verdicts',
    ),
  ];
}

/** How a message is read. */
export function messageOptions(): Option[] {
  return [
    new Option(
      '--value <paths>',
      'path of the value in messages that are JSON, several separated by commas (default: a message is a number)',
    ).argParser(names),
    new Option(
      '--time <path>',
      'path of the time in messages that are JSON (default: when the server has stored it)',
    ),
  ];
}

/** Opens the broker that the options name. @throws RxAnomalyError BAD_OPTION where it is not one */
export async function openBroker(
  command: string,
  flags: BrokerFlags,
  log: (line: string) => void,
): Promise<OpenBroker> {
  const named = (Object.keys(BROKERS) as BrokerName[]).filter((name) => flags[name] !== undefined);
  const [name] = named;
  const all = Object.keys(BROKERS).map((each) => `--${each}`);
  if (name === undefined || named.length > 1)
    throw new RxAnomalyError('BAD_OPTION', `${command}: name the broker by ${all.join(' or ')}`);
  const { in: source, out, partitions, value, time, keepVerdicts } = flags;
  return await BROKERS[name].open({
    command,
    url: flags[name]!,
    in: source,
    out,
    partitions,
    value,
    time,
    keepVerdicts,
    log,
  });
}
