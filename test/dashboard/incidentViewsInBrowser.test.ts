import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { axeFindings } from '../support/axeFindings.ts';
import { describeWithChromium } from '../support/environment/chromium.ts';
import { DashboardPages, textOf } from './dashboardPages.ts';
import { spike, verdict } from './verdicts.ts';

describeWithChromium('incidents of several streams in a browser', (browser) => {
  const pages = new DashboardPages(browser);
  afterEach(() => pages.close());

  /** Three streams of which `b` and then `a` have an incident. */
  async function showing() {
    const { dashboard, verdicts$ } = await pages.serve({ onFeedback: () => {} });
    for (let n = 0; n < 600; n++)
      for (const key of ['a', 'b', 'c']) {
        const isHit = (n === 300 && key === 'b') || (n === 330 && key === 'a');
        verdicts$.next(
          (isHit ? spike : verdict)(n, { key, ...(isHit ? { score: key === 'a' ? 0.6 : 0.8 } : {}) }),
        );
      }
    const page = await pages.show(dashboard.url);
    await page.locator('#stream canvas').nth(1).waitFor();
    return page;
  }

  it('are one group that unfolds, and shows its streams together', async () => {
    const page = await showing();
    const summary = page.locator('.groups summary');
    await expect
      .poll(() => summary.textContent())
      .toBe('2023-11-14 22:18:20: 2 streams within 30 s, first b, then a');
    await summary.click();
    await expect.poll(() => page.locator('.groups li .zoom').allTextContents()).toEqual(['b', 'a']);
    await page.locator('.groups .show-group').click();
    await expect.poll(() => page.locator('.together .one strong').allTextContents()).toEqual(['b', 'a']);
    await page.locator('.groups li .zoom').nth(1).click();
    await expect.poll(() => textOf(page, '#stream-title')).toBe('a');
  });

  it('say which stream is usually first, where there was an earlier group', async () => {
    const { dashboard, verdicts$ } = await pages.serve({ hold: 2, group: '60s' });
    for (let n = 0; n < 600; n++)
      for (const key of ['a', 'b'])
        verdicts$.next((n % 300 === (key === 'a' ? 150 : 180) ? spike : verdict)(n, { key }));
    const page = await pages.show(dashboard.url);
    await expect.poll(() => page.locator('.groups summary').count()).toBe(2);
    await page.locator('.groups summary').first().click();
    await expect
      .poll(() => page.locator('.groups li.muted').allTextContents())
      .toEqual(['Usually first: a, 75 % by 1 earlier group and this one']);
  });

  it('are dimmed where another threshold would not have them', async () => {
    const page = await showing();
    await page.locator('.what-if summary').click();
    await page.locator('.what-if input').fill('0.7');
    await expect
      .poll(() => textOf(page, '.what-if output'))
      .toMatch(/^At 0\.70 \(now 0\.50\) 1 of 2 kept incidents/);
    await expect.poll(() => page.locator('tr.would-go').count()).toBe(1);
    await page.locator('.what-if .reset').click();
    await expect.poll(() => page.locator('tr.would-go').count()).toBe(0);
  });

  it('and the chart are saved: as a picture, and as CSV', async () => {
    const page = await showing();
    await page.emulateMedia({ colorScheme: 'dark' });
    const [picture] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('.toolbar .png').click(),
    ]);
    expect(picture.suggestedFilename()).toBe('a.png');
    const bytes = readFileSync(await picture.path());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    const corner = await page.evaluate(async (base64) => {
      const blob = new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))]);
      const image = await createImageBitmap(blob);
      const canvas = new OffscreenCanvas(image.width, image.height);
      const ctx = canvas.getContext('2d')!;
      ctx.drawImage(image, 0, 0);
      return [...ctx.getImageData(2, 2, 1, 1).data, image.width > 500, image.height > 400];
    }, bytes.toString('base64'));
    expect(corner).toEqual([255, 255, 255, 255, true, true]);
    const [table] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('.toolbar .records').click(),
    ]);
    expect(table.suggestedFilename()).toBe('a.csv');
    expect(readFileSync(await table.path(), 'utf8').split('\r\n')).toHaveLength(602);
  });

  it('have no findings of axe-core, with lanes, charts and groups open', async () => {
    const page = await showing();
    await page.locator('.groups summary').click();
    await page.locator('.groups .show-group').click();
    await page.locator('.what-if summary').click();
    await page.locator('.together canvas').first().waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeFindings(page)).toEqual([]);
    }
  });
});
