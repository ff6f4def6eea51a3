// Faults, more than a third of which hide inside the range of their stream: which ways of forecasting and scoring find
// them, and at what price.
// `npm run experiments -- --faults`, about a minute.
import { incidentMetrics } from 'rx-anomaly/backtest';
import { FAMILY_NAMES, faultyStream } from './faultyStreams.js';

/** @import { IncidentMetrics } from 'rx-anomaly/backtest' */
/** @import { DetectorSettings } from '../../src/lab/quality/detectSeries.ts' */
/** @import { SetQuality } from '../../src/lab/quality/setQuality.ts' */
/** @import { Family } from './faultyStreams.js' */

// Loaded by address and not by a static import, so that the type check needs no build.
const { detectSeries } = /** @type {typeof import('../../src/lab/quality/detectSeries.ts')} */ (
  await import(new URL('../../dist/lab/quality/detectSeries.js', import.meta.url).href)
);
const { setQuality } = /** @type {typeof import('../../src/lab/quality/setQuality.ts')} */ (
  await import(new URL('../../dist/lab/quality/setQuality.js', import.meta.url).href)
);

/**
 * @typedef {object} Run
 * @property {SetQuality} quality
 * @property {Pick<IncidentMetrics, 'incidents' | 'found'>} hidden of the hidden faults alone
 */

// As `bench-quality` has them. Loaded by address and not by a static import, so that the type check needs no build.
const { loadConfigurations } =
  /** @type {typeof import('../../src/lab/benchQuality/loadConfigurations.ts')} */ (
    await import(new URL('../../dist/lab/benchQuality/loadConfigurations.js', import.meta.url).href)
  );
const { settingsOf } = /** @type {typeof import('../../src/lab/benchQuality/configurations.ts')} */ (
  await import(new URL('../../dist/lab/benchQuality/configurations.js', import.meta.url).href)
);

const CONFIGURATIONS = ['default', 'lastValue', 'ema', 'seasonal', 'mean', 'ewZScore'];
const SEEDS = [1, 2, 3, 4, 5]; // of the streams, and of the network
const STREAMS = 4; // of a family under each seed

/**
 * What the tables show, each of alerts alone: one that falls in a labelled incident finds it, the others are false.
 *
 * @type {readonly { title: string, decimals: number, of: (quality: SetQuality) => number | null }[]}
 */
const MEASURES = [
  { title: 'F1 by incident at the fixed threshold', decimals: 2, of: ({ byAlert }) => byAlert.own.f1 },
  {
    title: 'The same at the threshold that is best for the family, chosen with its labels in view',
    decimals: 2,
    of: ({ byAlert }) => byAlert.best.f1,
  },
  {
    title: 'False alerts per 1,000 records at the fixed threshold',
    decimals: 1,
    of: ({ byAlert }) => byAlert.own.falseAlertsPer1000,
  },
];

/**
 * Heads and rows of tables: families down, configurations across. One for each measure, means over the seeds, in the last
 * row that over the families ± its standard deviation over the seeds; and one that counts which hidden faults were found.
 *
 * @param {(what: string) => void} progress
 */
export async function faultsByFamily(progress) {
  const known = await loadConfigurations(undefined);
  const runs = CONFIGURATIONS.map((name) => {
    const configuration = known.get(name);
    if (configuration === undefined) throw new Error(`bench-quality has no configuration ${name}`);
    return FAMILY_NAMES.map((family) =>
      SEEDS.map((seed) => {
        progress(`${name}: ${family}, seed ${seed}`);
        return run(family, seed, settingsOf(configuration, seed));
      }),
    );
  });
  const heads = ['', ...CONFIGURATIONS];
  return [
    ...MEASURES.map((measure) => ({ title: measure.title, heads, rows: measureRows(runs, measure) })),
    {
      title:
        'Found at the fixed threshold of those faults that stay within the range of what was normal before',
      heads,
      rows: hiddenRows(runs),
    },
  ];
}

/**
 * @param {Family} family
 * @param {number} seed
 * @param {DetectorSettings} settings
 * @returns {Run}
 */
function run(family, seed, settings) {
  const streams = Array.from({ length: STREAMS }, (_, k) => faultyStream(family, 1000 * seed + k));
  const detected = streams.map(({ series }) => detectSeries(series, settings));
  const hidden = detected.map((each, k) => ({ ...each, windows: streams[k].hidden, flags: each.alerts }));
  return { quality: setQuality(detected, settings), hidden: incidentMetrics(hidden) };
}

/**
 * @param {readonly (readonly (readonly Run[])[])[]} runs (configurations)(families)(seeds)
 * @param {typeof MEASURES[number]} measure
 */
function measureRows(runs, { decimals, of }) {
  const figures = runs.map((families) =>
    families.map((seeds) => seeds.map(({ quality }) => of(quality) ?? 0)),
  );
  const overall = figures.map((families) => SEEDS.map((_, k) => mean(families.map((seeds) => seeds[k]))));
  return [
    ...FAMILY_NAMES.map((family, f) => [
      family,
      ...figures.map((families) => mean(families[f]).toFixed(decimals)),
    ]),
    [
      'mean',
      ...overall.map((seeds) => `${mean(seeds).toFixed(decimals)} ± ${deviation(seeds).toFixed(decimals)}`),
    ],
  ];
}

/** @param {readonly (readonly (readonly Run[])[])[]} runs (configurations)(families)(seeds) */
function hiddenRows(runs) {
  const cell = (/** @type {readonly Run[]} */ some) => {
    const [found, all] = [some.map(({ hidden }) => hidden.found), some.map(({ hidden }) => hidden.incidents)];
    return `${sum(found)} of ${sum(all)}`;
  };
  return [
    ...FAMILY_NAMES.map((family, f) => [family, ...runs.map((families) => cell(families[f]))]),
    ['all', ...runs.map((families) => cell(families.flat()))],
  ];
}

/** @param {readonly number[]} figures */
function mean(figures) {
  return sum(figures) / figures.length;
}

/** @param {readonly number[]} figures */
function deviation(figures) {
  const middle = mean(figures);
  return Math.sqrt(sum(figures.map((figure) => (figure - middle) ** 2)) / (figures.length - 1));
}

/** @param {readonly number[]} figures */
function sum(figures) {
  return figures.reduce((total, figure) => total + figure, 0);
}
