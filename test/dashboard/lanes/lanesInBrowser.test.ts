import type { Page } from 'playwright-core';
import { Subject } from 'rxjs';
import { afterEach, expect, it } from 'vitest';
import type { Verdict } from '../../../src/core/reading.ts';
import { type Dashboard, serveDashboard } from '../../../src/dashboard/serveDashboard.ts';
import { describeWithChromium } from '../../support/environment/chromium.ts';
import { paintedShares } from '../../support/paintedShares.ts';
import { spike, verdict } from '../verdicts.ts';

describeWithChromium('swim lanes in a browser', (browser) => {
  const closing: (() => Promise<unknown>)[] = [];
  const troubles: string[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    expect(troubles.splice(0)).toEqual([]);
  });

  /** Streams of so many records: `b` is over the threshold at 300 and 301, `a` at 310. */
  async function showing(keys: readonly string[], records = 600) {
    const verdicts$ = new Subject<Verdict<number, number>>();
    const dashboard: Dashboard = await serveDashboard(verdicts$, { port: 0 });
    closing.push(() => dashboard.close());
    for (let n = 0; n < records; n++)
      for (const key of keys) {
        const isSpike = (key === 'b' && (n === 300 || n === 301)) || (key === 'a' && n === 310);
        verdicts$.next(isSpike ? spike(n, { key, score: key === 'a' ? 0.9 : 0.8 }) : verdict(n, { key }));
      }
    const context = await browser().newContext({ viewport: { width: 1300, height: 900 } });
    closing.push(() => context.close());
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    await page.goto(dashboard.url);
    await page.locator('.lanes canvas').first().waitFor();
    await expect
      .poll(async () => (await paintedShares(page, '.lanes .space canvas'))[0]!)
      .toBeGreaterThan(0.3);
    return { page, verdicts$ };
  }

  const text = (page: Page, selector: string) => page.locator(selector).first().textContent();
  const picture = (page: Page) =>
    page.evaluate(() => document.querySelector<HTMLCanvasElement>('.lanes .space canvas')!.toDataURL());

  it('reads out the cell under the pointer, and moves on with the streams', async () => {
    const { page, verdicts$ } = await showing(['a', 'b', 'c']);
    const box = (await page.locator('.lanes .space canvas').boundingBox())!;
    await page.mouse.move(box.x + box.width - 3, box.y + 8);
    await expect
      .poll(() => text(page, '.lanes .where'))
      .toMatch(/^a · 2023-11-14 22:23:\d\d to .* · greatest score 0\.100$/);
    const before = await picture(page);
    for (let n = 600; n < 700; n++) verdicts$.next(verdict(n, { key: 'c', score: 0.7 }));
    await expect.poll(() => picture(page)).not.toBe(before);
  });

  it('ranks the streams by what happened in a window that is dragged, and leads to the chart there', async () => {
    const { page } = await showing(['c', 'b', 'a']);
    const box = (await page.locator('.lanes .space canvas').boundingBox())!;
    const gutter = 40;
    await page.mouse.move(box.x + gutter, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 20, { steps: 4 });
    await page.mouse.up();
    const rows = page.locator('.lanes .ranking tbody tr');
    await expect
      .poll(() => rows.allTextContents())
      .toEqual([expect.stringMatching(/^a0\.900.*1$/), expect.stringMatching(/^b0\.800/)]);
    await expect
      .poll(() => text(page, '.lanes .window'))
      .toMatch(/: 2 of 3 streams were over the threshold, first b$/);
    await page.locator('.lanes select.order').selectOption('began');
    await expect.poll(() => rows.first().textContent()).toMatch(/^b/);
    await rows.nth(1).locator('button').click();
    await expect.poll(() => text(page, '#stream-title')).toBe('a');
    await expect.poll(() => page.locator('.live').getAttribute('aria-pressed')).toBe('false');
    await page.locator('.lanes .clear').click();
    await expect.poll(() => page.locator('.lanes .ranking').isVisible()).toBe(false);
  });

  it('shows the chart of a cell that is clicked', async () => {
    const { page } = await showing(['a', 'b', 'c']);
    await page.locator('.lanes select.order').selectOption('name');
    const box = (await page.locator('.lanes .space canvas').boundingBox())!;
    await page.mouse.click(box.x + box.width * 0.5, box.y + 18 + 8);
    await expect.poll(() => text(page, '#stream-title')).toBe('b');
    await expect.poll(() => page.locator('.live').getAttribute('aria-pressed')).toBe('false');
  });

  it('can be used from the keyboard', async () => {
    const { page } = await showing(['a', 'b', 'c']);
    await page.locator('.lanes select.order').selectOption('name');
    await page.locator('.lanes .field').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => text(page, '.lanes .where')).toMatch(/^b · /);
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(() => text(page, '.lanes .window')).toMatch(/: no stream was over the threshold$/);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.lanes .ranking').isVisible()).toBe(false);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => text(page, '#stream-title')).toBe('c');
  });

  it('scrolls 1,000 rows on one canvas', async () => {
    const { page } = await showing(
      Array.from({ length: 1000 }, (_, k) => `stream ${k}`),
      20,
    );
    await expect.poll(() => page.locator('.lanes .space canvas').count()).toBe(1);
    const top = await picture(page);
    await page.locator('.lanes .field').evaluate((field) => {
      field.scrollTop = 9000;
    });
    await expect.poll(() => picture(page)).not.toBe(top);
    const box = (await page.locator('.lanes .field').boundingBox())!;
    await page.mouse.move(box.x + box.width - 30, box.y + 8);
    await expect.poll(() => text(page, '.lanes .where')).toMatch(/^stream 500 · /);
    await page.locator('.lanes .compact').check();
    await expect.poll(() => page.locator('.lanes .space').evaluate((space) => space.clientHeight)).toBe(4020);
  });
});
