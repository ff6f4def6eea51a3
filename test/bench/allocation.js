import { median } from './race.js';

const TRIALS = 7;
const DURATION = 0.05; // seconds a trial
const MOST_EVENTS = 2000;
const LOOK_EVENTS = 64; // of a first look
const MOST_BYTES = 2 ** 18; // a trial: a collection in the midst of it would hide what was allocated before

/**
 * Bytes of heap that an event allocates: how far `heapUsed` grows between two looks, less what a look itself takes; the median
 * of several trials, each so short that nothing is collected meanwhile.
 *
 * @param {(events: number) => void} run
 * @param {number} seconds that an event takes
 * @returns {number | null} null without --expose-gc
 */
export function bytesPerEvent(run, seconds) {
  const collect = globalThis.gc;
  if (collect === undefined) return null;
  const most = Math.max(4, Math.min(MOST_EVENTS, Math.round(DURATION / seconds)));
  const grown = (/** @type {number} */ count) => {
    collect();
    const before = process.memoryUsage().heapUsed;
    run(count);
    return process.memoryUsage().heapUsed - before;
  };
  const perEvent = (/** @type {number} */ events) =>
    Math.max(0, median(Array.from({ length: TRIALS }, () => grown(events) - grown(0))) / events);
  run(most); // first calls allocate what they keep
  const look = perEvent(Math.min(most, LOOK_EVENTS));
  return Math.round(perEvent(Math.max(4, Math.min(most, Math.floor(MOST_BYTES / Math.max(1, look))))));
}
