import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { loadPageAssets } from '../../../src/backtest/report/loadPageAssets.ts';
import { renderReport } from '../../../src/backtest/report/renderReport.ts';
import { renderTables } from '../../../src/backtest/report/renderTable.ts';
import type { ReportDocument, ReportStream } from '../../../src/backtest/report/reportDocument.ts';
import { axeFindings } from '../../support/axeFindings.ts';
import { describeWithChromium } from '../../support/environment/chromium.ts';
import { offlinePages } from '../../support/environment/offlinePages.ts';
import { paintedShares } from '../../support/paintedShares.ts';
import { fullReport } from './fullReport.ts';
import { HOSTILE, hostileReport } from './hostileReport.ts';
import { sampleReport, sampleStream } from './sampleReport.ts';

const pump = sampleStream({
  name: 'pump.csv',
  records: 3000,
  jumps: [[1500, 60, 9]],
  labels: [
    { first: 1480, last: 1600 },
    { first: 2500, last: 2600 },
  ],
});

describeWithChromium('a report in a browser', (browser) => {
  const openPage = offlinePages(browser);
  const show = (report: ReportDocument): Promise<Page> => openPage(renderReport(report, loadPageAssets()));
  const showStreams = (...streams: ReportStream[]): Promise<Page> => show(sampleReport(streams));

  /** Waits for both charts of the stream and returns a fingerprint of the upper one. */
  async function drawn(page: Page, index = 0): Promise<string> {
    const canvas = page.locator(`#stream-${index} canvas`);
    await page.locator(`#stream-${index} .chart`).scrollIntoViewIfNeeded();
    await canvas.nth(1).waitFor();
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    return canvas.first().evaluate((element) => (element as HTMLCanvasElement).toDataURL());
  }

  const reading = async (page: Page, field: string): Promise<string> =>
    (await page.locator(`#stream-0 .readout .${field}`).textContent()) ?? '';

  /** The middle of the upper chart's plotting area, and its width. */
  async function plot(page: Page): Promise<{ x: number; y: number; width: number }> {
    const over = page.locator('#stream-0 .value-plot .u-over');
    await over.scrollIntoViewIfNeeded();
    const box = (await over.boundingBox())!;
    return { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width };
  }

  it('draws the value and the score', async () => {
    const page = await showStreams(pump);
    await drawn(page);
    const painted = await paintedShares(page, '#stream-0 canvas');
    expect(painted).toHaveLength(2);
    for (const share of painted) expect(share).toBeGreaterThan(0.03);
  });

  it('zooms to an incident that is clicked, reads out its peak, and back', async () => {
    const page = await showStreams(pump);
    const whole = await drawn(page);
    const reset = page.locator('#stream-0 .reset');
    expect(await reset.isDisabled()).toBe(true);

    const { peak, score } = pump.incidents.find(({ first }) => first >= 1495)!;
    const row = page.locator(`#stream-0 tr[data-peak="${peak}"]`);
    await row.locator('.zoom').click();
    expect(await drawn(page)).not.toBe(whole);
    expect(await reading(page, 'score')).toBe(score.toFixed(3));
    expect(await reading(page, 'at')).toBe(
      new Date(pump.times![peak]!).toISOString().slice(0, 16).replace('T', ' '),
    );
    expect(await reading(page, 'part')).toMatch(/^label, incident \(/);

    await reset.click();
    expect(await reset.isDisabled()).toBe(true);
  });

  it('shows what is expected of the next events, and reads it out', async () => {
    const last = pump.times!.at(-1)!;
    const steps = Array.from({ length: 30 }, (_, h) => ({
      step: h + 1,
      time: last + 300_000 * (h + 1),
      expected: 70 + h,
      quantiles: [60, 80 + h],
    }));
    const page = await showStreams({ ...pump, ahead: { record: 2999, steps } });
    const whole = await drawn(page);
    const reset = page.locator('#stream-0 .reset');
    expect(await reset.isDisabled()).toBe(true); // the whole stream with them
    await page.locator('#stream-0 button.ahead').click();
    expect(await drawn(page)).not.toBe(whole);
    expect(await reset.isDisabled()).toBe(false);
    const { x, y, width } = await plot(page);
    await page.mouse.move(x + width / 2 - 1, y);
    await expect.poll(() => reading(page, 'part')).toBe('forecast');
    expect(await reading(page, 'expected')).toBe('99');
    expect(await reading(page, 'band')).toBe('60 … 109');
    const end = new Date(last + 300_000 * 30).toISOString().slice(0, 16).replace('T', ' ');
    expect(await reading(page, 'at')).toBe(end);
    await reset.click();
    expect(await drawn(page)).toBe(whole);
  });

  it('marks the lasting changes of the dimension that is shown, and zooms to one', async () => {
    const change = { kind: 'level', record: 1500, dimension: 0, certainty: 0.7 } as const;
    const sizes = { before: 70, after: 73.2, size: 3.2 };
    const plain = await drawn(await showStreams(pump));
    const page = await showStreams({ ...pump, changes: [{ ...change, ...sizes }] });
    const whole = await drawn(page);
    expect(whole).not.toBe(plain);
    const button = page.getByRole('button', { name: 'level +3.2 since 2014-07-06 05:05' });
    await button.click();
    expect(await drawn(page)).not.toBe(whole);
    expect(await reading(page, 'at')).toBe('2014-07-06 05:05');
    const other = await showStreams({ ...pump, changes: [{ ...change, ...sizes, dimension: 1 }] });
    expect(await drawn(other)).toBe(plain);
  });

  it('shows the label that was missed', async () => {
    const page = await showStreams(pump);
    const whole = await drawn(page);
    await page.locator('.missed .zoom').click();
    expect(await drawn(page)).not.toBe(whole);
    expect(await reading(page, 'part')).toBe('label');
  });

  it('reads out the record under the pointer, zooms by dragging and resets by a double click', async () => {
    const page = await showStreams(pump);
    await drawn(page);
    const { x, y, width } = await plot(page);
    await page.mouse.move(x, y);
    const middle = Date.UTC(2014, 6, 1) + 1500 * 300_000;
    expect(Math.abs(Date.parse(`${await reading(page, 'at')}Z`) - middle)).toBeLessThan(30 * 300_000);
    expect(await reading(page, 'band')).toMatch(/^\d+.* … \d+/);

    await page.mouse.down();
    await page.mouse.move(x + width / 4, y, { steps: 5 });
    await page.mouse.up();
    const reset = page.locator('#stream-0 .reset');
    await expect.poll(() => reset.isEnabled()).toBe(true);
    // Both charts moved: the lower one now reads the right edge of what was selected.
    const over = page.locator('#stream-0 .score-plot .u-over');
    await over.scrollIntoViewIfNeeded();
    const lower = (await over.boundingBox())!;
    await page.mouse.move(lower.x + lower.width - 1, lower.y + 20);
    const right = Date.UTC(2014, 6, 1) + 2250 * 300_000;
    expect(Math.abs(Date.parse(`${await reading(page, 'at')}Z`) - right)).toBeLessThan(30 * 300_000);

    await page.mouse.dblclick(lower.x + 50, lower.y + 20);
    await expect.poll(() => reset.isDisabled()).toBe(true);
  });

  it('can be used from the keyboard', async () => {
    const page = await showStreams({ ...pump, times: undefined });
    await drawn(page);
    await page.locator('#stream-0 .chart').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'Shift+ArrowRight']) await page.keyboard.press(key);
    expect(await reading(page, 'at')).toBe('record 12');
    await page.keyboard.press('+');
    await expect.poll(() => page.locator('#stream-0 .reset').isEnabled()).toBe(true);
    await page.keyboard.press('0');
    await expect.poll(() => page.locator('#stream-0 .reset').isDisabled()).toBe(true);
  });

  it('changes the dimension', async () => {
    const page = await showStreams(sampleStream({ name: 'two', records: 800, dimensions: ['temp', 'rpm'] }));
    const first = await drawn(page);
    await page.locator('#stream-0 .dimension').selectOption('rpm');
    expect(await drawn(page)).not.toBe(first);
  });

  it('follows the theme', async () => {
    const page = await showStreams(pump);
    const light = await drawn(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await drawn(page)).not.toBe(light);
  });

  it('fits a phone: the page does not scroll sideways', async () => {
    const page = await showStreams(pump, pump);
    await page.setViewportSize({ width: 360, height: 740 });
    await drawn(page);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await expect.poll(overflow).toBeLessThanOrEqual(0);
  });

  it('draws a long stream in outline, with every incident where it is', async () => {
    const jumps = [[250_000, 6, 40] as const];
    const long = sampleStream({ name: 'long', records: 300_000, jumps, times: 'none' });
    const report = sampleReport([long]);
    expect(renderReport(report, loadPageAssets()).length).toBeLessThan(10e6);
    const page = await show(report);
    const whole = await drawn(page);
    expect(await page.locator('#stream-0').textContent()).toMatch(/The chart shows [\d,]+ of the records/);
    const incident = long.incidents.find(({ first }) => first >= 250_000 && first < 250_010)!;
    const name = `record ${(incident.first + 1).toLocaleString('en-US')}`;
    await page.locator('#stream-0 .zoom', { hasText: name }).first().click();
    expect(await drawn(page)).not.toBe(whole);
    expect(await reading(page, 'at')).toBe(`record ${(incident.peak + 1).toLocaleString('en-US')}`);
    expect(await reading(page, 'score')).toBe(incident.score.toFixed(3));
  });

  it('shows the trade-off, the residuals and the simpler forecasters without a script, on a phone too', async () => {
    const page = await show(fullReport());
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.locator('.diagram svg').count()).toBe(3);
    for (const svg of await page.locator('.diagram svg').all()) {
      expect((await svg.boundingBox())!.width).toBeGreaterThan(250);
    }
    expect(await page.locator('.verdict').textContent()).toContain('lastValue comes closest to lstm');
    await page.getByText('The numbers').click();
    expect(await page.locator('tr.own').textContent()).toMatch(/^0\.5/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });

  it('shows two runs side by side as tables, hostile names as text', async () => {
    const table = { header: ['stream', HOSTILE], rows: [[HOSTILE, '−0.1 … +0.2']], notes: [HOSTILE] };
    const page = await openPage(
      renderTables('Two', HOSTILE, [{ ...table, title: HOSTILE }], loadPageAssets()),
    );
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.locator('tbody th').textContent()).toBe(HOSTILE);
    expect(await page.locator('td.number').textContent()).toBe('−0.1 … +0.2');
    expect(await page.locator('script, img, iframe').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });

  it('draws only the charts that come into view', async () => {
    const streams = Array.from({ length: 31 }, (_, i) =>
      sampleStream({ name: `stream ${i}`, records: 500, seed: i }),
    );
    const page = await showStreams(...streams);
    await drawn(page, 30);
    expect(await page.locator('canvas').count()).toBeLessThan(12);
  });

  it('draws all of them for printing', async () => {
    const page = await showStreams(pump, pump, pump, pump);
    const pdf = await page.pdf();
    expect(pdf.length).toBeGreaterThan(10_000);
    expect(await page.locator('canvas').count()).toBe(8);
  });

  it('begins with the outcome, whose links bring the charts to the places', async () => {
    const report = fullReport();
    const spots = [{ stream: 0, first: 1505, last: 1514, name: 'where it began' }];
    const { sentences } = report.verdict!;
    const page = await show({ ...report, verdict: { sentences, lists: [{ title: 'Look here', spots }] } });
    expect(await page.locator('.outcome').textContent()).toMatch(
      /^Found 1 of 1 labelled incident; .*\. Forecasts are \d+ % (better|worse) than the last value\./,
    );
    const whole = await drawn(page);
    await page.locator('.spots a').first().click();
    await expect.poll(() => drawn(page)).not.toBe(whole);
    expect(await reading(page, 'part')).toMatch(/incident \(/);
    expect(await page.locator('main > section').last().textContent()).toContain('What was run');
  });

  it.each(['light', 'dark'] as const)('has nothing that axe-core finds, %s', async (colorScheme) => {
    const page = await show(fullReport());
    await page.emulateMedia({ colorScheme });
    await drawn(page);
    for (const summary of await page.locator('main summary').all()) await summary.click();
    expect(await axeFindings(page)).toEqual([]);
  });

  it('breaks a name of 150 characters in its outcome rather than run off the page', async () => {
    const name = 'x'.repeat(150);
    const spots = [{ stream: 0, first: 1500, last: 1560, name: `${name}, 2026-01-28 20:15` }];
    const verdict = { sentences: [`Missed in ${name}.`], lists: [{ title: 'Missed', spots }] };
    const page = await show({ ...sampleReport([pump]), verdict });
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 720 });
      const card = page.locator('.result-card');
      expect(await card.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
    }
  });

  it('unfolds what is folded for printing, cuts nothing off, and folds it again', async () => {
    const page = await show(fullReport('a name that is quite long, as names of streams may be'));
    await drawn(page);
    await page.setViewportSize({ width: 794, height: 1123 }); // A4
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('main details:not([open])').count()).toBe(0);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('main *')]
        .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
        .map((each) => `${each.tagName} ${each.className}`),
    );
    expect(cut).toEqual([]);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.locator('main details[open]').count()).toBe(0);
  });

  it('shows hostile names as the text they are', async () => {
    const page = await show(hostileReport());
    await drawn(page);
    await page.locator('#stream-0 tr[data-peak] .zoom').first().click();
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(await page.locator('img, svg, iframe').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(3);
    expect(await page.title()).toBe(HOSTILE);
    expect(await page.locator('h1').textContent()).toBe(HOSTILE);
    expect(await page.locator('#stream-0 h2').textContent()).toBe(HOSTILE);
    expect(await page.locator('#stream-0 option').first().textContent()).toBe(HOSTILE);
  });

  it.each([
    ['1e300', (i: number) => (i === 50 ? 1e300 : -1e300)],
    ['a constant', () => 5],
    ['nothing but gaps', () => Number.NaN],
    ['1e-200', (i: number) => i * 1e-200],
  ])('draws values of %s', async (_, at) => {
    const value = Float64Array.from({ length: 100 }, (__, i) => at(i));
    const odd = sampleStream({ name: 'odd', records: 100 });
    const page = await showStreams({
      ...odd,
      dimensions: [{ name: 'odd', value, expected: value, lower: value, upper: value }],
    });
    await drawn(page);
  });

  it.each([0, 1, 2])('opens with a stream of %d records', async (records) => {
    const page = await showStreams(sampleStream({ name: 'short', records }), pump);
    await drawn(page, 1);
    expect(await page.locator('#stream-0 canvas').count()).toBe(records === 0 ? 0 : 2);
  });
});
