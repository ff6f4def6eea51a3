import { Subject } from 'rxjs';
import { afterEach, expect, it } from 'vitest';
import { serveDashboard } from '../../src/dashboard/serveDashboard.ts';
import { detectRare } from '../../src/operators/detectRare.ts';
import { axeFindings } from '../support/axeFindings.ts';
import { describeWithChromium } from '../support/environment/chromium.ts';
import { DashboardPages, textOf } from './dashboardPages.ts';

const START = Date.parse('2026-01-05T00:00:00Z');

interface Line {
  readonly time: number;
  readonly value: string;
}

const line = (n: number, value = `user ${n % 7} logged in`): Line => ({ time: START + 1000 * n, value });

describeWithChromium('rare categories on the dashboard', (browser) => {
  const pages = new DashboardPages(browser);
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    await pages.close();
    for (const close of closing.splice(0)) await close();
  });

  async function showing(restore = {}) {
    const lines = new Subject<Line>();
    const dashboard = await serveDashboard(
      lines.pipe(detectRare<Line>({ template: true, timeOfDay: false })),
      {
        port: 0,
        ...restore,
      },
    );
    closing.push(() => dashboard.close());
    return { lines, dashboard };
  }

  it('shows what was rare, and how rare as a chance, in list, chart and overview; after a restart, too', async () => {
    const { lines, dashboard } = await showing();
    for (let n = 0; n < 1500; n++) lines.next(line(n));
    lines.next(line(1500, 'disk failed'));
    for (let n = 1501; n < 1520; n++) lines.next(line(n));
    const page = await pages.show(dashboard.url);
    await page.locator('#stream canvas').nth(1).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await expect.poll(() => textOf(page, '.counts .events')).toBe('1,520');
    await expect.poll(() => textOf(page, '.overview .row .what')).toBe('rare: disk failed');
    expect(await textOf(page, '.overview .row .number')).toBe('1 in 1');
    const row = page.locator('table.incidents tbody').first();
    await expect.poll(() => row.locator('.value').textContent()).toMatch(/^1 in 1,501 $/);
    expect(await row.locator('.reason').textContent()).toContain(
      'New: “disk failed” is none of the 1,500 events',
    );
    await row.locator('.zoom').click();
    await expect.poll(() => textOf(page, '.at-record')).toBe('disk failed');
    expect(await page.locator('.value-plot .u-over').getAttribute('title')).toBe('disk failed');
    expect(await textOf(page, '.readout .value')).toBe('1 in 1,501');
    expect(await textOf(page, '.readout dt:has(+ .value)')).toBe('Rarity');
    expect(await page.locator('.readout').textContent()).not.toMatch(/value|expected|forecast|band/i);
    const legend = page.locator('.legend li:visible');
    expect((await legend.allTextContents()).slice(0, 3)).toEqual(['rarity', 'usual', '95 % of events']);
    expect(await textOf(page, 'table.incidents .of-value')).toBe('Rarity');
    await page.locator('.chart').focus();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => textOf(page, '.at-record')).toBe('user <*> logged in');
    const csv = await (
      await fetch(new URL('/records.csv?stream=0&first=1500&last=1500', dashboard.url))
    ).text();
    expect(csv).toMatch(/^record,.*,category\r\n1501,.*,disk failed\r\n$/);

    const later = await showing({ restore: [structuredClone(dashboard.snapshot())] });
    const again = await pages.show(later.dashboard.url);
    await expect.poll(() => textOf(again, '.overview .row .what')).toBe('rare: disk failed');
    await again.locator('table.incidents .zoom').first().click();
    await expect.poll(() => textOf(again, '.at-record')).toBe('disk failed');
  });
});
