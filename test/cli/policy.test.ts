import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Finished, rxAnomaly, temporaryFolder } from './rxAnomaly.ts';
import { spikes } from './tables.ts';
import { parseLines, type VerdictLine } from './verdicts.ts';

const folder = temporaryFolder();
const file = folder.file('spikes.csv', spikes());

const detect = (...args: string[]): Promise<Finished> => rxAnomaly(['detect', file, ...args]);

async function verdicts(...args: string[]): Promise<VerdictLine[]> {
  const { code, stdout, stderr } = await detect(...args);
  expect(code, stderr).toBe(0);
  return parseLines(stdout);
}

const flagged = (lines: readonly VerdictLine[]): number[] =>
  lines.flatMap(({ isAnomaly }, row) => (isAnomaly ? [row] : []));

describe.concurrent('detect with a policy', () => {
  it('alerts the more, the higher the sensitivity', async () => {
    const levels = ['low', '0.5', '1'].map((level) => ['--sensitivity', level]);
    const [low = [], half = [], most = [], plain = []] = (
      await Promise.all([...levels, []].map((args) => verdicts(...args)))
    ).map(flagged);
    expect(half).toEqual(plain);
    expect(low.length).toBeLessThanOrEqual(half.length);
    expect(most.length).toBeGreaterThan(half.length);
  });

  it('leaves small changes alone, by amount and by share, and says so', async () => {
    const all = flagged(await verdicts());
    for (const amount of ['1e9', '1e9%']) {
      const { stdout, stderr } = await detect('--suppress-below', amount);
      const lines = parseLines(stdout);
      expect(flagged(lines)).toEqual([]);
      expect(stderr).toMatch(/^suppressed \d+ anomal(y|ies) by suppress-below$/m);
      const left = lines.flatMap(({ suppressed }, row) => (suppressed === 'suppress-below' ? [row] : []));
      expect(left.length).toBeGreaterThan(0);
      expect(all).toEqual(expect.arrayContaining(left.slice(0, 1)));
    }
    expect(flagged(await verdicts('--suppress-below', '0.000001'))).toEqual(all);
  });

  it('waits with --confirm until several rows are over the threshold', async () => {
    const starts = (lines: readonly { startOfIncident: boolean }[]): number[] =>
      lines.flatMap(({ startOfIncident }, row) => (startOfIncident ? [row] : []));
    const [plain, twice, filed] = await Promise.all([
      verdicts('--sensitivity', '1'),
      verdicts('--sensitivity', '1', '--confirm', '2/3'),
      verdicts(
        '--policy',
        folder.file('confirm.json', '{"sensitivity": 1, "confirm": {"events": 2, "of": 3}}'),
      ),
    ]);
    expect(filed).toEqual(twice);
    expect(starts(twice)[0]).toBeGreaterThan(starts(plain)[0]!);
    expect(starts(twice).length).toBeLessThanOrEqual(starts(plain).length);
  });

  it('takes all of it from a file, options before it and rules on top of it', async () => {
    const policy = folder.file(
      'policy.json',
      JSON.stringify({
        sensitivity: 0,
        budget: { rise: 0.1 },
        habituation: 50,
        drift: false,
        suppress: [
          { name: 'nights', weekly: { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' } },
          { name: 'never', keys: ['x'] },
        ],
      }),
    );
    const [shy, bold] = await Promise.all([
      verdicts('--policy', policy),
      verdicts('--policy', policy, '--sensitivity', '1', '--suppress-direction', 'up'),
    ]);
    expect(flagged(bold).length).toBeGreaterThan(flagged(shy).length);
    const rules = new Set(bold.map(({ suppressed }) => suppressed));
    expect(rules).toEqual(new Set([null, 'nights', 'suppress-direction']));
    for (const { isAnomaly, value, expected } of bold)
      if (isAnomaly) expect(value as number).toBeLessThanOrEqual(expected as number);
  });

  it('resumes from a checkpoint under the same policy only', async () => {
    const state = join(folder.path, 'state');
    const first = await detect('--checkpoint', state, '--sensitivity', 'high', '--recurring', 'anomalous');
    expect(first.code, first.stderr).toBe(0);
    const { code, stderr } = await detect('--checkpoint', state, '--sensitivity', 'high');
    expect(code).toBe(1);
    expect(stderr).toContain(
      'it was saved with --recurring anomalous, and this run is with --recurring normal',
    );
    const third = await detect(
      '--checkpoint',
      state,
      '--sensitivity',
      '0.75',
      '--recurring',
      'anomalous',
      '--suppress-below',
      '1',
    );
    expect(third.stderr).toContain(
      'it was saved without suppress, and this run is with suppress [{"name":"suppress-below","below":1}]',
    );
    const same = await detect('--checkpoint', state, '--sensitivity', '0.75', '--recurring', 'anomalous');
    expect(same.code, same.stderr).toBe(0);
  });

  it.each<[string, number, string]>([
    ['{"sensitivty": 1}', 2, 'unknown option sensitivty'],
    ['{"suppress": [{"below": 0}]}', 2, 'suppress[0]: expected below to be a positive number, got 0'],
    [
      '{"recurring": {"acceptAfter": 0}}',
      2,
      'expected recurring.acceptAfter to be a positive integer, got 0',
    ],
    [
      '{"confirm": {"events": 3, "of": 2}}',
      2,
      'expected confirm.of to be 3 or more, as confirm.events, got 2',
    ],
    ['{"suppress": "all"}', 2, 'bad.json: expected suppress to be a list of rules, got "all"'],
    ['[', 2, 'bad.json: expected JSON: '],
    ['[]', 2, 'expected the options to be an object, got []'],
    ['null', 2, 'expected the options to be an object, got null'],
  ])('tells in one line what is wrong with %s', async (text, exit, message) => {
    const bad = temporaryFile(text);
    for (const command of ['detect', 'backtest']) {
      const { code, stderr } = await rxAnomaly([command, file, '--policy', bad]);
      expect(stderr.split('\n').at(-2)).toMatch(/^rx-anomaly: /);
      expect(stderr).toContain(message);
      expect(code).toBe(exit);
    }
  });

  it('takes holidays as dates or from a file, and says which line is no date', async () => {
    const list = folder.file('holidays.txt', '# of 2024\n2024-01-03 first\n\n2024-01-04,second\n');
    const [dates, filed] = await Promise.all([
      verdicts('--holidays', '2024-01-03,2024-01-04', '--holidays-as', 'sat'),
      verdicts('--holidays', list, '--holidays-as', 'sat'),
    ]);
    expect(filed).toEqual(dates);
    const wrong = folder.file('wrong.txt', '2024-01-03\nChristmas\n');
    const { code, stderr } = await detect('--holidays', wrong);
    expect(code).toBe(1);
    expect(stderr).toContain('wrong.txt: line 2: expected a date such as 2026-12-25, got "Christmas"');
    const empty = await detect('--holidays', folder.file('empty.txt', '# none yet\n'));
    expect(empty.stderr).toContain('empty.txt: expected dates such as 2026-12-25, one a line, got none');
    const none = await detect('--holidays', '2024-02-30');
    expect(none.stderr).toContain('--holidays: expected dates such as 2026-12-25, got 2024-02-30');
    const missing = await detect('--holidays', 'no-such-file');
    expect(missing.stderr).toBe(
      'rx-anomaly: --holidays: no-such-file: cannot be read: no such file; give dates such as 2026-12-25, a file of them, or a country such as DE\n',
    );
  });

  it('takes the holidays of a country as days of the week, as a covariate, or suppressed', async () => {
    const dates = await verdicts('--holidays', '2024-01-01', '--holidays-as', 'sat');
    expect(await verdicts('--holidays', 'DE', '--holidays-as', 'sat')).toEqual(dates);
    const [plain, learnt, suppressed] = await Promise.all([
      verdicts(),
      verdicts('--holidays', 'DE', '--holidays-as', 'covariate'),
      verdicts('--holidays', 'DE', '--holidays-as', 'suppressed'),
    ]);
    expect(learnt).toHaveLength(plain.length);
    expect(suppressed).toHaveLength(plain.length);
    const unknown = await detect('--holidays', 'DE-BX');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(
      '--holidays: expected the place to be a part of DE that is known (BB, BE,',
    );
  });

  it('passes the time zone of a table on to the detector, and keeps a state to it', async () => {
    const rows = ['time,value'];
    const start = Date.parse('2026-02-16T00:00Z');
    for (let at = 0; at < 45 * 144; at++) {
      const time = new Date(start + 600_000 * at);
      const offset = time.getTime() < Date.parse('2026-03-29T01:00Z') ? 1 : 2; // of Berlin
      const isJob = (time.getUTCHours() + offset) % 24 === 3;
      rows.push(`${time.toISOString()},${20 + (isJob ? 30 : 0) + Math.sin(at * at)}`);
    }
    const jobs = folder.file('jobs.csv', `${rows.join('\n')}\n`);
    const run = async (...args: string[]): Promise<number[]> => {
      const { code, stdout, stderr } = await rxAnomaly(['detect', jobs, ...args]);
      expect(code, stderr).toBe(0);
      return flagged(parseLines(stdout)).filter((row) => row >= 41 * 144); // from the change on
    };
    const state = join(folder.path, 'zoned');
    const [utc, berlin] = await Promise.all([
      run(),
      run('--time-zone', 'Europe/Berlin', '--checkpoint', state),
    ]);
    expect(utc).not.toEqual([]);
    expect(berlin).toEqual([]);
    const { code, stderr } = await rxAnomaly(['detect', jobs, '--checkpoint', state]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      'it was saved with --time-zone Europe/Berlin, and this run is with --time-zone UTC',
    );
  });

  it('tells that there is no such file', async () => {
    const { code, stderr } = await detect('--policy', join(folder.path, 'none.json'));
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^rx-anomaly: --policy: .*none\.json: cannot be read: no such file; give a JSON file\n$/,
    );
  });
});

describe('backtest with a policy', () => {
  it('detects by it and says so', async () => {
    const run = async (...args: string[]): Promise<{ incidents: number; policy: object }> => {
      const { code, stdout, stderr } = await rxAnomaly(['backtest', file, '--format', 'json', ...args]);
      expect(code, stderr).toBe(0);
      const { streams, policy } = JSON.parse(stdout) as {
        streams: { incidents: object[] }[];
        policy: object;
      };
      return { incidents: streams[0]!.incidents.length, policy };
    };
    const [plain, muted] = await Promise.all([run(), run('--suppress-below', '1e9')]);
    expect(plain.incidents).toBeGreaterThan(0);
    expect(plain.policy).toEqual({});
    expect(muted).toEqual({
      incidents: 0,
      policy: { suppress: [{ name: 'suppress-below', below: 1e9 }] },
    });
  });
});

let files = 0;
function temporaryFile(text: string): string {
  return folder.file(`${files++}bad.json`, text);
}
