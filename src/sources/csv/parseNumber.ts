const MISSING = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'nil', 'none', '-', '--', '?']);
const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const COMMA_DECIMAL = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i;
const DOTTED_THOUSANDS = /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$/;

/** Whether a cell says that there is nothing: empty, NA, N/A, NaN, null, None, - and the like, in any case. */
export function isMissing(text: string): boolean {
  return text.length <= 4 && MISSING.has(text.toLowerCase());
}

/**
 * Reads a number as tables write it: `12`, `-0.5`, `1e300`, `inf`. Thousands separators and hexadecimal are not
 * numbers here: taking `1,234` for either 1.234 or 1234 would be a guess.
 *
 * @param text without surrounding blanks
 * @param decimalComma whether `0,5` is a half; then `1.234` is refused, since it may be meant as 1234
 * @returns NaN if it is missing or no number
 */
export function parseNumber(text: string, decimalComma: boolean): number {
  const number = Number(text);
  if (!Number.isNaN(number)) {
    if (text === '' || isRadixPrefixed(text)) return Number.NaN; // Number('') is 0 and Number('0x10') is 16
    return decimalComma && DOTTED_THOUSANDS.test(text) ? Number.NaN : number;
  }
  if (decimalComma && COMMA_DECIMAL.test(text)) return Number(text.replace(',', '.'));
  const infinite = INFINITE.exec(text);
  if (infinite === null) return Number.NaN;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function isRadixPrefixed(text: string): boolean {
  if (text.charCodeAt(0) !== 48) return false; // '0'
  const second = text.charCodeAt(1) | 32;
  return second === 120 || second === 111 || second === 98; // x, o, b
}

const COMMA_THOUSANDS = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/;
const DOT_DECIMAL = /^[+-]?\d*\.\d+(?:e[+-]?\d+)?$/i;

/** Whether the numbers of a sample are written with a decimal comma; `delimiter` decides where they don't show it. */
export function guessDecimalComma(cells: readonly string[], delimiter: string): boolean {
  let commas = 0;
  let dots = 0;
  for (const cell of cells) {
    // Between commas only a quoted cell can hold one, and "1,234" is then more likely a thousand than a fraction.
    if (COMMA_DECIMAL.test(cell)) commas += delimiter !== ',' || !COMMA_THOUSANDS.test(cell) ? 1 : 0;
    else if (DOT_DECIMAL.test(cell)) dots += 1;
  }
  return commas === dots ? delimiter === ';' && dots === 0 : commas > dots;
}
