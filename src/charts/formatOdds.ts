import { formatCount } from './formatNumber.ts';

/** A chance by its −log10, which is the value of a rare category: `1 in 5,000`; `–` for NaN. */
export function formatOdds(value: number): string {
  if (Number.isNaN(value)) return '–';
  const events = Math.round(10 ** Math.min(15, Math.max(0, value)) * (1 + 1e-9)); // a half is rounded up, as it was before the logarithm
  return `1 in ${formatCount(events < 10_000 ? events : Number(events.toPrecision(4)))}`;
}
