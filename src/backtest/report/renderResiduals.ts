import { formatCount } from '../../charts/formatNumber.ts';
import { diagram } from './diagram.ts';
import type { Html } from './html.ts';
import type { ResidualHistogram } from './reportDocument.ts';

/** The upper half of a Laplace distribution's central 95 %, in its scales. */
const HALF_BAND = Math.log(20);

/** Where the residuals lie in the forecast's band, compared with the Laplace distribution that the band assumes. */
export function renderResiduals({
  from,
  step,
  counts,
  below,
  above,
  total,
  within,
}: ResidualHistogram): Html {
  const bars = counts.map((count, at) => {
    const left = from + at * step;
    const label = `${formatCount(count)} residuals from ${left.toFixed(1)} to ${(left + step).toFixed(1)}`;
    return { from: left, to: left + step, y: share(count), label };
  });
  const assumed = bars.map((bar) => {
    const middle = (bar.from + bar.to) / 2;
    return { x: middle, y: (HALF_BAND / 2) * Math.exp(-HALF_BAND * Math.abs(middle)) * step * 100 };
  });
  const beyond = `${share(below).toFixed(1)} % lie further left, ${share(above).toFixed(1)} % further right`;
  return diagram({
    title: `Residuals: ${share(within).toFixed(1)} % within the 95 % band; ${beyond}`,
    x: { label: 'value − expected, in halves of the band', from, to: from + counts.length * step },
    y: { label: '%', from: 0, to: Math.max(...bars.map(({ y }) => y), ...assumed.map(({ y }) => y)) },
    bars,
    lines: [{ name: 'what the band assumes (Laplace)', kind: 'first', points: assumed }],
    marks: [
      { x: -1, label: 'lower end of the band' },
      { x: 1, label: 'upper end of the band' },
    ],
  });

  function share(count: number): number {
    return (100 * count) / Math.max(1, total);
  }
}
