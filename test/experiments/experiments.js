// What the cells can learn, by experiment: `npm run experiments`. Everything from seeds; prints tables, and exits with 1
// when something comes out otherwise than expected. With `-- --nab FOLDER [--only NAME]` it runs the cells on NAB instead,
// with `-- --normal` the default detector where nothing is wrong, with `-- --faults` it and simpler ones where something is,
// with `-- --everyday [--only NAME] [--first SEED] [--seeds N]` it on streams of everyday kinds.
import { parseArgs } from 'node:util';
import { table } from '../bench/table.js';
import { CASES, isAsExpected } from './cases.js';
import { cellsOnNab, NAB_HEADS } from './cellsOnNab.js';
import { study } from './episodes.js';
import { everyday, everydayTable } from './everyday/everyday.js';
import { faultsByFamily } from './faults.js';
import { gradientByLag } from './gradientFlow.js';
import { hiddenSpikes } from './hiddenSpikes.js';
import { falseAlertsOnNormalData } from './normalData.js';
import { detect } from './retrospect.js';
import { recall } from './tasks.js';

const began = performance.now();
const { nab, only, normal, faults, ...rest } = parseArgs({
  options: {
    nab: { type: 'string' },
    only: { type: 'string' },
    normal: { type: 'boolean' },
    faults: { type: 'boolean' },
    everyday: { type: 'boolean' },
    first: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '3' },
    detector: { type: 'string', default: '{}' },
  },
}).values;
if (normal) onNormalData();
else if (faults) await onFaults();
else if (rest.everyday) onEveryday();
else if (nab === undefined) {
  learning();
  gradients();
  await retrospect();
} else await onNab(nab, only ?? '');
console.log(`\n${Math.round((performance.now() - began) / 1000)} s`);

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
  const seeds = Array.from({ length: Number(rest.seeds) }, (_, k) => Number(rest.first) + k);
  const results = everyday({ seeds, only: only ?? '', detector: JSON.parse(rest.detector), progress });
  progress('');
  const { heads, rows } = everydayTable(results);
  console.log(table(heads, rows));
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
