import { badOption, optionChecks } from '../../../core/options.ts';

/** PushOptions with the defaults that are known beforehand. */
export interface CheckedPush {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly address: string | undefined;
  readonly name: string | undefined;
}

export function checkPush(where: string, options: PushOptions): CheckedPush {
  const check = optionChecks(`${where}: follow.push`);
  check.known(options, ['host', 'port', 'address', 'name']);
  const { host = '127.0.0.1', port = 0, address, name } = options;
  for (const [option, text] of Object.entries({ host, address, name })) {
    if (text !== undefined && (typeof text !== 'string' || text === '')) {
      throw badOption(where, `follow.push.${option}`, 'text', text);
    }
  }
  if (address !== undefined && !/^https?:\/\/[^/]+\/?$/.test(address)) {
    throw badOption(where, 'follow.push.address', "such as 'http://10.0.0.1:9000', without a path", address);
  }
  check.within('port', check.nonNegativeInteger('port', port), 0, 65_535);
  return { host, port, address, name };
}

/** An endpoint of ours that InfluxDB 1.x sends every write to: its subscriptions. */
export interface PushOptions {
  /** Address to listen at. @default '127.0.0.1' */
  readonly host?: string;
  /** @default any free one */
  readonly port?: number;
  /** Address for InfluxDB, where a proxy or a container lies between. @default `http://host:port` */
  readonly address?: string;
  /** Name of the subscription. It is dropped at the end; one of the same name is replaced. @default random */
  readonly name?: string;
}
