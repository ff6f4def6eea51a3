import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rxAnomaly, temporaryFolder } from './rxAnomaly.ts';
import { spikes, table, timeAt } from './tables.ts';

const folder = temporaryFolder();
const WINDOW = ['2026-01-10 17:30:00', '2026-01-10 18:30:00'];

/** A folder of tables; what is no text is written as JSON. */
function streams(name: string, files: Readonly<Record<string, string | object>>): string {
  const path = join(folder.path, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(path, file, '..'), { recursive: true });
    writeFileSync(join(path, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
}

interface Incident {
  readonly first: number;
  readonly last: number;
  readonly peak: number;
  readonly start: string | null;
  readonly end: string | null;
  readonly severity: string;
  readonly score: number;
  readonly value: number;
}

interface Backtest {
  readonly failed: readonly { readonly file: string; readonly message: string }[];
  readonly streams: readonly {
    readonly name: string;
    readonly records: number;
    readonly metrics: Readonly<Record<string, unknown>> | null;
    readonly labels: readonly { readonly first: number; readonly last: number }[] | null;
    readonly incidents: readonly Incident[];
    readonly problems: Readonly<Record<string, number>>;
    readonly vusPr: number | null;
  }[];
  readonly pooled: Readonly<Record<string, unknown>> | null;
  readonly nab: readonly object[] | null;
  readonly forecasters:
    | readonly {
        readonly forecaster: string;
        readonly errorRatio: number | null;
        readonly pooled: object | null;
        readonly nab: readonly object[] | null;
      }[]
    | null;
  readonly ranges: { readonly precision: number | null; readonly recall: number | null } | null;
}

async function backtest(...args: string[]): Promise<{ text: string; json: Backtest; stderr: string }> {
  const [text, json] = await Promise.all([
    rxAnomaly(['backtest', ...args]),
    rxAnomaly(['backtest', ...args, '--format', 'json']),
  ]);
  expect([text.code, json.code], text.stderr).toEqual([0, 0]);
  return { text: text.stdout, json: JSON.parse(json.stdout) as Backtest, stderr: text.stderr };
}

/** The names of all fields, as they are nested. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shapeOf(field)]));
}

describe.concurrent('backtest', () => {
  it('tells the same of a file in text and in JSON', async () => {
    const file = folder.file('spike.csv', spikes());
    const labels = folder.file('windows.json', JSON.stringify({ 'sensors/spike.csv': [WINDOW] }));
    const { text, json } = await backtest(file, '--labels', labels, '--threshold', '0.4');
    const [stream] = json.streams;
    const times = readFileSync(file, 'utf8').split('\n').slice(1);
    const cellsOf = (record: number): string[] => times[record]!.split(',');
    const isoOf = (record: number): string => new Date(cellsOf(record)[0]!).toISOString();
    expect(stream!.incidents.length).toBeGreaterThan(1);
    const lines = text.split('\n').filter((line) => line.startsWith('  '));
    expect(lines).toHaveLength(stream!.incidents.length);
    for (const [
      at,
      { first, last, peak, start, end, value, score, severity },
    ] of stream!.incidents.entries()) {
      expect([start, end]).toEqual([isoOf(first), isoOf(last)]);
      expect(value).toBe(Number(cellsOf(peak)[1]));
      const when = `${start!.slice(0, 16).replace('T', ' ')}${last > first ? ` – ${end!.slice(11, 16)}` : ''}`;
      expect(lines[at]).toContain(when);
      expect(lines[at]).toContain(`value ${value} `);
      expect(lines[at]).toContain(`score ${score.toFixed(2)}  ${severity}`);
      const labelled = stream!.labels!.some((label) => first <= label.last + 5 && last >= label.first);
      expect(lines[at]).toMatch(labelled ? /✓ labelled$/ : /✗ not labelled$/);
    }
    const { found, falseAlerts, incidents } = json.pooled!;
    expect(text).toMatch(new RegExp(`^spike\\.csv +1,700 +${found} of ${incidents} +${falseAlerts} `, 'm'));
    expect(text).toMatch(new RegExp(`^spike\\.csv .* ${stream!.vusPr!.toFixed(2)}$`, 'm'));
    expect(text).toContain('\nNAB standard: ');
    const { precision, recall } = json.ranges!;
    expect(text).toContain(
      `\nby range, flat: precision ${precision!.toFixed(2)}, recall ${recall!.toFixed(2)}, F1 `,
    );
  });

  it('has JSON of a stable shape, and nothing else on standard output', async () => {
    const { json } = await backtest(
      folder.file('shape.csv', spikes()),
      '--labels',
      folder.file('shape.json', JSON.stringify({ 'shape.csv': [WINDOW] })),
    );
    expect(shapeOf(json)).toMatchInlineSnapshot(`
      {
        "failed": [],
        "forecaster": "string",
        "forecasters": null,
        "interrupted": "boolean",
        "nab": [
          {
            "bestScore": "number",
            "bestThreshold": "number",
            "profile": "string",
            "score": "number",
          },
        ],
        "policy": {},
        "pooled": {
          "delayMs": {
            "mean": "number",
            "median": "number",
          },
          "delayRecords": {
            "mean": "number",
            "median": "number",
          },
          "f1": "number",
          "falseAlerts": "number",
          "falseAlertsPer1000": "number",
          "falseAlertsPerDay": "number",
          "found": "number",
          "incidents": "number",
          "precision": "number",
          "recall": "number",
          "records": "number",
        },
        "ranges": {
          "f1": "number",
          "precision": "number",
          "recall": "number",
        },
        "scorer": "string",
        "seed": "number",
        "streams": [
          {
            "file": "string",
            "incidents": [
              {
                "end": "string",
                "expected": "number",
                "first": "number",
                "last": "number",
                "lower": "number",
                "peak": "number",
                "score": "number",
                "severity": "string",
                "start": "string",
                "upper": "number",
                "value": "number",
                "why": "string",
              },
            ],
            "labels": [
              {
                "end": "string",
                "first": "number",
                "last": "number",
                "start": "string",
              },
            ],
            "metrics": {
              "delayMs": {
                "mean": "number",
                "median": "number",
              },
              "delayRecords": {
                "mean": "number",
                "median": "number",
              },
              "f1": "number",
              "falseAlerts": "number",
              "falseAlertsPer1000": "number",
              "falseAlertsPerDay": "number",
              "found": "number",
              "incidents": "number",
              "precision": "number",
              "recall": "number",
              "records": "number",
            },
            "nab": [
              {
                "profile": "string",
                "raw": "number",
                "score": "number",
                "windows": "number",
              },
            ],
            "name": "string",
            "problems": {},
            "ranges": {
              "f1": "number",
              "precision": "number",
              "recall": "number",
            },
            "records": "number",
            "seconds": "number",
            "vusPr": "number",
          },
        ],
        "threshold": "number",
        "version": "string",
      }
    `);
  });

  it('takes the labels from a column, which it does not model', async () => {
    const rows = spikes().trimEnd().split('\n');
    const labelled = rows.map((row, at) => `${row},${at === 0 ? 'odd' : at > 1650 && at <= 1662 ? 1 : 0}`);
    const named = folder.file('named.csv', labelled.join('\n'));
    const guessed = folder.file('guessed.csv', labelled.join('\n').replace('odd', 'is_anomaly'));
    const [byName, byGuess] = await Promise.all([backtest(named, '--labels', 'odd'), backtest(guessed)]);
    for (const { json } of [byName, byGuess]) {
      expect(json.streams[0]!.labels).toMatchObject([{ first: 1650, last: 1661 }]);
      expect(json.pooled).toMatchObject({ incidents: 1, found: 1 });
    }
    expect(byGuess.json.streams[0]!.incidents).toEqual(byName.json.streams[0]!.incidents);
    expect(byGuess.stderr).toContain('label column "is_anomaly" (guessed; not modelled)');
  });

  it('runs on every table of a folder and finds the labels there', async () => {
    const path = streams('found', {
      'deep/spike.csv': spikes(),
      'calm.csv': table(300),
      'unknown.csv': table(200),
      'labels.json': { 'spike.csv': [WINDOW], 'calm.csv': [] },
      'notes.txt': 'no table',
    });
    const { text, json, stderr } = await backtest(path);
    expect(json.streams.map(({ name }) => name)).toEqual(['calm.csv', 'deep/spike.csv', 'unknown.csv']);
    expect(json.streams.map(({ labels }) => labels?.length ?? null)).toEqual([0, 1, null]);
    expect(json.pooled).toMatchObject({ records: 2000, incidents: 1 });
    expect(stderr).toContain(`labels from ${join(path, 'labels.json')}\n`);
    expect(stderr).toContain('unknown.csv: it has no labels\n');
    expect(text).toMatch(/^unknown\.csv +200 +no labels +–/m);
    expect(text).toMatch(/^all +2,000 /m);
  });

  it('names labels that are of no stream, and windows without a record', async () => {
    const far = ['2020-01-01 00:00:00', '2020-01-02 00:00:00'];
    const path = streams('amiss', {
      'spike.csv': spikes(),
      'labels.json': { 'spike.csv': [WINDOW, far], 'spkie.csv': [WINDOW], 'other.csv': [] },
    });
    const { json, stderr } = await backtest(path);
    expect(json.pooled).toMatchObject({ incidents: 1 });
    expect(stderr).toContain('labels: no such stream was read: "spkie.csv" and 1 other\n');
    expect(stderr).toContain(
      'spike.csv: labelled windows without a record, which do not count: 1 of 2, the first of 2020-01-01T00:00:00.000Z',
    );
  });

  it('counts a label for the row that a window of it was made into', async () => {
    const within = ['2026-01-10 17:40:00', '2026-01-10 17:45:00'];
    const path = streams('resampled', { 'spike.csv': spikes(), 'labels.json': { 'spike.csv': [within] } });
    const { json } = await backtest(path, '--resample', '1h:max');
    expect(json.streams[0]!.labels).toHaveLength(1);
  });

  it('tells of incidents alone where nothing is labelled, by record where there are no times', async () => {
    const values = spikes()
      .trimEnd()
      .split('\n')
      .map((line) => line.split(',')[1]);
    const { text, json } = await backtest(folder.file('timeless.csv', values.join('\n')));
    expect(json).toMatchObject({ pooled: null, nab: null });
    const [stream] = json.streams;
    expect(stream).toMatchObject({ labels: null, metrics: null });
    expect(stream!.incidents.length).toBeGreaterThan(0);
    for (const { first, last, start, end } of stream!.incidents) {
      expect([start, end]).toEqual([null, null]);
      const name = (record: number): string => `record ${(record + 1).toLocaleString('en')}`;
      expect(text).toContain(first === last ? `  ${name(first)} ` : `  ${name(first)} – ${name(last)} `);
    }
    expect(text).not.toContain('labelled');
    expect(text).toMatch(new RegExp(`^timeless\\.csv +1,700 +${stream!.incidents.length}$`, 'm'));
  });

  it('runs on each key of a table as a stream of its own', async () => {
    const rows = (content: string): string[] => content.trimEnd().split('\n').slice(1);
    const lines = rows(spikes()).flatMap((row, at) => [
      `${row},a`,
      ...(at < 120 ? [`${timeAt(at)},${at % 5},b`] : []),
    ]);
    const path = streams('keyed', {
      'keyed.csv': ['timestamp,value,unit', ...lines].join('\n'),
      'labels.json': { 'keyed.csv': [WINDOW] },
    });
    const { text, json } = await backtest(path, '--key', 'unit');
    const alone = await backtest(folder.file('alone.csv', spikes()));
    expect(json.streams.map(({ name, records }) => [name, records])).toEqual([
      ['keyed.csv a', 1700],
      ['keyed.csv b', 120],
    ]);
    expect(json.streams[0]!.incidents).toEqual(alone.json.streams[0]!.incidents);
    expect(text).toContain('keyed.csv a (1,700 records)');
  });

  it('writes a report with every stream, and makes its folder', async () => {
    const path = streams('reported', { 'a.csv': table(130, { 9: { value: '' } }), 'b/<i>.csv': spikes() });
    const report = join(folder.path, 'new', 'report.html');
    const { code, stderr } = await rxAnomaly(['backtest', path, '--report', report]);
    expect(code).toBe(0);
    expect(stderr).toContain(`report: ${report}\n`);
    const html = readFileSync(report, 'utf8');
    expect(html).toMatch(/^<!doctype html>/);
    expect(html.match(/<section class="card stream"/g)).toHaveLength(2);
    expect(html).toContain('b/&lt;i&gt;.csv');
    expect(html).toContain('1 missing');
    expect(html).toContain('1,700');
    expect(html).not.toMatch(/(?:src|href)="(?!#)/); // it needs no network
  });

  it('draws what is expected of the next rows in the report, and refuses it without one', async () => {
    const path = streams('ahead', { 'a.csv': spikes() });
    const report = join(folder.path, 'ahead.html');
    const args = ['backtest', path, '--ahead', '40', '--no-baselines', '--forecaster', 'lastValue'];
    const { code, stderr } = await rxAnomaly([...args, '--report', report]);
    expect(code, stderr).toBe(0);
    const html = readFileSync(report, 'utf8');
    expect(html).toContain('Show the next 40 events');
    const { ahead, records } = JSON.parse(/class="data">(.*?)<\/script>/s.exec(html)![1]!) as {
      records: number;
      ahead: { record: number; dimensions: { quantiles: object[] }[] };
    };
    expect(records - ahead.record).toBeLessThanOrEqual(3);
    expect(ahead.dimensions[0]!.quantiles).toHaveLength(3);
    const without = await rxAnomaly(['backtest', path, '--ahead', '40']);
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('backtest: --ahead has no effect without --report');
  });

  it('compares with simpler forecasters for the report, and says so in JSON; unless that is turned off', async () => {
    const path = streams('together', {
      'a.csv': spikes(),
      'b.csv': spikes(),
      'labels.json': { 'a.csv': [WINDOW] },
    });
    const report = join(folder.path, 'together.html');
    const args = ['backtest', path, '--report', report, '--format', 'json', '--quiet'];
    const run = async (...more: string[]): Promise<{ json: Backtest; html: string }> => {
      const { stdout } = await rxAnomaly([...args, ...more]);
      return { json: JSON.parse(stdout) as Backtest, html: readFileSync(report, 'utf8') };
    };
    const together = await run();
    const [own, ...others] = together.json.forecasters!;
    expect(own).toMatchObject({
      forecaster: 'lstm',
      errorRatio: 1,
      streams: 2,
      pooled: together.json.pooled,
    });
    expect(others.map(({ forecaster }) => forecaster)).toEqual(['lastValue', 'seasonal', 'ema']);
    for (const { errorRatio, nab } of others) expect([errorRatio! > 0, nab?.length]).toEqual([true, 3]);
    expect(together.html).toContain('Does the forecaster earn its place?');
    expect(together.html).toContain('<dt>engine</dt><dd>wasm</dd>');
    expect(together.html).toMatch(/<th scope="col" class="number">NAB, few missed/);

    const alone = await run('--no-baselines');
    expect(alone.json.forecasters).toBeNull();
    expect(alone.html).not.toContain('Does the forecaster earn its place?');
    expect(alone.json.streams[0]!.incidents).toEqual(together.json.streams[0]!.incidents);
    const ema = await run('--forecaster', 'ema');
    expect(ema.json.forecasters!.map(({ forecaster }) => forecaster)).toEqual([
      'ema',
      'lastValue',
      'seasonal',
    ]);
    // A forecaster together sees and does what it would alone.
    expect(ema.json.pooled).toEqual(others.find(({ forecaster }) => forecaster === 'ema')!.pooled);
  });

  it('puts two results side by side, in text, JSON and HTML', async () => {
    const path = streams('compared', { 'a.csv': spikes(), 'labels.json': { 'a.csv': [WINDOW] } });
    const [a, b] = await Promise.all(
      ['lstm', 'ema'].map(async (forecaster) => {
        const { stdout } = await rxAnomaly([
          'backtest',
          path,
          '--format',
          'json',
          '--forecaster',
          forecaster,
        ]);
        return folder.file(`${forecaster}.json`, stdout);
      }),
    );
    const report = join(folder.path, 'compared.html');
    const { code, stdout, stderr } = await rxAnomaly(['backtest', '--compare', a!, b!, '--report', report]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^forecaster +lstm +ema$/m);
    expect(stdout).toMatch(/^F1 by incident +[\d.]+ +[\d.]+/m);
    const html = readFileSync(report, 'utf8');
    expect(html).toContain('lstm.json and ema.json');
    expect(html).not.toMatch(/(?:src|href)="(?!#)/);
    const json = await rxAnomaly(['backtest', '--compare', a!, b!, '--format', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ settings: [['forecaster', 'lstm', 'ema']] });
  });

  it('reads gzip and looks for it too', async () => {
    const path = streams('packed', { 'a.csv': table(30) });
    writeFileSync(join(path, 'b.csv.gz'), gzipSync(table(40)));
    copyFileSync(join(path, 'a.csv'), join(path, 'C.CSV'));
    const { json } = await backtest(path);
    expect(json.streams.map(({ name, records }) => [name, records])).toEqual([
      ['C.CSV', 30],
      ['a.csv', 30],
      ['b.csv.gz', 40],
    ]);
  });
});

describe.concurrent('a backtest that cannot be', () => {
  const file = folder.file('data.csv', table(30));

  it.each([
    [[join(folder.path, 'nowhere')], `${join(folder.path, 'nowhere')}: no such file or folder`],
    [[file, '--labels', 'windows.json'], 'windows.json: no such file'],
    [[file, '--labels', 'is_odd'], `${file}: no column "is_odd"; the columns are "time", "value"`],
    [[file, '--labels', file], `${file}: expected JSON: `],
    [[file, '--value', 'temp'], `${file}: no column "temp"; the columns are "time", "value"`],
  ])('%j is reported in one line', async (args, message) => {
    const { code, stdout, stderr } = await rxAnomaly(['backtest', ...args, '--quiet']);
    expect(stderr).toMatch(/^rx-anomaly: [^\n]*\n$/);
    expect(stderr).toContain(`rx-anomaly: ${message}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('for want of tables is reported in one line', async () => {
    const path = streams('empty', { 'readme.md': '' });
    const { code, stderr } = await rxAnomaly(['backtest', path]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `rx-anomaly: ${path}: holds no .csv or .tsv file, nor a packed one\n`,
    });
  });

  it('for want of times to go with the labels is reported in one line', async () => {
    const path = streams('timeless', { 'v.csv': 'value\n1\n2\n', 'labels.json': { 'v.csv': [WINDOW] } });
    const { code, stderr } = await rxAnomaly([
      'backtest',
      join(path, 'v.csv'),
      '--labels',
      join(path, 'labels.json'),
      '--quiet',
    ]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `rx-anomaly: ${join(path, 'v.csv')}: labels by time need a time column; name it with --time\n`,
    );
  });

  it('of one table in a folder does not stop the others', async () => {
    const path = streams('partly', {
      'a.csv': table(30),
      'b.csv': 'when,what\n2026-01-05,x\n',
      'c.csv': table(40),
    });
    const { code, stdout, stderr } = await rxAnomaly(['backtest', path, '--format', 'json', '--quiet']);
    const { streams: detected, failed } = JSON.parse(stdout) as Backtest;
    expect(detected.map(({ name }) => name)).toEqual(['a.csv', 'c.csv']);
    expect(failed.map(({ file: name }) => name)).toEqual([join(path, 'b.csv')]);
    expect(code).toBe(1);
    expect(stderr).toBe(`rx-anomaly: ${failed[0]!.message}\n`);
  });
});
