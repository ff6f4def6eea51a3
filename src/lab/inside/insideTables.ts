import { formatTable, type TableFormat } from '../forecast/forecastTables.ts';
import type { Inside } from './insideNetwork.ts';

const LAGS = [1, 2, 4, 8, 16, 32, 64, 127];
const QUANTILES = [0, 0.1, 0.25, 0.5, 0.75, 1];

/** What the network remembers, as tables. */
export function insideTables({ units, flow, ablation, probes }: Inside, format: TableFormat): string {
  const long = units.filter(({ isLong }) => isLong).length;
  const at = (share: number): string => units[Math.round(share * (units.length - 1))].halfLife.toFixed(1);
  const tables = [
    {
      title: `Half-lives of ${units.length} units in events, the longest first; ${long} are 32 or more`,
      heads: ['units', ...QUANTILES.map((share) => `${100 * share} %`)],
      rows: [['half-life', ...QUANTILES.map(at)]],
    },
    {
      title: 'How far the gradient reaches: mean size by events back',
      heads: ['events back', ...LAGS.map(String)],
      rows: [
        ['forget gates ∏f', ...LAGS.map((lag) => size(flow.direct[lag]))],
        ['measured ∂c/∂c', ...LAGS.map((lag) => size(flow.measured[lag]))],
      ],
    },
    {
      title: "Error one event ahead by that of the last value, and what memory's absence costs",
      heads: ['collection', 'series', 'whole', 'without memory', 'more', 'without the layer'],
      rows: ablation.map(({ collection, series, errors: [whole, forgetful, linear] }) => [
        ...[collection, String(series), whole.toFixed(3), forgetful.toFixed(3)],
        ...[`${(100 * (forgetful / whole - 1)).toFixed(0)} %`, linear.toFixed(3)],
      ]),
    },
    {
      title: 'R² of linear probes on series that they were not fitted on',
      heads: ['quantity', 'state h', 'h without memory', 'inputs alone', 'inputs and h'],
      rows: probes.map(({ quantity, r2 }) => [quantity, ...r2.map((share) => share.toFixed(2))]),
    },
  ];
  return tables
    .map(({ title, heads, rows }) => `${title}\n\n${formatTable(heads, rows, format)}\n`)
    .join('\n');
}

function size(mean: number | undefined): string {
  return mean === undefined ? '–' : mean.toPrecision(2);
}
