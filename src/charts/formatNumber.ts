import { localeFormat } from './locale.ts';

const GROUPED: Intl.NumberFormatOptions = { maximumFractionDigits: 20 };
const SCORE: Intl.NumberFormatOptions = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
const POINT: Intl.NumberFormatOptions = { minimumFractionDigits: 1 };

/** A number for a reader: five significant digits and at least two decimals, none that are 0; `–` for NaN. */
export function formatNumber(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? '–' : String(x);
  const size = Math.abs(x);
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) return tidyExponent(x.toExponential(4));
  return localeFormat(GROUPED).format(Number(size >= 1000 ? x.toFixed(2) : x.toPrecision(5)));
}

/** `1.5000e+12` is `1.5e12` */
export function tidyExponent(text: string): string {
  const point = localeFormat(POINT)
    .formatToParts(0.5)
    .find(({ type }) => type === 'decimal')?.value;
  return text.replace(/\.?0*e\+?/, 'e').replace('.', point ?? '.');
}

/** A whole number, such as that of a record. */
export function formatCount(n: number): string {
  return localeFormat(GROUPED).format(n);
}

/** `1 event`, `2,000 events` */
export function countOf(n: number, one: string, many = `${one}s`): string {
  return `${formatCount(n)} ${n === 1 ? one : many}`;
}

/** A score, 0 … 1. */
export function formatScore(score: number): string {
  return Number.isNaN(score) ? '–' : localeFormat(SCORE).format(score);
}

/** A share, 0 … 1, in whole percent. */
export function formatShare(share: number): string {
  return `${formatCount(Math.round(100 * share))} %`;
}
