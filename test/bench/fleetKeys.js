import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROGRAM = fileURLToPath(new URL('fleet.js', import.meta.url));
const ORDERS = ['rounds', 'random'];

/**
 * What `detectFleet` costs with so many keys, keys in one order of arrival.
 *
 * @typedef {object} FleetCost
 * @property {string} name
 * @property {number} keys
 * @property {string} order
 * @property {number} usPerEvent
 * @property {number} usPerNewKey
 * @property {number} mostRssMB megabytes of the process at its largest
 */

/** Names of the cases, as for `--only`. */
export const FLEET_CASES = [1000, 100_000].flatMap((keys) =>
  ORDERS.map((order) => ({ name: fleetCase(keys, order), keys, order })),
);

/**
 * @param {number} keys
 * @param {string} order
 */
export function fleetCase(keys, order) {
  return `detectFleet, ${keys} keys, ${order === 'rounds' ? 'in rounds' : 'in random order'}`;
}

/**
 * Measures one of {@link FLEET_CASES} by fleet.js, in a process of its own.
 *
 * @param {{ name: string, keys: number, order: string }} fleet
 * @returns {Promise<FleetCost>}
 */
export async function fleetCost({ name, keys, order }) {
  const args = ['--expose-gc', PROGRAM, String(keys), order];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { usPerEvent, usPerNewKey, mostRssMB } = JSON.parse(stdout);
  return { name, keys, order, usPerEvent, usPerNewKey, mostRssMB };
}
