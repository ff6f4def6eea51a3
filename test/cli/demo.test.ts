import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FIXTURES, shell, temporaryFolder } from './rxAnomaly.ts';

const folder = temporaryFolder();

interface Entry {
  readonly file: string;
  readonly title: string;
}

it('streams every fixture, prints the incidents and a summary, and writes the report, in less than a minute', async () => {
  // Seconds of a processor: those of a clock are the more, the more else the machine does.
  const line = "TIMEFORMAT='took %U'; time rx-anomaly demo";
  const { code, stdout, stderr } = await shell(line, { cwd: folder.path });
  expect(code, stderr).toBe(0);
  expect(Number(/^took ([\d.]+)$/m.exec(stderr)![1])).toBeLessThan(60);
  const report = join(folder.path, 'demo-report.html');
  expect(stderr).toContain(`report with charts: ${report}\n`);
  const html = readFileSync(report, 'utf8');
  const entries = JSON.parse(readFileSync(`${FIXTURES}catalogue.json`, 'utf8')) as Entry[];
  const summary = stdout.slice(stdout.indexOf('\nstream '));
  for (const { file, title } of entries) {
    expect(stdout).toContain(`${file} – ${title} (`);
    expect(summary).toContain(`\n${file} `);
    expect(html).toContain(`>${file}<`);
  }
  expect(summary).toMatch(/^all +[\d,]+ +\d+ of \d+ /m);
  expect(stdout).toMatch(
    /^ {2}2026-01-\d\d \d\d:\d\d( – [-\d: ]+)? +value [-\d.]+ +expected [-\d.]+ \[[-\d.]+, [-\d.]+\] +score 0\.\d\d +(low|medium|high|critical) +✓ labelled$/m,
  );
});
