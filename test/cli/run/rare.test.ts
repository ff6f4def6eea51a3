import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { RareVerdict } from '../../../src/core/reading.ts';
import { detectRare } from '../../../src/operators/detectRare.ts';
import { FIXTURES, rxAnomaly, start, temporaryFolder } from '../rxAnomaly.ts';

const folder = temporaryFolder();
const LOG = join(FIXTURES, 'events/server.log');
const STATES = join(FIXTURES, 'events/machine-states.csv');

interface Line {
  readonly time: string | null;
  readonly row?: number;
  readonly score: number;
  readonly isAnomaly: boolean;
  readonly rarity: RareVerdict['rarity'];
}

interface IncidentLine {
  readonly start: string;
  readonly count: number;
  readonly open: boolean;
  readonly why: string;
  readonly peak: Line;
}

function parsed<T>(stdout: string): T[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
}

/** The file up to about a share of it: of a log in the middle of a line. */
function part(text: string, share: number, isLog: boolean): string {
  const at = share * text.length;
  return text.slice(0, isLog ? at : text.indexOf('\n', at) + 1);
}

describe.concurrent('detect --rare', () => {
  it('gives the verdicts of detectRare on a column', async () => {
    const { code, stdout, stderr } = await rxAnomaly(['detect', STATES, '--rare', 'state']);
    expect(code, stderr).toBe(0);
    const [, ...rows] = readFileSync(STATES, 'utf8').trimEnd().split('\n');
    const events = rows.map((row) => {
      const [time = '', value = ''] = row.split(',');
      return { time: Date.parse(`${time.replace(' ', 'T')}Z`), value };
    });
    const expected = await lastValueFrom(from(events).pipe(detectRare<(typeof events)[0]>(), toArray()));
    expect(parsed<Line>(stdout)).toMatchObject(
      expected.map(({ time, score, isAnomaly, rarity }) => ({
        ...{ time: new Date(time!).toISOString(), score, isAnomaly, rarity },
      })),
    );
    const flagged = parsed<Line>(stdout).filter(({ isAnomaly }) => isAnomaly);
    expect(flagged.map(({ rarity: { category, kind } }) => [category, kind])).toEqual([
      ['emergency stop', 'new'],
    ]);
    expect(stderr).toMatch(/2,300 rows in .*: 1 anomaly in 1 incident/);
  });

  it('finds the new lines of a log, in words', async () => {
    const { code, stdout, stderr } = await rxAnomaly([
      'detect',
      LOG,
      '--rare',
      '--sensitivity',
      'high',
      '--output',
      'incidents',
    ]);
    expect(code, stderr).toBe(0);
    const found = parsed<IncidentLine>(stdout);
    expect(found.map(({ count, why }) => [count, why.slice(0, why.indexOf('”') + 1)])).toEqual([
      [2, 'New: “ERROR orders: cannot write order”'],
      [1, 'New: “WARN auth: certificate of ldap.example.org expires in <*> days”'],
    ]);
    expect(found[0]!.peak.rarity).toMatchObject({ kind: 'new', count: 0 });
    expect(stderr).toContain('lines of a log, with times such as "2026-01-05 ');
    expect(stderr).toMatch(/\d+ indented lines belong to the lines before/);
    expect(stderr).toMatch(
      /\d+ times that cannot be read \(the first: line \d+: no time at the beginning of "java/,
    );
  });

  it('writes CSV, also of lines that begin with no time', async () => {
    const file = folder.file('plain.log', `${'up 1\n'.repeat(1500)}down\n`);
    const { code, stdout, stderr } = await rxAnomaly(['detect', file, '--rare', '--format', 'csv']);
    expect(code, stderr).toBe(0);
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^time,key,value,.*,attribution,category,kind,chance,count,of$/);
    expect(lines).toHaveLength(1501);
    expect(lines.at(-1)).toMatch(/^row 1501,.*,true,.*,down,new,0\.00066\d*,0,1500$/);
  });

  it('reads --template of a column, keys, standard input and gzip', async () => {
    const rows = Array.from(
      { length: 2400 },
      (_, n) => `${'ab'[n % 2]},"user ${n} logged in from 10.0.0.${n % 250}"\n`,
    );
    const csv = `host,message\n${rows.join('')}a,"disk sda1 failed"\n`;
    const args = ['--rare', 'message', '--template', '--key', 'host', '--output', 'incidents'];
    const { code, stdout, stderr } = await rxAnomaly(['detect', '-', ...args], { input: csv });
    expect(code, stderr).toBe(0);
    expect(parsed<{ key: string; why: string }>(stdout)).toMatchObject([
      { key: 'a', why: expect.stringMatching(/^New: “disk sda<\*> failed” is none of the 1,200 events/) },
    ]);
    const packed = folder.file('server.log.gz', gzipSync(readFileSync(LOG)));
    const [plain, unpacked, piped] = await Promise.all([
      rxAnomaly(['detect', LOG, '--rare', '--quiet']),
      rxAnomaly(['detect', packed, '--rare', '--quiet']),
      rxAnomaly(['detect', '-', '--rare', '--quiet'], { input: readFileSync(LOG) }),
    ]);
    expect(unpacked).toEqual(plain);
    expect(piped).toEqual(plain);
    expect(plain.stderr).toBe('');
  });

  it('finds rare values of a field of lines of JSON, from a file and a pipe, with keys and levels', async () => {
    const lines = Array.from({ length: 5000 }, (_, n) => {
      const time = new Date(Date.parse('2026-01-05T00:00:00Z') + 1000 * n).toISOString();
      const level = n === 4800 ? 'fatal' : n % 9 === 0 ? 'warn' : 'info';
      const type = n === 4901 ? 'config.reset' : ['login', 'logout', 'view'][n % 3];
      return `${JSON.stringify({ level, time, host: 'ab'[n % 2], event: { type }, msg: `request ${n}` })}\n`;
    });
    const text = lines.join('');
    const file = folder.file('app.ndjson', text);
    const incidents = async (args: readonly string[], input?: string) => {
      const run = ['detect', input === undefined ? file : '-', ...args, '--output', 'incidents'];
      const { code, stdout, stderr } = await rxAnomaly(run, input === undefined ? {} : { input });
      expect(code, stderr).toBe(0);
      return parsed<IncidentLine & { key: string | null; severity: string }>(stdout).map(
        ({ key, severity, peak: { rarity } }) => [key, rarity.category, severity],
      );
    };
    expect(await incidents(['--rare', 'level'])).toEqual([[null, 'fatal', 'high']]);
    const types = ['--rare', 'event.type', '--key', 'host'];
    expect(await incidents(types)).toEqual([['b', 'config.reset', 'low']]);
    expect(await incidents(types, text)).toEqual([['b', 'config.reset', 'low']]);
    const state = ['--checkpoint', join(folder.path, 'fields'), ...types];
    writeFileSync(file, lines.slice(0, 4000).join(''));
    expect(await incidents(state)).toEqual([]);
    writeFileSync(file, text);
    expect(await incidents(state)).toEqual([['b', 'config.reset', 'low']]);

    const wrong = await rxAnomaly(['detect', file, '--rare', 'levle']);
    expect(wrong.stderr).toContain(
      'no field "levle" in the first 100 lines; the first has level, time, host, event.type, msg',
    );
    const { code, stderr } = await rxAnomaly(['detect', file, '--rare', 'level', '--decimal', ',']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--decimal has no effect with --rare FIELD')]);
  });

  it('gives the verdict on a line of a pipe at once, and saves its state when it is interrupted', async () => {
    const state = join(folder.path, 'live');
    const { child, finished } = start(['detect', '-', '--rare', '--checkpoint', state], { open: true });
    for (let line = 1; line <= 3; line++) {
      const answer = once(child.stdout!, 'data');
      child.stdin!.write(`2026-11-30 15:04:0${line} up\n`);
      expect(String((await answer)[0])).toContain(`"time":"2026-11-30T15:04:0${line}.000Z"`);
    }
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toContain(`state saved in ${state}`);
    const next = await rxAnomaly(['detect', '-', '--rare', '--checkpoint', state], {
      input: '2026-11-30 15:04:03 up\n2026-11-30 15:04:04 up\n',
    });
    expect(parsed<Line>(next.stdout).map(({ rarity }) => rarity.count)).toEqual([3]);
    expect(next.stderr).toContain('skipped 1 line that had been processed before');
  });

  it('takes its options from a configuration, and warns of a table that is read as a log', async () => {
    const cwd = mkdtempSync(join(folder.path, 'configured-'));
    const detect = { paths: STATES, rare: 'state', timeOfDay: false, output: 'incidents' };
    writeFileSync(join(cwd, 'rx-anomaly.config.json'), JSON.stringify({ detect }));
    const configured = await rxAnomaly(['detect'], { cwd });
    expect(parsed<IncidentLine>(configured.stdout)).toMatchObject([
      { why: expect.stringContaining('emergency stop') },
    ]);
    const printed = await rxAnomaly(['detect', '--print-config'], { cwd });
    expect(JSON.parse(printed.stdout)).toMatchObject(detect);
    const asLog = await rxAnomaly(['detect', STATES, '--rare']);
    expect(asLog.stderr).toContain('is read as a log, whose lines are text; --rare COLUMN finds');
  });

  it.each([
    [[LOG, '--rare', '--key', 'host'], '--key has no effect with --rare of a log'],
    [[LOG, '--rare', '--template'], '--template has no effect without --rare COLUMN'],
    [[STATES, '--rare', 'state', '--value', 'x'], '--value has no effect with --rare, which models'],
    [[STATES, '--rare', 'state', '--forecaster', 'mean'], '--forecaster has no effect with --rare'],
    [[STATES, '--rare', 'state', '--resample', '1m'], '--resample has no effect with --rare'],
    [[STATES, '--rare', 'state', '--absent-after', '1m'], '--resample 1m:count'],
    [[STATES, '--rare', 'state', '--output', 'changes'], '--output has no effect with --rare'],
    [[STATES, '--rare', 'state', '--confirm', '3'], '--confirm has no effect with --rare'],
    [[STATES, '--rare', 'state', '--history', STATES], 'detect the older file first'],
    [[STATES, '--repeat', '5'], '--repeat has no effect without --rare'],
    [['--rare', LOG], `name the file first: detect ${LOG} --rare`],
    [['--rare', '--mqtt', 'mqtt://x', '--topic', 'a'], '--rare has no effect with --mqtt'],
    [[STATES, '--rare', 'stat'], 'no column "stat"'],
  ])('refuses %j with the remedy', async (args, expected) => {
    const { code, stdout, stderr } = await rxAnomaly(['detect', ...args]);
    expect(stderr).toContain(expected);
    expect([code === 0, stdout]).toEqual([false, '']);
  });

  it.each(['backtest', 'forecast', 'inspect'])('%s names the commands that have it', async (command) => {
    const { code, stderr } = await rxAnomaly([command, LOG, '--rare']);
    expect(code).toBe(2);
    expect(stderr).toContain('(--rare is an option of detect and serve)');
  });
});

describe.concurrent('detect --rare --checkpoint', () => {
  it.each([
    ['a log', LOG, ['--rare']],
    ['a table', STATES, ['--rare', 'state', '--repeat', '0']],
  ])('has written of %s that grows what one run writes, incidents too', async (name, file, args) => {
    const text = readFileSync(file, 'utf8');
    const isLog = file === LOG;
    const grows = folder.file(`grows ${name}`, part(text, 0.3, isLog));
    const state = ['--checkpoint', join(folder.path, `state of ${name}`), '--quiet'];
    let written = '';
    for (const share of [0.3, 0.3, 0.78, 0.9, 1]) {
      writeFileSync(grows, share === 1 ? text : part(text, share, isLog));
      const { code, stdout, stderr } = await rxAnomaly(['detect', grows, ...args, ...state]);
      expect(code, stderr).toBe(0);
      written += stdout;
    }
    const whole = await rxAnomaly(['detect', file, ...args, '--quiet']);
    expect(written).toBe(whole.stdout);
  });

  it('continues with the next file of a log, and with an incident that is open', async () => {
    const text = readFileSync(LOG, 'utf8');
    const at = text.indexOf('\n2026', text.indexOf('java.io.IOException')) + 1; // after what is new
    const state = ['--checkpoint', join(folder.path, 'rotated')];
    const first = folder.file('old.log', text.slice(0, at));
    const second = folder.file('new.log', text.slice(at));
    const args = ['--rare', '--sensitivity', 'high', '--output', 'incidents'];
    const one = await rxAnomaly(['detect', first, ...args, ...state]);
    const two = await rxAnomaly(['detect', second, ...args, ...state]);
    expect(one.stderr).toContain('an incident is open since 2026-01-');
    expect(one.stderr).toContain('"ERROR orders: cannot write order"');
    const whole = await rxAnomaly(['detect', LOG, ...args, '--quiet']);
    const of = (stdout: string) =>
      parsed<IncidentLine>(stdout).map(({ start, count, why }) => [start, count, why]);
    expect(of(one.stdout + two.stdout)).toEqual(of(whole.stdout));
  });

  it('refuses a state of other options, of another command line, and one that is damaged', async () => {
    const path = join(folder.path, 'refused');
    const state = ['--checkpoint', path, '--quiet'];
    const run = (...args: string[]) => rxAnomaly(['detect', ...args, ...state]);
    await run(STATES, '--rare', 'state');
    for (const [args, why] of [
      [
        [STATES, '--rare', 'state', '--repeat', '5'],
        'saved with --repeat 10000, and this run is with --repeat 5',
      ],
      [[STATES, '--rare', 'state', '--sensitivity', 'high'], '(--sensitivity medium)'],
      [
        [STATES, '--rare', 'state', '--no-time-of-day'],
        'without --no-time-of-day, and this run is with --no-time-of-day',
      ],
      [[LOG, '--rare'], 'with --rare state, and this run is with --rare'],
      [[join(FIXTURES, 'sensors/spike.csv')], 'with --rare state, and this run is without --rare'],
    ] as const) {
      const { code, stdout, stderr } = await run(...args);
      expect(stderr).toContain(why);
      expect([code, stdout]).toEqual([1, '']);
    }
    const file = join(path, 'table.checkpoint');
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
    const { code, stderr } = await run(STATES, '--rare', 'state');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/table\.checkpoint.*(damaged|checksum)/)]);
  });

  it('has written what one run writes when it is killed again and again', async () => {
    const text = readFileSync(LOG, 'utf8').repeat(8);
    const file = folder.file('killed.log', text);
    const state = join(folder.path, 'killed');
    const args = ['detect', file, '--rare', '--quiet', '--checkpoint', state, '--checkpoint-every', '0.02'];
    const whole = (await rxAnomaly(['detect', file, '--rare', '--quiet'])).stdout.split('\n').slice(0, -1);
    const seen: string[] = [];
    const add = (stdout: string): void => {
      const lines = stdout.split('\n').slice(0, -1);
      if (lines.length === 0) return;
      // A line is there once by its time and number of events.
      const at = whole.indexOf(lines[0]!);
      expect(at).toBeGreaterThanOrEqual(0);
      expect(at).toBeLessThanOrEqual(seen.length);
      expect(lines).toEqual(whole.slice(at, at + lines.length));
      seen.push(...lines.slice(seen.length - at));
    };
    let begins = 0;
    for (let kill = 0; kill < 6; kill++) {
      const { child, finished } = start(args);
      let length = 0;
      child.stdout!.on('data', (text: string) => {
        length += text.length;
      });
      while (child.exitCode === null && length < 400_000 * (1 + (kill % 3))) await setTimeout(5);
      child.kill('SIGKILL');
      const { stdout } = await finished;
      if (stdout !== '' && !stdout.startsWith(whole[0]!)) begins++;
      add(stdout);
    }
    const { code, stdout, stderr } = await rxAnomaly(args);
    expect(code, stderr).toBe(0);
    add(stdout);
    expect(begins).toBeGreaterThan(0); // it did resume
    expect(seen).toEqual(whole);
  });
});
