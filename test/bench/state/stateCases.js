import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What is measured of states and of the start, each in a process of its own, by the name that `--only` takes. */
export const STATE_CASES = [
  { name: 'state, one key', program: 'measureKey.js' },
  { name: 'state, 1,000 live keys', program: 'measureKeys.js' },
  { name: 'state, serve with 1,000 streams', program: 'measureServe.js' },
  { name: 'cold start, detect of 100 rows', program: '../coldStart.js' },
];

/**
 * Figures by name.
 *
 * @param {{ readonly program: string }} item
 * @returns {Promise<Readonly<Record<string, number>>>}
 */
export async function stateCost({ program }) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', path]);
  return JSON.parse(stdout);
}

/** The bars: what is measured, what it was before states were made small, and what is wanted at most. */
export const STATE_BARS = /** @type {const} */ ([
  ['binaryKB', 'state of a key as bytes: kB (131 as JSON before)', 56],
  ['jsonKB', 'state of a key as JSON: kB (131 before)', 76],
  ['saveMs', 'snapshot and encode: ms (2.4 to 7 before)', 0.4],
  ['restoreMs', 'decode and restore: ms (25 to 32 before)', 1],
  ['createMs', 'a new model: ms', 0.5],
  ['keysMB', '1,000 live keys: MB above an empty process (270 before)', 110],
  ['mostRssMB', 'serve with 1,000 streams of 500 events: MB (2,000 before)', 500],
  ['longestBlockMs', 'serve with 1,000 streams: longest block of the event loop, ms', 100],
  ['startSeconds', 'rx-anomaly detect of 100 rows, start to end: s of CPU', 0.4],
]);
