import { fileURLToPath } from 'node:url';
import { childContestant } from './childContestant.js';

/** @import { Problem } from '../problem.js' */

const PROGRAM = fileURLToPath(new URL('typedArraysMain.js', import.meta.url));

/**
 * Plain typed arrays, in a process of its own: no other array type may come through the same functions.
 *
 * @param {Problem} problem
 * @param {string} folder
 */
export function typedArrays(problem, folder) {
  return childContestant('typed arrays', process.execPath, [PROGRAM], problem, folder);
}
