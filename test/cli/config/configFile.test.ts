import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemaNamed, validatorOf } from '../../schemas/validator.ts';
import { describeWithRedis } from '../../support/environment/redis.ts';
import { type Finished, rxAnomaly, start, temporaryFolder } from '../rxAnomaly.ts';
import { table } from '../tables.ts';

const folder = temporaryFolder();
const JSON_NAME = 'rx-anomaly.config.json';
const ROWS = table(300, { 250: { value: '90' } });

/** A working directory with a table and a configuration. */
function project(config?: object | string, name = JSON_NAME): string {
  const cwd = mkdtempSync(join(folder.path, 'project-'));
  writeFileSync(join(cwd, 'a.csv'), ROWS);
  if (config !== undefined)
    writeFileSync(join(cwd, name), typeof config === 'string' ? config : JSON.stringify(config));
  return cwd;
}

const run = (cwd: string, ...args: string[]): Promise<Finished> => rxAnomaly(args, { cwd });

interface Printed {
  readonly $from: Readonly<Record<string, string>>;
  readonly [option: string]: unknown;
}

const EMA = ['--forecaster', 'ema', '--scorer', 'zScore'];
const MODELS = { forecaster: 'ema', scorer: 'zScore' };

describe('a configuration file', () => {
  it('in the working directory gives the run that the same options on the command line give', async () => {
    const options = {
      ...MODELS,
      paths: 'a.csv',
      value: 'value',
      sensitivity: 'high',
      confirm: 2,
      missing: [-9],
    };
    const line = ['a.csv', '--value', 'value', '--sensitivity', 'high', '--confirm', '2', '--missing=-9'];
    const [filed, given] = await Promise.all([
      run(project(options), 'detect'),
      run(project(), 'detect', ...EMA, ...line),
    ]);
    expect(filed.stdout).toBe(given.stdout);
    expect(filed.stdout.split('\n')).toHaveLength(301);
    expect(filed.stderr.replace(/^7 options from rx-anomaly\.config\.json\n/, '')).toBe(
      given.stderr.replace(/in .*/, filed.stderr.match(/in [\d.]+ m?s.*/)![0]),
    );
  });

  it('has dates as a list, and false for an option whose name of a column may be left out', async () => {
    const options = {
      ...MODELS,
      paths: 'a.csv',
      holidays: ['2026-01-05', '2026-01-06'],
      population: false,
      rare: false,
    };
    const [filed, given] = await Promise.all([
      run(project(options), 'detect'),
      run(project(), 'detect', 'a.csv', ...EMA, '--holidays', '2026-01-05,2026-01-06'),
    ]);
    expect(filed.stderr).toMatch(/^4 options from /);
    expect(filed.stdout).toBe(given.stdout);
    const printed = await run(project(options), 'detect', '--print-config');
    expect(JSON.parse(printed.stdout)).toMatchObject({ holidays: ['2026-01-05', '2026-01-06'] });
    expect(validatorOf(schemaNamed('config'))(options)).toBe(true);
  });

  it('of JavaScript may be a function of the command', async () => {
    const text = `export default async ({ command }) => ({ ${JSON.stringify(MODELS).slice(1, -1)}, paths: command === 'detect' ? 'a.csv' : 'b.csv', format: 'csv' });`;
    const { code, stdout } = await run(project(text, 'options.mjs'), 'detect', '--config', 'options.mjs');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^time,key,value,/);
  });

  it('yields to the command line, and its section for a command wins over what is for all', async () => {
    const cwd = project({
      ...MODELS,
      threshold: 0.4,
      history: ['a.csv', 'a.csv'],
      detect: { threshold: 0.6, format: 'csv' },
      serve: { port: 9000 },
    });
    const print = async (...more: string[]): Promise<Printed> =>
      JSON.parse((await run(cwd, 'detect', 'a.csv', '--print-config', ...more)).stdout) as Printed;
    const plain = await print();
    expect(plain).toMatchObject({
      paths: 'a.csv',
      threshold: 0.6,
      format: 'csv',
      history: ['a.csv', 'a.csv'],
    });
    expect(plain.$from).toMatchObject({
      paths: 'command line',
      threshold: `${JSON_NAME}: detect.threshold`,
      forecaster: `${JSON_NAME}: forecaster`,
      transform: 'default',
    });
    // What excludes an option of the command line gives way, and lists are not added to.
    const other = await print('--sensitivity', 'low', '--history', 'b.csv', '--format', 'ndjson');
    expect(other).toMatchObject({ sensitivity: 'low', history: 'b.csv', format: 'ndjson' });
    expect(other).not.toHaveProperty('threshold');
    expect(other.$from).toMatchObject({ sensitivity: 'command line', history: 'command line' });
  });

  it('that --print-config has printed gives the same run, and fits the schema', async () => {
    const options = [
      ...['--suppress-below', '5%', '--confirm', '2/3', '--key', 'none', '--missing=-9,"a,b"', '--day-first'],
      ...[
        '--policy',
        'policy.json',
        '--checkpoint-every',
        '3',
        '--checkpoint',
        'state',
        '--resample',
        '10m:mean,max',
      ],
    ];
    const cwd = project();
    writeFileSync(join(cwd, 'policy.json'), JSON.stringify({ suppress: [{ direction: 'down' }] }));
    const args = ['detect', 'a.csv', ...EMA, ...options];
    const printed = await run(cwd, ...args, '--print-config');
    expect([printed.code, printed.stderr]).toEqual([0, '']);
    const config = JSON.parse(printed.stdout) as Printed;
    const validate = validatorOf(schemaNamed('config'));
    expect(validate(config), JSON.stringify(validate.errors)).toBe(true);
    expect(config).toMatchObject({
      suppressBelow: '5%',
      confirm: '2/3',
      missing: [-9, 'a,b'],
      dayFirst: true,
    });
    writeFileSync(join(cwd, 'saved.json'), printed.stdout);
    const direct = await run(cwd, ...args);
    expect(direct.code, direct.stderr).toBe(0);
    // The state of the run before is of the same options: nothing is left to do.
    const again = await run(cwd, 'detect', '--config', 'saved.json');
    expect([again.code, again.stdout], again.stderr).toEqual([0, '']);
    expect(again.stderr).toContain('resuming from state');
    const reprinted = await run(cwd, 'detect', '--config', 'saved.json', '--print-config');
    const { $from, ...values } = JSON.parse(reprinted.stdout) as Printed;
    const { $from: _, ...before } = config;
    expect(values).toEqual(before);
    expect($from.confirm).toBe('saved.json: confirm');
    // Another threshold is refused, from a file as from a command line.
    writeFileSync(join(cwd, 'other.json'), JSON.stringify({ ...config, sensitivity: 'low' }));
    const refused = await run(cwd, 'detect', '--config', 'other.json');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(
      /saved with --threshold .*this run is with --threshold .*--sensitivity low/,
    );
  });

  it('may have the contents of policy and alerts, and secrets by their place; none is printed', async () => {
    const cwd = project({
      ...MODELS,
      paths: 'a.csv',
      policy: { suppress: [{ direction: 'up' }] },
      serve: {
        token: 'a-token-of-sixteen-letters',
        alertsConfig: {
          sinks: {
            team: { url: 'https://hooks.example/secret', headers: { Authorization: 'Bearer secret' } },
            ops: { url: { env: 'OPS_URL' }, token: { file: 'token' } },
          },
        },
      },
    });
    const { code, stdout, stderr } = await run(cwd, 'serve', '--print-config');
    expect(code).toBe(0);
    expect(stdout + stderr).not.toMatch(/hooks\.example|Bearer|sixteen/);
    const config = JSON.parse(stdout) as Printed;
    expect(config).toMatchObject({
      policy: { suppress: [{ direction: 'up' }] },
      token: { env: 'RX_ANOMALY_TOKEN' },
      alertsConfig: {
        sinks: {
          team: {
            url: { env: 'RX_ANOMALY_TEAM_URL' },
            headers: { Authorization: { env: 'RX_ANOMALY_TEAM_AUTHORIZATION' } },
          },
          ops: { url: { env: 'OPS_URL' }, token: { file: 'token' } },
        },
      },
    });
    expect(stderr).toBe(
      [
        'token is not printed; set RX_ANOMALY_TOKEN to it',
        'alertsConfig.sinks.team.url is not printed; set RX_ANOMALY_TEAM_URL to it',
        'alertsConfig.sinks.team.Authorization is not printed; set RX_ANOMALY_TEAM_AUTHORIZATION to it',
        '',
      ].join('\n'),
    );
    const suppressed = await run(cwd, 'detect', '--quiet');
    expect(suppressed.stderr).toBe('');
    expect(suppressed.stdout).toContain('"suppressed":"rule 1"');
  });

  it('of a password in an address shows none of it', async () => {
    const cwd = project({ nats: 'nats://a,nats://me:hush@b:4222', in: 'x' });
    const { code, stdout, stderr } = await run(cwd, 'worker', '--print-config');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('hush');
    expect(JSON.parse(stdout)).toMatchObject({ nats: 'nats://a,nats://…@b:4222' });
  });

  it('is not read with --config none, nor for help', async () => {
    const cwd = project('{');
    const [none, help] = await Promise.all([
      run(cwd, 'detect', 'a.csv', ...EMA, '--config', 'none', '--quiet'),
      run(cwd, 'detect', '--help'),
    ]);
    expect([none.code, none.stderr]).toEqual([0, '']);
    expect([help.code, help.stderr]).toEqual([0, '']);
  });
});

describe.concurrent('a configuration file that is wrong', () => {
  it.each<[object | string, string, string?]>([
    ['{', `${JSON_NAME}: expected JSON: `],
    ['[]', `${JSON_NAME}: expected the configuration to be an object of options, got []`],
    [{ sensitivty: 'high' }, `${JSON_NAME}: unknown option sensitivty; did you mean sensitivity?`],
    [{ detect: { polll: 1 } }, `${JSON_NAME}: detect: unknown option polll; did you mean poll?`],
    [
      { sensitivity: 'hgh' },
      `${JSON_NAME}: expected sensitivity to be one of low, medium, high or a number, got "hgh"`,
    ],
    [{ sensitivity: 2 }, `expected sensitivity to be low, medium, high or a number from 0 to 1, got 2`],
    [{ quiet: 'yes' }, `${JSON_NAME}: expected quiet to be true or false, got "yes"`],
    [{ skipRows: 1.5 }, `${JSON_NAME}: expected skipRows to be an integer, got 1.5`],
    [{ port: 80 }, `${JSON_NAME}: port is no option of detect, but of serve; put it under "serve"`],
    [{ poll: 3 }, `${JSON_NAME}: poll has no effect without --influx`],
    [{ detect: { passes: 3 } }, `${JSON_NAME}: detect.passes has no effect without --history`],
    [{ forecaster: 'ema', seed: 7 }, `${JSON_NAME}: seed has no effect with --forecaster ema`],
    [
      { threshold: 0.4, sensitivity: 'low' },
      `${JSON_NAME}: threshold cannot be used with sensitivity; leave out one of the two`,
    ],
    [{ policy: { sens: 1 } }, `${JSON_NAME}: policy: unknown option sens; the options are sensitivity`],
    [{ token: { env: 'NO_SUCH_TOKEN' } }, 'token: the environment variable NO_SUCH_TOKEN is not set'],
    [{ token: 7 }, `${JSON_NAME}: expected token to be text, { "env": … } or { "file": … }, got "…"`],
    [{ config: 'x' }, `${JSON_NAME}: unknown option config;`],
    [
      { mqtt: 'mqtt://localhost', topic: 'a' },
      `name a table or --mqtt, not both; got a.csv\n(options are from ${JSON_NAME}, too; --config none leaves them out)`,
    ],
    ['export default 7;', 'x.js: expected the configuration to be an object of options, got 7', 'x.js'],
    ['export const a = 1;', 'x.js: expected a default export, an object of options or a function', 'x.js'],
    ['throw new Error("no");', 'x.js: no', 'x.js'],
    [{}, 'expected the file of --config to be named .json, .js, .mjs or .cjs, got "x.yaml"', 'x.yaml'],
  ])('%j is an error: %s', async (config, message, name = JSON_NAME) => {
    const cwd = project(config, name);
    const more = name === JSON_NAME ? [] : ['--config', name];
    const { code, stdout, stderr } = await run(cwd, 'detect', 'a.csv', ...more);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('or not there is an error', async () => {
    const { code, stderr } = await run(project(), 'detect', 'a.csv', '--config', 'none.json');
    expect([code, stderr]).toEqual([
      1,
      'rx-anomaly: --config: none.json: cannot be read: no such file; give a file of options\n',
    ]);
  });

  it('twice in a folder is an error', async () => {
    const cwd = project({});
    writeFileSync(join(cwd, 'rx-anomaly.config.js'), 'export default {};');
    const { code, stderr } = await run(cwd, 'detect', 'a.csv');
    expect(code).toBe(2);
    expect(stderr).toContain('rx-anomaly.config.json and rx-anomaly.config.js are both here: remove one');
  });
});

describe('commands', () => {
  it.each<[string, object, readonly string[]]>([
    ['backtest', { ...MODELS, paths: 'a.csv', format: 'json' }, []],
    ['forecast', { paths: 'a.csv', steps: 4, forecaster: 'ema', quantiles: [0.25, 0.75] }, []],
    ['inspect', { paths: 'a.csv', hidden: 4, ablation: false, season: 24 }, []],
    ['telegraf', { ...MODELS, add: ['score', 'anomaly'], checkpoint: 'state' }, []],
    ['serve', { ...MODELS, paths: ['a.csv', 'a.csv'], speed: 3600, port: 0 }, []],
    ['worker', { ...MODELS, nats: 'nats://localhost', in: 'a.*', keepVerdicts: '2d', deliver: 'all' }, []],
  ])('such as %s have their options in a file', async (command, config, more) => {
    const cwd = project(config);
    const { code, stdout, stderr } = await run(cwd, command, ...more, '--print-config');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject(config);
  });
});

describeWithRedis('workers with configuration files', (redis) => {
  it('share their work with those that have the same options on the command line, and with no others', async () => {
    const cwd = project({
      ...MODELS,
      redis: redis().url,
      in: 'readings',
      out: 'filed',
      partitions: 2,
      confirm: 2,
    });
    const ready = async (args: readonly string[]): Promise<void> => {
      const { child, finished } = start(args, { cwd });
      started.push(child);
      await new Promise<void>((resolve, reject) => {
        let seen = '';
        child.stderr!.on('data', (text: string) => {
          seen += text;
          if (/taken/.test(seen)) resolve();
        });
        finished.then(({ stderr }) => reject(new Error(stderr)));
      });
    };
    const started: { kill(signal: 'SIGKILL'): boolean }[] = [];
    try {
      await ready(['worker']);
      const line = ['--redis', redis().url, '--in', 'readings', '--out', 'filed', '--partitions', '2'];
      await ready(['worker', '--config', 'none', ...line, ...EMA, '--confirm', '2']);
      const other = await run(cwd, 'worker', '--confirm', '3');
      expect(other.code).not.toBe(0);
      expect(other.stderr).toMatch(/confirm/);
    } finally {
      for (const child of started) child.kill('SIGKILL');
    }
  });
});
