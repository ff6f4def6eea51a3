import { formatCount } from './formatNumber.ts';

/** A chance by its −log10, which is the value of a rare category: `1 in 5,000`; `–` for NaN. */
export function formatOdds(value: number): string {
  if (Number.isNaN(value)) return '–';
  const events = 10 ** Math.min(15, Math.max(0, value));
  return `1 in ${formatCount(events < 100 ? Math.round(events) : Number(events.toPrecision(4)))}`;
}
