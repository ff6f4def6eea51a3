import { tidyExponent } from './formatNumber.ts';
import { pageLocale } from './locale.ts';

/** The smallest of 1, 2 and 5 times a power of ten that is no less than `least`. */
export function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((multiple) => multiple * power >= least) ?? 10);
}

/** The multiples of `step` from `low` to `high`. */
export function multiples(low: number, high: number, step: number): number[] {
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  // A step too fine for the numbers around it would give the same tick over and over.
  if (!(count > 0 && count < 100)) return [];
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** Ticks `step` apart, with just enough digits to distinguish them. */
export function formatTicks(ticks: readonly number[], step: number): string[] {
  const largest = Math.max(...ticks.map(Math.abs));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const digits = Math.max(0, Math.min(20, Math.ceil(Math.log10(largest / step) - 1e-9)));
  if (largest >= 1e15 || decimals > 8 || (largest < 1e-4 && largest > 0)) {
    return ticks.map((tick) => (tick === 0 ? '0' : tidyExponent(tick.toExponential(digits))));
  }
  const form: Intl.NumberFormatOptions =
    largest >= 1e7 && digits <= 3
      ? { notation: 'compact', maximumFractionDigits: digits }
      : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return ticks.map((tick) => tick.toLocaleString(pageLocale(), form));
}
