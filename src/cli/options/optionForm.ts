import type { Option } from 'commander';
import type { OptionKind } from '../../core/optionKinds.ts';

/** A part of JSON Schema: what values of JSON an option takes. */
export interface JsonSchema {
  readonly type?: 'boolean' | 'number' | 'integer' | 'string' | 'array' | 'object' | 'null';
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
}

/** How an option of the command line is written in a configuration. */
export interface OptionForm {
  readonly schema: JsonSchema;
  /** Of a list: whether it is one argument with commas in it, or the option again and again. */
  readonly list?: 'joined' | 'repeated';
  /** Whether the value is kept out of what is printed. */
  readonly isSecret?: boolean;
  /** Whether it is a file of JSON, whose contents may be in its place. */
  readonly isJsonFile?: boolean;
}

/** A parser of an option that says what it takes in a configuration. */
export type FormedParser<T> = ((text: string, previous?: T) => T) & { readonly form: OptionForm };

/** Adds to a parser what its option takes in a configuration. */
export function takes<T>(form: OptionForm, parser: (text: string, previous?: T) => T): FormedParser<T> {
  return Object.assign((text: string, previous?: T) => parser(text, previous), { form });
}

export const TEXT: JsonSchema = { type: 'string' };
const NAME: JsonSchema = TEXT;

/** A number, or text where one has a unit or another form. */
export const NUMBER_OR_TEXT: OptionForm = { schema: { anyOf: [{ type: 'number' }, TEXT] } };

/** A name, or a list of them, that a command line has as one argument with commas. */
export const NAMES: OptionForm = {
  schema: { anyOf: [NAME, { type: 'array', items: NAME, minItems: 1 }] },
  list: 'joined',
};

/** What is secret: the text, or where it is. */
export const SECRET: OptionForm = {
  schema: {
    anyOf: [
      TEXT,
      { type: 'object', properties: { env: TEXT }, required: ['env'], additionalProperties: false },
      { type: 'object', properties: { file: TEXT }, required: ['file'], additionalProperties: false },
    ],
  },
  isSecret: true,
};

/** A parser for what is secret, which takes any text: it is checked where no message shows it. */
export const secretText: FormedParser<string> = takes(SECRET, (text: string): string => text);

/** What an option takes in a configuration: as its parser says, else by its kind. */
export function formOf(option: Option): OptionForm {
  if (option.isBoolean() || option.negate) return { schema: { type: 'boolean' } };
  const own = (option.parseArg as { readonly form?: OptionForm } | undefined)?.form;
  if (own !== undefined) return own;
  const { argChoices } = option;
  if (argChoices !== undefined) {
    // 0 and '0' are the same choice.
    const numbers = argChoices.filter((choice) => /^\d+$/.test(choice)).map(Number);
    return { schema: { enum: [...argChoices, ...numbers] } };
  }
  if (option.variadic) return { schema: { type: 'array', items: TEXT, minItems: 1 }, list: 'repeated' };
  return { schema: TEXT };
}

/** The numbers and names that a kind takes. */
export function schemaOfKind(kind: OptionKind): JsonSchema {
  const accepts = (value: unknown): boolean => kind.expected(value) === undefined;
  const bounds = kind.most === undefined ? {} : { maximum: kind.most };
  const numbers: readonly JsonSchema[] = accepts(0.5)
    ? [{ type: 'number', ...bounds }]
    : accepts(1) || accepts(2)
      ? [{ type: 'integer', ...bounds }]
      : [];
  const names: readonly JsonSchema[] = kind.choices === undefined ? [] : [{ enum: kind.choices }];
  const flags: readonly JsonSchema[] = accepts(true)
    ? [{ type: 'boolean' }]
    : accepts(false)
      ? [{ enum: [false] }]
      : [];
  const all = [...names, ...numbers, ...flags];
  return all.length === 1 ? all[0]! : { anyOf: all };
}
