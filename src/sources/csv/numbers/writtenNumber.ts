/** A number as it is written: what stands before and after its digits, and its sign. */
export interface WrittenNumber {
  readonly negative: boolean;
  /** Digits with their separators, maybe an exponent. */
  readonly digits: string;
  /** Currency sign or unit, without blanks around; empty without one. */
  readonly unit: string;
}

const CURRENCY = String.raw`[$€£¥₹₽₩₿]|(?:CHF|USD|EUR|GBP|INR|JPY|Fr\.|Rs\.?|US\$|A\$|C\$|R\$|kr\.?|zł)`;
/** Digits, then groups of digits after one separator each; a comma, a point, an apostrophe or a narrow blank. */
const DIGITS = String.raw`(?:\d+(?:[.,'’\u00a0\u2009\u202f\u2007 ]\d+)*[.,]?|[.,]\d+)(?:[eE][+-]?\d+)?`;
const UNIT = String.raw`[\p{L}\p{So}%‰µ$€£¥₹₽₩₿"][^\s\d]{0,11}(?:\d|[/·*][^\s]{1,8})?(?: [\p{L}/%°]{1,8})?`;
const NUMBER = new RegExp(
  String.raw`^(\()?([+-])?\s?(${CURRENCY})?\s?([+-])?(${DIGITS})(?:\s?(${UNIT}))?(-)?(\))?$`,
  'u',
);
const MINUS = /[\u2212\u2013\ufe63\uff0d]/g;

/** Takes a written number apart; undefined where the text is none. */
export function takeApart(text: string): WrittenNumber | undefined {
  if (text.length > 60) return undefined;
  const found = NUMBER.exec(text.replace(MINUS, '-'));
  if (found === null) return undefined;
  const [, open, sign1, before, sign2, digits, after, sign3, close] = found;
  if ((open === undefined) !== (close === undefined)) return undefined;
  const signs = [sign1, sign2, sign3, open].filter((sign) => sign !== undefined);
  if (signs.length > 1 || (before !== undefined && after !== undefined)) return undefined;
  return { negative: signs.length === 1 && signs[0] !== '+', digits: digits!, unit: before ?? after ?? '' };
}

/** Whether it starts with a digit: meant to be a number, even if it cannot be read. */
export function startsWithDigit(text: string): boolean {
  return /^[^\p{L}\d]*\d/u.test(text);
}

/** How the digits of a column are separated. */
export interface Separators {
  /** Undefined where no cell has shown a fraction. */
  readonly decimal: '.' | ',' | undefined;
  /** Whether groups of thousands have been seen, other than by blanks and apostrophes, which are always read. */
  readonly grouped: boolean;
}

const BLANK_GROUPS = /['’\u00a0\u2009\u202f\u2007 ]/g;
const WELL_BLANKED = /^\d{1,3}(?:(['’\u00a0\u2009\u202f\u2007 ])\d{3})(?:\1\d{3})*(?:[.,]\d*)?(?:[eE]|$)/;

/**
 * The value of digits under the separators of their column; NaN where they break its rules: groups of other than three
 * digits (two and two and three in India), a second decimal sign, a decimal sign of the other kind.
 */
export function digitsToNumber(digits: string, decimal: '.' | ',', canBeGrouped: boolean): number {
  let plain = digits;
  if (/['’\u00a0\u2009\u202f\u2007 ]/.test(digits)) {
    if (!WELL_BLANKED.test(digits)) return Number.NaN;
    plain = digits.replace(BLANK_GROUPS, '');
  }
  const group = decimal === '.' ? ',' : '.';
  if (plain.includes(group)) {
    const well =
      decimal === '.'
        ? /^[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?(?:[eE]|$)|^[1-9]\d?(?:,\d\d)+,\d{3}(?:\.\d*)?$/
        : /^[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?(?:[eE]|$)/;
    if (!canBeGrouped || !well.test(plain)) return Number.NaN;
    plain = plain.replaceAll(group, '');
  }
  if (decimal === ',') {
    // 0050,1 is a code, no decimal fraction.
    if (/^0\d/.test(plain) && plain.includes(',')) return Number.NaN;
    plain = plain.replace(',', '.');
  }
  return Number(plain);
}

/** What tables hold in place of a missing value. */
const MISSING = new Set(
  (
    ' |na|n/a|#n/a|#na|n.a.|nan|null|nil|none|-|--|---|?|undefined|nd|no data|nodata|no value|missing|unavailable|' +
    'unknown|bad|bad input|#value!|#div/0!|#ref!|#num!|k.a.|mm|1.#qnan|1.#ind|-1.#ind|-nan|-nan(ind)|\\n|.|..|*'
  )
    .split('|')
    .map((word) => word.trim()),
);
const LONGEST = Math.max(...[...MISSING].map((word) => word.length));

/** Whether a cell stands for no value: empty, NA, N/A, NaN, null, None, - and the like, in any case. */
export function isMissing(text: string): boolean {
  return text.length <= LONGEST && MISSING.has(text.toLowerCase());
}
