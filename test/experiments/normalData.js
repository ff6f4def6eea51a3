// False alerts where nothing is wrong: the default detector on simulated processes, at each sensitivity.
// `npm run experiments -- --normal`, about half a minute.
import { detectAnomalies } from 'rx-anomaly';
import { Random } from 'rx-anomaly/numerics';
import { from } from 'rxjs';

const RECORDS = 5000;
const YOUNG = 1000; // records
const SEEDS = [1, 2, 3];
/** @type {readonly (0 | 'low' | 'medium' | 'high' | 1)[]} */
const SENSITIVITIES = [0, 'low', 'medium', 'high', 1];
const HOUR = 3_600_000; // ms

/**
 * A value for each record, from the one before.
 *
 * @type {Readonly<Record<string, (random: Random, t: number, last: number) => number>>}
 */
const PROCESSES = {
  'white noise': (random) => 10 + random.normal(),
  'autoregressive, 0.9': (random, _, last) => 0.9 * last + random.normal(),
  'daily wave': (random, t) => 5 * Math.sin((2 * Math.PI * t) / 24) + random.normal(),
  'daily and weekly wave': (random, t) =>
    5 * Math.sin((2 * Math.PI * t) / 24) + 3 * Math.sin((2 * Math.PI * t) / 168) + random.normal(),
  'log-normal': (random) => Math.exp(random.normal()),
  uniform: (random) => random.uniform(),
  'two levels': (random, t) => (t % 24 < 12 ? 0 : 10) + random.normal(),
  'waiting times': (random) => -Math.log(1 - random.uniform()),
};

/** Heads and rows of a table: alerts per 1,000 records, of the young stream and of the grown one. */
export function falseAlertsOnNormalData(/** @type {(what: string) => void} */ progress) {
  const rows = Object.entries(PROCESSES).map(([name, next]) => {
    progress(name);
    return [name, ...SENSITIVITIES.flatMap((sensitivity) => perThousand(next, sensitivity))];
  });
  const means = rows[0]
    .slice(1)
    .map((_, k) => rows.reduce((sum, row) => sum + Number(row[k + 1]), 0) / rows.length);
  const all = [...rows, ['mean', ...means]].map(([name, ...rates]) => [
    name,
    ...rates.map((rate) => Number(rate).toFixed(2)),
  ]);
  return {
    heads: ['alerts per 1,000', ...SENSITIVITIES.flatMap((s) => [`${s}, < ${YOUNG}`, `${s}, later`])],
    rows: all,
  };
}

/**
 * @param {(random: Random, t: number, last: number) => number} next
 * @param {0 | 'low' | 'medium' | 'high' | 1} sensitivity
 * @returns {[number, number]} alerts per 1,000 records before and after `YOUNG`
 */
function perThousand(next, sensitivity) {
  const counts = [0, 0];
  for (const seed of SEEDS) {
    const random = new Random(seed);
    let last = 0;
    const readings = Array.from({ length: RECORDS }, (_, t) => {
      last = next(random, t, last);
      return { t, time: t * HOUR, value: last };
    });
    from(readings)
      .pipe(detectAnomalies({ seed, sensitivity }))
      .subscribe(({ startOfIncident, event }) => {
        if (startOfIncident) counts[event.t < YOUNG ? 0 : 1]++;
      });
  }
  const thousands = [YOUNG, RECORDS - YOUNG].map((records) => (SEEDS.length * records) / 1000);
  return [counts[0] / thousands[0], counts[1] / thousands[1]];
}
