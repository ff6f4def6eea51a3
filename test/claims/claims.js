// Are the README's figures still true? `npm run claims -- --nab FOLDER`: runs the command of each row of its table of claims,
// and compares what is printed with what is claimed. Takes about a quarter of an hour: for the night, not for CI.
// Exit codes: 0 all as claimed, 1 a figure has drifted or could not be measured, 2 wrong usage, 130 interrupted.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs, stripVTControlCharacters } from 'node:util';
import { table } from '../bench/table.js';
import { READERS } from './measurements.js';
import { holds, readClaims } from './readClaims.js';

/** @import { Claim } from './readClaims.js' */

const HELP = `Runs the commands in the README's table of claims, and compares their figures.

Usage: npm run claims [-- OPTIONS]

  --nab FOLDER   the Numenta Anomaly Benchmark; without it its claims cannot be measured
  --only TEXT    claims whose name or command contains this
  -h, --help     this text

Exit codes: 0 all as claimed, 1 drifted or not measured, 2 wrong usage, 130 interrupted.
`;

const root = new URL('../../', import.meta.url);
const { nab, only } = readOptions();
const claims = readClaims(readFileSync(new URL('README.md', root), 'utf8')).filter(
  ({ name, command }) => only === undefined || name.includes(only) || command.includes(only),
);
if (claims.length === 0) misused(`--only: no claim contains "${only}"`);

let isInterrupted = false;
/** @type {import('node:child_process').ChildProcess | undefined} */
let running;
process.once('SIGINT', () => {
  isInterrupted = true; // a second Ctrl-C ends it at once
  running?.kill('SIGINT');
});

/** @type {Map<string, Promise<string>>} what a command has printed: several claims may share one */
const outputs = new Map();
/** @type {string[][]} */
const rows = [];
let isTrue = true;
for (const claim of claims) {
  const outcome = await check(claim);
  if (isInterrupted) break;
  isTrue &&= outcome.holds;
  rows.push([
    outcome.holds ? 'holds' : 'FAILS',
    claim.name,
    claim.figures.map(({ text }) => text).join(', '),
    outcome.measured,
  ]);
  process.stderr.write(`${rows.at(-1)?.join('  ')}\n`);
}
console.log(table(['', 'claim', 'README', 'measured'], rows));
if (isInterrupted) {
  console.error(`Interrupted: ${claims.length - rows.length} of ${claims.length} claims were not checked.`);
  process.exitCode = 130;
} else if (!isTrue) process.exitCode = 1;

/**
 * @param {Claim} claim
 * @returns {Promise<{ readonly holds: boolean, readonly measured: string }>}
 */
async function check(claim) {
  try {
    const reader = READERS[claim.name];
    if (!reader) throw new Error('test/claims/measurements.js has nothing that reads it');
    let output = outputs.get(claim.command);
    if (!output) {
      output = run(claim.command);
      outputs.set(claim.command, output);
    }
    const measured = reader(await output);
    return { holds: holds(claim, measured), measured: measured.join(', ') };
  } catch (error) {
    return { holds: false, measured: `not measured: ${/** @type {Error} */ (error).message}` };
  }
}

/**
 * What a command prints on standard output. `npx rx-anomaly` is this build, `NAB` the folder.
 *
 * @param {string} command
 * @returns {Promise<string>}
 */
async function run(command) {
  if (/\bNAB\b/.test(command) && nab === undefined) throw new Error('give the folder of NAB with --nab');
  const [program, ...args] = command
    .replace(/^npx rx-anomaly\b/, 'node dist/cli/main.js')
    .split(' ')
    .map((word) => (word === 'NAB' ? /** @type {string} */ (nab) : word));
  process.stderr.write(`${command}\n`);
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  running = child;
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ended with exit code ${code}`);
  return stripVTControlCharacters(output);
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        nab: { type: 'string' },
        only: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    if (values.nab !== undefined && !existsSync(new URL(values.nab, `file://${process.cwd()}/`)))
      misused(`--nab: no folder ${values.nab}`);
    return values;
  } catch (error) {
    return misused(/** @type {Error} */ (error).message);
  }
}

/**
 * @param {string} message
 * @returns {never}
 */
function misused(message) {
  process.stderr.write(`claims: ${message}\n\n${HELP}`);
  process.exit(2);
}
