// Whether adapting the pre-trained network ever harms: `npm run experiments -- --adapting [FOLDER…]`.
import { everydayCollection } from '../everyday/everydayCollection.js';

// Loaded by address and not by a static import, so that the type check needs no build.
const dist = (/** @type {string} */ path) =>
  import(new URL(`../../../dist/${path}.js`, import.meta.url).href);
const { adaptationTable, evaluateAdaptation } =
  /** @type {typeof import('../../../src/lab/forecast/adaptation.ts')} */ (
    await dist('lab/forecast/adaptation')
  );
const { readCollection, simulatedCollection } =
  /** @type {typeof import('../../../src/lab/forecast/readCollection.ts')} */ (
    await dist('lab/forecast/readCollection')
  );
const { loadPretrainedWeights } =
  /** @type {typeof import('../../../src/models/pretrained/pretrainedWeights.ts')} */ (
    await dist('models/pretrained/pretrainedWeights')
  );

const SEEDS = [11, 12, 13]; // of everyday streams
const SIMULATED = 300; // series

/**
 * @param {readonly string[]} folders of tables
 * @param {(what: string) => void} progress
 * @returns {Promise<{ heads: string[], rows: string[][], harmed: number }>} `harmed`: means that are more than 1 % worse
 */
export async function adapting(folders, progress) {
  const weights = await loadPretrainedWeights();
  const { signal } = new AbortController();
  /** @type {{ collection: string, adaptations: ReturnType<typeof evaluateAdaptation> }[]} */
  const results = [];
  const measure = (/** @type {Parameters<typeof evaluateAdaptation>[0]} */ collection) => {
    progress(collection.name);
    results.push({ collection: collection.name, adaptations: evaluateAdaptation(collection, weights) });
  };
  measure(simulatedCollection(SIMULATED));
  for (const seed of SEEDS) measure(everydayCollection(seed));
  for (const folder of folders) measure(await readCollection(folder, signal));
  const means = results
    .flatMap(({ adaptations }) => Object.values(adaptations))
    .flatMap(({ horizons, ages }) => [...horizons, ...ages].map(({ mean }) => mean));
  return { ...adaptationTable(results), harmed: means.filter((mean) => mean > 1.01).length };
}
