// What the cells can learn, by experiment, and experiments with the detector: `npm run experiments -- --help`. Everything from
// seeds; prints tables. Exit codes: 0 all as expected, 1 something came out otherwise, 2 wrong usage.
import { parseArgs } from 'node:util';
import { table } from '../bench/table.js';
import { CASES, isAsExpected } from './cases.js';
import { cellsOnNab, NAB_HEADS } from './cellsOnNab.js';
import { fitCertainty } from './changes/fitCertainty.js';
import { changes } from './changes/measureChanges.js';
import { longChanges } from './changes/measureLong.js';
import { CLEAN_HEADS, clean, cleanTable } from './clean/clean.js';
import {
  CASES as ECHOES,
  errorOf,
  isAsExpected as isEchoAsExpected,
  learnOnline,
  pretrain,
} from './echo/echo.js';
import { study } from './episodes.js';
import { everyday, everydayTable } from './everyday/everyday.js';
import { faultsByFamily } from './faults.js';
import { gradientByLag } from './gradientFlow.js';
import { hiddenSpikes } from './hiddenSpikes.js';
import { HOLIDAY_HEADS, holidays } from './holidays.js';
import { falseAlertsOnNormalData } from './normalData.js';
import { POPULATION_HEADS, populations } from './populations.js';
import { adapting } from './pretrained/adapting.js';
import { RARE_HEADS, rareCategories } from './rareCategories.js';
import { detect } from './retrospect.js';
import { recall } from './tasks.js';

const HELP = `What the cells can learn, and experiments with the detector. All from seeds.

Usage: npm run experiments [-- OPTIONS]

Without options: which cells learn to recall, to wait and to copy; what it takes to
learn an echo online; how far gradients reach; typing errors found in retrospect.

  --echo                the echo alone

  --adapting [FOLDER…]  whether what the pre-trained network learns of a stream ever
                        makes its forecasts worse: on simulated and everyday
                        streams, and on every table of the folders
  --normal              false alerts of the default detector where nothing is wrong
  --faults              faults found by it and by simpler ones, by kind of stream
  --everyday            the default detector on everyday kinds of streams
    --only NAME           kinds whose name contains this
    --first SEED          the first seed (1)
    --seeds N             of each kind (3)
    --detector JSON       options next to the defaults
  --clean               what the default detector flags where nothing is wrong, and the same
                        streams with a fault: kinds on which constants were chosen, and others
    --only NAME           kinds whose name contains this
    --first SEED          the first seed (1)
    --seeds N             of each kind (3)
    --detector JSON       options next to the defaults
  --changes             change points on simulated series of which half change
    --first SEED          the first seed (1)
    --seeds N             series (3)
  --changes-long        the same on streams with a long day and often a week, of kinds on
                        which constants were chosen, and of others
    --first SEED          the first seed (1)
    --seeds N             series of each (3)
  --changes-fit         the weights of their certainty, from 2,800 such series of seeds from
                        1, 2000, 10000, 30000, 40000 on: measure with others
  --rare                false alerts of detectRare where nothing changes, and new
                        categories found
    --first SEED          the first seed (1)
    --seeds N             of each kind of stream (3)
  --population          what one stream that is odd, silent or new does to the verdicts on
                        its peers
    --first SEED          the first seed (1)
    --seeds N             groups of each kind (3)
  --holidays [FOLDER]   what becomes of public holidays, by what is done about them: on two
                        simulated years (seed 1), and on nyc_taxi of NAB in the folder
  --nab FOLDER          the cells on the streams of NAB
    --only NAME           files whose name contains this
  -h, --help            this text
`;

const began = performance.now();
const { values: options, positionals: folders } = readOptions();
if (options.normal) onNormalData();
else if (options.faults) await onFaults();
else if (options.everyday) onEveryday();
else if (options.clean) onClean();
else if (options.echo) echoes();
else if (options.changes) onChanges();
else if (options['changes-long']) onLongChanges();
else if (options['changes-fit']) onChangesFit();
else if (options.rare) onRare();
else if (options.population) onPopulation();
else if (options.holidays) await onHolidays();
else if (options.adapting) await onAdapting();
else if (options.nab !== undefined) await onNab(options.nab, options.only ?? '');
else {
  learning();
  echoes();
  gradients();
  await retrospect();
}
console.log(`\n${Math.round((performance.now() - began) / 1000)} s`);

function readOptions() {
  try {
    const read = parseArgs({
      allowPositionals: true,
      options: {
        nab: { type: 'string' },
        only: { type: 'string' },
        normal: { type: 'boolean' },
        faults: { type: 'boolean' },
        everyday: { type: 'boolean' },
        clean: { type: 'boolean' },
        adapting: { type: 'boolean' },
        echo: { type: 'boolean' },
        changes: { type: 'boolean' },
        'changes-long': { type: 'boolean' },
        'changes-fit': { type: 'boolean' },
        rare: { type: 'boolean' },
        population: { type: 'boolean' },
        holidays: { type: 'boolean' },
        first: { type: 'string', default: '1' },
        seeds: { type: 'string', default: '3' },
        detector: { type: 'string', default: '{}' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (read.values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    if (read.positionals.length > 0 && !read.values.adapting && !read.values.holidays)
      throw new Error(`only --adapting and --holidays take folders: ${read.positionals.join(' ')}`);
    return read;
  } catch (error) {
    console.error(`${/** @type {Error} */ (error).message}\n\n${HELP}`);
    process.exit(2);
  }
}

function learning() {
  console.log('Learning: solved is a tenth of the error of knowing nothing, 16 episodes per update\n');
  const rows = CASES.map((one) => {
    const { task, who, student, updates, seeds } = one;
    progress(`${task.name}: ${who}`);
    const outcomes = seeds.map((seed) => study(task, student, updates, seed));
    const solved = outcomes.filter((outcome) => outcome.solved);
    if (!isAsExpected(one, solved.length, seeds.length)) process.exitCode = 1;
    return [
      task.name,
      who,
      student.hidden,
      seeds.length,
      solved.length,
      solved.length === 0 ? `> ${updates}` : String(median(solved.map((outcome) => outcome.updates))),
      median(outcomes.map(({ error }) => error)).toFixed(2),
      isAsExpected(one, solved.length, seeds.length) ? one.solves : `NOT ${one.solves}`,
    ];
  });
  progress('');
  const heads = ['task', 'cell', 'H', 'seeds', 'solved', 'steps to solve', 'error / chance', 'expected'];
  console.log(table(heads, rows));
}

function echoes() {
  console.log('\nEcho: a marked value so many events ago, learnt online on one stream of noise, 16 units');
  console.log('solved is a tenth of the error of knowing nothing, over the last hundred answers or so\n');
  const rows = ECHOES.map((one) => {
    const { lag, who, learner, events, seeds } = one;
    progress(`echo ${lag}: ${who}`);
    const outcomes = seeds.map((seed) => learnOnline(lag, learner, events, seed));
    const solved = outcomes.filter((outcome) => Number.isFinite(outcome.events));
    const isExpected = isEchoAsExpected(one, solved.length);
    if (!isExpected) process.exitCode = 1;
    return [
      lag,
      who,
      seeds.length,
      solved.length,
      solved.length === 0 ? `> ${events}` : median(solved.map((outcome) => outcome.events)),
      median(outcomes.map(({ error }) => error)).toFixed(2),
      `${isExpected ? '' : 'NOT '}${one.solved ? 'most' : 'few'}`,
    ];
  });
  progress('');
  console.log(
    table(['lag', 'how', 'seeds', 'solved', 'events to solve', 'error / chance', 'expected'], rows),
  );
  progress('echo: pre-training');
  const parameters = pretrain(1500, 1);
  progress('');
  const errors = [20, 50, 100, 150].map((lag) => [lag, errorOf(parameters, lag, 100, 7).toFixed(3)]);
  console.log(
    '\nAfter pre-training (1,500 updates on 32 streams of lags from 5 to 120), then frozen, on a new stream, from its',
  );
  console.log('first answer on\n');
  console.log(table(['lag', 'error / chance'], errors));
}

function gradients() {
  const task = recall(100);
  const lags = Array.from({ length: 11 }, (_, k) => 10 * k);
  console.log('\nGradient that comes back over so many events, trained alike for 300 updates on recall 100');
  console.log(
    'mean ‖∂output_T/∂x_(T−lag)‖, seed 1; a bar of 10 is 1, each character less a tenth of the size\n',
  );
  const flows = /** @type {const} */ (['lstm', 'gru', 'rnn']).map((cell) => {
    progress(`gradient flow: ${cell}`);
    const student = { cell, hidden: 8, forgetBias: 5 };
    return { cell, flow: gradientByLag(task, student, 1, study(task, student, 300, 1).parameters.flat) };
  });
  progress('');
  const [lstm, , rnn] = flows;
  if (rnn.flow[50] > lstm.flow[50] / 100) process.exitCode = 1;
  const bar = (/** @type {number} */ size) => '█'.repeat(Math.max(0, Math.round(10 + Math.log10(size))));
  const rows = lags.map((lag) => [
    lag,
    ...flows.flatMap(({ flow }) => [flow[lag].toExponential(1), bar(flow[lag])]),
  ]);
  console.log(table(['lag', ...flows.flatMap(({ cell }) => [cell, ''])], rows));
}

async function retrospect() {
  console.log('\nIn retrospect: typing errors among prices (fixtures/finance/fat-finger.csv)\n');
  const rows = [];
  for (const lag of [undefined, 2, 4]) {
    for (const seed of [1, 2, 3]) {
      progress(`in retrospect: lag ${lag ?? 0}, seed ${seed}`);
      const { found, labelled, wrong, precision } = await detect(lag, seed);
      const who = lag === undefined ? 'causal, verdict at once' : `bidirectional, ${lag} events late`;
      rows.push([who, seed, `${found} of ${labelled}`, wrong, precision.toFixed(3)]);
    }
  }
  progress('');
  console.log(table(['lstm', 'seed', 'found', 'false alarms', 'average precision'], rows));
}

function onNormalData() {
  const { heads, rows } = falseAlertsOnNormalData(progress);
  progress('');
  console.log(table(heads, rows));
}

async function onFaults() {
  const families = await faultsByFamily(progress);
  progress('');
  for (const { title, heads, rows } of families) console.log(`${title}\n\n${table(heads, rows)}\n`);
  const { heads, rows, falseAlertsPer1000 } = hiddenSpikes(progress);
  progress('');
  console.log('The default detector on a spike at the trough of a wave of ±8 σ, within its range\n');
  console.log(table(heads, rows));
  console.log(`\n${falseAlertsPer1000.toFixed(2)} false alerts per 1,000 records before it`);
}

function onEveryday() {
  const { seeds: count, first, only = '', detector } = options;
  const seeds = Array.from({ length: Number(count) }, (_, k) => Number(first) + k);
  const results = everyday({ seeds, only, detector: JSON.parse(detector), progress });
  progress('');
  const { heads, rows } = everydayTable(results);
  console.log(table(heads, rows));
}

function onClean() {
  const { seeds, first, only = '', detector } = options;
  for (const group of /** @type {const} */ (['chosen', 'leftOut'])) {
    const settings = { first: Number(first), count: Number(seeds), only, detector: JSON.parse(detector) };
    const rows = cleanTable(clean({ group, ...settings, progress }));
    progress('');
    console.log(group === 'chosen' ? 'Kinds on which constants were chosen\n' : '\nOthers\n');
    console.log(table(CLEAN_HEADS, rows));
  }
}

function onChangesFit() {
  const { weights, leftOut } = fitCertainty(progress);
  progress('');
  for (const [way, rows] of Object.entries(weights)) {
    const lines = rows.map((row) => `    [${row.map((w) => Number(w.toPrecision(3))).join(', ')}],`);
    console.log([`  ${way}: [`, ...lines, '  ],'].join('\n'));
  }
  console.log('\nFound from a certainty of .3 on, each group of families of series left out in turn\n');
  printChanges(leftOut);
}

function onChanges() {
  const results = changes({ first: Number(options.first), count: Number(options.seeds), progress });
  progress('');
  printChanges(results);
}

function onLongChanges() {
  for (const group of /** @type {const} */ (['chosen', 'leftOut'])) {
    const { first, seeds } = options;
    const results = longChanges({ group, first: Number(first), count: Number(seeds), progress });
    const { rows, wrong, unchanged, perTenThousand } = results;
    progress('');
    console.log(group === 'chosen' ? 'Kinds on which constants were chosen\n' : '\nOthers\n');
    console.log(table(['change', 'changes', 'found', 'size right', 'delay, days', 'error of time'], rows));
    console.log(
      `\nWrong: ${wrong.early} in the first two days; then ${wrong.unchanged} in ${unchanged} series that do not change ` +
        `(${perTenThousand.toFixed(2)} per 10,000 events), ${wrong.changed} in those that do`,
    );
  }
}

/** @param {ReturnType<typeof changes>} results */
function printChanges({ rows, precision, calibration, perTenThousand }) {
  console.log(
    table(['change', 'changes', 'found', 'of those of 3 and more', 'delay', 'error of time'], rows),
  );
  console.log(`\nOn unchanged series ${perTenThousand.toFixed(2)} per 10,000 events\n`);
  console.log(table(['kind', 'findings', 'real'], precision));
  console.log();
  console.log(table(['certainty', 'findings', 'real'], calibration));
}

function onRare() {
  const { first, seeds: count } = options;
  const rows = rareCategories({ first: Number(first), count: Number(count), progress });
  progress('');
  console.log('False alerts per 10,000 events where nothing changes, the largest of the seeds');
  console.log('(allowed: 10 at medium, 76 at high), and new categories found at medium\n');
  console.log(table(RARE_HEADS, rows));
}

function onPopulation() {
  const { first, seeds: count } = options;
  const rows = populations({ first: Number(first), count: Number(count), progress });
  progress('');
  console.log('Windows and incidents of the other streams that were flagged; levels in units of the noise\n');
  console.log(table(POPULATION_HEADS, rows));
}

async function onHolidays() {
  const rows = await holidays(folders[0], progress);
  progress('');
  console.log(table(HOLIDAY_HEADS, rows));
}

async function onAdapting() {
  const { heads, rows, harmed } = await adapting(folders, progress);
  progress('');
  console.log('Errors of the pre-trained network with adaptation by those without, as a geometric mean\n');
  console.log(table(heads, rows));
  if (harmed > 0) process.exitCode = 1;
}

/**
 * @param {string} folder
 * @param {string} only
 */
async function onNab(folder, only) {
  const rows = [];
  for await (const row of cellsOnNab(folder, only)) {
    rows.push(row);
    progress(row.join('  '));
  }
  progress('');
  console.log(table(NAB_HEADS, rows));
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

/** @param {string} what is going on, for who waits at a terminal */
function progress(what) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}
