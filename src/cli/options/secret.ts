import { readFile } from 'node:fs/promises';
import { fileFault, messageOf, RxAnomalyError } from '../../core/errors.ts';
import { badOption } from '../../core/options.ts';

/** A text, or where it is: what is secret need not stand in a configuration. */
export type Secret = string | { readonly env: string } | { readonly file: string };

/**
 * The text that a configuration means; never part of a message.
 *
 * @throws RxAnomalyError BAD_OPTION where it is not there
 */
export async function secretOf(where: string, option: string, secret: Secret): Promise<string> {
  if (typeof secret === 'string') return secret;
  const [[kind, name] = []] = Object.entries(secret ?? {}) as [string, unknown][];
  const isKnown = (kind === 'env' || kind === 'file') && typeof name === 'string' && name !== '';
  if (!isKnown || Object.keys(secret).length !== 1)
    throw badOption(where, option, 'a text, {"env": "NAME"} or {"file": "PATH"}', '…');
  const found = kind === 'env' ? process.env[name] : await contents(where, option, name);
  if (found === undefined || found === '')
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${where}: ${option}: ${kind === 'env' ? `the environment variable ${name} is not set` : `${name} is empty`}`,
    );
  return found;
}

/** Without the line feed that editors add. */
async function contents(where: string, option: string, path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${where}: ${option}: ${path}: cannot be read: ${fileFault(error) ?? messageOf(error)}`,
    );
  });
  return text.trim();
}
