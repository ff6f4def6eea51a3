// Does memory stay flat when a stream never ends? `npm run soak -- [--events N] [--keys K] [--seconds S]`: N events, 2
// million by default, through `detectAnomalies` with its defaults: the first half as one stream, the second
// half as many whose keys come and go. Then S seconds of simulated time, an hour by default, through
// `checkpoint` while everything around it fails now and then.
// Exit codes: 0 flat, 1 not flat, a score was NaN or a verdict lost, 2 wrong usage, 130 or 143 interrupted.
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Subject } from 'rxjs';
import { fleet, sensor } from './events.js';
import { soakWithFaults } from './faults.js';
import { flatness } from './flatness.js';

/** @import { SoakEvent } from './events.js' */
/** @import { Sample } from './flatness.js' */

// Loaded by address and not by a static import, so that the type check needs no build.
/** @type {typeof import('../../src/index.ts')} */
const { detectAnomalies } = await import(new URL('../../dist/index.js', import.meta.url).href);
/** @type {typeof import('../../src/core/random.ts')} */
const { Random } = await import(new URL('../../dist/core/random.js', import.meta.url).href);

const SAMPLES = 10; // a phase
const SLICE = 500; // events between two turns of the event loop, in which Ctrl-C is noticed
const COLUMNS = [10, 10, 10, 11, 9];

const { events, keys, leak, seconds } = readOptions();
const collect = globalThis.gc ?? fail('run it with node --expose-gc, or by npm run soak');
let isInterrupted = false;
let interruptedCode = 130;
process.once('SIGINT', () => {
  isInterrupted = true; // a second Ctrl-C ends it at once
});
process.once('SIGTERM', () => {
  isInterrupted = true;
  interruptedCode = 143;
});
let unhandled = 0;
process.on('unhandledRejection', (error) => {
  unhandled++;
  console.log('unhandled rejection:', error);
});

/** @type {Uint8Array[]} */
const leaked = [];
const half = Math.floor(events / 2);
const random = new Random(1);
const one = await soak('one stream', sensor(random), 1);
const stay = Math.max(1, Math.floor(half / (10 * keys))); // so that ten keys, on average, come after each
const room = Math.ceil(1.25 * keys); // mostly those that are gone are let go, not those that are only slow
const many = isInterrupted || (await soak(`${keys} streams at a time`, fleet(random, keys, stay), room));
const withFaults = isInterrupted || (await soakFaults());

if (isInterrupted) console.log('interrupted');
process.exitCode = isInterrupted ? interruptedCode : one && many && withFaults && unhandled === 0 ? 0 : 1;

/** @returns {Promise<boolean>} whether memory stayed flat, and each verdict came and was always the same */
async function soakFaults() {
  console.log(`${seconds.toLocaleString('en')} seconds of simulated time, with faults`);
  console.log(row('events', 'events/s', 'heap MB', 'buffers MB', 'rss MB'));
  /** @type {Sample[]} */
  const samples = [];
  let since = performance.now();
  const counts = await soakWithFaults(
    new Random(2),
    seconds,
    (sent) => {
      const distance = sent - (samples.at(-1)?.events ?? 0);
      samples.push(measure(sent, (1000 * distance) / (performance.now() - since)));
      since = performance.now();
    },
    () => isInterrupted,
  );
  tellCounts(counts);
  return tell(samples) && counts.missing === 0 && counts.different === 0;
}

/**
 * Streams half of the events and tells how it went.
 *
 * @param {string} title
 * @param {() => SoakEvent} next
 * @param {number} maxKeys
 * @returns {Promise<boolean>} whether memory stayed flat and every score was a number
 */
async function soak(title, next, maxKeys) {
  console.log(`${title}: ${half.toLocaleString('en')} events`);
  console.log(row('events', 'events/s', 'heap MB', 'buffers MB', 'rss MB'));
  const counts = { verdicts: 0, anomalies: 0, incidents: 0, problems: 0, evictions: 0, NaNs: 0 };
  /** @type {Subject<SoakEvent>} */
  const events$ = new Subject();
  const done = events$
    .pipe(
      detectAnomalies({
        maxKeys,
        onProblem: () => void counts.problems++,
        onEvict: () => void counts.evictions++,
      }),
    )
    .forEach(({ isAnomaly, startOfIncident, score, expected, warmingUp }) => {
      counts.verdicts++;
      if (isAnomaly) counts.anomalies++;
      if (startOfIncident) counts.incidents++;
      if (!(score >= 0 && score <= 1) || (!warmingUp && !Number.isFinite(expected))) counts.NaNs++;
      if (leak > 0) leaked.push(new Uint8Array(leak));
    });

  /** @type {Sample[]} */
  const samples = [];
  const distance = Math.max(1, Math.floor(half / SAMPLES));
  let since = performance.now();
  for (let sent = 1; sent <= half && !isInterrupted; sent++) {
    events$.next(next());
    if (sent % SLICE === 0) await setImmediate();
    if (sent % distance !== 0) continue;
    const seconds = (performance.now() - since) / 1000;
    samples.push(measure(sent, distance / seconds));
    since = performance.now();
  }
  events$.complete();
  await done;
  tellCounts(counts);
  return tell(samples) && counts.NaNs === 0;
}

/** @param {Record<string, number>} counts */
function tellCounts(counts) {
  const parts = Object.entries(counts).map(([name, count]) => `${count.toLocaleString('en')} ${name}`);
  console.log(parts.join(', '));
}

/**
 * @param {number} sent
 * @param {number} rate events per second
 * @returns {Sample}
 */
function measure(sent, rate) {
  collect();
  collect(); // buffers whose arrays went in the first are freed by the second
  const { heapUsed, external, rss } = process.memoryUsage();
  const megabytes = [heapUsed, external, rss].map((bytes) => (bytes / 2 ** 20).toFixed(2));
  console.log(row(sent.toLocaleString('en'), Math.round(rate).toLocaleString('en'), ...megabytes));
  return { events: sent, heap: heapUsed + external, rss };
}

/**
 * Prints the detection on the samples.
 *
 * @param {readonly Sample[]} samples
 */
function tell(samples) {
  const result = flatness(samples);
  if (result === undefined) {
    console.log('too few samples to tell whether memory is flat\n');
    return false;
  }
  const { heapSlope, heapBound, rssGrowth, rssBound, isFlat } = result;
  const heap = `heap and buffers ${signed(heapSlope)} bytes per event (bound ${heapBound.toFixed(2)})`;
  const rss = `rss ${signed(rssGrowth / 2 ** 20)} MB (bound ${(rssBound / 2 ** 20).toFixed(1)})`;
  console.log(`memory is ${isFlat ? 'flat' : 'NOT FLAT'}: over the last three quarters ${heap}, ${rss}\n`);
  return isFlat;
}

/** @param {number} number */
function signed(number) {
  return `${number < 0 ? '−' : '+'}${Math.abs(number).toFixed(2)}`;
}

/** @param {readonly string[]} cells */
function row(...cells) {
  return cells.map((cell, column) => cell.padStart(COLUMNS[column])).join(' ');
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        events: { type: 'string', default: '2000000' },
        keys: { type: 'string', default: '200' },
        seconds: { type: 'string', default: '3600' }, // of simulated time
        leak: { type: 'string', default: '0' }, // bytes kept per event: shows that a leak is found
      },
    });
    const { events, keys, leak, seconds } = /** @type {Record<keyof typeof values, number>} */ (
      Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]))
    );
    if (
      ![events, keys, seconds].every((number) => Number.isSafeInteger(number) && number > 0) ||
      !(leak >= 0)
    ) {
      return fail('expected --events, --keys and --seconds to be positive integers');
    }
    return { events, keys, leak, seconds };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`soak: ${message}`);
  process.exit(2);
}
