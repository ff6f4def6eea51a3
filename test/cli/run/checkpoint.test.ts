import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { seal } from '../../../src/models/snapshot/snapshot.ts';
import type { Json, State } from '../../../src/models/snapshot/state.ts';
import { FileCheckpointStore } from '../../../src/stores/fileCheckpointStore.ts';
import { type Finished, rxAnomaly, temporaryFolder } from '../rxAnomaly.ts';
import { spikes, table, timeAt } from '../tables.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();
let states = 0;

/** A fresh folder for checkpoints, and runs that use it. */
function session(...options: string[]): {
  state: string;
  run(content: string, ...more: string[]): Promise<Finished>;
} {
  const id = states++;
  const state = join(folder.path, `state${id}`);
  let files = 0;
  const run = (content: string, ...more: string[]): Promise<Finished> => {
    const file = folder.file(`${id}-${files++}.csv`, content);
    return rxAnomaly(['detect', file, '--checkpoint', state, ...options, ...more]);
  };
  return { state, run };
}

/** What several runs wrote, one after the other. */
async function together(contents: readonly string[], ...options: string[]): Promise<string> {
  const { run } = session(...options);
  let text = '';
  for (const content of contents) {
    const { code, stdout, stderr } = await run(content);
    expect(code, stderr).toBe(0);
    text += stdout;
  }
  return text;
}

/** The header and the data lines from one row to before another. */
function part(content: string, from: number, to?: number): string {
  const [header, ...rows] = content.trimEnd().split('\n');
  return `${[header, ...rows.slice(from, to)].join('\n')}\n`;
}

const LOG_RETURNS = ['--transform', 'logReturn', '--seed', '5'];

describe.concurrent('detect --checkpoint', () => {
  const content = table(330, { 140: { time: timeAt(139) }, 141: { time: timeAt(139) }, 200: { value: '' } });

  it('says the same of the same file, longer each time', async () => {
    const parts = [part(content, 0, 7), part(content, 0, 141), content, content];
    expect(await together(parts)).toBe(await together([content]));
  });

  it('says the same of the next file, whether or not it overlaps', async () => {
    const parts = [
      part(content, 0, 141),
      part(content, 141, 142),
      part(content, 130, 250),
      part(content, 250),
    ];
    expect(await together(parts, ...LOG_RETURNS)).toBe(await together([content], ...LOG_RETURNS));
  });

  it('says the same with --fleet, and refuses the state without', async () => {
    const { run } = session();
    const first = await run(part(content, 0, 141), '--fleet');
    const refused = await run(part(content, 141));
    expect(refused.stderr).toContain('it was saved with --fleet, and this run is without --fleet');
    const second = await run(part(content, 141), '--fleet');
    expect(first.stdout + second.stdout).toBe(await together([content], '--fleet'));
  });

  it('says the same of incidents, also of one that continues from file to file', async () => {
    const whole = spikes();
    const { run } = session('--output', 'incidents');
    const first = await run(part(whole, 0, 1652));
    expect(first.stderr).toContain('an incident is open since 2026-01-10T17:30:00.000Z, peak value ');
    const second = await run(part(whole, 1652));
    const { stdout } = await session('--output', 'incidents').run(whole);
    expect(second.stdout).not.toBe('');
    expect(first.stdout + second.stdout).toBe(stdout);
  });

  it('says the same of tables sorted by key, in each its own stream', async () => {
    const rows = content.trimEnd().split('\n').slice(1);
    const sorted = (from: number, to: number): string =>
      [
        'time,value,key',
        ...['b', 'a'].flatMap((key) => rows.slice(from, to).map((row) => `${row},${key}`)),
        '',
      ].join('\n');
    const byKey = (lines: string): unknown[] =>
      ['a', 'b'].map((wanted) => parseLines(lines).filter(({ key }) => key === wanted));
    const files = [sorted(0, 90), sorted(0, 150), sorted(140, 220)];
    expect(byKey(await together(files, '--key', 'key'))).toEqual(
      byKey(await together([sorted(0, 220)], '--key', 'key')),
    );
  });

  it('yields nothing and tells so when there is nothing new', async () => {
    const { run } = session();
    await run(part(content, 0, 120));
    const { code, stdout, stderr } = await run(part(content, 100, 120));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('skipped 20 rows that had been processed before');
  });

  it('begins each CSV with its header', async () => {
    const { run } = session('--format', 'csv');
    const [first, second] = [await run(part(content, 0, 120)), await run(part(content, 120))];
    const whole = (await session('--format', 'csv').run(content)).stdout;
    expect(second.stdout).toMatch(/^time,key,value/);
    expect(first.stdout + second.stdout.slice(second.stdout.indexOf('\n') + 1)).toBe(whole);
  });

  it('continues with the columns that it once guessed', async () => {
    const { run } = session();
    await run('at,level\n2026-01-05 00:00,1\n2026-01-05 00:01,2\n');
    expect(await run('at,level\n')).toMatchObject({ code: 0, stdout: '' });
    const more = await run('at,pressure,level\n2026-01-05 00:02,7,3\n2026-01-05 00:03,8,4\n');
    expect(parseLines(more.stdout).map(({ value }) => value)).toEqual([3, 4]);
  });

  it('binds nothing to a table without rows', async () => {
    const { run, state } = session();
    expect((await run('at,what,level\n')).code).toBe(0);
    expect(existsSync(state)).toBe(false);
    expect(parseLines((await run('at,what,level\n2026-01-05 00:00,x,1\n')).stdout)).toHaveLength(1);
  });

  it('stops at the same bad row again, and continues when the policy says how', async () => {
    const bad = table(40, { 25: { value: 'inf' } });
    const { run } = session();
    const stopped = await run(bad, '--on-bad-data', 'error');
    const again = await run(bad, '--on-bad-data', 'error');
    const imputed = await run(bad);
    expect([stopped.code, again.code, imputed.code]).toEqual([1, 1, 0]);
    expect(stopped.stderr).toContain('row 26: column value: expected a number within');
    expect(again.stderr).toContain('row 26: column value: expected a number within');
    expect(again.stdout).toBe('');
    expect(stopped.stdout + imputed.stdout).toBe(await together([bad]));
  });

  it('keeps what was processed before a file breaks off', async () => {
    const { run } = session();
    const broken = await run(`${part(content, 0, 300)}"2026`);
    expect(broken.code).toBe(1);
    expect(broken.stdout + (await run(content)).stdout).toBe(await together([content]));
  });
});

describe('a checkpoint that does not fit', () => {
  const content = [
    'time,value,other,key',
    ...Array.from({ length: 5 }, (_, row) => `${timeAt(row)},${row},5,k`),
    '',
  ].join('\n');
  const options = ['--value', 'value', '--key', 'key'];
  const saved = session(...options);
  const first = saved.run(content);

  it.each([
    [['--value', 'value', '--key', 'key', '--seed', '2'], 'with --seed 1, and this run is with --seed 2'],
    [
      ['--value', 'value,other', '--key', 'key'],
      'with --value value, and this run is with --value value,other',
    ],
    [['--value', 'value', '--key', 'none'], 'with --key key, and this run is without --key'],
    [
      ['--value', 'value', '--key', 'key', '--covariate', 'other'],
      'without --covariate, and this run is with --covariate other',
    ],
    [
      [...options, '--transform', 'logReturn'],
      'with --transform none, and this run is with --transform logReturn',
    ],
    [[...options, '--scorer', 'dspot'], 'with --scorer evidence, and this run is with --scorer dspot'],
    [[...options, '--forecaster', 'ema'], 'with --forecaster lstm, and this run is with --forecaster ema'],
    [
      [...options, '--threshold', '0.6'],
      'with --threshold 0.5 (--sensitivity medium), and this run is with --threshold 0.6',
    ],
    [[...options, '--confirm', '3'], 'without confirm, and this run is with confirm 3'],
    [
      [...options, '--suppress-below', '2'],
      'without suppress, and this run is with suppress [{"name":"suppress-below","below":2}]',
    ],
  ])('is refused, and the difference reported: %j', async (other, difference) => {
    await first;
    const name = `other${other.length}${other.at(-1)}`;
    const file = folder.file(`${name}.csv`, content);
    const state = join(folder.path, `${name} state`); // of its own: a folder belongs to one process
    cpSync(saved.state, state, { recursive: true });
    const run = ['detect', file, '--checkpoint', state, '--quiet', ...other];
    const { code, stdout, stderr } = await rxAnomaly(run);
    const path = join(state, 'table.checkpoint');
    expect(stderr).toBe(
      `rx-anomaly: checkpoint ${path}: it was saved ${difference}; use the same, or another folder to start afresh\n`,
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('is refused in one line that names it where its columns or its position are no such', async () => {
    await first;
    const original = new FileCheckpointStore(saved.state, { readOnly: true });
    const { kind, version, config, state } = (await original.load('table'))!;
    const { given, ...rest } = config as { readonly given: { readonly [name: string]: State } };
    const parts = state as { readonly [name: string]: State };
    const position = parts.position as { readonly [name: string]: State };
    const file = position.file as { readonly [name: string]: State };
    const forged: readonly (readonly [string, State, State])[] = [
      ['value to be a list, got "value"', { ...rest, given: { ...given, value: 'value' } }, state],
      ['key to be a text, got 5', { ...rest, given: { ...given, key: 5 } }, state],
      ['"unknown" is not a part of it', config, { ...parts, position: { unknown: 1 } }],
      [
        'rows to be a whole number',
        config,
        { ...parts, position: { ...position, file: { ...file, rows: -1 } } },
      ],
    ];
    const table = folder.file('forged.csv', content);
    for (const [at, [why, forgedConfig, forgedState]] of forged.entries()) {
      const path = join(folder.path, `forged state ${at}`);
      const store = new FileCheckpointStore(path);
      await store.save('table', seal(kind, version, forgedConfig as Json, forgedState));
      await store.close();
      const { code, stdout, stderr } = await rxAnomaly(['detect', table, '--checkpoint', path, '--quiet']);
      expect(stderr).toContain(why);
      expect(stderr).toMatch(
        /^rx-anomaly: checkpoint [^\n]*table\.checkpoint: snapshot: [^\n]*; delete it to start afresh\n$/,
      );
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    }
  });

  it('is no matter of order, output or policy', async () => {
    const { run } = session(...options);
    await run(part(content, 0, 2));
    const { code, stdout } = await run(content, '--on-bad-data', 'skip', '--format', 'csv');
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1 + 3);
  });
});

describe.concurrent('a damaged checkpoint', () => {
  const random = new Random(1);
  const content = table(130);
  const DAMAGES: readonly [string, (bytes: Buffer) => Buffer][] = [
    ['empty', () => Buffer.alloc(0)],
    ['with a bit flipped', (bytes) => flip(bytes, random.below(bytes.length - 100))],
  ];

  it.each(DAMAGES)('(%s) gives way to the one before it, or ends it with a line', async (_, damage) => {
    const { state, run } = session();
    const path = join(state, 'table.checkpoint');
    const first = await run(part(content, 0, 110));
    const sound = readdirSync(state);
    expect(sound).toEqual(['table.checkpoint']);
    await run(part(content, 0, 120));
    writeFileSync(path, damage(readFileSync(path)));
    const fallen = await run(content);
    expect(fallen.code, fallen.stderr).toBe(0);
    expect(fallen.stderr).toMatch(/^checkpoint .*table\.checkpoint: .*; resuming from the one before it\n/);
    expect(first.stdout + fallen.stdout).toBe(await together([content]));

    const alone = `${state}-alone`;
    mkdirSync(alone);
    writeFileSync(join(alone, 'table.checkpoint'), damage(readFileSync(path)));
    const file = folder.file(`${basename(state)}.csv`, content);
    const { code, stdout, stderr } = await rxAnomaly(['detect', file, '--checkpoint', alone]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^rx-anomaly: checkpoint .*table\.checkpoint: .*; delete it to start afresh\n$/);
  });

  it('is not made where no folder can be', async () => {
    const file = folder.file('in-the-way', content);
    const { code, stdout, stderr } = await rxAnomaly(['detect', file, '--checkpoint', join(file, 'state')]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^rx-anomaly: .*in-the-way.state: cannot be used for checkpoints: a file is in the place of a folder; name another\n$/,
    );
    expect(existsSync(join(file, 'state'))).toBe(false);
  });

  it.each([
    ['a table that is not there', ['detect', 'nowhere.csv']],
    ['a column that is not there', ['detect', 'TABLE', '--value', 'nothing']],
    ['an empty pipe', ['detect', '-']],
    ['a dashboard that may not be opened', ['serve', 'TABLE', '--host', '0.0.0.0', '--port', '0']],
  ])('is not left behind empty by a start that failed: %s', async (_, args) => {
    const file = folder.file('failing.csv', content);
    const outer = join(folder.path, `failed${states++}`);
    const named = args.map((arg) => (arg === 'TABLE' ? file : arg));
    const { code, stderr } = await rxAnomaly([...named, '--checkpoint', join(outer, 'state')], { input: '' });
    expect(stderr).toMatch(/^rx-anomaly: .*\n$/m);
    expect(code).toBeGreaterThan(0);
    expect(existsSync(outer)).toBe(false);
  });

  it('stays, though empty, where it was there before a start that failed', async () => {
    const own = join(folder.path, 'own');
    mkdirSync(own);
    await rxAnomaly(['detect', 'nowhere.csv', '--checkpoint', own]);
    expect(readdirSync(own)).toEqual([]);
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const damaged = Buffer.from(bytes);
  damaged[at] = damaged[at]! ^ 1;
  return damaged;
}
