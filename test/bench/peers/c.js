import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childContestant } from './childContestant.js';

/** @import { Problem } from '../problem.js' */

const SOURCES = fileURLToPath(new URL('../c/', import.meta.url));
const FLAGS = ['-O3', '-fno-math-errno', '-fno-trapping-math'];
const BUILDS = {
  'C, 128 bit': ['-mavx', '-mfma', '-mprefer-vector-width=128', '-DLANES=4'],
  'C, AVX2': ['-mavx2', '-mfma', '-DLANES=8'],
};

/**
 * The same algorithm in C, compiled here.
 *
 * @param {string} folder for the programs
 * @returns {Record<keyof typeof BUILDS, (problem: Problem) => import('../contestant.js').Contestant>}
 * @throws where there is no gcc, or not this processor
 */
export function compileC(folder) {
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.c'));
  const built = Object.entries(BUILDS).map(([name, flags], k) => {
    const program = join(folder, `lstm${k}`);
    execFileSync(
      'gcc',
      [...FLAGS, ...flags, ...sources.map((file) => join(SOURCES, file)), '-o', program, '-lm'],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    const create = (/** @type {Problem} */ problem) => childContestant(name, program, [], problem, folder);
    return [name, create];
  });
  return Object.fromEntries(built);
}
