import { setImmediate } from 'node:timers/promises';

/** @import { Contestant } from './contestant.js' */

/**
 * How long the contestants are timed.
 *
 * @typedef {object} Pace
 * @property {number} slice seconds of work between two looks at the clock: short, so that most slices are not
 *   interrupted by what else the machine does
 * @property {number} warmUp seconds, for each
 * @property {number} duration seconds, for all together
 * @property {number} leastRounds
 */

/** @type {Pace} */
export const THOROUGH = { slice: 0.003, warmUp: 0.4, duration: 4, leastRounds: 15 };
/** @type {Pace} */
export const QUICK = { slice: 0.002, warmUp: 0.1, duration: 0.7, leastRounds: 5 };

/**
 * Times contestants in turn, round after round, so that what slows the machine slows all of them.
 *
 * @param {readonly Contestant[]} contestants
 * @param {Pace} pace
 * @param {() => boolean} isInterrupted
 * @returns {Promise<number[]>} median seconds per event of each
 */
export async function race(contestants, pace, isInterrupted) {
  /** @type {number[]} */
  const sizes = [];
  for (const contestant of contestants) sizes.push(await warmUp(contestant, pace, isInterrupted));
  const times = contestants.map(() => /** @type {number[]} */ ([]));
  const start = performance.now();
  for (let round = 0; !isInterrupted(); round++) {
    if (round >= pace.leastRounds && performance.now() - start > 1000 * pace.duration) break;
    await setImmediate(); // Ctrl-C is noticed here
    for (const [k, contestant] of contestants.entries()) {
      times[k].push((await contestant.time(sizes[k])) / sizes[k]);
    }
  }
  return times.map(median);
}

/**
 * @param {Contestant} contestant
 * @param {Pace} pace
 * @param {() => boolean} isInterrupted
 * @returns {Promise<number>} events that take about a slice
 */
async function warmUp(contestant, { slice, warmUp }, isInterrupted) {
  const { least = 1, settled = 0 } = contestant;
  if (settled > 0) await contestant.time(settled);
  let size = least;
  for (let spent = 0; spent < warmUp && !isInterrupted(); ) {
    await setImmediate();
    const seconds = await contestant.time(size);
    spent += seconds;
    if (seconds < slice / 2) size *= 2;
    else size = least * Math.max(1, Math.round((size * slice) / seconds / least));
  }
  return size;
}

/** @param {readonly number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
