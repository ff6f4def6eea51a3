import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childContestant } from './childContestant.js';

/** @import { Problem } from '../problem.js' */

const PROGRAM = fileURLToPath(new URL('pytorch.py', import.meta.url));

/** The version of PyTorch that python3 finds. @throws where it finds none */
export function pytorchVersion() {
  const code = 'import torch; print(torch.__version__)';
  return execFileSync('python3', ['-c', code], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/**
 * @param {Problem} problem
 * @param {string} folder
 */
export function pytorch(problem, folder) {
  return childContestant('PyTorch', 'python3', [PROGRAM], problem, folder);
}
