import { decideSeparators, type SeparatorEvidence } from './separators.ts';
import { areStates, parseBoolean, parseState } from './stateWords.ts';
import { digitsToNumber, startsWithDigit, takeApart } from './writtenNumber.ts';

/** How the numbers of one column are written: decided once, from a sample. */
export interface NumberFormat {
  /** The number; NaN where the text is none, or is written in another way than the column. */
  read(text: string): number;
  /** The unit or currency that every cell has; empty without one. */
  readonly unit: string;
  /** Whether the cells are true and false, on and off. */
  readonly isBoolean: boolean;
  /** Whether fractions stand after a comma. */
  readonly isEuropean: boolean;
  /** Whether the sample has whole numbers alone, that reach the hundreds: in it 1.234 may be a fraction or a thousand. */
  readonly isWhole: boolean;
  /** Whether the sample has shown neither fractions nor thousands: how 1,234 and 1.234 are read is a guess there. */
  readonly isUndecided: boolean;
  /** Share of the sample that can be read, 0 … 1. */
  readonly share: number;
  /** As a user is notified of it; undefined for plain numbers. */
  readonly note: string | undefined;
  /** What may be read the wrong way. */
  readonly warning: string | undefined;
  /** `numbers with a decimal comma`: for messages about a cell that breaks it. */
  readonly description: string;
}

const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** A number as programs write it: `12`, `-0.5`, `1e300`, `inf`; NaN for anything else, hexadecimal included. */
export function plainNumber(text: string): number {
  const number = Number(text);
  if (!Number.isNaN(number)) {
    if (text === '' || isRadixPrefixed(text)) return Number.NaN; // Number('') is 0 and Number('0x10') is 16
    return number;
  }
  const infinite = INFINITE.exec(text);
  if (infinite === null) return Number.NaN;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function isRadixPrefixed(text: string): boolean {
  if (text.charCodeAt(0) !== 48) return false; // '0'
  const second = text.charCodeAt(1) | 32;
  return second === 120 || second === 111 || second === 98; // x, o, b
}

/**
 * Determines how the numbers of a column are written.
 *
 * @param cells the sample, without missing ones
 * @param own what they show of separators, and `file` what all columns show
 * @param decimal the decimal sign that the user named
 */
export function guessNumberFormat(
  cells: readonly string[],
  own: SeparatorEvidence,
  file: SeparatorEvidence,
  delimiter: string,
  decimal?: '.' | ',',
): NumberFormat {
  const parse = areStates(cells) ? parseState : parseBoolean;
  const booleans = cells.filter((cell) => parse(cell) !== undefined).length;
  if (booleans > 0 && 2 * booleans > cells.length) {
    const words = [...new Set(cells.filter((cell) => parse(cell) !== undefined))].slice(0, 4);
    return {
      read: (text) => parse(text) ?? plainNumber(text),
      unit: '',
      isBoolean: true,
      isEuropean: false,
      isWhole: false,
      isUndecided: false,
      share: booleans / cells.length,
      note: `${words.map((word) => `"${word}" as ${parse(word)}`).join(', ')}`,
      warning: undefined,
      description: 'truth values',
    };
  }
  const separators =
    decimal === undefined
      ? decideSeparators(own, file, delimiter)
      : { decimal, grouped: isGrouped(own, decimal), open: false };
  const sign = separators.decimal ?? '.';
  const unit = commonUnit(cells);
  // In a column that has shown no fraction, between semicolons, 1,234 may be either.
  const mayGroup = separators.decimal !== undefined || delimiter === ',' || delimiter === '\t';
  const slow = (text: string): number => {
    const written = takeApart(text);
    if (written === undefined || written.unit !== unit) {
      const infinite = unit === '' ? plainNumber(text) : Number.NaN;
      return Number.isFinite(infinite) ? Number.NaN : infinite;
    }
    const value = digitsToNumber(written.digits, sign, mayGroup || separators.grouped);
    return written.negative ? -value : value;
  };
  const isPlain = sign === '.' && unit === '';
  const read = isPlain
    ? (text: string): number => {
        const number = plainNumber(text);
        return Number.isNaN(number) ? slow(text) : number;
      }
    : (text: string): number => (unit !== '' || text.includes('.') ? slow(text) : commaNumber(text, slow));
  const readable = cells.filter((cell) => !Number.isNaN(read(cell))).length;
  const description = [
    unit === '' ? 'numbers' : `numbers in ${unit}`,
    sign === ',' ? 'with a decimal comma' : separators.grouped ? 'with thousands separators' : '',
  ];
  const notes = [
    unit === '' ? undefined : `the unit "${unit}" is left out`,
    sign === '.' && separators.grouped ? 'commas separate thousands' : undefined,
    sign === ',' && separators.grouped ? 'points separate thousands' : undefined,
  ].filter((line) => line !== undefined);
  return {
    read,
    unit,
    isBoolean: false,
    isEuropean: sign === ',',
    isWhole:
      separators.decimal === undefined && delimiter !== ',' && own.largestWhole >= 100 && own.whole >= 10,
    isUndecided: separators.decimal === undefined,
    share: cells.length === 0 ? 0 : readable / cells.length,
    note: notes.length === 0 ? undefined : notes.join(', '),
    warning:
      separators.open && own.sample !== undefined
        ? `${JSON.stringify(own.sample)} can be read as a fraction or as thousands; read as ${read(own.sample)}; --decimal decides`
        : undefined,
    description: description.filter((part) => part !== '').join(' '),
  };
}

function isGrouped(own: SeparatorEvidence, decimal: '.' | ','): boolean {
  return decimal === '.' ? own.commaGroups + own.openCommas > 0 : own.pointGroups + own.openPoints > 0;
}

function commaNumber(text: string, slow: (text: string) => number): number {
  const number = plainNumber(text);
  return Number.isNaN(number) ? slow(text) : number;
}

/** The unit of most cells; empty where most have none, or each another. */
function commonUnit(cells: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    const unit = takeApart(cell)?.unit;
    if (unit !== undefined) counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most !== undefined && 2 * most[1] > cells.length ? most[0] : '';
}

/** Units of measures that are known to be multiples of each other: a column that mixes them holds numbers, not text. */
const MIXED =
  /^(?:[kKMGTP]i?B?(?:\/s|ps)?|B|[nµμum]?s|min|h|%|‰|°?[CFK]|[kM]?W(?:h)?|[mkM]?V|m?A|m?bar|[kh]?Pa|[mkc]?m|Mil|bytes?)$/;

/** Whether a column is of numbers whose units differ from cell to cell: not to be read, and not text either. */
export function hasMixedUnits(cells: readonly string[]): boolean {
  const units = cells.map((cell) => takeApart(cell)?.unit).filter((unit) => unit !== undefined);
  return 2 * units.filter((unit) => MIXED.test(unit)).length > cells.length && new Set(units).size > 1;
}

/** Whether a cell that could not be read was written to be a number: then leaving it out could hide the value of all. */
export function isWrittenAsNumber(text: string): boolean {
  return startsWithDigit(text);
}
