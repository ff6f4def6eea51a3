import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { describeWithPrometheus, type Sample } from '../../support/environment/prometheus.ts';
import { rxAnomaly, start, temporaryFolder } from '../rxAnomaly.ts';
import { picture, serve } from '../serve/served.ts';
import { parseLines } from '../verdicts.ts';

const folder = temporaryFolder();
const START = Date.UTC(2026, 0, 5);
const COUNT = 400;

/** The load of two hosts every minute; a spike of the first at 350. */
const HISTORY: Sample[] = ['a', 'b'].flatMap((host) => {
  const random = new Random(3);
  return Array.from({ length: COUNT }, (_, k) => ({
    series: `load{host="${host}"}`,
    time: START / 1000 + 60 * k,
    value: 5 + Math.sin(k / 20) + 0.1 * random.normal() + (k === 350 && host === 'a' ? 10 : 0),
  }));
});

/** A counter with resets. */
const COUNTER: Sample[] = Array.from({ length: COUNT }, (_, k) => ({
  ...{ series: 'hits_total', time: START / 1000 + 60 * k },
  value: (k % 150) * 60 + (k % 7),
}));

describeWithPrometheus('detect --prometheus', [...HISTORY, ...COUNTER], (prometheus) => {
  const args = (...more: string[]): string[] => [
    ...['--prometheus', prometheus().url, '--query', 'last_over_time(load[50s])', ...more],
  ];
  const past = (...more: string[]): string[] => ['detect', ...args('--since', '2026-01-05', ...more)];

  it('makes the same verdicts as of a table', async () => {
    const { code, stdout, stderr } = await rxAnomaly(past());
    expect(stderr).toMatch(/^800 samples in /m);
    expect(code).toBe(0);
    const rows = HISTORY.filter(({ series }) => series.includes('"a"'));
    const lines = rows.map(({ time, value }) => `${new Date(1000 * time).toISOString()},${value}`);
    const table = folder.file('load.csv', ['time,load', ...lines].join('\n'));
    const expected = parseLines((await rxAnomaly(['detect', table])).stdout);
    const found = parseLines(stdout).filter(({ key }) => key === 'load{host="a"}');
    const facts = (all: typeof found): unknown[] =>
      all.map(({ time, value, score }) => ({ time, value, score }));
    expect(facts(found)).toEqual(facts(expected));
    expect(found.some(({ isAnomaly }) => isAnomaly)).toBe(true);
  });

  it('makes rates of a counter and windows of them as of a table', async () => {
    const made = ['--resample', '1h:mean,max'];
    const query = ['--query', 'hits_total', '--since', '2026-01-05', '--step', '10m'];
    const source = ['--prometheus', prometheus().url, ...query, '--rate', 'value', ...made];
    const { stdout, stderr } = await rxAnomaly(['detect', ...source]);
    expect(stderr).toContain('mean(rate(value)), max(rate(value))');
    expect(stderr).toContain('counted from 0');
    expect(stderr).not.toContain('is a counter by its name');
    // Prometheus looks back five minutes: it has a sample a minute after the last one, too.
    expect(stderr).toContain('windows that have not ended are left out: 5 events');
    const rows = COUNTER.filter((_, k) => k % 10 === 0);
    const lines = rows.map(({ time, value }) => `${new Date(1000 * time).toISOString()},${value}`);
    const table = folder.file('hits.csv', ['time,hits', ...lines].join('\n'));
    const expected = await rxAnomaly(['detect', table, '--rate', 'hits', ...made]);
    const facts = (text: string): unknown[] =>
      parseLines(text).map(({ time, value, score }) => ({ time, value, score }));
    expect(facts(stdout)).toHaveLength(6);
    expect(facts(stdout)).toEqual(facts(expected.stdout));
  });

  it('resumes from its state where it was interrupted', async () => {
    const whole = parseLines((await rxAnomaly(past())).stdout);
    const kept = past('--checkpoint', join(folder.path, 'state'));
    const first = start(kept);
    await once(first.child.stdout!, 'data');
    first.child.kill('SIGINT');
    const { stdout, code } = await first.finished;
    expect([0, 130]).toContain(code); // it may have been faster
    const second = await rxAnomaly(kept);
    expect(second.stderr).toContain('resuming from');
    expect(parseLines(stdout + second.stdout)).toEqual(whole);
  });

  it('follows, and shows what it reads', async () => {
    prometheus().metrics = 'live{host="a"} 1\n';
    const options = ['--prometheus', prometheus().url, '--query', 'live', '--step', '1s', '--follow'];
    const { url } = await serve([...options, '--since', '30s']);
    let records = 0;
    while (records < 3) {
      const [stream] = (await picture(url)).streams ?? [];
      records = stream?.records ?? 0;
      await new Promise((done) => setTimeout(done, 100));
    }
    expect((await picture(url)).streams!.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^live\{host="a",instance="127\.0\.0\.1:\d+",job="test"\}$/),
    ]);
  });
});

describe('detect --prometheus, called wrongly', () => {
  const URL = ['--prometheus', 'http://localhost'];
  it.each([
    [URL, /--prometheus needs --query/],
    [['--query', 'up'], /--query has no effect without --prometheus/],
    [['--since', '1h', 'a.csv'], /--since has no effect without --influx or --prometheus/],
    [[...URL, '--query', 'up', '--poll', '2', '--follow'], /--poll has no effect without --influx/],
    [
      [...URL, '--query', 'up', '--allowed-lateness', '2'],
      /--allowed-lateness has no effect without --follow/,
    ],
    [[...URL, '--query', 'up', '--key', 'host'], /--key has no effect with --prometheus/],
    [[...URL, '--query', 'up', '--step', 'soon'], /--step.*15s or 1m/s],
    [[...URL, '--query', 'up', '--since', '2126-01-05'], /--since.*Expected a time that has passed/s],
    [
      [...URL, '--query', 'up', '--mqtt', 'mqtt://x', '--topic', 'a'],
      /name one of --influx, --mqtt, .*; got --mqtt and --prometheus/,
    ],
    [['--prometheus', 'http://me:hidden@localhost', '--query', 'up'], /^(?!.*hidden).*PROMETHEUS_PASSWORD/],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await rxAnomaly(['detect', ...more]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
