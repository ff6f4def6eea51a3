import { RxAnomalyError } from '../../core/errors.ts';
import type { OptionKind } from '../../core/optionKinds.ts';
import { badOption } from '../../core/options.ts';

/** Without the fields that are undefined. */
export type Present<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The fields that are not undefined. */
export function present<T extends object>(options: T): Present<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Present<T>;
}

/**
 * The address of a server. It may hold a password, in error: no part of it is shown then.
 *
 * @param name of the variables in the environment that have user and password
 * @throws RxAnomalyError BAD_OPTION
 */
export function requireUrl(command: string, flag: string, url: string, kind: OptionKind, name: string): void {
  refuseUser(command, flag, url, name);
  const expected = kind.expected(url);
  // What follows a question mark may be a secret.
  if (expected !== undefined) throw badOption(command, flag, expected, url.replace(/\?.*$/s, '?…'));
}

/** As {@link requireUrl}, of what is checked elsewhere. */
export function refuseUser(command: string, flag: string, url: string, name: string): void {
  if (url.includes('@')) {
    const user = name === 'NATS' ? 'NATS_USER' : `${name}_USERNAME`;
    const expected = `without a user and password, which go into ${user} and ${name}_PASSWORD`;
    throw badOption(command, flag, expected, '…@…');
  }
}

/** @throws RxAnomalyError BAD_OPTION */
export function requireKind(command: string, flag: string, value: unknown, kind: OptionKind): void {
  const expected = kind.expected(value);
  if (expected !== undefined) throw badOption(command, flag, expected, value);
}

/** @throws RxAnomalyError BAD_OPTION where an option is missing that a source needs */
export function required<T>(command: string, source: string, flag: string, value: T | undefined): T {
  if (value === undefined) throw new RxAnomalyError('BAD_OPTION', `${command}: ${source} needs ${flag}`);
  return value;
}

/** What names one path, of options that take several for tables. @throws RxAnomalyError BAD_OPTION */
export function onePath(
  command: string,
  flag: string,
  value: string | readonly string[] | undefined,
  expected: string,
): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  const [path] = value;
  if (value.length !== 1) throw badOption(command, flag, expected, value.join(','));
  return path;
}

/** User and password from the environment, where no list of processes shows them. */
export function credentials(name: string): { readonly username?: string; readonly password?: string } {
  const { [`${name}_USERNAME`]: username, [`${name}_PASSWORD`]: password } = process.env;
  return present({ username, password });
}
