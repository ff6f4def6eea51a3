// Who learns what. The tests hold a few seeds to it, `npm run experiments` all of them.
import { alarm, copy, recall } from './tasks.js';

/** @import { Student, Task } from './episodes.js' */

/**
 * @typedef {object} Case
 * @property {Task} task
 * @property {string} who the cell and what is special about it
 * @property {Student} student
 * @property {number} updates at most
 * @property {readonly number[]} seeds
 * @property {'each' | 'some' | 'none'} solves seeds that are expected to: all, at least one in four, or none
 */

const THREE = [1, 2, 3];
const SIXTEEN = Array.from({ length: 16 }, (_, k) => k + 1);

const RECALL = { task: recall(100), updates: 1000, seeds: THREE };
const ALARM = { task: alarm(5), updates: 3000, seeds: SIXTEEN };
const COPY = { task: copy(8), updates: 500, seeds: THREE };

/** @type {Student} */
const remembers = { cell: 'lstm', hidden: 8, forgetBias: 5 };
/** @type {Student} */
const counts = { cell: 'lstm', hidden: 1, forgetBias: 3, rate: 0.02 };
/** @type {Student} */
const copies = { cell: 'lstm', hidden: 4, rate: 0.01 };

/** @type {readonly Case[]} */
export const CASES = [
  { ...RECALL, who: 'lstm, forget bias 5', student: remembers, solves: 'each' },
  { ...RECALL, who: 'lstm, forget bias 0', student: { ...remembers, forgetBias: 0 }, solves: 'none' },
  { ...RECALL, who: 'rnn', student: { ...remembers, cell: 'rnn' }, solves: 'none' },
  { ...RECALL, who: 'gru, update bias 5', student: { ...remembers, cell: 'gru' }, solves: 'each' },
  { ...RECALL, who: 'peephole, forget bias 5', student: { ...remembers, cell: 'peephole' }, solves: 'each' },
  { ...RECALL, who: 'coupled, forget bias 5', student: { ...remembers, cell: 'coupled' }, solves: 'each' },
  { ...RECALL, who: 'budget, forget bias 5', student: { ...remembers, cell: 'budget' }, solves: 'each' },
  { ...RECALL, who: 'ema, forget bias 5', student: { ...remembers, cell: 'ema' }, solves: 'each' },
  { ...ALARM, who: 'lstm, one unit', student: counts, solves: 'none' },
  { ...ALARM, who: 'peephole, one unit', student: { ...counts, cell: 'peephole' }, solves: 'some' },
  { ...ALARM, who: 'lstm, two units', student: { ...counts, hidden: 2 }, solves: 'some' },
  { ...COPY, who: 'lstm, 4 units', student: copies, solves: 'none' },
  { ...COPY, who: 'lstm, 4 units, attention', student: { ...copies, attention: 12 }, solves: 'each' },
  { ...COPY, who: 'lstm, 16 units', student: { ...copies, hidden: 16 }, solves: 'each' },
];

/**
 * Whether so many of a case's seeds are what was expected.
 *
 * @param {Case} one
 * @param {number} solved
 * @param {number} seeds that were tried
 */
export function isAsExpected({ solves }, solved, seeds) {
  if (solves === 'none') return solved === 0;
  return solves === 'each' ? solved === seeds : solved >= seeds / 4;
}
