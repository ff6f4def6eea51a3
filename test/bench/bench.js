// How fast are the engines, and how does that compare? `npm run bench -- [--quick] [--only TEXT] [--compare FOLDER]`: each case
// is verified against the reference engine, then timed, all contestants in turn, medians. Prints tables, writes bench.json.
// FOLDER is the dist of another build, whose detector is timed in turn with this one's.
// Exit codes: 0 done, 1 a contestant computes something else, 2 wrong usage, 130 interrupted.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bytesPerEvent } from './allocation.js';
import { checkBars } from './bars.js';
import { CASES } from './cases.js';
import { choiceOf } from './choice.js';
import { findPeers } from './findPeers.js';
import { FLEET_CASES, fleetCost } from './fleetKeys.js';
import { kernelSizes } from './kernelSizes.js';
import { QUICK, race, THOROUGH } from './race.js';
import { STATE_CASES, stateCost } from './state/stateCases.js';
import { table } from './table.js';
import { verify } from './verify.js';

/** @import { Case, Peers } from './cases.js' */
/** @import { Choice } from './choice.js' */
/** @import { FleetCost } from './fleetKeys.js' */

/**
 * One contestant in one case.
 *
 * @typedef {object} Row
 * @property {string} name the case
 * @property {number} H hidden units
 * @property {number} T window
 * @property {number} stride
 * @property {number} B series
 * @property {string} engine
 * @property {number} usPerEvent microseconds in which all B series advance by one event, learning included
 * @property {number} eventsPerSecond readings: B for each of those
 * @property {number | null} bytesPerEvent of heap; null in other processes
 * @property {number | null} ratioToWasm time over that of wasm in the same case
 */

const { pace, cases, fleetCases, stateCases, compare } = readOptions();
let isInterrupted = false;
process.once('SIGINT', () => {
  isInterrupted = true; // a second Ctrl-C ends it at once
});

const folder = mkdtempSync(join(tmpdir(), 'rx-anomaly-bench-'));
/** @type {Row[]} */
const rows = [];
/** @type {FleetCost[]} */
const fleets = [];
/** @type {Record<string, number>} */
const states = {};
/** @type {Choice[]} */
const choices = [];
/** @type {string[]} */
const mismatches = [];
try {
  const { peers, notes } = await findPeers(folder, compare);
  for (const note of notes) console.log(note);
  for (const [k, item] of cases.entries()) {
    if (isInterrupted) break;
    progress(`${k + 1}/${cases.length} ${item.name}`);
    rows.push(...(await runCase(item, peers)));
    if (item.choosable) choices.push(...choiceOf(item.name, item.problem.network, rows));
  }
  for (const item of fleetCases) {
    if (isInterrupted) break;
    progress(item.name);
    fleets.push(await fleetCost(item));
    rows.push(fleetRow(fleets[fleets.length - 1]));
  }
  for (const item of stateCases) {
    if (isInterrupted) break;
    progress(item.name);
    Object.assign(states, await stateCost(item));
  }
  report(notes);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(isInterrupted ? 130 : mismatches.length > 0 ? 1 : 0); // threads and children are not waited for

/**
 * @param {Case} item
 * @param {Peers} peers
 * @returns {Promise<Row[]>}
 */
async function runCase({ name, problem, contestants: create, verifyEvents }, peers) {
  const contestants = await Promise.all(create(peers));
  try {
    for (const contestant of contestants) {
      const mismatch = await verify(contestant, problem, verifyEvents);
      if (mismatch !== undefined) mismatches.push(`${name}: ${mismatch}`);
      if (isInterrupted) return [];
    }
    const seconds = await race(contestants, pace, () => isInterrupted);
    if (isInterrupted) return [];
    const { hidden: H, window: T, series: B } = problem.network;
    const wasm = seconds[contestants.findIndex(({ engine }) => engine === 'wasm')];
    return contestants.map(({ engine, run }, k) => ({
      name,
      H,
      T,
      stride: problem.stride,
      B,
      engine,
      usPerEvent: rounded(1e6 * seconds[k]),
      eventsPerSecond: Math.round(B / seconds[k]),
      bytesPerEvent: run ? bytesPerEvent(run, seconds[k]) : null,
      ratioToWasm: wasm === undefined ? null : rounded(seconds[k] / wasm),
    }));
  } finally {
    for (const contestant of contestants) contestant.dispose();
  }
}

/**
 * @param {FleetCost} cost
 * @returns {Row}
 */
function fleetRow({ name, keys, usPerEvent }) {
  const eventsPerSecond = Math.round(1e6 / usPerEvent);
  const shape = { H: 64, T: 1, stride: 1, B: keys };
  return {
    name,
    ...shape,
    engine: 'wasm in operators',
    usPerEvent,
    eventsPerSecond,
    bytesPerEvent: null,
    ratioToWasm: null,
  };
}

/** @param {readonly string[]} notes */
function report(notes) {
  const wrongChoices = choices.length === 0 ? NaN : choices.filter(({ right }) => !right).length;
  const bars = checkBars(rows, fleets, wrongChoices, states);
  console.log(
    `\n${table(
      ['case', 'engine', 'µs/event', 'events/s', 'bytes/event', '× wasm'],
      rows.map((row) => [
        row.name,
        row.engine,
        row.usPerEvent,
        row.eventsPerSecond,
        row.bytesPerEvent ?? '–',
        row.ratioToWasm ?? '–',
      ]),
    )}`,
  );
  console.log(
    `\n${table(
      ['case', 'chooseEngine', 'fastest', 'time over the fastest', 'right'],
      choices.map(({ name, chosen, fastest, ratio, right }) => [name, chosen, fastest, ratio, yesNo(right)]),
    )}`,
  );
  console.log(
    `\n${table(
      ['bar', 'measured', 'wanted', 'met'],
      bars.map(({ bar, measured, wanted, met }) => [bar, measured ?? '–', wanted, yesNo(met)]),
    )}`,
  );
  const kernels = kernelSizes();
  console.log(
    `\n${table(
      ['kernel', 'bytes', 'of a bundle after gzip'],
      kernels.map(({ build, bytes, gzip }) => [build, bytes, gzip]),
    )}`,
  );
  for (const mismatch of mismatches) console.log(`WRONG ${mismatch}`);
  const met = bars.filter((bar) => bar.met === true).length;
  const measured = bars.filter((bar) => bar.met !== null).length;
  console.log(
    `\n${met} of ${measured} bars met, ${bars.length - measured} not measured${isInterrupted ? '; interrupted' : ''}`,
  );
  const machine = {
    processor: cpus()[0]?.model,
    cores: availableParallelism(),
    load: loadavg().map(rounded),
  };
  const about = { date: new Date().toISOString(), node: process.version, machine, peers: notes };
  writeFileSync(
    'bench.json',
    `${JSON.stringify({ ...about, cases: rows, bars, choices, fleets, states, kernels, mismatches }, null, 2)}\n`,
  );
}

/** @param {boolean | null} answer */
function yesNo(answer) {
  return answer === null ? '–' : answer ? 'yes' : 'NO';
}

/** @param {number} number */
function rounded(number) {
  return Number(number.toPrecision(4));
}

/** @param {string} text */
function progress(text) {
  process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        compare: { type: 'string' },
      },
    });
    const only = values.only.toLowerCase();
    const has = (/** @type {string} */ name) => name.toLowerCase().includes(only);
    const cases = CASES.filter(({ name }) => has(name));
    // A minute's work that no pace makes shorter.
    const fleetCases = FLEET_CASES.filter(({ name }) => has(name) && !(values.quick && values.only === ''));
    const stateCases = STATE_CASES.filter(({ name }) => has(name) && !(values.quick && values.only === ''));
    if (cases.length + fleetCases.length + stateCases.length > 0)
      return {
        pace: values.quick ? QUICK : THOROUGH,
        cases,
        fleetCases,
        stateCases,
        compare: values.compare,
      };
    return fail(
      `no case has "${values.only}" in its name; there are ${[...CASES, ...FLEET_CASES, ...STATE_CASES].map(({ name }) => `"${name}"`).join(', ')}`,
    );
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`bench: ${message}`);
  process.exit(2);
}
