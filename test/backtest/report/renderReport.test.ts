import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadPageAssets } from '../../../src/backtest/report/loadPageAssets.ts';
import { renderReport } from '../../../src/backtest/report/renderReport.ts';
import { HOSTILE, hostileReport } from './hostileReport.ts';
import { sampleReport, sampleStream } from './sampleReport.ts';

const assets = loadPageAssets();
const sample = sampleStream({
  name: 'pump.csv',
  records: 2000,
  jumps: [
    [700, 30, 9],
    [1500, 1, 12],
  ],
  labels: [
    { first: 690, last: 740 },
    { first: 1000, last: 1050 },
  ],
});
const page = renderReport(sampleReport([{ ...sample, unit: 'bar', transform: 'logReturn' }]), assets);

/** The page without its script and style, which are ours. */
function withoutAssets(text: string): string {
  return text.replace(assets.script, '').replace(assets.style, '');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

describe('a report', () => {
  it('shows times on the clocks of a time zone, and names it', () => {
    const shown = (text: string): readonly (string | undefined)[] =>
      [
        /data-time-zone="([^"]*)"/,
        /<th scope="col">From \(([^)]*)\)/,
        /<dt>Time \(([^)]*)\)/,
        /class="zoom"[^>]*>([^<]*)<\/button>/,
      ].map((pattern) => pattern.exec(text)?.[1]);
    const [, , , utc] = shown(page);
    expect(shown(page)).toEqual(['UTC', 'UTC', 'UTC', utc]);
    const local = renderReport({ ...sampleReport([sample]), timeZone: 'Asia/Kolkata' }, assets);
    const later = new Date(Date.parse(`${utc}Z`) + 5.5 * 3_600_000)
      .toISOString()
      .slice(0, 16)
      .replace('T', ' ');
    expect(shown(local)).toEqual(['Asia/Kolkata', 'Asia/Kolkata', 'Asia/Kolkata', later]);
  });

  it('loads nothing', () => {
    expect(withoutAssets(page)).not.toMatch(/https?:|\bsrc\s*=|<link|<iframe|<object|<embed|url\(|@import/i);
    expect(assets.style).not.toMatch(/url\(|@import/i);
    expect(assets.script).not.toMatch(/\bfetch\(|XMLHttpRequest|\bimport\b|WebSocket|sendBeacon|\.src\s*=/);
  });

  it('admits its own script and style by their hashes, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/
      .exec(page)![1]!
      .replaceAll('&#39;', "'");
    const [, script] = /<script type="module">([\s\S]*?)<\/script>/.exec(page)!;
    const [, style] = /<style>([\s\S]*?)<\/style>/.exec(page)!;
    expect(policy.split('; ').sort()).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      "form-action 'none'",
      `script-src 'sha256-${sha256(script!)}'`,
      `style-src 'sha256-${sha256(style!)}'`,
    ]);
  });

  it('has no inline style or handler, which the policy would refuse', () => {
    expect(withoutAssets(page)).not.toMatch(/\sstyle=|\son[a-z]+=/);
  });

  it('tells in text what was run, the summary, the incidents and the labels that none of them met', () => {
    const text = withoutAssets(page)
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ');
    for (const label of [
      'engine reference (float64)',
      'transform logReturn',
      'unusable readings 2 missing',
      'Value at peak, bar',
      '2014-07-03 10:25', // record 700
      'inside',
      'outside',
      'Labels without an incident: 2014-07-04 11:25 – 2014-07-04 15:35',
    ]) {
      expect(text).toContain(label);
    }
    expect(text).not.toMatch(/undefined|\[object|NaN/);
  });

  it('names the dimension furthest from its forecast', () => {
    const streams = [
      sampleStream({ name: 'a', records: 900, dimensions: ['temp', 'rpm'], jumps: [[700, 5, 20]] }),
    ];
    const report = renderReport(sampleReport(streams), assets);
    expect(report).toMatch(/data-dimension="0">[\s\S]*?<td>temp<\/td>/);
  });

  it('lists several streams with what was found, and needs no list for one', () => {
    const quiet = sampleStream({ name: 'quiet', records: 300 });
    const unknown = { ...quiet, name: 'unknown', labels: undefined };
    const pages = renderReport(
      { ...sampleReport([sample, quiet]), streams: [sample, quiet, unknown] },
      assets,
    );
    expect(withoutAssets(page)).not.toContain('<nav');
    expect(pages).toMatch(
      /<span class="name">pump\.csv<\/span> <span class="result some">1 of 2 found, \d+ false</,
    );
    expect(pages).toMatch(/<span class="name">quiet<\/span> <span class="result \w+">nothing to find/);
    expect(pages).toMatch(
      /<span class="name">unknown<\/span> <span class="result unlabelled">\d+ incidents?</,
    );
    expect(pages).toContain('<a href="#stream-1">quiet</a>');
  });

  it('has no element that hostile names brought', () => {
    const hostile = renderReport(hostileReport(), assets);
    const count = (pattern: RegExp): number => hostile.match(pattern)?.length ?? 0;
    expect(count(/<\/script>/gi)).toBe(3); // two streams' data and the script
    expect(count(/<script/gi)).toBe(3);
    expect(withoutAssets(hostile)).not.toMatch(/<img|<svg|<!--/i);
    expect(hostile).not.toContain(HOSTILE);
  });

  it('stays under 10 MB for 31 streams of 6,000 records, even with times of uneven steps', () => {
    const stream = sampleStream({ name: 'large', records: 6000, times: 'irregular', jumps: [[3000, 20, 9]] });
    const size = renderReport(sampleReport(Array.from({ length: 31 }, () => stream)), assets).length;
    expect(size).toBeLessThan(10e6);
  });

  it.each([
    ['no stream', []],
    ['an empty stream', [sampleStream({ name: 'empty', records: 0 })]],
    ['a stream of one record', [sampleStream({ name: 'one', records: 1 })]],
    [
      'a stream without times',
      [sampleStream({ name: 'untimed', records: 400, times: 'none', jumps: [[300, 5, 12]] })],
    ],
  ])('can be made of %s', (_, streams) => {
    expect(renderReport(sampleReport(streams), assets)).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
  });

  it('is the same text for the same document', () => {
    expect(renderReport(hostileReport(), loadPageAssets())).toBe(renderReport(hostileReport(), assets));
  });

  it('lists the worst 500 of very many incidents, and says that there are more', () => {
    const jumps = Array.from({ length: 600 }, (_, at) => [200 + 30 * at, 1, 12] as const);
    const many = sampleStream({ name: 'many', records: 18_500, jumps });
    expect(many.incidents.length).toBeGreaterThan(520);
    const report = renderReport(sampleReport([many]), assets);
    const rows = [...report.matchAll(/<tr data-first="(\d+)"/g)].map(([, first]) => Number(first));
    const worst = many.incidents.toSorted((a, b) => b.score - a.score).slice(0, 500);
    expect(rows).toEqual(worst.map(({ first }) => first).sort((a, b) => a - b));
    expect(report).toContain(`${many.incidents.length - 500} more, with lower scores`);
  });
});
