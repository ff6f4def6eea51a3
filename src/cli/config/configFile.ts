import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fileFault, messageOf, RxAnomalyError } from '../../core/errors.ts';
import { badOption } from '../../core/options.ts';

/** A configuration as its file has it. */
export interface ConfigFile {
  /** As messages name it. */
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** What is looked for in the working directory. */
const NAMES = ['rx-anomaly.config.json', 'rx-anomaly.config.js'] as const;

/** Instead of a file: that none is read. */
const NONE = 'none';

/**
 * The configuration of a command; undefined where there is none.
 *
 * @param path that the user named; undefined to look in the working directory
 * @param command what a configuration that is a function is called with
 * @throws RxAnomalyError BAD_INPUT, BAD_OPTION that name the file
 */
export async function readConfigFile(
  path: string | undefined,
  command: string,
): Promise<ConfigFile | undefined> {
  const named = path ?? (await found());
  if (named === undefined || path === NONE) return undefined;
  const config = extname(named) === '.json' ? await json(named) : await script(named, command);
  if (Object.prototype.toString.call(config) !== '[object Object]')
    throw badOption(named, 'the configuration', 'an object of options', config);
  return { path: named, config: config as ConfigFile['config'] };
}

async function found(): Promise<string | undefined> {
  const isThere = await Promise.all(NAMES.map(isFile));
  const names = NAMES.filter((_, at) => isThere[at]);
  if (names.length > 1)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${names.join(' and ')} are both here: remove one, or name one with --config`,
    );
  return names[0];
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

async function json(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as unknown;
  } catch (error) {
    throw new RxAnomalyError('BAD_OPTION', `${path}: expected JSON: ${messageOf(error)}`);
  }
}

/** The default export, or what it returns. */
async function script(path: string, command: string): Promise<unknown> {
  if (!['.js', '.mjs', '.cjs'].includes(extname(path)))
    throw badOption(path, 'the file of --config', 'named .json, .js, .mjs or .cjs', path);
  await readFile(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  let made: unknown;
  try {
    const module = (await import(pathToFileURL(resolve(path)).href)) as { readonly default?: unknown };
    made = module.default;
    if (typeof made === 'function') made = await (made as (about: object) => unknown)({ command });
  } catch (error) {
    throw new RxAnomalyError('BAD_OPTION', `${path}: ${messageOf(error)}`, { cause: error });
  }
  if (made === undefined)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${path}: expected a default export, an object of options or a function that returns one`,
    );
  return made;
}

function unreadable(path: string, error: unknown): RxAnomalyError {
  const why = fileFault(error) ?? messageOf(error);
  return new RxAnomalyError('BAD_INPUT', `--config: ${path}: cannot be read: ${why}; give a file of options`);
}
