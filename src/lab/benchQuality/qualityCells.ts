import type { BootstrapDifference } from '../../backtest/index.ts';
import type { Comparison } from '../quality/compareQuality.ts';
import type { SetQuality } from '../quality/setQuality.ts';

// Figures as the tables of `bench-quality` print them.

/** `71.3 ± 0.4`: the mean over the seeds and their standard deviation; without the latter for one seed. */
export function over(
  seeds: readonly SetQuality[],
  measure: (quality: SetQuality) => number | null,
  decimals: number,
): string {
  return meanCell(seeds.map(measure), decimals);
}

/** The same for given figures; undefined ones do not count. */
export function meanCell(figures: readonly (number | null)[], decimals: number): string {
  const values = figures.filter((value) => value !== null);
  if (values.length === 0) return '–';
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return mean.toFixed(decimals);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return `${mean.toFixed(decimals)} ± ${Math.sqrt(variance).toFixed(decimals)}`;
}

/** NAB's scores go to 100, the others to 1. */
export function decimalsOf(measure: Comparison['measure']): number {
  return measure === 'NAB standard' ? 1 : 3;
}

/** `+3.1 [−1.0, +7.2] 0.93` */
export function differenceCell(
  { difference, low, high, probability }: BootstrapDifference,
  measure: Comparison['measure'],
): string {
  const decimals = decimalsOf(measure);
  if (difference === null || low === null || high === null || probability === null) return '–';
  const [middle, from, to] = [difference, low, high].map((number) => signed(number, decimals));
  return `${middle} [${from}, ${to}] ${probability.toFixed(2)}`;
}

function signed(number: number, decimals: number): string {
  const text = Math.abs(number).toFixed(decimals);
  return Number(text) === 0 ? text : `${number < 0 ? '−' : '+'}${text}`;
}
