import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { incidentFormat } from '../../src/cli/output/incidentFormat.ts';
import { verdictFormat } from '../../src/cli/output/verdictFormat.ts';
import type { Incident, Value, Verdict } from '../../src/core/reading.ts';
import { SEVERITIES } from '../../src/core/reading.ts';
import { alertJson } from '../../src/sinks/alertJson.ts';
import { FIXTURES, rxAnomaly, temporaryFolder } from '../cli/rxAnomaly.ts';
import { serve } from '../cli/serve/served.ts';
import { real } from '../support/real.ts';
import { schemaNamed, type Validate, validatorOf } from './validator.ts';

const folder = temporaryFolder();
const EMA = ['--forecaster', 'ema', '--quiet'];
const validate = {
  verdict: validatorOf(schemaNamed('verdict')),
  incident: validatorOf(schemaNamed('incident')),
  alert: validatorOf(schemaNamed('alert')),
};

type Fields = Readonly<Record<string, unknown>>;

/** The lines of an output, each of which has to fit. */
function fitting(check: Validate, lines: string): Fields[] {
  const all = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Fields);
  for (const each of all) {
    const fits = check(each);
    expect(fits, `${JSON.stringify(each)}: ${JSON.stringify(check.errors)}`).toBe(true);
  }
  return all;
}

/** A wave with what can be in a table: a gap, text, spikes. */
function rows(columns: readonly string[], line: (row: number, value: string) => string | undefined): string {
  const lines = Array.from({ length: 400 }, (_, row) => {
    const value =
      row === 200
        ? ''
        : row === 210
          ? 'n/a'
          : (20 + Math.sin(row / 9) + (row % 130 === 120 ? 30 : 0)).toFixed(2);
    return line(row, value);
  }).filter((each) => each !== undefined);
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

const time = (row: number): string => new Date(Date.UTC(2026, 0, 5) + row * 60_000).toISOString();
const plain = folder.file(
  'plain.csv',
  rows(['time', 'value'], (row, value) => `${time(row)},${value}`),
);
const several = folder.file(
  'several.csv',
  rows(['time', 'a', 'b'], (row, value) => `${time(row)},${value},${row % 7}`),
);
const untimed = folder.file(
  'untimed.csv',
  rows(['value'], (_, value) => (value === '' ? 'n/a' : value)),
);
const keyed = folder.file(
  'keyed.csv',
  rows(['time', 'key', 'value'], (row, value) =>
    row % 2 === 0 || row < 150 || row > 300
      ? `${time(row)},${row % 2 === 0 ? 'p' : 'q'},${value}`
      : undefined,
  ),
);

describe('the lines of detect', () => {
  it.each<[string, readonly string[], (lines: readonly Fields[]) => void]>([
    ['of one value', [plain], (lines) => expect(lines.some(({ isAnomaly }) => isAnomaly)).toBe(true)],
    [
      'of several values, of which some is suppressed',
      [several, '--value', 'a,b', '--suppress-direction', 'up'],
      (lines) => {
        expect(lines.at(-1)!.value).toHaveLength(2);
        expect(lines.some(({ suppressed }) => suppressed === 'suppress-direction')).toBe(true);
      },
    ],
    [
      'without times',
      [untimed],
      (lines) => expect(lines[0]).toMatchObject({ time: null, row: expect.any(Number) }),
    ],
    [
      'of keys that fall silent',
      [keyed, '--key', 'key', '--absent-after', '10m'],
      (lines) =>
        expect(lines.map(({ absence }) => absence)).toEqual(expect.arrayContaining(['began', 'ended'])),
    ],
    [
      'with forecasts ahead',
      [plain, '--ahead', '3'],
      (lines) => expect(lines.some(({ ahead }) => Array.isArray(ahead) && ahead.length === 3)).toBe(true),
    ],
  ])('%s fit the schema of verdicts, and those of incidents theirs', async (_, args, check) => {
    const { code, stdout, stderr } = await rxAnomaly(['detect', ...args, ...EMA]);
    expect(code, stderr).toBe(0);
    check(fitting(validate.verdict, stdout));
    if (args.includes('--ahead')) return;
    const ended = await rxAnomaly(['detect', ...args, ...EMA, '--output', 'incidents']);
    expect(ended.code, ended.stderr).toBe(0);
    if (ended.stdout !== '') fitting(validate.incident, ended.stdout);
    else expect(args).toContain('--suppress-direction');
  });
});

describe('rare categories of detect', () => {
  it.each(['server.log --rare', 'machine-states.csv --rare state'])(
    '%s fit the schemas of verdicts and incidents',
    async (line) => {
      const [file = '', ...args] = line.split(' ');
      const command = ['detect', join(FIXTURES, 'events', file), ...args];
      const { stdout } = await rxAnomaly(command);
      const lines = fitting(validate.verdict, stdout);
      expect(lines.every(({ rarity }) => rarity !== undefined)).toBe(true);
      const incidents = await rxAnomaly([...command, '--output', 'incidents']);
      expect(fitting(validate.incident, incidents.stdout)).toHaveLength(1);
    },
  );
});

describe('the alerts of serve', () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    response.end();
  });
  afterAll(() => server.close());

  it('fit the schema of alerts', async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const options = [
      '--speed',
      '1e9',
      '--forecaster',
      'ema',
      '--webhook',
      url,
      '--public-url',
      'https://x.example/',
    ];
    const served = await serve([keyed, '--key', 'key', '--absent-after', '10m', '--group', '5m', ...options]);
    const alerts = (): Fields[] => fitting(validate.alert, bodies.join('\n'));
    while (bodies.length < 4) await new Promise((done) => setTimeout(done, 50));
    served.started.child.kill('SIGTERM');
    await served.started.finished;
    expect(alerts().some(({ phase }) => phase === 'ended')).toBe(true);
    expect(alerts().some(({ kind }) => kind === 'absence')).toBe(true);
    const { code } = await rxAnomaly(['alert-test', '--webhook', url]);
    expect(code).toBe(0);
    expect(alerts().at(-1)).toMatchObject({ key: 'rx-anomaly alert-test', text: expect.any(String) });
  });
});

const number = fc.oneof(fc.double(), fc.constant(Number.NaN));
const moment = fc.option(fc.integer({ min: 0, max: 4e12 }), { nil: undefined });

/** Any verdict of so many dimensions; 0 for a number. */
function anyVerdict(dimensions: number): fc.Arbitrary<Verdict<unknown, Value>> {
  const value: fc.Arbitrary<Value> =
    dimensions === 0 ? number : fc.array(number, { minLength: dimensions, maxLength: dimensions });
  return fc.record(
    {
      ...{ event: fc.constant({ row: 7 }), time: moment, key: fc.option(fc.string(), { nil: undefined }) },
      ...{ value, expected: value, lower: value, upper: value, residual: value, attribution: value },
      ...{ score: real(0, 1), severity: fc.constantFrom(...SEVERITIES) },
      ...{
        isAnomaly: fc.boolean(),
        warmingUp: fc.boolean(),
        imputed: fc.boolean(),
        startOfIncident: fc.boolean(),
      },
      drift: fc.constantFrom('level', 'scale', 'shape'),
      suppressed: fc.string(),
      absence: fc.record({ phase: fc.constantFrom('began', 'ended'), since: moment }),
      ahead: fc.array(
        fc.record({
          step: fc.nat(99).map((n) => n + 1),
          time: moment,
          expected: value,
          quantiles: fc.tuple(value, value, value),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    },
    {
      requiredKeys: [
        ...([
          'event',
          'time',
          'key',
          'value',
          'expected',
          'lower',
          'upper',
          'residual',
          'attribution',
        ] as const),
        ...(['score', 'severity', 'isAnomaly', 'warmingUp', 'imputed', 'startOfIncident'] as const),
      ],
    },
  ) as fc.Arbitrary<Verdict<unknown, Value>>;
}

const verdicts = fc.nat(3).chain(anyVerdict);

const incidents: fc.Arbitrary<Incident<unknown, Value>> = fc
  .tuple(
    verdicts,
    fc.record({ kind: fc.constantFrom('value', 'absence'), start: moment, end: moment }),
    fc.boolean(),
    fc.constantFrom({}, { endedBy: 'expired' as const }, { endedBy: 'evicted' as const }),
  )
  .map(([verdict, ends, open, by]) => ({
    ...(ends as Pick<Incident, 'kind' | 'start' | 'end'>),
    ...by,
    ...{ key: verdict.key, first: verdict, last: verdict, peak: verdict, count: 3, severity: 'low', open },
  }));

/** Refuses one field less and one more. */
function requireStrict(check: Validate, fields: Fields, optional: readonly string[]): void {
  expect(check({ ...fields, more: 1 })).toBe(false);
  for (const name of Object.keys(fields)) {
    if (optional.includes(name)) continue;
    const { [name]: _, ...rest } = fields;
    expect(check(rest), name).toBe(false);
  }
}

describe('any', () => {
  const names = ['a', 'b', 'c'];

  it('verdict fits its schema, with no field more and none less', () => {
    fc.assert(
      fc.property(verdicts, (verdict) => {
        const [line] = fitting(validate.verdict, verdictFormat('ndjson', names).line(verdict));
        requireStrict(validate.verdict, line!, ['row', 'ahead', 'peers']);
      }),
    );
  });

  it('incident fits its schema, with no field more and none less', () => {
    fc.assert(
      fc.property(incidents, (incident) => {
        const [line] = fitting(validate.incident, incidentFormat('ndjson', names).line(incident));
        requireStrict(validate.incident, line!, ['startRow', 'endRow', 'endedBy']);
      }),
    );
  });

  it('alert fits its schema, with no field more and none less', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('began', 'updated', 'ended'),
        fc.array(incidents, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (phase, group, isGroup) => {
          const alert = { phase: phase as 'began', incident: group[0]!, ...(isGroup ? { group } : {}) };
          const [line] = fitting(validate.alert, JSON.stringify(alertJson(alert, 'id')));
          requireStrict(validate.alert, line!, ['endedBy', 'group', 'text', 'link']);
        },
      ),
    );
  });
});
