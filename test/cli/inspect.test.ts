import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rxAnomaly, temporaryFolder } from './rxAnomaly.ts';
import { spikes, table } from './tables.ts';

const folder = temporaryFolder();

describe('rx-anomaly inspect', () => {
  it('tells of memory, gradient, gates, state and incidents, and writes the pictures', async () => {
    const file = folder.file('spike.csv', spikes());
    const report = join(folder.path, 'out', 'inside.html');
    const { code, stdout, stderr } = await rxAnomaly(['inspect', file, '--report', report, '--hidden', '6']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('spike.csv (1,700 records, cell lstm, 6 units, engine wasm)');
    expect(stdout).toMatch(/^unit +half-life, events +forget +input +output +/m);
    expect(stdout).toMatch(/^[1-6]( \(long memory\))? +[\d.]+ +0\.\d{3} +0\.\d{3} +0\.\d{3} +/m);
    expect(stdout).toMatch(/^16 +[\d.e-]+ +[\d.e-]+$/m);
    expect(stdout).toMatch(/^unchanged +[\d.]+ +1\.00 +\d+ +\d of \d +0$/m);
    for (const gate of ['forget', 'input', 'output']) {
      expect(stdout).toMatch(new RegExp(`^${gate} gate clamped shut \\(0\\) +[\\d.]+ +\\d\\.\\d\\d `, 'm'));
      expect(stdout).toMatch(new RegExp(`^${gate} gate clamped open \\(1\\) +[\\d.]+ +\\d\\.\\d\\d `, 'm'));
    }
    expect(stdout).toMatch(/^time of day +-?\d\.\d{3} +1\.000 +1,700$/m); // it is among the inputs
    expect(stdout).toMatch(/^level +0\.\d{3} +0\.\d{3} +1,700$/m);
    expect(stdout).toMatch(/^- At 2026-01-10 17:3\d the value was 2\d/m);
    expect(stdout).not.toMatch(/NaN|undefined/);
    expect(stderr).toContain(`report: ${report}`);
    const page = readFileSync(report, 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('Inside the network: spike.csv');
    expect(page).not.toMatch(/(src|href)="https?:/);
    expect(statSync(report).size).toBeLessThan(1_000_000);
  });

  it('shows times by the clocks of --time-zone, in the text and in the pictures', async () => {
    const file = folder.file('local.csv', spikes().replaceAll('Z,', ',')); // no zone: of --time-zone
    const report = join(folder.path, 'local.html');
    const zone = ['--time-zone', 'Asia/Kolkata'];
    const args = ['inspect', file, '--report', report, '--hidden', '4', '--no-ablation', ...zone];
    const { code, stdout, stderr } = await rxAnomaly(args);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^- At 2026-01-10 17:3\d the value was 2\d/m);
    const page = readFileSync(report, 'utf8');
    expect(page).toContain('data-time-zone="Asia/Kolkata"');
    expect(page).toMatch(/<li>At 2026-01-10 17:3\d/);
  });

  it('looks into one stream of several, another cell and layers, without ablation', async () => {
    const rows = table(300)
      .trim()
      .split('\n')
      .flatMap((line, at) => (at === 0 ? [`${line},pump`] : [`${line},a`, `${line},b`]));
    const file = folder.file('pumps.csv', `${rows.join('\n')}\n`);
    const args = ['inspect', file, '--key', 'pump', '--no-ablation', '--value', 'value', '--quiet'];
    const [one, none] = await Promise.all([
      rxAnomaly([
        ...args,
        '--stream',
        'b',
        '--cell',
        'gru',
        '--layers',
        '2',
        '--hidden',
        '3',
        '--season',
        '57',
      ]),
      rxAnomaly([...args, '--stream', 'c']),
    ]);
    expect(one.code, one.stderr).toBe(0);
    expect(one.stderr).toBe('');
    expect(one.stdout).toContain('pumps.csv b (300 records, cell gru, 6 units, engine');
    expect(one.stdout).toMatch(/^layer 2, unit 3/m);
    expect(one.stdout).toMatch(/^season phase /m);
    expect(one.stdout).not.toContain('output');
    expect(one.stdout).not.toContain('What each gate contributes');
    expect(none.code).toBe(1);
    expect(none.stderr).toBe(`rx-anomaly: ${file}: no rows of "c"; there are a, b\n`);
  });

  it('reads standard input, and counts what is wrong', async () => {
    const input = table(120, { 50: { value: 'broken' } });
    const { code, stdout, stderr } = await rxAnomaly(['inspect', '-', '--hidden', '3', '--no-ablation'], {
      input,
    });
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('(120 records');
    expect(stderr).toMatch(/1 .* \(the first: row 51: column value: "broken"/);
  });

  it.each([
    [['nowhere.csv'], 1, /^rx-anomaly: nowhere\.csv: /],
    [['x.csv', '--cell', 'rnn'], 2, /argument 'rnn' is invalid\. Allowed choices are lstm, gru, peephole/],
    [['x.csv', '--hidden', '0'], 2, /Expected a positive integer/],
    [['x.csv', '--season', '1'], 2, /Expected a number of rows above 1/],
    [['x.csv', '--key', 'pump'], 2, /expected --stream to be given with --key: one stream is inspected/],
    [['x.csv', '--stream', 'a'], 2, /expected --key to be given with --stream/],
  ])('refuses %j', async (args, expected, message) => {
    const { code, stderr, stdout } = await rxAnomaly(['inspect', ...args]);
    expect(code).toBe(expected);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
  });

  it('explains itself', async () => {
    const { code, stdout } = await rxAnomaly(['inspect', '--help']);
    expect(code).toBe(0);
    for (const option of ['--report', '--cell', '--hidden', '--season', '--no-ablation', '--stream'])
      expect(stdout).toContain(option);
  });
});
