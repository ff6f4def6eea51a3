import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readWeights } from '../../src/models/pretrained/pretrainedWeights.ts';
import { rxAnomaly, start, temporaryFolder } from '../cli/rxAnomaly.ts';

const folder = temporaryFolder();
const SMALL = ['--series', '4', '--steps', '64', '--window', '32', '--hidden', '4', '--simulated', '5'];
const out = (name: string): string => join(folder.path, name);
const fileOf = (name: string, file: string): string => readFileSync(join(out(name), file), 'utf8');

describe('pretrain', () => {
  it('writes weights and a model card, the same for the same seed, evaluated on what it was not shown', async () => {
    const table = join(folder.path, 'wave.csv');
    const rows = Array.from({ length: 400 }, (_, t) => `${(10 + Math.sin(t / 4)).toFixed(4)}`);
    writeFileSync(table, ['value', ...rows].join('\n'));
    const run = (name: string) =>
      rxAnomaly(['pretrain', table, ...SMALL, '--batches', '3', '--out', out(name)]);
    const [one, two] = [await run('one'), await run('two')];
    expect(one.code, one.stderr).toBe(0);
    expect(one.stdout).toMatch(/^simulated, held out: 5 series$/m);
    expect(one.stdout).toMatch(/^wave\.csv: 1 series$/m);
    expect(one.stdout).toMatch(/^pre-trained, frozen {2,}\d/m);
    for (const file of ['weights.ts', 'MODEL_CARD.md']) expect(fileOf('two', file)).toBe(fileOf('one', file));
    expect(two.stdout).toBe(one.stdout);
    expect(existsSync(join(out('one'), 'training.state'))).toBe(false);

    const [, weights] = /weights:\n {4}'([^']+)'/.exec(fileOf('one', 'weights.ts'))!;
    expect(readWeights({ cell: 'lstm', hidden: 4, weights }).parameters.every(Number.isFinite)).toBe(true);
    expect(fileOf('one', 'MODEL_CARD.md')).toContain('| 768: 3 batches of 4 series × 64 steps |');
  });

  it('resumes after Ctrl-C, to the same bytes', async () => {
    const args = [...SMALL, '--steps', '512', '--batches', '60'];
    const whole = await rxAnomaly(['pretrain', ...args, '--out', out('whole')]);
    expect(whole.code, whole.stderr).toBe(0);

    const { child, finished } = start(['pretrain', ...args, '--out', out('stopped')]);
    child.stderr!.setEncoding('utf8');
    let log = '';
    child.stderr!.on('data', (text: string) => {
      log += text;
    });
    while (!/^\d+ of 60 batches/m.test(log) && child.exitCode === null) await setTimeout(5);
    child.kill('SIGINT');
    const stopped = await finished;
    expect(stopped.code, stopped.stderr).toBe(130);
    expect(stopped.stderr).toContain('stopped; the same command resumes from');
    expect(existsSync(join(out('stopped'), 'weights.ts'))).toBe(false);

    const other = await rxAnomaly(['pretrain', ...args, '--seed', '2', '--out', out('stopped')]);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain(
      'is of a training with seed 1, not 2; remove it, or name another folder with --out',
    );

    const resumed = await rxAnomaly(['pretrain', ...args, '--out', out('stopped')]);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toMatch(/resuming: \d+ of 60 batches are done/);
    for (const file of ['weights.ts', 'MODEL_CARD.md'])
      expect(fileOf('stopped', file)).toBe(fileOf('whole', file));
  });

  it('trains for about as long as it is given', async () => {
    const { code, stderr } = await rxAnomaly([
      'pretrain',
      ...SMALL,
      '--minutes',
      '0.005',
      '--out',
      out('short'),
    ]);
    expect(code, stderr).toBe(0);
    expect(fileOf('short', 'MODEL_CARD.md')).toMatch(/[\d,]+ batches of 4 series/);
  });

  it.each([
    [['--steps', '100'], /--steps.*a multiple of the window of 32/],
    [['--batches', '0'], /whole number of 1 or more/],
    [['--minutes', '-1'], /minutes above 0/],
    [['--minutes', '1', '--batches', '1'], /--minutes.*left out where --batches is given/],
    [['--cell', 'rnn'], /lstm, gru/],
  ])('refuses %j', async (wrong, message) => {
    const { code, stderr } = await rxAnomaly(['pretrain', ...SMALL, ...wrong, '--out', out('wrong')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('refuses a state that is damaged', async () => {
    const path = out('damaged');
    const { finished, child } = start(['pretrain', ...SMALL, '--batches', '100000', '--out', path]);
    while (!existsSync(join(path, 'training.state')) && child.exitCode === null) await setTimeout(5);
    child.kill('SIGINT');
    await finished;
    const bytes = readFileSync(join(path, 'training.state'));
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(join(path, 'training.state'), bytes);
    const { code, stderr } = await rxAnomaly(['pretrain', ...SMALL, '--batches', '100000', '--out', path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/damaged|checksum/);
  });
});
