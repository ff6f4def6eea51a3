import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rxAnomaly, shell, temporaryFolder } from './rxAnomaly.ts';
import { table } from './tables.ts';
import { parseLines } from './verdicts.ts';

const folder = temporaryFolder();
const file = folder.file('data.csv', table(20));
/** Topics by their names: commands share most of them. */
const topics = new Map<string, Promise<string>>();

function helpOf(topic: string): Promise<string> {
  const known = topics.get(topic) ?? rxAnomaly(['help', topic]).then(({ stdout }) => stdout);
  topics.set(topic, known);
  return known;
}

const INFLUX = ['--influx', 'http://localhost:1', '--database', 'd', '--measurement', 'm', '--field', 'f'];

describe.concurrent('reports that cannot be written', () => {
  const commands = [
    ['backtest', file, '--report'],
    ['forecast', file, '--report'],
    ['inspect', file, '--report'],
    ['demo', '--report'],
    ['bench-quality', folder.path, '--out'],
    ['bench-forecast', folder.path, '--out'],
    ['bench-forecast', folder.path, '--picture'],
  ];

  it.each(commands)('%s %s %s are refused before the work, and nothing is made', async (...args) => {
    const into = join(folder.path, `typo-${args[0]}-${args.length}`);
    const [slash, inFile] = await Promise.all([
      rxAnomaly([...args, `${into}/`]),
      rxAnomaly([...args, join(file, 'deep', 'report.html')]),
    ]);
    expect([slash.code, slash.stdout]).toEqual([1, '']);
    expect(slash.stderr).toContain(`${into}/: cannot be written: it is a folder; name a file`);
    expect(existsSync(into)).toBe(false);
    expect([inFile.code, inFile.stdout]).toEqual([1, '']);
    expect(inFile.stderr).toContain('cannot be written: a file is in the place of a folder; name another');
  });
});

describe.concurrent('wrong usage', () => {
  it.each([
    [['detect', file, '--colour'], "unknown option '--colour'"],
    [['detect'], 'detect: nothing to read; name a table, - for standard input, or one of --influx, --mqtt'],
    [['detect', file, ...INFLUX], 'detect: name a table or --influx, not both'],
    [['detect', file, '--tiem-format', '%Y'], 'Did you mean --time-format?'],
    [
      ['detect', file, '--time-zone', 'Mars'],
      "option '--time-zone <zone>' argument 'Mars' is invalid. Expected the name of a time zone such as Europe/Berlin.",
    ],
    [['detect', ...INFLUX, '--time-zone', 'Mars'], "option '--time-zone <zone>' argument 'Mars' is invalid."],
    [
      ['inspect', file, '--encoding', 'utf-9'],
      "argument 'utf-9' is invalid. Expected an encoding such as utf-8, utf-16le",
    ],
    [
      ['backtest', file, '--time-format', 'hh'],
      "argument 'hh' is invalid. Expected a pattern with a year, such as",
    ],
    [['serve', file, '--comment', ''], "argument '' is invalid. Expected one character or more."],
    [['detct', file], 'Did you mean detect?'],
    [['help', 'tables'], 'Did you mean table?'],
    [['detect', file, '--checkpoint', ''], 'Expected a path, got nothing.'],
    [
      ['detect', file, '--checkpoint-every', '5'],
      'detect: --checkpoint-every has no effect without --checkpoint',
    ],
    [['detect', file, '--poll', '5'], 'detect: --poll has no effect without --influx'],
    [['detect', ...INFLUX, '--poll', '5'], 'detect: --poll has no effect without --follow'],
    [['detect', ...INFLUX, '--decimal', ','], 'detect: --decimal has no effect with --influx'],
    [['detect', ...INFLUX, '--key', 'host'], 'detect: --key has no effect with --influx'],
    [
      ['detect', ...INFLUX, '--write-back', 'v', '--format', 'csv'],
      'detect: --format has no effect with --write-back',
    ],
    [
      ['detect', ...INFLUX, '--write-back-retention-policy', 'v'],
      'detect: --write-back-retention-policy has no effect without --write-back',
    ],
    [['detect', file, '--holidays-as', 'sat'], 'detect: --holidays-as has no effect without --holidays'],
    [
      ['serve', file, '--webhook-give-up-on', '404'],
      'serve: --webhook-give-up-on has no effect without --webhook',
    ],
    [
      ['serve', file, '--checkpoint-every', '5'],
      'serve: --checkpoint-every has no effect without --checkpoint',
    ],
    [['serve', ...INFLUX, '--speed', '5'], 'serve: --speed has no effect without a table'],
    [['backtest', file, '--no-baselines'], 'backtest: --no-baselines has no effect without --report'],
    [
      ['backtest', '--compare', 'a.json', 'b.json', '--seed', '3'],
      'backtest: --seed has no effect with --compare',
    ],
    ...(
      [
        ['detect', file],
        ['serve', file],
        ['backtest', file],
        ['forecast', file],
        ['nab', folder.path, '--out', folder.path],
      ] as string[][]
    ).map((args): [string[], string] => [
      [...args, '--seed', '3', '--forecaster', 'pretrained'],
      `${args[0]}: --seed has no effect with --forecaster pretrained, which begins with no random weights`,
    ]),
    ...(['detect', 'serve', 'backtest', 'forecast'] as const).map((command): [string[], string] => [
      [command, file, '--adapt', 'all', '--forecaster', 'lstm'],
      `${command}: --adapt has no effect without --forecaster pretrained`,
    ]),
    [['detect', file, '--fleet', '--adapt', 'all'], 'detect: --adapt has no effect with --fleet'],
    [
      ['detect', file, '--fleet', '--holidays', '2026-12-25', '--holidays-as', 'covariate'],
      'detect: --holidays-as has no effect with --fleet',
    ],
    [
      ['inspect', file, '--forecaster', 'pretrained'],
      'Expected lstm: what the pre-trained network remembers is shown by rx-anomaly bench-forecast --inside FOLDER',
    ],
    [
      ['inspect', file, '--forecaster', 'ema'],
      'Expected lstm: other forecasters have no gates to look into.',
    ],
    [['detect', file, file], 'too many arguments'],
    [['detect', file, '--seed'], 'argument missing'],
    [['detect', file, '--seed', '1.5'], 'Expected an integer.'],
    [['detect', file, '--threshold', '1'], 'Expected a number above 0 and below 1.'],
    [
      ['detect', file, '--threshold', '0.4', '--sensitivity', 'low'],
      "option '--threshold <score>' cannot be used with option '--sensitivity <level>'",
    ],
    [['detect', file, '--sensitivity', '2'], 'Expected low, medium, high or a number from 0 to 1.'],
    [['detect', file, '--sensitivity', ''], 'Expected low, medium, high or a number from 0 to 1.'],
    [['detect', file, '--recurring', 'often'], 'Allowed choices are normal, anomalous.'],
    [['detect', file, '--confirm', '5/3'], 'Expected a number of events such as 3, or 3/5'],
    [['detect', file, '--confirm', '0'], 'Expected a number of events such as 3, or 3/5'],
    [['detect', file, '--suppress-below', '0'], 'Expected a positive number, or one with a % sign.'],
    [['detect', file, '--suppress-below', '5 km'], 'Expected a positive number, or one with a % sign.'],
    [['backtest', file, '--suppress-direction', 'left'], 'Allowed choices are up, down.'],
    [['detect', file, '--value', 'a,,b'], 'Expected names of columns'],
    [['detect', file, '--format', 'xml'], 'Allowed choices are ndjson, csv.'],
    [['detect', file, '--output', 'all'], 'Allowed choices are verdicts, incidents, changes.'],
    [['detect', file, '--transform', 'log'], 'Allowed choices are none, logReturn.'],
    [['detect', file, '--on-bad-data', 'drop'], 'Allowed choices are impute, skip, error.'],
    [['backtest', file, '--format', 'html'], 'Allowed choices are text, json.'],
    [['backtest'], "missing required argument 'path'"],
    [['backtest', '--compare', 'a.json'], '--compare takes two files, and no path'],
    [['bench-quality'], "missing required argument 'folders'"],
    [['bench-quality', folder.path, '--seeds', '0'], 'Expected a whole number of 1 or more.'],
    [['bench-quality', folder.path, '--folds', '1'], 'Expected a whole number of 2 or more.'],
    [
      ['bench-quality', folder.path, '--configs', 'best'],
      'no configuration "best"; there are default, lastValue',
    ],
    [['nab', folder.path], "required option '--out <dir>' not specified"],
    [
      ['nab', folder.path, '--out', folder.path, '--name', 'my_detector'],
      'expected name to be letters and digits only',
    ],
    [['guess', file], "unknown command 'guess'"],
    [[], 'Usage: rx-anomaly'],
  ])('%j is reported and exits with 2', async (args, message) => {
    const { code, stdout, stderr } = await rxAnomaly(args);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

const TABLE_OPTIONS = [
  '--time-format',
  '--day-first',
  '--month-first',
  '--time-zone',
  '--missing',
  '--delimiter',
  '--encoding',
  '--skip-rows',
  '--header-row',
  '--comment',
  '--decimal',
  '--strict',
  '--rate',
  '--resample',
  '--population',
];

/** The commands whose options may be in a file. */
const CONFIGURED = ['detect', 'serve', 'worker', 'backtest', 'forecast', 'inspect', 'telegraf'];

/** The options that a help explains. */
function optionsIn(help: string): string[] {
  return [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, option]) => option!);
}

describe.concurrent('help', () => {
  it.each([
    [
      'detect',
      [
        ...TABLE_OPTIONS,
        ...['--rare', '--template', '--no-time-of-day', '--repeat'],
        '--time',
        '--value',
        '--key',
        '--format',
        '--output',
        '--transform',
        '--forecaster',
        '--adapt',
        '--scorer',
        '--threshold',
        '--sensitivity',
        '--confirm',
        '--recurring',
        '--suppress-below',
        '--suppress-direction',
        '--holidays',
        '--holidays-as',
        '--policy',
        '--on-bad-data',
        '--seed',
        '--checkpoint',
        '--quiet',
        '--influx',
        '--mqtt',
        '--topic',
        '--qos',
        '--client-id',
        '--retained',
        '--prometheus',
        '--query',
        '--step',
        '--nats',
        '--subject',
        '--from-start',
        '--otlp',
        '--metric',
        '--resource',
        '--redis',
        '--stream',
        '--database',
        '--retention-policy',
        '--measurement',
        '--field',
        '--group-by',
        '--since',
        '--follow',
        '--poll',
        '--allowed-lateness',
        '--write-back',
        '--write-back-retention-policy',
        '--no-schema-check',
        '--max-keys',
        '--fleet',
        '--ahead',
        '--covariate',
        '--history',
        '--passes',
        '--absent-after',
        '--checkpoint-every',
        '--token',
        '--username',
        '--password',
      ],
    ],
    [
      'backtest',
      [
        ...TABLE_OPTIONS,
        '--labels',
        '--report',
        '--compare',
        '--no-baselines',
        '--format',
        '--time',
        '--value',
        '--key',
        '--transform',
        '--forecaster',
        '--adapt',
        '--scorer',
        '--threshold',
        '--sensitivity',
        '--confirm',
        '--recurring',
        '--suppress-below',
        '--suppress-direction',
        '--holidays',
        '--holidays-as',
        '--policy',
        '--seed',
        '--ahead',
        '--covariate',
        '--quiet',
      ],
    ],
    ['nab', ['--out', '--name', '--forecaster', '--scorer', '--seed', '--quiet']],
    [
      'bench-quality',
      [
        '--configs',
        '--config-file',
        '--seeds',
        '--folds',
        '--leave-out',
        '--threads',
        '--out',
        '--format',
        '--quiet',
      ],
    ],
    [
      'tune',
      [
        '--labels',
        '--split',
        '--state',
        '--threads',
        '--format',
        '--time',
        '--value',
        '--key',
        '--transform',
        '--seed',
        '--quiet',
      ],
    ],
    [
      'telegraf',
      [
        ...['--field', '--add', '--checkpoint', '--quiet', '--sensitivity', '--fleet', '--time-zone'],
        ...[
          '--suppress-below',
          '--suppress-direction',
          '--confirm',
          '--recurring',
          '--threshold',
          '--holidays',
        ],
        ...['--holidays-as', '--policy', '--forecaster', '--adapt', '--scorer', '--seed', '--max-keys'],
        '--checkpoint-every',
      ],
    ],
    [
      'worker',
      [
        ...[
          '--nats',
          '--redis',
          '--out',
          '--in',
          '--partitions',
          '--value',
          '--time',
          '--deliver',
          '--keep-verdicts',
          '--keep-states',
          '--metrics-port',
        ],
        ...[
          '--metrics-host',
          '--quiet',
          '--sensitivity',
          '--fleet',
          '--suppress-below',
          '--suppress-direction',
        ],
        ...[
          '--confirm',
          '--recurring',
          '--threshold',
          '--holidays',
          '--holidays-as',
          '--policy',
          '--transform',
        ],
        ...['--forecaster', '--adapt', '--scorer', '--on-bad-data', '--seed', '--max-keys'],
      ],
    ],
    ['status', ['--nats', '--redis', '--out', '--format']],
    ['demo', ['--report', '--seed']],
    [
      'forecast',
      [
        ...TABLE_OPTIONS,
        '--steps',
        '--quantiles',
        '--forecaster',
        '--adapt',
        '--format',
        '--report',
        '--time',
        '--value',
        '--key',
        '--seed',
        '--quiet',
      ],
    ],
    [
      'bench-forecast',
      ['--ahead', '--inside', '--picture', '--seed', '--simulated', '--out', '--format', '--quiet'],
    ],
    [
      'pretrain',
      [
        '--batches',
        '--minutes',
        '--seed',
        '--hidden',
        '--cell',
        '--engine',
        '--series',
        '--steps',
        '--window',
        '--simulated',
        '--out',
        '--quiet',
      ],
    ],
  ])('of %s names every option, has an example and fits a narrow terminal', async (command, options) => {
    const { code, stdout, stderr } = await rxAnomaly([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [own = '', more = ''] = stdout.split('\nMore options, explained by rx-anomaly help TOPIC:\n');
    const listed = more.slice(0, more.indexOf('\n\n'));
    const named = [...optionsIn(own), ...[...listed.matchAll(/--[a-z-]+(?=[,\n]|$)/g)].map(([name]) => name)];
    const ofAll = CONFIGURED.includes(command) ? ['--config', '--print-config'] : [];
    expect(named.toSorted()).toEqual([...options, ...ofAll, '--help'].toSorted());
    for (const [, topic, line] of listed.matchAll(/^ {2}([a-z]+)((?:.|\n {3})*)/gm)) {
      const explained = await helpOf(topic!);
      const names = [...line!.matchAll(/--[a-z-]+(?=[,\n]|$)/g)].map(([name]) => name);
      expect(optionsIn(explained), topic).toEqual(expect.arrayContaining(names));
      expect(explained.split('\n').length, topic).toBeLessThan(45);
    }
    expect(stdout.split('\n').length).toBeLessThan(command === 'bench-quality' ? 70 : 60);
    expect(stdout).toMatch(new RegExp(`Examples?:\\n {2}rx-anomaly ${command} `));
    const prose = stdout.slice(0, stdout.indexOf('Example')).split('\n');
    for (const line of prose) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('of the program names the commands and the exit codes', async () => {
    const { code, stdout } = await rxAnomaly(['--help']);
    expect(code).toBe(0);
    for (const command of [
      'detect',
      'backtest',
      'nab',
      'bench-quality',
      'tune',
      'demo',
      'serve',
      'table',
      'rare',
      'policy',
    ])
      expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    expect(stdout).toContain('Exit codes: 0 success, 1 failure, 2 wrong usage');
  });

  it('whose reader has gone, or whose disk is full, ends without a stack', async () => {
    expect(await shell('rx-anomaly detect --help | head -n 1')).toMatchObject({
      stdout: 'Usage: rx-anomaly detect [options] [file]\n',
      stderr: '',
    });
    if (!existsSync('/dev/full')) return;
    const { code, stderr } = await shell('rx-anomaly --help > /dev/full');
    expect(stderr).toMatch(/^rx-anomaly: standard output: ENOSPC: [^\n]*\n$/);
    expect(code).toBe(1);
  });

  it('is not needed for the version', async () => {
    const { code, stdout } = await rxAnomaly(['--version']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe.concurrent('standard output', () => {
  const long = folder.file('long.csv', table(2500));

  it('that nobody reads any more ends the command quietly', async () => {
    const state = join(folder.path, 'unread');
    const { code, stdout, stderr } = await shell(
      `rx-anomaly detect '${long}' --checkpoint '${state}' | head -2; exit "\${PIPESTATUS[0]}"`,
    );
    expect(code).toBe(0);
    expect(parseLines(stdout)).toHaveLength(2);
    expect(stderr).toBe('time column "time" (guessed)\nvalue column "value" (guessed)\n');
    // Nobody has seen those verdicts: the next run must yield them again.
    expect(existsSync(join(state, 'table.checkpoint'))).toBe(false);
  });

  it('that nobody reads any more ends a backtest quietly too', async () => {
    const { code, stderr } = await shell(
      `rx-anomaly backtest '${file}' --quiet | true; exit "\${PIPESTATUS[0]}"`,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.skipIf(!existsSync('/dev/full'))('that cannot be written is an error in one line', async () => {
    const { code, stderr } = await shell(`rx-anomaly detect '${long}' --quiet > /dev/full`);
    expect(stderr).toMatch(/^rx-anomaly: standard output: ENOSPC: no space left on device.*\n$/);
    expect(code).toBe(1);
  });

  it.skipIf(!existsSync('/dev/full'))('of a full disk names the file, a report or a state', async () => {
    const report = await shell(`rx-anomaly backtest '${file}' --quiet --report /dev/full`);
    expect(report.stderr).toMatch(/^rx-anomaly: \/dev\/full: ENOSPC: no space left on device.*\n$/);
    const state = join(folder.path, 'full');
    // No file may become larger than 2 kB: the pipe is none.
    const saved = await shell(
      `(ulimit -f 2; rx-anomaly detect '${file}' --quiet --checkpoint '${state}') | cat; exit "\${PIPESTATUS[0]}"`,
    );
    expect(parseLines(saved.stdout)).toHaveLength(20);
    expect(saved.stderr).toMatch(/^rx-anomaly: [^\n]*full\/table\.checkpoint: EFBIG: file too large.*\n$/);
    expect([report.code, saved.code]).toEqual([1, 1]);
  });

  it('that is read slowly loses nothing', async () => {
    const { stdout } = await shell(
      `rx-anomaly detect '${long}' --quiet | node -e "
        process.stdin.once('readable', () => setTimeout(() => process.stdin.pipe(process.stdout), 1500))"`,
    );
    expect(parseLines(stdout)).toHaveLength(2500);
  });
});
