import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rxAnomaly, type Started, start, temporaryFolder } from '../rxAnomaly.ts';
import { parseLines, type VerdictLine } from '../verdicts.ts';

const folder = temporaryFolder();
const at = (minute: number): string => new Date(Date.UTC(2026, 0, 5, 0, minute)).toISOString();

/** Rows of two keys, a row a minute, without the minutes in which a key is silent. */
function rows(from: number, to: number, isSilent: (key: string, minute: number) => boolean): string {
  const lines = ['time,key,value'];
  for (let minute = from; minute < to; minute++)
    for (const key of ['a', 'b'])
      if (!isSilent(key, minute)) lines.push(`${at(minute)},${key},${Math.sin(minute).toFixed(3)}`);
  return `${lines.join('\n')}\n`;
}

const absences = (text: string): string[] =>
  parseLines(text).flatMap(({ key, absence, time }) =>
    absence === null ? [] : [`${key} ${absence} ${time}`],
  );

describe.concurrent('detect --absent-after, of a file', () => {
  /** a is silent for 30 minutes, b from minute 150 on. */
  const isSilent = (key: string, minute: number): boolean =>
    key === 'a' ? minute >= 100 && minute < 130 : minute >= 150;
  const file = folder.file('silent.csv', rows(0, 200, isSilent));
  const run = async (...args: string[]) => {
    const finished = await rxAnomaly(['detect', file, '--key', 'key', ...args]);
    expect(finished.code, finished.stderr).toBe(0);
    return finished;
  };

  it('writes a line where a key falls silent in event time, and marks the row with which it returns', async () => {
    const { stdout, stderr } = await run('--absent-after', '10m');
    expect(absences(stdout)).toEqual([`a began ${at(109)}`, `a ended ${at(130)}`, `b began ${at(159)}`]);
    const [first] = parseLines(stdout).filter(({ absence }) => absence === 'began');
    expect(first).toMatchObject({ value: null, expected: null, score: 1, severity: 'high', isAnomaly: true });
    expect(stderr).toMatch(/^silence: 2 absences$/m);
    expect(absences((await run()).stdout)).toEqual([]);
  });

  it("finds the same by 'auto' and by a time above the gap, none by a longer one", async () => {
    const [auto, longer] = await Promise.all([run('--absent-after', 'auto'), run('--absent-after', '1h')]);
    expect(absences(auto.stdout).map((line) => line.slice(0, 7))).toEqual(['a began', 'a ended', 'b began']);
    expect(absences(longer.stdout)).toEqual([]);
  });

  it('writes its incidents, in both formats', async () => {
    const args = ['--absent-after', '10m', '--output', 'incidents'];
    const [ndjson, csv] = await Promise.all([run(...args), run(...args, '--format', 'csv')]);
    type Line = { kind: string; key: string; start: string; end: string; open: boolean };
    const found = parseLines<Line>(ndjson.stdout).filter(({ kind }) => kind === 'absence');
    expect(found).toMatchObject([
      { key: 'a', start: at(99), end: at(130), open: false },
      { key: 'b', start: at(149), end: at(159), open: true },
    ]);
    const lines = csv.stdout.split('\n');
    expect(lines[0]).toMatch(/^kind,key,start,end,/);
    expect(lines.filter((line) => line.startsWith('absence,'))).toHaveLength(2);
  });

  it('has one incident where the silence goes on in the next file', async () => {
    const state = join(folder.path, 'files');
    const args = ['--key', 'key', '--absent-after', '10m', '--output', 'incidents', '--checkpoint', state];
    const first = await rxAnomaly(['detect', file, ...args]);
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain(`an absence of b is open since ${at(149)}`);
    const next = folder.file(
      'next.csv',
      rows(200, 260, (key, minute) => key === 'b' && minute < 240),
    );
    const second = await rxAnomaly(['detect', next, ...args]);
    expect(second.code, second.stderr).toBe(0);
    type Line = { kind: string; key: string; start: string; end: string };
    expect(parseLines<Line>(second.stdout).filter(({ kind }) => kind === 'absence')).toMatchObject([
      { key: 'b', start: at(149), end: at(240) },
    ]);
  });

  it('needs times, and a time that it can read', async () => {
    const plain = folder.file('plain.csv', 'value\n1\n2\n3\n');
    const { code, stderr } = await rxAnomaly(['detect', plain, '--absent-after', '10m']);
    expect(code).toBe(2);
    expect(stderr).toContain('expected --absent-after to be given with a table that has times');
    for (const wrong of ['10', 'soon', '0s', '30d', '-5m']) {
      const finished = await rxAnomaly(['detect', plain, `--absent-after=${wrong}`]);
      expect(finished.code).toBe(2);
      expect(finished.stderr).toContain(
        'Expected a time such as 90s, 5m or 1h30m, less than 25 days, or auto.',
      );
    }
  });
});

describe.concurrent('detect --absent-after, of standard input', () => {
  interface Live extends Started {
    readonly send: (...lines: string[]) => void;
    /** The first line for which the test holds. */
    readonly until: (test: (line: VerdictLine) => boolean) => Promise<VerdictLine>;
    readonly lines: () => VerdictLine[];
  }

  function live(...args: string[]): Live {
    const started = start(['detect', '-', '--key', 'key', '--absent-after', '700ms', ...args], {
      open: true,
    });
    const { child, finished } = started;
    let text = '';
    child.stdout!.on('data', (part: string) => {
      text += part;
    });
    const lines = (): VerdictLine[] => parseLines(text.slice(0, text.lastIndexOf('\n') + 1));
    return {
      ...started,
      lines,
      send: (...rows) => {
        child.stdin!.write(`${rows.join('\n')}\n`);
      },
      until: async (test) => {
        for (;;) {
          const found = lines().find(test);
          if (found !== undefined) return found;
          const ended = await Promise.race([once(child.stdout!, 'data'), finished]);
          if ('code' in ended) throw new Error(`it has ended: ${ended.stderr}`);
        }
      },
    };
  }

  const isAbsence =
    (key: string, phase: 'began' | 'ended') =>
    (line: VerdictLine): boolean =>
      line.key === key && line.absence === phase;
  /** The first rows of a pipe are read together. */
  const HEAD = ['time,key,value', ...Array.from({ length: 30 }, (_, n) => `${at(0)},a,${n % 3}`)];

  it('says that a key is silent while nothing comes, that it is back, and survives a restart', async () => {
    const state = join(folder.path, 'live');
    const first = live('--checkpoint', state);
    first.send(...HEAD);
    const silent = await first.until(isAbsence('a', 'began'));
    expect(silent).toMatchObject({ time: '2026-01-05T00:00:00.700Z', value: null, severity: 'high' });
    first.send(`${at(1)},a,1`, `${at(1)},b,1`);
    await first.until(isAbsence('a', 'ended'));
    await first.until(isAbsence('b', 'began'));
    first.child.kill('SIGTERM');
    expect((await first.finished).code).toBe(143);
    const open = first.lines().filter((line) => line.absence !== null).length;
    expect(open).toBeGreaterThanOrEqual(3);

    const second = live('--checkpoint', state);
    second.send('time,key,value', ...Array.from({ length: 30 }, () => `${at(2)},c,1`));
    await second.until(isAbsence('c', 'began'));
    // b was silent before the restart, and is still: nothing begins again.
    expect(second.lines().filter(isAbsence('b', 'began'))).toEqual([]);
    second.send(`${at(3)},b,1`);
    await second.until(isAbsence('b', 'ended'));
    second.child.stdin!.end();
    expect((await second.finished).code).toBe(0);
  });

  it('invents nothing at the end of input', async () => {
    const { code, stdout } = await rxAnomaly(['detect', '-', '--absent-after', '60s'], {
      input: `${HEAD.join('\n')}\n`,
    });
    expect(code).toBe(0);
    expect(absences(stdout)).toEqual([]);
  });
});
