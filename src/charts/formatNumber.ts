const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 });

/** A number for a reader: five significant digits and at least two decimals, none that are 0; `–` for NaN. */
export function formatNumber(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? '–' : String(x);
  const size = Math.abs(x);
  if (size !== 0 && (size >= 1e9 || size < 1e-4)) return tidyExponent(x.toExponential(4));
  return GROUPED.format(Number(size >= 1000 ? x.toFixed(2) : x.toPrecision(5)));
}

/** `1.5000e+12` is `1.5e12` */
export function tidyExponent(text: string): string {
  return text.replace(/\.?0*e\+?/, 'e');
}

/** A score, 0 … 1. */
export function formatScore(score: number): string {
  return Number.isNaN(score) ? '–' : score.toFixed(3);
}
