import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childContestant } from './childContestant.js';

/** @import { Contestant } from '../contestant.js' */
/** @import { Problem } from '../problem.js' */

const PROGRAM = fileURLToPath(new URL('pytorch.py', import.meta.url));
/** The second has what the distribution's python3-torch installs, where a version manager's comes first. */
const PYTHONS = ['python3', '/usr/bin/python3'];
const ASK_VERSION = 'import torch; print(torch.__version__)';

/**
 * PyTorch of the first Python that has it.
 *
 * @returns {{ version: string, create: (problem: Problem, folder: string) => Contestant } | undefined} undefined where
 *   none has
 */
export function findPytorch() {
  for (const python of PYTHONS) {
    try {
      const version = execFileSync(python, ['-c', ASK_VERSION], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
      return {
        version,
        create: (problem, folder) => childContestant('PyTorch', python, [PROGRAM], problem, folder),
      };
    } catch {} // no such Python, or no torch in it
  }
  return undefined;
}
