import { chooseEngine } from 'rx-anomaly/numerics';

/** @import { ChosenEngine, NetworkConfig } from 'rx-anomaly/numerics' */
/** @import { Row } from './bench.js' */

/**
 * What `chooseEngine` picked in a case, against what was fastest there.
 *
 * @typedef {object} Choice
 * @property {string} name
 * @property {string} chosen
 * @property {string} fastest
 * @property {number} ratio time of the chosen over that of the fastest
 * @property {boolean} right
 */

/** Medians of the same thing differ by so much from run to run on a machine that does other work too. */
const NOISE = 1.1;
/** @type {readonly ChosenEngine[]} */
const ENGINES = ['wasm', 'tfjs', 'reference'];

/**
 * @param {string} name
 * @param {NetworkConfig} network
 * @param {readonly Row[]} rows
 * @returns {Choice[]} one, or none where fewer than two engines were timed
 */
export function choiceOf(name, network, rows) {
  const timed = rows.filter((row) => row.name === name && ENGINES.some((engine) => engine === row.engine));
  if (timed.length < 2) return [];
  const fastest = timed.reduce((best, row) => (row.usPerEvent < best.usPerEvent ? row : best));
  const chosen = chooseEngine(
    network,
    ENGINES.filter((engine) => timed.some((row) => row.engine === engine)),
  );
  const time = timed.find((row) => row.engine === chosen)?.usPerEvent ?? Number.POSITIVE_INFINITY;
  const ratio = Number((time / fastest.usPerEvent).toPrecision(4));
  return [{ name, chosen, fastest: fastest.engine, ratio, right: ratio <= NOISE }];
}
