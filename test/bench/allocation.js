import { median } from './race.js';

const TRIALS = 7;
const DURATION = 0.05; // seconds a trial
const MOST_EVENTS = 2000;

/**
 * Bytes of heap that an event allocates: how far `heapUsed` grows between two looks, less what a look itself takes. A
 * collection in between makes it shrink; the median of several trials leaves those out.
 *
 * @param {(events: number) => void} run
 * @param {number} seconds that an event takes
 * @returns {number | null} null without --expose-gc
 */
export function bytesPerEvent(run, seconds) {
  const collect = globalThis.gc;
  if (collect === undefined) return null;
  const events = Math.max(4, Math.min(MOST_EVENTS, Math.round(DURATION / seconds)));
  const grown = (/** @type {number} */ count) => {
    collect();
    const before = process.memoryUsage().heapUsed;
    run(count);
    return process.memoryUsage().heapUsed - before;
  };
  run(events); // first calls allocate what they keep
  const trials = Array.from({ length: TRIALS }, () => grown(events) - grown(0));
  return Math.max(0, Math.round(median(trials) / events));
}
