import { InvalidArgumentError } from 'commander';
import { parse } from 'csv-parse/sync';
import { type FormedParser, NAMES, TEXT, takes } from './optionForm.ts';

/** The path of a file or folder. */
export function path(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Expected a path, got nothing.');
  return text;
}

/** A list in CSV: a name with a comma is in quotes. */
export const names: FormedParser<string[]> = takes(NAMES, (text: string): string[] => {
  try {
    const [list = []] = parse(text, { trim: true, relax_quotes: true });
    if (list.length > 0 && !list.includes('')) return list;
  } catch {
    // reported below
  }
  throw new InvalidArgumentError('Expected names of columns, separated by commas.');
});

/** A name, or several as a list. */
export const oneOrMore: FormedParser<string | string[]> = takes(NAMES, (text: string): string | string[] => {
  const list = names(text);
  return list.length === 1 ? list[0]! : list;
});

/** The name of a column; in a configuration `true` for an option that is given without one, `false` for one that is not. */
export const optionalColumn: FormedParser<string> = takes(
  { schema: { anyOf: [{ type: 'boolean' }, TEXT] } },
  (text: string): string => text,
);

function integer(text: string): number {
  const number = Number(text);
  if (!/^-?\d+$/.test(text.trim()) || !Number.isSafeInteger(number))
    throw new InvalidArgumentError('Expected an integer.');
  return number;
}

/** A whole number of 1 or more. */
export const naturalNumber: FormedParser<number> = takes(
  { schema: { type: 'integer', minimum: 1 } },
  (text: string): number => {
    const number = integer(text);
    if (number < 1) throw new InvalidArgumentError('Expected a whole number of 1 or more.');
    return number;
  },
);

/** A number of seconds that is not negative. */
export const seconds: FormedParser<number> = takes(
  { schema: { type: 'number', minimum: 0, exclusiveMaximum: 1e6 } },
  (text: string): number => {
    const number = Number(text);
    if (text.trim() === '' || !(number >= 0 && number < 1e6)) {
      throw new InvalidArgumentError('Expected a number of seconds.');
    }
    return number;
  },
);

/** A number above 0 and below 1. */
export const fraction: FormedParser<number> = takes(
  { schema: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 } },
  (text: string): number => {
    const number = Number(text);
    if (text.trim() === '' || !(number > 0 && number < 1)) {
      throw new InvalidArgumentError('Expected a number above 0 and below 1.');
    }
    return number;
  },
);

/** A number above 0. */
export const positive: FormedParser<number> = takes(
  { schema: { type: 'number', exclusiveMinimum: 0 } },
  (text: string): number => {
    const number = Number(text);
    if (text.trim() === '' || !(number > 0)) throw new InvalidArgumentError('Expected a positive number.');
    return number;
  },
);

/** 0 for any free port. */
export const portNumber: FormedParser<number> = takes(
  { schema: { type: 'integer', minimum: 0, maximum: 65_535 } },
  (text: string): number => {
    const port = Number(text);
    if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Expected a port, 0 to 65535.');
    return port;
  },
);
