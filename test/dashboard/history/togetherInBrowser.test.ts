import type { Page } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import type { Verdict } from '../../../src/core/reading.ts';
import { describeWithChromium } from '../../support/environment/chromium.ts';
import { paintedShares } from '../../support/paintedShares.ts';
import { DashboardPages, textOf } from '../dashboardPages.ts';
import { spike, verdict } from '../verdicts.ts';

describeWithChromium('looking back in a browser', (browser) => {
  const pages = new DashboardPages(browser);
  afterEach(() => pages.close());

  /** Three streams of 3,000 records, of which 500 are kept; `b` has an incident at 100. */
  async function showing(hash = '') {
    const { dashboard, verdicts$ } = await pages.serve({ history: 500 });
    for (let n = 0; n < 3000; n++)
      for (const key of ['a', 'b', 'c'])
        verdicts$.next(n === 100 && key === 'b' ? spike(n, { key }) : verdict(n, { key }));
    const page = await pages.show(`${dashboard.url}${hash}`);
    await page.locator('#stream canvas').nth(1).waitFor();
    return { page, verdicts$ };
  }
  const names = (page: Page) => page.locator('.together .one strong').allTextContents();
  const picture = (page: Page) =>
    page.evaluate(() => document.querySelector<HTMLCanvasElement>('.together canvas')!.toDataURL());

  it('shows all that is kept of a stream, and says since when', async () => {
    const { page, verdicts$ } = await showing();
    await expect.poll(() => page.locator('.together').isVisible()).toBe(false);
    await page.locator('.together-add').click();
    await expect.poll(() => textOf(page, '.together .detail')).toMatch(/^Kept since 2023-11-14 22:13\./);
    await expect.poll(() => textOf(page, '.together .one .muted')).toMatch(/^mean of 8 records/);
    const [share] = await paintedShares(page, '.together canvas');
    expect(share).toBeGreaterThan(0.03);
    const before = await picture(page);
    for (let n = 3000; n < 4000; n++) verdicts$.next(verdict(n, { key: 'a' }));
    await expect.poll(() => picture(page), { timeout: 20_000 }).not.toBe(before);
    await page.locator('.together .close').click();
    await expect.poll(() => page.locator('.together').isVisible()).toBe(false);
  });

  it('shows several streams on one axis, with one cursor and one zoom', async () => {
    const { page } = await showing();
    await page.locator('.together-add').click();
    await page.locator('.overview .row').nth(1).click();
    await page.locator('.together-add').click();
    await expect.poll(() => names(page)).toEqual(['a', 'b']);
    await page.locator('.together canvas').nth(1).waitFor();
    await page.locator('.together').scrollIntoViewIfNeeded();
    const over = page.locator('.together .u-over').first();
    const box = (await over.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    for (const n of [0, 1])
      await expect
        .poll(() => page.locator('.together .one .muted').nth(n).textContent())
        .toMatch(/^2023-11-14 22:3\d:\d\d: .*expected/);
    const whole = await picture(page);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 + 60, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => picture(page)).not.toBe(whole);
    await page.locator('.together .remove').first().click();
    await expect.poll(() => names(page)).toEqual(['b']);
  });

  it('shows the dimension that is chosen', async () => {
    const { dashboard, verdicts$ } = await pages.serve({ dimensions: () => ['flow', 'power'] });
    for (let n = 0; n < 300; n++) {
      const { value, expected, lower, upper, ...rest } = verdict(n, { key: 'pump' });
      const two = (part: number) => [part, 1000 + part];
      verdicts$.next({
        ...{ ...rest, residual: [0, 0], attribution: [0.5, 0.5] },
        ...{ value: two(value), expected: two(expected), lower: two(lower), upper: two(upper) },
      } as unknown as Verdict<number, number>); // of two dimensions
    }
    const page = await pages.show(dashboard.url);
    await page.locator('.together-add').click();
    await page.locator('.together canvas').first().waitFor();
    const choice = page.getByRole('combobox', { name: 'Dimension of pump' });
    await expect.poll(() => choice.locator('option').allTextContents()).toEqual(['flow', 'power']);
    await page.locator('.together').scrollIntoViewIfNeeded();
    let moves = 0;
    const read = async () => {
      const box = (await page.locator('.together .u-over').first().boundingBox())!;
      await page.mouse.move(box.x + box.width / 2, box.y + 40 + (moves++ % 2));
      return (await page.locator('.together .one .muted').textContent()) ?? '';
    };
    await expect.poll(read).toMatch(/: -?[01](\.\d+)? \(expected/);
    await choice.selectOption('power');
    await expect.poll(read).toMatch(/: (999|1,?00\d)(\.\d+)? \(expected/);
  });

  it('opens a link to a time of which only summaries are kept', async () => {
    const time = verdict(100).time!;
    const { page } = await showing(`#stream=b&incident=${time}&from=${time - 60_000}&to=${time + 60_000}`);
    await expect.poll(() => names(page)).toEqual(['b']);
    await expect.poll(() => textOf(page, '.together .one .muted')).toMatch(/^mean of/);
    await page.locator('.together .close').click();
  });
});
