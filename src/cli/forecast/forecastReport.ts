import { diagram } from '../../backtest/report/diagram.ts';
import { type Html, html } from '../../backtest/report/html.ts';
import { loadPageAssets } from '../../backtest/report/loadPageAssets.ts';
import { renderPage } from '../../backtest/report/renderPage.ts';
import { renderTable } from '../../backtest/report/renderTable.ts';
import type { SeriesForecast } from './forecastTable.ts';
import { outcomeTable } from './forecastText.ts';

const MOST_DRAWN = 200; // series

/**
 * The last values of every series with the fan of their forecast, as one HTML file that opens from disk, without a script.
 *
 * @param run facts about the run, as name and value
 */
export function forecastReport(
  title: string,
  all: readonly SeriesForecast[],
  quantiles: readonly number[],
  names: readonly string[],
  run: readonly (readonly [name: string, value: string])[],
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
<div class="diagrams">${names.map((name, d) => fan(series, quantiles, name, d))}</div>
</section>`,
)}
${all.length > drawn.length && html`<p class="note">The first ${drawn.length} of ${all.length} series are drawn.</p>`}
</main></div>`;
  return renderPage(title, body, loadPageAssets());
}

function fan(
  { past, ahead, time }: SeriesForecast,
  quantiles: readonly number[],
  name: string,
  d: number,
): Html {
  const values = past.map((value, at) => ({ x: at - past.length + 1, y: finite(value[d]) }));
  const expected = ahead.map((step) => ({ x: step.step, y: finite(step.expected[d]) }));
  const pairs = Array.from(
    { length: quantiles.length >> 1 },
    (_, k) => [k, quantiles.length - 1 - k] as const,
  );
  const areas = pairs.map(([low, high]) => ({
    name: `${quantiles[low]} to ${quantiles[high]}`,
    kind: 'band',
    points: ahead.map((step) => ({
      x: step.step,
      from: step.quantiles[low][d],
      to: step.quantiles[high][d],
    })),
  }));
  const shown = [...values, ...expected].flatMap(({ y }) => y ?? []);
  const ends = areas.flatMap(({ points }) => points.flatMap(({ from, to }) => [from, to]));
  const all = [...shown, ...ends].filter(Number.isFinite);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least) * 0.05 || Math.abs(most) * 0.1 || 1;
  const since =
    time === undefined ? '' : `, ${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return diagram({
    title: name,
    x: { label: `events after the last one${since}`, from: 1 - past.length, to: ahead.length },
    y: all.length === 0 ? { label: '', from: 0, to: 1 } : { label: '', from: least - room, to: most + room },
    areas,
    lines: [
      { name: 'value', kind: 'value', points: values },
      { name: 'expected', kind: 'expected', points: expected },
    ],
    marks: [{ x: 0, label: 'the last event' }],
  });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
