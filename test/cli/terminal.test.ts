import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MAIN, shell, temporaryFolder } from './rxAnomaly.ts';
import { table } from './tables.ts';
import { parseLines } from './verdicts.ts';

const folder = temporaryFolder();
const file = folder.file('data.csv', table(6000));
const long = folder.file('long.csv', table(12_000));
const hasScript = spawnSync('script', ['-qc', 'true', '/dev/null']).status === 0;

/** Runs a line of shell on a terminal and returns what appeared on it. */
async function onTerminal(line: string): Promise<string> {
  const { stdout } = await shell(
    `script -qec ${JSON.stringify(`stty cols 100; ${line}`)} /dev/null < /dev/null`,
  );
  return stdout;
}

const command = `'${process.execPath}' '${MAIN}'`;
const ESCAPE = '\u001b';
const BAR = /[█░]{20} +\d+% {2}[\d,]+ records/;

describe.skipIf(!hasScript)('on a terminal', { concurrent: true }, () => {
  it('shows how far it is, and takes that away again', async () => {
    // A reader that takes its time: what is over in half a second needs no bar.
    const screen = await onTerminal(`${command} detect '${file}' | (sleep 1; cat > /dev/null)`);
    expect(screen).toMatch(BAR);
    const after = screen.slice(Math.max(screen.lastIndexOf('█'), screen.lastIndexOf('░')));
    expect(after).toContain(`${ESCAPE}[2K`); // the line is cleared before the summary
    expect(after).toContain(`${ESCAPE}[?25h`); // and the cursor is shown again
    expect(after).toContain('6,000 rows in ');
  });

  it('does not mix progress into verdicts that are shown there too', async () => {
    const screen = await onTerminal(`${command} detect '${file}' --time time --value value`);
    expect(screen).not.toMatch(BAR);
    const verdicts = screen.split('\r\n').filter((line) => line.startsWith('{'));
    expect(parseLines(`${verdicts.join('\n')}\n`)).toHaveLength(6000);
  });

  it('prints nothing behind the bar of a backtest', async () => {
    const screen = await onTerminal(`${command} backtest '${long}'`);
    const lines = screen.replaceAll(`${ESCAPE}[1G`, '\n').split(/\r|\n/);
    expect(lines.some((line) => line.includes('long.csv (12,000 records in '))).toBe(true);
    for (const line of lines)
      if (BAR.test(line)) expect(line).not.toMatch(/records in|incidents|time column/);
  });

  it('is silent there too under --quiet', async () => {
    expect(await onTerminal(`${command} detect '${file}' --quiet | (sleep 1; cat > /dev/null)`)).toBe('');
  });
});
