import { diagram } from '../../backtest/report/diagram.ts';
import { type Html, html } from '../../backtest/report/html.ts';
import { loadPageAssets } from '../../backtest/report/loadPageAssets.ts';
import { renderPage } from '../../backtest/report/renderPage.ts';
import { renderTable } from '../../backtest/report/renderTable.ts';
import { timeTicks } from '../../backtest/report/timeTicks.ts';
import { fanPairs } from '../../charts/fan.ts';
import type { SeriesForecast } from './forecastTable.ts';
import { outcomeTable } from './forecastText.ts';

const MOST_DRAWN = 200; // series

/**
 * The last values of every series with the fan of their forecast, as one HTML file that opens from disk, without a script.
 *
 * @param run facts about the run, as name and value
 * @param timeZone on whose clocks times are shown
 */
export function forecastReport(
  title: string,
  all: readonly SeriesForecast[],
  quantiles: readonly number[],
  names: readonly string[],
  run: readonly (readonly [name: string, value: string])[],
  timeZone = 'UTC',
): string {
  const drawn = all.slice(0, MOST_DRAWN);
  const body = html`<div class="page"><main id="main">
<header><h1>${title}</h1></header>
<section class="card" aria-labelledby="run-title">
<h2 id="run-title">What was run</h2>
<dl class="facts">${run.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</section>
<section class="card" aria-labelledby="outcome-title">
<h2 id="outcome-title">How earlier forecasts turned out</h2>
<div class="scroll">${renderTable(outcomeTable(all, quantiles))}</div>
</section>
${drawn.map(
  (series, index) => html`<section class="card" aria-labelledby="series-${index}">
<h2 id="series-${index}">${series.key ?? 'Forecast'}</h2>
<div class="diagrams">${names.map((name, d) => fan(series, quantiles, name, d, timeZone))}</div>
</section>`,
)}
${all.length > drawn.length && html`<p class="note">The first ${drawn.length} of ${all.length} series are drawn.</p>`}
</main></div>`;
  return renderPage(title, body, loadPageAssets());
}

function fan(
  { past, ahead }: SeriesForecast,
  quantiles: readonly number[],
  name: string,
  d: number,
  timeZone: string,
): Html {
  const times = [...past, ...ahead].map(({ time }) => time ?? Number.NaN);
  // False next to a NaN.
  const xIsTime = times.every((time, at) => at === 0 || time >= times[at - 1]!) && times[0]! < times.at(-1)!;
  const x = xIsTime ? times : times.map((_, at) => at + 1 - past.length);
  const end = past.length - 1;
  const values = past.map(({ value }, at) => ({ x: x[at]!, y: finite(value[d]) }));
  const last = { x: x[end]!, y: values[end]!.y };
  const expected = ahead.map((step, h) => ({ x: x[end + 1 + h]!, y: finite(step.expected[d]) }));
  const areas = fanPairs(quantiles.map((_, k) => k)).map(([low, high]) => {
    const steps = ahead.map((step, h) => {
      const [from, to] = [step.quantiles[low][d], step.quantiles[high][d]];
      return { x: x[end + 1 + h]!, from, to };
    });
    const begin = last.y === null ? [] : [{ x: last.x, from: last.y, to: last.y }];
    return { name: `${quantiles[low]} to ${quantiles[high]}`, kind: 'band', points: [...begin, ...steps] };
  });
  const shown = [...values, ...expected].flatMap(({ y }) => y ?? []);
  const ends = areas.flatMap(({ points }) => points.flatMap(({ from, to }) => [from, to]));
  const all = [...shown, ...ends].filter(Number.isFinite);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least) * 0.05 || Math.abs(most) * 0.1 || 1;
  const [from, to] = [x[0]!, x.at(-1)!];
  const axis = xIsTime
    ? { label: '', from, to, ticks: (count: number) => timeTicks(from, to, count, timeZone) }
    : { label: 'rows after the last one', from, to };
  return diagram({
    title: xIsTime ? `${name}; times in ${timeZone}` : name,
    isWide: true,
    x: axis,
    y: all.length === 0 ? { label: '', from: 0, to: 1 } : { label: '', from: least - room, to: most + room },
    areas,
    lines: [
      { name: 'value', kind: 'value', points: values },
      { name: 'expected', kind: 'expected', points: last.y === null ? expected : [last, ...expected] },
    ],
    marks: [{ x: last.x, label: 'the last row' }],
  });
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
