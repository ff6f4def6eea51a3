import { pretrainedForecaster } from '../../../dist/index.js';

/** @typedef {{ key: string, value: number, time: number }} Event */

/**
 * The options of a kind of worker.
 *
 * @param {string} kind `fleet` or `anomalies`
 */
export async function detectOf(kind) {
  if (kind === 'anomalies') return {};
  await pretrainedForecaster();
  return { fleet: true };
}

/**
 * Events of so many streams in turn, with an anomaly now and then.
 *
 * @param {number} from
 * @param {number} count
 * @param {number} keys
 */
export function eventsOf(from, count, keys) {
  return Array.from({ length: count }, (_, k) => {
    const n = from + k;
    const [key, step] = [n % keys, Math.floor(n / keys)];
    const noise = ((Math.imul(n + 1, 2_654_435_761) >>> 0) / 2 ** 32 - 0.5) * 0.3;
    const value = Math.sin(step / 12 + key) + noise + (n % 997 === 0 ? 4 : 0);
    return { key: `sensor ${key}`, event: { key: `sensor ${key}`, value, time: step * 60_000 } };
  });
}
