import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packProblem } from '../problem.js';

/** @import { Contestant } from '../contestant.js' */
/** @import { Problem } from '../problem.js' */

let files = 0;

/**
 * A contestant in a process of its own that reads the problem from the file named as its last argument, and then answers
 * lines: `outputs N` runs the first N events and prints the outputs of the last, `time N` runs N more and prints the
 * seconds that they took.
 *
 * @param {string} engine
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Problem} problem
 * @param {string} folder for the file
 * @returns {Contestant}
 */
export function childContestant(engine, command, args, problem, folder) {
  const file = join(folder, `problem-${files++}.bin`);
  writeFileSync(file, packProblem(problem));
  const child = spawn(command, [...args, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.on('error', () => {}); // seen by the missing answer

  /** @param {string} line */
  async function ask(line) {
    child.stdin.write(`${line}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`${engine} ended without an answer to "${line}"`);
    return Float64Array.from(/** @type {string} */ (value).trim().split(/\s+/), Number);
  }

  return {
    engine,
    outputs: (events) => ask(`outputs ${events}`),
    time: async (events) => (await ask(`time ${events}`))[0],
    dispose: () => child.kill('SIGKILL'), // it may still be starting, and its file is about to go
  };
}
