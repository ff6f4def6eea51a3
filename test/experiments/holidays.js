// What becomes of public holidays, by what is done about them: `npm run experiments -- --holidays [FOLDER]`, of NAB.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { detectAnomalies } from 'rx-anomaly';
import { publicHolidays } from 'rx-anomaly/holidays';
import { Random } from 'rx-anomaly/numerics';
import { from } from 'rxjs';

/** @typedef {{ time: number, value: number }} Reading */
/** @typedef {(date: string) => boolean} IsHoliday */

const HOUR = 3_600_000;
const START = Date.UTC(2024, 0, 1); // a Monday
const YEARS = 2;
const SEED = 1;

export const HOLIDAY_HEADS = ['stream', 'what is done', 'flagged on holidays', 'on other days'];

/**
 * Flagged records on holidays and on other days, a row for each stream and each thing that is done.
 *
 * @param {string | undefined} nab the folder of NAB, for nyc_taxi
 * @param {(what: string) => void} progress
 */
export async function holidays(nab, progress) {
  const bavaria = (await publicHolidays('DE-BY')).isHoliday;
  /** @type {[string, readonly Reading[], IsHoliday][]} */
  const streams = [
    ['two years, like a Sunday', simulated(bavaria, 1), bavaria],
    ['two years, a quarter of the day', simulated(bavaria, 0.25), bavaria],
  ];
  if (nab !== undefined)
    streams.push(['nyc_taxi of NAB', await taxi(nab), (await publicHolidays('US-NY')).isHoliday]);
  return streams.flatMap(([name, readings, isHoliday]) =>
    Object.entries(MEASURES).map(([measure, optionsOf]) => {
      progress(`${name}: ${measure}`);
      const flagged = { on: 0, off: 0 };
      from(readings)
        .pipe(detectAnomalies({ seed: SEED, ...optionsOf(isHoliday) }))
        .subscribe(({ time, isAnomaly }) => {
          if (isAnomaly && time !== undefined) flagged[isHoliday(dateOf(time)) ? 'on' : 'off']++;
        });
      return [name, measure, String(flagged.on), String(flagged.off)];
    }),
  );
}

/** Options of the detector. @type {Readonly<Record<string, (isHoliday: IsHoliday) => object>>} */
const MEASURES = {
  nothing: () => ({}),
  'like a Sunday': (isHoliday) => ({ holidays: isHoliday }),
  'a covariate': (isHoliday) => ({
    covariates: (/** @type {Reading} */ { time }) => [isHoliday(dateOf(time)) ? 1 : 0],
  }),
  suppressed: (isHoliday) => ({ suppress: [{ name: 'holiday', dates: isHoliday }] }),
};

/** @param {number} time */
function dateOf(time) {
  return new Date(time).toISOString().slice(0, 10);
}

/**
 * The power that an office draws, hour by hour; on holidays that of a Sunday, or a share of that of their own day.
 *
 * @param {IsHoliday} isHoliday
 * @param {number} share of its own day on a holiday; 1 for a Sunday
 * @returns {Reading[]}
 */
function simulated(isHoliday, share) {
  const random = new Random(SEED);
  let noise = 0;
  return Array.from({ length: YEARS * 8766 }, (_, n) => {
    const time = START + n * HOUR;
    const weekday = Math.floor(n / 24) % 7;
    const off = isHoliday(dateOf(time));
    const day = off && share === 1 ? 6 : weekday;
    noise = 0.6 * noise + random.normal();
    const load =
      (30 + (day < 5 ? 60 : day === 5 ? 25 : 8) * daylight(n % 24)) * (off && share < 1 ? share : 1);
    return { time, value: load + 1.5 * noise };
  });
}

/** @param {number} hour */
function daylight(hour) {
  return Math.max(0, Math.sin(((hour - 6) / 14) * Math.PI));
}

/** @param {string} nab @returns {Promise<Reading[]>} */
async function taxi(nab) {
  const text = await readFile(join(nab, 'data/realKnownCause/nyc_taxi.csv'), 'utf8');
  const [, ...rows] = text.trimEnd().split('\n');
  return rows.map((row) => {
    const [time, value] = row.split(',');
    return { time: Date.parse(`${time.replace(' ', 'T')}Z`), value: Number(value) };
  });
}
