import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/reading.ts';
import type { DashboardOptions } from '../../src/dashboard/dashboardOptions.ts';
import { axeFindings } from '../support/axeFindings.ts';
import { CHANGED_AT, changingStream } from '../support/changingStream.ts';
import { describeWithChromium } from '../support/environment/chromium.ts';
import { DashboardPages, textOf } from './dashboardPages.ts';

const DAY = Date.parse('2026-01-05T00:00:00Z');
const STREAM = changingStream('pump').map(
  (verdict): Verdict<number, number> => ({ ...verdict, time: DAY + verdict.time! }),
);
const SINCE = 'since 2026-01-05 05:00:00';
const [MARK, WORDS] = [/^level \+(9|10)\S* since/, /level (19|20)\S* → (29|30)\S*, certainty \d+ %/];

describeWithChromium('lasting changes on the dashboard', (browser) => {
  const pages = new DashboardPages(browser);
  afterEach(() => pages.close());

  async function showing(options: DashboardOptions<number, number> = {}, verdicts = STREAM) {
    const { dashboard, verdicts$ } = await pages.serve(options);
    for (const verdict of verdicts) verdicts$.next(verdict);
    const page = await pages.show(dashboard.url);
    await page.locator('#stream canvas').nth(1).waitFor();
    return { page, verdicts$, url: dashboard.url };
  }

  /** Pixels of the colour of changes in a chart. */
  const marked = (page: Page, canvas: string): Promise<number> =>
    page.evaluate((selector) => {
      const shown = document.querySelector<HTMLCanvasElement>(selector)!;
      const probe = document.createElement('canvas').getContext('2d')!;
      probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--change');
      probe.fillRect(0, 0, 1, 1);
      const wanted = probe.getImageData(0, 0, 1, 1).data;
      const { data } = shown.getContext('2d')!.getImageData(0, 0, shown.width, shown.height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if ([0, 1, 2].every((c) => data[i + c] === wanted[c])) count++;
      return count;
    }, canvas);

  it('marks a change in the chart and names it, in either theme, and axe-core finds nothing', async () => {
    const { page } = await showing();
    const button = page.locator('.lasting-changes button');
    await expect.poll(() => button.allTextContents()).toEqual([expect.stringMatching(MARK)]);
    expect(await button.textContent()).toContain(SINCE);
    expect(await button.getAttribute('title')).toMatch(WORDS);
    expect(await button.getAttribute('aria-label')).toMatch(WORDS);
    await expect.poll(() => page.locator('.of-changes').isVisible()).toBe(true);
    await expect.poll(() => marked(page, '.value-plot canvas')).toBeGreaterThan(150); // the line, from top to bottom
    expect(await axeFindings(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => marked(page, '.value-plot canvas')).toBeGreaterThan(150);
    expect(await axeFindings(page)).toEqual([]);
  });

  it('has its words where the cursor is, by pointer and by keys, and shows it when asked', async () => {
    const { page } = await showing();
    const button = page.locator('.lasting-changes button');
    const at = () => textOf(page, '.at-record');
    const title = () => page.locator('.value-plot .u-over').getAttribute('title');
    await button.waitFor();
    expect(await at()).toBe('');
    await button.focus();
    await page.keyboard.press('Enter');
    await expect.poll(at).toMatch(WORDS);
    expect(await title()).toMatch(WORDS);
    expect(await textOf(page, '.readout .at')).toBe('2026-01-05 05:00');
    await page.locator('.chart').focus();
    for (let n = 0; n < 12; n++) await page.keyboard.press('ArrowRight');
    await expect.poll(at).toBe('');
    expect(await title()).toBe('');
    for (let n = 0; n < 12; n++) await page.keyboard.press('ArrowLeft');
    await expect.poll(at).toMatch(/^lasting change: /);
  });

  it('shows one that comes, and those of the stream that is chosen', async () => {
    const { page, verdicts$ } = await showing({}, STREAM.slice(0, CHANGED_AT));
    await expect.poll(() => textOf(page, '.counts .events')).toBe('300');
    expect(await page.locator('.lasting-changes').isVisible()).toBe(false);
    for (const verdict of STREAM.slice(CHANGED_AT)) verdicts$.next(verdict);
    await page.locator('.lasting-changes button').waitFor();
    for (const verdict of STREAM.slice(0, 100)) verdicts$.next({ ...verdict, key: 'quiet' });
    await page.locator('.overview .row', { hasText: 'quiet' }).click();
    await expect.poll(() => page.locator('.lasting-changes').isVisible()).toBe(false);
    await page.locator('.overview .row', { hasText: 'pump' }).click();
    await page.locator('.lasting-changes button').waitFor();
  });

  it('marks it when looking back, where its records are no longer kept', async () => {
    const { page } = await showing({ history: 100 });
    await page.locator('.lasting-changes button').click();
    const place = '.together .one .muted';
    await page.locator('.together canvas').waitFor();
    await expect.poll(() => marked(page, '.together canvas')).toBeGreaterThan(80);
    const over = page.locator('.together .u-over');
    const box = (await over.boundingBox())!;
    // The change is in the middle of what is shown.
    await page.mouse.move(box.x + box.width / 2, box.y + 30);
    await expect.poll(() => textOf(page, place)).toMatch(/lasting change: level .*certainty \d+ %$/);
  });

  it('shows none where they are turned off', async () => {
    const { page, url } = await showing({ changePoints: false });
    await expect.poll(() => textOf(page, '.counts .events')).toBe(String(STREAM.length));
    expect(await (await fetch(new URL('/changes.json', url))).json()).toEqual([]);
    expect(await page.locator('.lasting-changes').isVisible()).toBe(false);
  });
});
