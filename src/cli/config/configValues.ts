import { type Command, InvalidArgumentError, type Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { badOption, requireKnown, requireObject } from '../../core/options.ts';
import type { Filed } from '../options/given.ts';
import type { InlineJson } from '../options/jsonFile.ts';
import { formOf, type OptionForm } from '../options/optionForm.ts';
import { type Secret, secretOf } from '../options/secret.ts';
import type { ConfigFile } from './configFile.ts';
import { describe, hasType } from './jsonValue.ts';

/** The key of the tables to read, which are no option on a command line. */
export const PATHS = 'paths';

/** Keys that are for editors and people. */
export const IGNORED: readonly string[] = ['$schema', '$from'];

/** No options of a configuration: they are about it. */
const NOT_FILED: readonly string[] = ['config', 'printConfig'];

/** The options of a command that a configuration may have. */
export function filedOptions(command: Command): Option[] {
  return command.options.filter((option) => !NOT_FILED.includes(option.attributeName()));
}

/** The keys that a configuration may have for a command. */
export function keysOf(command: Command): string[] {
  const paths = command.registeredArguments.length > 0 ? [PATHS] : [];
  return [...paths, ...filedOptions(command).map((option) => option.attributeName())];
}

/** Whether two options exclude each other. */
export function conflict(a: Option, b: Option): boolean {
  const excludes = (option: Option, other: Option): boolean =>
    // commander's types leave the field out
    (option as unknown as { readonly conflictsWith: readonly string[] }).conflictsWith.includes(
      other.attributeName(),
    );
  return excludes(a, b) || excludes(b, a);
}

/**
 * What a file has for a command, by key: its section for the command wins over the keys that are for all.
 *
 * @param commands all that a configuration may be for, by name; loaded where a key is no option of this one
 * @throws RxAnomalyError BAD_OPTION that names file and key
 */
export async function valuesFor(
  command: Command,
  { path, config }: ConfigFile,
  commands: Readonly<Record<string, () => Promise<Command>>>,
): Promise<Map<string, Filed>> {
  const known = keysOf(command);
  const sections = Object.keys(commands);
  const { [command.name()]: section = {}, ...shared } = config;
  const values = new Map<string, Filed>();
  const options = filedOptions(command);
  const add = (layer: object, prefix: string): void => {
    const own = new Map<string, Filed>();
    for (const [key, json] of Object.entries(layer))
      if (json !== undefined) own.set(key, { json, where: `${path}: ${prefix}${key}` });
    for (const option of options) {
      const overrides = options.some((other) => conflict(option, other) && own.has(other.attributeName()));
      if (overrides && !own.has(option.attributeName())) values.delete(option.attributeName());
    }
    for (const [key, filed] of own) values.set(key, filed);
  };
  const all = Object.entries(shared).filter(([key]) => !IGNORED.includes(key) && !sections.includes(key));
  for (const [key] of all) {
    if (known.includes(key)) continue;
    const others: string[] = [];
    for (const [name, load] of Object.entries(commands))
      if (keysOf(await load()).includes(key)) others.push(name);
    if (others.length > 0)
      throw new RxAnomalyError(
        'BAD_OPTION',
        `${path}: ${key} is no option of ${command.name()}, but of ${others.join(', ')}; put it under "${others[0]}"`,
      );
  }
  requireKnown(path, Object.fromEntries(all), [...known, ...sections]);
  requireObject(`${path}: ${command.name()}`, section);
  requireKnown(`${path}: ${command.name()}`, section, known);
  add(Object.fromEntries(all), '');
  add(section, `${command.name()}.`);
  return values;
}

/**
 * The value of an option, as the command line would have made it.
 *
 * @throws RxAnomalyError BAD_OPTION that names file and key, what was expected and what came
 */
export async function parsedValue(option: Option, filed: Filed): Promise<unknown> {
  const { json, where } = filed;
  const form = formOf(option);
  if (!hasType(form.schema, json)) throw wrong(filed, describe(form.schema), form);
  if (typeof json === 'boolean' && (option.isBoolean() || option.negate || option.optional)) return json;
  if (form.isJsonFile && typeof json === 'object') return { where, json } satisfies InlineJson;
  if (form.isSecret && typeof json === 'object') return await secretIn(filed);
  try {
    let value: unknown;
    for (const text of textsOf(form, json)) value = option.parseArg?.(text, value as never) ?? text;
    return value;
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw wrong(filed, error.message.replace(/^Expected (.*)\.$/s, '$1'), form);
  }
}

/** The paths of tables. @throws RxAnomalyError BAD_OPTION */
export function pathsOf(command: Command, filed: Filed): string[] {
  const { json } = filed;
  const isMany = command.registeredArguments.some(({ variadic }) => variadic);
  const list = Array.isArray(json) ? json : [json];
  if (list.length === 0 || !list.every((path) => typeof path === 'string' && path !== ''))
    throw wrong(filed, isMany ? 'a path or a list of paths' : 'a path', {});
  if (!isMany && list.length > 1) throw wrong(filed, `one path, as ${command.name()} reads one table`, {});
  return list as string[];
}

async function secretIn({ json, where }: Filed): Promise<string> {
  const at = where.lastIndexOf(': ');
  return await secretOf(where.slice(0, at), where.slice(at + 2), json as Secret);
}

function wrong({ json, where }: Filed, expected: string, { isSecret = false }: Partial<OptionForm>): Error {
  const at = where.lastIndexOf(': ');
  return badOption(where.slice(0, at), where.slice(at + 2), expected, isSecret ? '…' : json);
}

/** What a command line would have. */
function textsOf({ list }: OptionForm, json: unknown): string[] {
  if (!Array.isArray(json)) return [String(json)];
  return list === 'repeated' ? json.map(String) : [json.map((item) => quoted(String(item))).join(',')];
}

/** A name in a list of CSV. */
function quoted(name: string): string {
  return /[",\r\n]|^\s|\s$/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
