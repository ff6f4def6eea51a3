import { badOption, optionChecks } from '../../../core/options.ts';
import type { PushOptions } from './pushOptions.ts';

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
