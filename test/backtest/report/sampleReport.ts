import type {
  ReportDimension,
  ReportDocument,
  ReportIncident,
  ReportLabel,
  ReportStream,
} from '../../../src/backtest/report/reportDocument.ts';
import { Random } from '../../../src/core/random.ts';

export interface Sample {
  readonly name: string;
  readonly records: number;
  readonly seed?: number;
  readonly level?: number;
  readonly dimensions?: readonly string[];
  readonly times?: 'regular' | 'irregular' | 'none';
  /** Where the value jumps: record, length, height in units of the noise. */
  readonly jumps?: readonly (readonly [at: number, length: number, height: number])[];
  readonly labels?: readonly ReportLabel[];
}

const START = Date.UTC(2014, 6, 1);
const STEP = 5 * 60_000;
const THRESHOLD = 0.5;

/** A daily season with noise and jumps, scored by a forecaster that knows the season: fast, and plausible. */
export function sampleStream(sample: Sample): ReportStream {
  const { name, records, seed = 1, level = 70, dimensions = ['value'], jumps = [], labels = [] } = sample;
  const random = new Random(seed);
  const columns = dimensions.map((dimension, d) =>
    sampleDimension(dimension, d === 0 ? jumps : [], records, level, random),
  );
  const score = Float64Array.from({ length: records }, (_, i) => {
    const deviations = columns.map(({ value, expected, upper }) =>
      i < 100 ? 0 : Math.abs(value[i]! - expected[i]!) / (upper[i]! - expected[i]!),
    );
    return 1 - Math.exp(-0.14 * Math.max(...deviations) ** 2);
  });
  return {
    name,
    times: sampleTimes(sample, random),
    dimensions: columns,
    score,
    threshold: THRESHOLD,
    incidents: sampleIncidents(score, columns),
    labels,
    metrics: [
      ['precision', '0.71'],
      ['recall', '1.00'],
      ['detection delay', '12 records'],
    ],
    problems: { missing: 2, timeBackwards: 0 },
  };
}

export function sampleReport(streams: readonly ReportStream[]): ReportDocument {
  return {
    title: 'Backtest: sensors',
    subtitle: `${streams.length} streams, scored online: each forecast was made before its record was seen`,
    run: [
      ['rx-anomaly', '0.1.0'],
      ['engine', 'reference (float64)'],
      ['model', 'LSTM, 32 hidden units, window 16'],
      ['seed', '1'],
      ['time', '14.2 s'],
    ],
    summary: {
      header: ['Stream', 'Records', 'Labels', 'Found', 'False alarms', 'Precision', 'Recall'],
      rows: streams.map(({ name, score, labels }) => [
        name,
        score.length.toLocaleString('en-US'),
        String(labels!.length),
        String(labels!.length),
        '1',
        '0.71',
        '100 %',
      ]),
    },
    streams,
  };
}

function sampleDimension(
  name: string,
  jumps: NonNullable<Sample['jumps']>,
  records: number,
  level: number,
  random: Random,
): ReportDimension {
  const noise = level / 60;
  const value = new Float64Array(records);
  const expected = new Float64Array(records);
  const lower = new Float64Array(records);
  const upper = new Float64Array(records);
  let drift = 0;
  for (let i = 0; i < records; i++) {
    const season =
      level +
      level * 0.15 * Math.sin((2 * Math.PI * i) / 288) +
      level * 0.05 * Math.sin((2 * Math.PI * i) / 2016);
    const jump = jumps.reduce(
      (sum, [at, length, height]) => sum + (i >= at && i < at + length ? height * noise : 0),
      0,
    );
    drift = 0.99 * drift + 0.2 * noise * random.normal();
    const known = i > 10;
    const width = noise * (2.1 + 40 * Math.exp(-i / 30));
    value[i] = season + drift + noise * random.normal() + jump;
    expected[i] = known ? season + drift : Number.NaN;
    lower[i] = expected[i]! - width;
    upper[i] = expected[i]! + width;
  }
  return { name, value, expected, lower, upper };
}

function sampleTimes({ times = 'regular', records }: Sample, random: Random): Float64Array | undefined {
  if (times === 'none') return undefined;
  let time = START;
  return Float64Array.from({ length: records }, () => {
    time += times === 'regular' ? STEP : STEP + random.below(90_000);
    return time;
  });
}

function sampleIncidents(score: Float64Array, columns: readonly ReportDimension[]): ReportIncident[] {
  const runs: [number, number][] = [];
  score.forEach((s, i) => {
    if (s < THRESHOLD) return;
    const run = runs.at(-1);
    if (run !== undefined && i - run[1] <= 12) run[1] = i;
    else runs.push([i, i]);
  });
  return runs.map(([first, last]) => {
    let peak = first;
    for (let i = first; i <= last; i++) if (score[i]! > score[peak]!) peak = i;
    const at = (field: 'value' | 'expected' | 'lower' | 'upper'): number[] =>
      columns.map((column) => column[field][peak]!);
    const top = score[peak]!;
    return {
      first,
      last,
      peak,
      score: top,
      severity: top > 0.98 ? 'critical' : top > 0.85 ? 'high' : top > 0.65 ? 'medium' : 'low',
      value: at('value'),
      expected: at('expected'),
      lower: at('lower'),
      upper: at('upper'),
    };
  });
}
