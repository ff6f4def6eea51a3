import { stringify } from 'csv-stringify/sync';
import { isoTime, type OutputFormat } from '../output/verdictFormat.ts';
import { grouped, textTable } from '../text/formatText.ts';
import type { SeriesForecast } from './forecastTable.ts';

/** A line for each step of every series. @param names of the value columns */
export function forecastLines(
  all: readonly SeriesForecast[],
  quantiles: readonly number[],
  names: readonly string[],
  format: OutputFormat,
): string {
  const scalar = names.length === 1;
  const shaped = (values: readonly number[]): unknown => (scalar ? values[0] : values);
  const steps = all.flatMap(({ key, ahead }) => ahead.map((step) => ({ key: key ?? null, ...step })));
  if (format === 'ndjson')
    return steps
      .map(({ key, step, time, expected, quantiles: bounds }) => {
        const named = Object.fromEntries(quantiles.map((q, k) => [String(q), shaped(bounds[k])]));
        const line = { key, step, time: isoTime(time), expected: shaped(expected), quantiles: named };
        return `${JSON.stringify(line)}\n`;
      })
      .join('');
  const columns = ['expected', ...quantiles.map((q) => `q${q}`)].flatMap((field) =>
    scalar ? [field] : names.map((name) => `${field}_${name}`),
  );
  const rows = steps.map(({ key, step, time, expected, quantiles: bounds }) => {
    const numbers = [...expected, ...bounds.flat()].map((each) => (Number.isFinite(each) ? each : ''));
    return [key ?? '', step, isoTime(time) ?? '', ...numbers];
  });
  return stringify([['key', 'step', 'time', ...columns], ...rows]);
}

/** How earlier forecasts turned out, over all series, as a table; `–` where there was nothing to compare. */
export function outcomeTable(
  all: readonly SeriesForecast[],
  quantiles: readonly number[],
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const [least, greatest] = [quantiles[0], quantiles.at(-1)!];
  const isOne = quantiles.length === 1;
  const bounds = isOne
    ? `at or below ${least} (${percent(least)})`
    : `within ${least} to ${greatest} (${percent(greatest - least)})`;
  const header = ['step', 'forecasts', bounds, 'error / last value'];
  const rows = all[0].outcome.steps.map((step, k) => {
    const sum = (of: (series: SeriesForecast) => Float64Array): number =>
      all.reduce((total, series) => total + of(series)[k], 0);
    const count = sum(({ outcome }) => outcome.count);
    const held = sum(({ outcome }) => (isOne ? outcome.below : outcome.held));
    const ratios = all
      .map(({ outcome }) => outcome.error[k] / outcome.naive[k])
      .filter((ratio) => ratio > 0 && Number.isFinite(ratio));
    const mean = Math.exp(ratios.reduce((total, ratio) => total + Math.log(ratio), 0) / ratios.length);
    return [
      String(step),
      grouped(count),
      count === 0 ? '–' : `${((100 * held) / count).toFixed(1)} %`,
      ratios.length === 0 ? '–' : mean.toFixed(3),
    ];
  });
  return { header, rows };
}

/** A share without digits that rounding adds. */
function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}

/** {@link outcomeTable} as text. */
export function outcomeText(all: readonly SeriesForecast[], quantiles: readonly number[]): string {
  const { header, rows } = outcomeTable(all, quantiles);
  return `Earlier forecasts of this table:\n${textTable(header, rows)}`;
}
