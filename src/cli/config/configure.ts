import type { Command } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { type Filed, type Given, setGiven } from '../options/given.ts';
import { counted } from '../text/formatText.ts';
import { readConfigFile } from './configFile.ts';
import { conflict, filedOptions, PATHS, parsedValue, pathsOf, valuesFor } from './configValues.ts';

/**
 * Gives a command the options of its configuration file, where the command line does not have them.
 *
 * @param command before it is parsed
 * @param args of the command line, after the name of the command
 * @param commands all that a configuration may be for, by name
 * @param log called with what is read
 * @returns arguments to add to the command line: paths of tables
 * @throws RxAnomalyError BAD_INPUT, BAD_OPTION that name file and key
 */
export async function configure(
  command: Command,
  args: readonly string[],
  commands: Readonly<Record<string, () => Promise<Command>>>,
  log: (line: string) => void,
): Promise<string[]> {
  const line = read(await commands[command.name()]!(), args);
  if (line === undefined) return []; // which is reported when it is parsed
  const { texts, operands } = line;
  const file = await readConfigFile(texts.get('config')?.at(-1), command.name());
  if (file === undefined) {
    setGiven(command, { texts, filed: new Map() });
    return [];
  }
  const values = await valuesFor(command, file, commands);
  const options = filedOptions(command);
  const onLine = options.filter((option) => texts.has(option.attributeName()));
  const filed = new Map<string, Filed>();
  for (const option of options) {
    const name = option.attributeName();
    const given = values.get(name);
    if (given === undefined) continue;
    const value = await parsedValue(option, given);
    if (onLine.some((other) => other === option || conflict(other, option))) continue;
    const usual: unknown = command.getOptionValue(name);
    // What is the default has no effect, with whatever else is given: a configuration may list all options.
    if (JSON.stringify(value) === JSON.stringify(usual) || (value === false && usual === undefined)) continue;
    const rival = options.find((other) => filed.has(other.attributeName()) && conflict(other, option));
    if (rival !== undefined)
      throw new RxAnomalyError(
        'BAD_OPTION',
        `${given.where} cannot be used with ${rival.attributeName()}; leave out one of the two`,
      );
    command.setOptionValueWithSource(name, value, 'config');
    filed.set(name, given);
  }
  const tables = values.get(PATHS);
  const paths = tables === undefined ? [] : pathsOf(command, tables);
  const takesPaths = paths.length > 0 && operands.length === 0;
  const given: Given = { texts, filed, file: file.path, ...(takesPaths ? { paths: tables! } : {}) };
  setGiven(command, given);
  if (!texts.has('printConfig') && command.getOptionValue('quiet') !== true && !texts.has('quiet'))
    log(`${counted(filed.size + (takesPaths ? 1 : 0), 'option')} from ${file.path}`);
  if (!takesPaths) return [];
  return args.includes('--') ? paths : ['--', ...paths];
}

/** What a command line has; undefined where it is wrong, or asks for help. */
function read(
  command: Command,
  args: readonly string[],
): { readonly texts: Map<string, (string | undefined)[]>; readonly operands: readonly string[] } | undefined {
  const texts = new Map<string, (string | undefined)[]>();
  for (const option of command.options)
    command.on(`option:${option.name()}`, (text: string | undefined) => {
      const name = option.attributeName();
      texts.set(name, [...(texts.get(name) ?? []), text]);
    });
  command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  try {
    const { operands, unknown } = command.parseOptions([...args]);
    return unknown.some((each) => each === '--help' || each === '-h') ? undefined : { texts, operands };
  } catch {
    return undefined;
  }
}
