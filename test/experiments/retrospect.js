// Detection in retrospect: one recorded stream with labels, scored at once and scored late.
import { readFileSync } from 'node:fs';
import { flagAnomalies, lstmForecast, scoreResiduals } from 'rx-anomaly';
import { firstValueFrom, from, toArray } from 'rxjs';

const FIXTURES = new URL('../../fixtures/finance/', import.meta.url);
const FILE = 'fat-finger.csv'; // prices in which two are typing errors: they jump, and jump back
const START = 300; // events that are not scored: the network has to learn first

/**
 * @typedef {object} Retrospect
 * @property {number} found labelled incidents in which something was flagged
 * @property {number} labelled
 * @property {number} wrong incidents flagged outside of them
 * @property {number} precision average precision of events ranked by residual over band: 1 if all labelled ones come first
 */

/**
 * @param {number | undefined} lag events to wait for; undefined for none
 * @param {number} seed
 * @returns {Promise<Retrospect>}
 */
export async function detect(lag, seed) {
  const windows = /** @type {[string, string][]} */ (
    JSON.parse(readFileSync(new URL('labels.json', FIXTURES), 'utf8'))[FILE]
  ).map((window) => window.map(utc));
  const events = readFileSync(new URL(FILE, FIXTURES), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','))
    .map(([time, value]) => ({ time: utc(time), value: Number(value) }));
  const isLabelled = (/** @type {number} */ time) =>
    windows.some(([start, end]) => time >= start && time <= end);

  const verdicts = await firstValueFrom(
    from(events).pipe(
      lstmForecast({ horizons: [1], engine: 'reference', seed, ...(lag && { bidirectional: { lag } }) }),
      scoreResiduals(),
      flagAnomalies(),
      toArray(),
    ),
  );
  const ranked = verdicts
    .slice(START)
    .map(({ event, residual, lower, upper }) => ({
      isRight: isLabelled(event.time),
      unusual: Math.abs(residual) / (upper - lower),
    }))
    .sort((a, b) => b.unusual - a.unusual);
  let right = 0;
  let precision = 0;
  for (const [rank, { isRight }] of ranked.entries()) {
    if (isRight) precision += ++right / (rank + 1);
  }
  const flagged = verdicts.filter(({ isAnomaly }) => isAnomaly).map(({ event }) => event.time);
  return {
    found: windows.filter(([start, end]) => flagged.some((time) => time >= start && time <= end)).length,
    labelled: windows.length,
    wrong: verdicts.filter(({ event, startOfIncident }) => startOfIncident && !isLabelled(event.time)).length,
    precision: precision / right,
  };
}

/** @param {string} time */
function utc(time) {
  return Date.parse(`${time.replace(' ', 'T')}Z`);
}
