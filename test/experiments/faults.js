// Faults that hide inside the range of a stream: which ways of forecasting and scoring find them, and at what price.
// `npm run experiments -- --faults`, about a minute.
import { judgeSeries, setQuality } from 'rx-anomaly/backtest';
import { FAMILY_NAMES, faultyStream } from './faultyStreams.js';

/** @import { SetQuality } from 'rx-anomaly/backtest' */
/** @import { Family } from './faultyStreams.js' */

// As `bench-quality` has them. Loaded by address and not by a static import, so that the type check needs no build.
const { loadConfigurations } = /** @type {typeof import('../../src/cli/quality/loadConfigurations.ts')} */ (
  await import(new URL('../../dist/cli/quality/loadConfigurations.js', import.meta.url).href)
);
const { settingsOf } = /** @type {typeof import('../../src/cli/quality/configurations.ts')} */ (
  await import(new URL('../../dist/cli/quality/configurations.js', import.meta.url).href)
);

const CONFIGURATIONS = ['default', 'lastValue', 'ema', 'seasonal', 'none', 'ewZScore'];
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
 * Heads and rows of a table for each measure: families down, configurations across, means over the seeds; in the last
 * row the mean over the families, ± its standard deviation over the seeds.
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
        const settings = settingsOf(configuration, seed);
        return setQuality(
          streamsOf(family, seed).map((series) => judgeSeries(series, settings)),
          settings,
        );
      }),
    );
  });
  return MEASURES.map(({ title, decimals, of }) => {
    // (configurations)(families)(seeds)
    const figures = runs.map((families) => families.map((seeds) => seeds.map((quality) => of(quality) ?? 0)));
    const overall = figures.map((families) =>
      SEEDS.map((_, seed) => mean(families.map((seeds) => seeds[seed]))),
    );
    return {
      title,
      heads: ['', ...CONFIGURATIONS],
      rows: [
        ...FAMILY_NAMES.map((family, f) => [
          family,
          ...figures.map((families) => mean(families[f]).toFixed(decimals)),
        ]),
        [
          'mean',
          ...overall.map(
            (seeds) => `${mean(seeds).toFixed(decimals)} ± ${deviation(seeds).toFixed(decimals)}`,
          ),
        ],
      ],
    };
  });
}

/**
 * @param {Family} family
 * @param {number} seed
 */
function streamsOf(family, seed) {
  return Array.from({ length: STREAMS }, (_, k) => faultyStream(family, 1000 * seed + k).series);
}

/** @param {readonly number[]} figures */
function mean(figures) {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

/** @param {readonly number[]} figures */
function deviation(figures) {
  const middle = mean(figures);
  return Math.sqrt(figures.reduce((sum, figure) => sum + (figure - middle) ** 2, 0) / (figures.length - 1));
}
