import { describe, expect, it } from 'vitest';
import { ROOT } from '../house/sourceFiles.ts';
import { runScript } from '../support/environment/runScript.ts';
import { flatness, type Sample } from './flatness.js';

const MB = 2 ** 20;

/** Twelve samples, 100,000 events apart. */
function samplesOf(heap: (k: number) => number, rss: (k: number) => number = () => 100 * MB): Sample[] {
  return Array.from({ length: 12 }, (_, k) => ({ events: 100_000 * (k + 1), heap: heap(k), rss: rss(k) }));
}

describe('the verdict on memory', () => {
  it('is flat where memory trembles about a level', () => {
    expect(flatness(samplesOf((k) => 20 * MB + (k % 2) * 0.4 * MB))?.isFlat).toBe(true);
  });

  it('does not mind how memory grows in the first quarter', () => {
    expect(flatness(samplesOf((k) => (k < 3 ? 5 * k * MB : 20 * MB)))?.isFlat).toBe(true);
  });

  it('is not flat where a number is kept of every event', () => {
    const result = flatness(samplesOf((k) => 20 * MB + 8 * 100_000 * k));
    expect(result?.heapSlope).toBeCloseTo(8, 9);
    expect(result?.isFlat).toBe(false);
  });

  it('is not flat where the process grows and the heap does not', () => {
    const result = flatness(
      samplesOf(
        () => 20 * MB,
        (k) => (100 + 10 * k) * MB,
      ),
    );
    expect(result?.rssGrowth).toBeCloseTo(80 * MB, 0);
    expect(result?.isFlat).toBe(false);
  });

  it('is not given on fewer than three samples', () => {
    expect(flatness(samplesOf(() => 0).slice(0, 2))).toBeUndefined();
  });
});

/** Runs the soak and collects what it prints; `interrupt` sends it Ctrl-C once that is printed. */
const soak = (options: readonly string[], interrupt?: RegExp) =>
  runScript(['test/soak/soak.js', ...options], ROOT, interrupt);

describe('the soak', () => {
  it('tells the rate, the memory and the verdict of both phases', async () => {
    const { output } = await soak(['--events', '40000', '--keys', '10', '--seconds', '60']);
    expect(output).toMatch(/one stream: 20,000 events\n +events +events\/s +heap MB +buffers MB +rss MB\n/);
    expect(output.match(/^ +[\d,]+ +[\d,]+ +\d+\.\d\d +\d+\.\d\d +\d+\.\d\d$/gm)).toHaveLength(29);
    expect(output).toMatch(/10 streams at a time: 20,000 events\n/);
    expect(
      output.match(/^(?:19,9\d\d|20,000) verdicts, .*, \d+ problems, [\d,]+ evictions, 0 NaNs$/gm),
    ).toHaveLength(2);
    expect(output).toMatch(/60 seconds of simulated time, with faults\n/);
    expect(output).toMatch(/^[\d,]+ verdicts, \d+ repeated, 0 different, 0 missing, /m);
    expect(output.match(/^memory is (flat|NOT FLAT): /gm)).toHaveLength(3);
    // Young models grow, as what they learn of a day or a period needs room, and code that is compiled late: 10,000 events were at the bound.
    expect(output).toMatch(/^one stream: (?:(?!memory).*\n)+memory is flat: /m);
    expect(output).not.toContain('unhandled');
  });

  it('finds a leak', async () => {
    const { code, output } = await soak([
      '--events',
      '5000',
      '--keys',
      '10',
      '--seconds',
      '10',
      '--leak',
      '2000',
    ]);
    expect(output).toContain('memory is NOT FLAT');
    expect(code).toBe(1);
  });

  it('ends on Ctrl-C with what is known', async () => {
    const { code, output } = await soak(['--events', '1000000'], /^one stream/);
    expect(output).toMatch(/verdicts, .*\n.*memory is flat\n\ninterrupted\n$/);
    expect(code).toBe(130);
  });

  it('refuses what it does not understand', async () => {
    expect(await soak(['--events', 'many'])).toEqual({
      code: 2,
      output: 'soak: expected --events, --keys and --seconds to be positive integers\n',
    });
  });
});
