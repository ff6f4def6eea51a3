import type { Command, Option } from 'commander';
import { type Given, givenTo } from '../options/given.ts';
import { formOf, type JsonSchema, type OptionForm } from '../options/optionForm.ts';
import { names } from '../options/parsers.ts';
import { StandardOutput } from '../output/standardOutput.ts';
import { conflict, filedOptions, PATHS } from './configValues.ts';
import { hasType } from './jsonValue.ts';

/** The schema, as `$schema` of a file in a project that has installed the package. */
const SCHEMA = './node_modules/rx-anomaly/dist/schemas/config.json';

interface Printed {
  readonly json: unknown;
  readonly from: string;
}

/**
 * Prints the options of a command that count, as a configuration that gives the same run. What is secret is printed as the
 * name of a variable of the environment.
 *
 * @param log called with each variable that has to be set
 */
export async function printConfig(command: Command, log: (line: string) => void): Promise<void> {
  const given = givenTo(command);
  const printed = new Map<string, Printed>();
  if (command.args.length > 0) {
    const json = command.args.length === 1 ? command.args[0] : command.args;
    printed.set(PATHS, { json, from: given.paths?.where ?? LINE });
  }
  const options = filedOptions(command);
  const isSet = (option: Option): boolean =>
    ![undefined, 'default'].includes(command.getOptionValueSource(option.attributeName()));
  for (const option of options) {
    if (!isSet(option) && options.some((other) => isSet(other) && conflict(option, other))) continue;
    const one = printedOf(command, option, given);
    if (one === undefined) continue;
    const name = option.attributeName();
    printed.set(name, { from: one.from, json: withoutSecrets(option, one.json, log) });
  }
  const entries = [...printed];
  const config = {
    $schema: SCHEMA,
    ...Object.fromEntries(entries.map(([name, { json }]) => [name, json])),
    $from: Object.fromEntries(entries.map(([name, { from }]) => [name, from])),
  };
  const output = new StandardOutput();
  await output.write(`${JSON.stringify(config, null, 2)}\n`);
  await output.end();
}

const LINE = 'command line';

function printedOf(command: Command, option: Option, { texts, filed }: Given): Printed | undefined {
  const name = option.attributeName();
  const value: unknown = command.getOptionValue(name);
  if (value === undefined) return undefined;
  const form = formOf(option);
  switch (command.getOptionValueSource(name)) {
    case 'cli': {
      const own = (texts.get(name) ?? []).flatMap((text) => text ?? []);
      return { json: own.length === 0 ? value : jsonOf(form, own), from: LINE };
    }
    case 'config': {
      const { json, where } = filed.get(name)!;
      return { json, from: where };
    }
    case 'env': {
      const json = form.isSecret ? { env: option.envVar } : jsonOf(form, [process.env[option.envVar!]!]);
      return { json, from: `environment: ${option.envVar}` };
    }
    default:
      return { json: value, from: 'default' };
  }
}

/** Texts of a command line as JSON. */
function jsonOf({ schema, list }: OptionForm, texts: readonly string[]): unknown {
  if (list === undefined) return scalarOf(schema, texts.at(-1)!);
  const items = list === 'repeated' ? texts : texts.flatMap((text) => names(text));
  const ofItems = schema.anyOf?.find(({ type }) => type === 'array')?.items ?? schema.items ?? {};
  const json = items.map((item) => scalarOf(ofItems, item));
  const [only] = json;
  const isPlain = json.length === 1 && hasType(schema, only) && (list === 'repeated' || isOneName(only));
  return isPlain ? only : json;
}

function isOneName(item: unknown): boolean {
  return typeof item !== 'string' || names(item)[0] === item;
}

function scalarOf(schema: JsonSchema, text: string): string | number {
  const number = Number(text);
  const isNumber = text.trim() !== '' && hasType(schema, number);
  return isNumber && (String(number) === text || !hasType(schema, text)) ? number : text;
}

function withoutSecrets(option: Option, json: unknown, log: (line: string) => void): unknown {
  const name = option.attributeName();
  const hide = (what: string, secret: unknown, variable: string): unknown => {
    if (typeof secret !== 'string') return secret;
    log(`${what} is not printed; set ${variable} to it`);
    return { env: variable };
  };
  if (formOf(option).isSecret) return hide(name, json, option.envVar ?? variableOf(name));
  // A user in an address is refused by the run; a print must not show the password first.
  if (typeof json === 'string') return json.replace(/:\/\/[^/@,]*@/g, '://…@');
  if (name !== 'alertsConfig') return json;
  const { sinks = {}, ...rest } = json as { readonly sinks?: Readonly<Record<string, object>> };
  const hidden = Object.entries(sinks).map(([sink, parts]) => {
    const of = (part: string, secret: unknown): unknown =>
      hide(`${name}.sinks.${sink}.${part}`, secret, variableOf(`${sink}.${part}`));
    const fields = Object.entries(parts).map(([part, value]: [string, unknown]) => {
      if (part === 'headers' && typeof value === 'object' && value !== null) {
        const headers = Object.entries(value).map(([header, text]) => [header, of(header, text)]);
        return [part, Object.fromEntries(headers)];
      }
      return [part, ['url', 'token', 'secret'].includes(part) ? of(part, value) : value];
    });
    return [sink, Object.fromEntries(fields)];
  });
  return { sinks: Object.fromEntries(hidden), ...rest };
}

/** `RX_ANOMALY_WEBHOOK` for `webhook` */
function variableOf(name: string): string {
  return `RX_ANOMALY_${name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()}`;
}
