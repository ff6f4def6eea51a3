import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { Subject } from 'rxjs';
import { afterEach, expect, it } from 'vitest';
import type { Alert, Verdict } from '../../../src/core/reading.ts';
import type { Feedback } from '../../../src/models/decision/feedback.ts';
import { axeFindings } from '../../support/axeFindings.ts';
import { describeWithChromium } from '../../support/environment/chromium.ts';
import { DashboardPages, textOf } from '../dashboardPages.ts';
import { spike, verdict } from '../verdicts.ts';

const MINUTE = 60_000;
const start = verdict(0).time!;
const at = (minutes: number) => ({ time: start + minutes * MINUTE });
const ROWS = 'table.incidents tbody';

/** So many incidents of `key`, each of one event, a minute apart. */
function addIncidents(verdicts$: Subject<Verdict<number, number>>, key: string, count: number): void {
  for (let n = 0; n < count; n++) {
    verdicts$.next(spike(n, { key, ...at(n), value: 1234.5 + n }));
    for (let quiet = 1; quiet <= 2; quiet++) verdicts$.next(verdict(n, { key, ...at(n + quiet / 4) }));
  }
}

describeWithChromium('incidents in a browser', (browser) => {
  const pages = new DashboardPages(browser);
  afterEach(() => pages.close());

  const lines = (page: Page) => page.locator(`${ROWS} .zoom`).allTextContents();
  const download = async (page: Page) => {
    const arrived = page.waitForEvent('download');
    await page.locator('button.csv').click();
    return readFileSync(await (await arrived).path(), 'utf8')
      .trimEnd()
      .split('\r\n')
      .slice(1);
  };

  it('are listed in pages, whatever their number, and filtered by text and time, in the CSV too', async () => {
    const { dashboard, verdicts$ } = await pages.serve({ hold: 2 });
    addIncidents(verdicts$, 'press', 100);
    addIncidents(verdicts$, 'boiler', 20);
    const page = await pages.show(dashboard.url);
    await expect.poll(() => textOf(page, '.pages .which')).toBe('1–50 of 120');
    await expect.poll(() => page.locator(ROWS).count()).toBe(50);
    await page.locator('.pages .older').click();
    await page.locator('.pages .older').click();
    await expect.poll(() => textOf(page, '.pages .which')).toBe('101–120 of 120');
    await expect.poll(() => page.locator(ROWS).count()).toBe(20);
    expect(await download(page)).toHaveLength(120);
    await page.locator('.incident-text').fill('BOIL');
    await expect.poll(() => page.locator(ROWS).count()).toBe(20);
    await expect.poll(() => page.locator('.pages').isVisible()).toBe(false);
    expect(await download(page)).toHaveLength(20);
    await page.locator('.incident-text').fill('');
    await page.locator('select.when').selectOption('hour');
    // The newest event is half a minute after minute 99: from 39.5 on, with what lasted until then.
    await expect.poll(() => textOf(page, '.pages .which')).toBe('1–50 of 60');
    await page.locator('select.when').selectOption('range');
    const field = (minutes: number) => new Date(start + minutes * MINUTE).toISOString().slice(0, 19);
    await page.locator('.from-time').fill(field(10));
    await page.locator('.to-time').fill(field(11));
    await expect.poll(() => page.locator(ROWS).count()).toBe(4);
    expect((await download(page)).every((line) => /T22:(23|24):20\.000Z/.test(line))).toBe(true);
    await page.locator('.incident-text').fill('nothing of the kind');
    await expect.poll(() => page.getByText('None of these.').isVisible()).toBe(true);
  });

  it('that people have marked are saved as labels', async () => {
    const { dashboard, verdicts$ } = await pages.serve({ hold: 2, token: 'a-token-of-16-characters' });
    addIncidents(verdicts$, 'press', 2);
    const page = await pages.show(`${dashboard.url}`);
    await page.locator(`${ROWS} .acknowledge`).first().click();
    await expect.poll(() => textOf(page, `${ROWS} .acknowledge`)).toBe('Acknowledged');
    const arrived = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Labels' }).click();
    const file = await arrived;
    expect(file.suggestedFilename()).toBe('labels.json');
    const { press } = JSON.parse(readFileSync(await file.path(), 'utf8')) as Record<string, unknown[]>;
    expect(press).toEqual([['2023-11-14 22:14:20.000000', '2023-11-14 22:14:20.000000']]);
  });

  it('are shown on the clocks and with the digits of the reader, who may choose UTC, which is remembered', async () => {
    const { dashboard, verdicts$ } = await pages.serve();
    addIncidents(verdicts$, 'press', 1);
    const context = await browser().newContext({ locale: 'de-DE', timezoneId: 'Europe/Berlin' });
    const page = await context.newPage();
    await page.goto(dashboard.url);
    await expect.poll(() => lines(page)).toEqual(['2023-11-14 22:13:20']);
    await expect.poll(() => textOf(page, `${ROWS} .value`)).toBe('1.234,5 (0)');
    await page.locator('select.zone').selectOption('Europe/Berlin');
    await expect.poll(() => lines(page)).toEqual(['2023-11-14 23:13:20']);
    await expect
      .poll(() => page.locator('table.incidents th').first().textContent())
      .toBe('From (Europe/Berlin)');
    await expect.poll(() => page.locator('.axis-zone').textContent()).toBe('times in Europe/Berlin');
    await expect.poll(() => textOf(page, '.readout .at')).toMatch(/^2023-11-14 23:13:50/);
    const [line] = await download(page);
    expect(line).toContain(',2023-11-14T22:13:20.000Z,');
    expect(line).toContain(',1234.5,0,');
    await page.reload();
    await expect.poll(() => lines(page)).toEqual(['2023-11-14 23:13:20']);
    await page.locator('select.zone').selectOption('UTC');
    await expect.poll(() => lines(page)).toEqual(['2023-11-14 22:13:20']);
    await context.close();
  });

  it('are acknowledged, noted, undone, muted and jumped to from the keyboard alone', async () => {
    const received: Feedback['kind'][] = [];
    const alerts: Alert<number, number>[] = [];
    const { dashboard, verdicts$ } = await pages.serve({
      hold: 2,
      onFeedback: ({ kind }) => received.push(kind),
      onIncident: (alert) => alerts.push(alert),
    });
    addIncidents(verdicts$, 'press', 2);
    addIncidents(verdicts$, 'boiler', 2);
    const page = await pages.show(dashboard.url);
    const other = await pages.show(dashboard.url);
    await page.locator(ROWS).first().waitFor();
    const { keyboard } = page;
    const isAt = (selector: string) =>
      page.evaluate((s) => document.activeElement?.matches(s) ?? false, selector);
    for (let n = 0; n < 80 && !(await isAt(`${ROWS} .zoom`)); n++) await keyboard.press('Tab');
    expect(await isAt(`${ROWS}:first-of-type .zoom`)).toBe(true);
    const name = await textOf(page, `${ROWS} .name`);
    await keyboard.press('n');
    await expect.poll(() => textOf(page, `${ROWS} .mark`)).toBe('marked normal');
    await keyboard.press('u');
    await expect.poll(() => textOf(page, `${ROWS} .mark`)).toBe('');
    await expect.poll(() => received).toEqual(['normal', 'clear']);
    await keyboard.press('a');
    await expect.poll(() => textOf(other, `${ROWS} .acknowledge`)).toBe('Acknowledged');
    await keyboard.press('e');
    await keyboard.type('<img src=x onerror=alert(1)> nmu');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await expect.poll(() => textOf(other, `${ROWS} .note-text`)).toBe('<img src=x onerror=alert(1)> nmu');
    await expect.poll(() => isAt(`${ROWS} .more`)).toBe(true);
    await keyboard.press('h');
    const mutes = '.mutes li';
    await expect
      .poll(() => textOf(other, mutes))
      .toMatch(new RegExp(`^${name} muted until .* \\(UTC\\), no alert held back Unmute$`));
    const before = alerts.length;
    verdicts$.next(spike(9, { key: name!, ...at(9) }));
    await expect.poll(() => textOf(page, mutes)).toContain('1 alert held back');
    expect(alerts).toHaveLength(before);
    await keyboard.press('8');
    await expect.poll(() => textOf(page, mutes)).toMatch(/ 08:00 \(UTC\), 1 alert/);
    for (let n = 0; n < 20 && !(await isAt('.unmute')); n++) await keyboard.press('Shift+Tab');
    await keyboard.press('Enter');
    await expect.poll(() => page.locator('.mutes').isVisible()).toBe(false);
    // Still open: alerted now.
    await expect
      .poll(() => alerts.slice(before))
      .toMatchObject([{ phase: 'began', incident: { key: name } }]);
    await page.locator(`${ROWS} .zoom`).first().waitFor();
    for (let n = 0; n < 40 && !(await isAt(`${ROWS} .zoom`)); n++) await keyboard.press('Tab');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await expect
      .poll(() => textOf(page, '#stream-title'))
      .toBe(await page.locator(`${ROWS} .name`).nth(2).textContent());
    await expect.poll(() => textOf(page, '.readout .part')).toBe('incident (high)');
  });

  it('that were missed are reported and undone from the keyboard alone', async () => {
    const received: Feedback['kind'][] = [];
    const { dashboard, verdicts$ } = await pages.serve({ onFeedback: ({ kind }) => received.push(kind) });
    for (let n = 0; n < 60; n++) verdicts$.next(verdict(n));
    const page = await pages.show(dashboard.url);
    await page.locator('#stream canvas').nth(1).waitFor();
    await page.locator('.chart').focus();
    for (const key of ['m', 'Enter', 'Enter']) await page.keyboard.press(key); // all in view, report
    await expect.poll(() => received).toEqual(['missed']);
    await expect.poll(() => textOf(page, '.missed-marks')).toMatch(/^reported as missed: .* Undo$/);
    await page.keyboard.press('u');
    await expect.poll(() => received).toEqual(['missed', 'clear']);
    await expect.poll(() => page.locator('.missed-marks').isVisible()).toBe(false);
  });

  it.each([
    [1440, 900, 'light'],
    [1280, 720, 'light'],
    [390, 844, 'light'],
    [390, 844, 'dark'],
  ] as const)(
    'are all in reach at %i × %i, %s, and axe-core finds nothing',
    async (width, height, colorScheme) => {
      const { dashboard, verdicts$ } = await pages.serve({ hold: 2, onFeedback: () => {} });
      for (let n = 0; n < 3; n++)
        addIncidents(verdicts$, `plant-north/hall-17/line-4/thermocouple-of-the-rear-door-${n}`, 4);
      verdicts$.next(spike(9, { key: 'plant-north/hall-17/press', ...at(9), severity: 'critical' }));
      const page = await pages.show(dashboard.url);
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }); // a fading notice has little contrast
      const row = page.locator(ROWS).first();
      await row.locator('.normal').click();
      await row.locator('.acknowledge').click();
      await expect.poll(() => row.locator('.mark').textContent()).toBe('marked normal');
      await page.locator(ROWS).nth(1).locator('.more').click();
      await page.keyboard.press('Escape');
      await page.locator(ROWS).nth(1).locator('.more').click();
      await page.locator('.mute-hour').click();
      await page.locator('.mutes .unmute').waitFor();
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
      const outside = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, select, input, textarea')]
          .filter((one) => one.checkVisibility())
          .filter((one) => {
            const { left, right } = one.getBoundingClientRect();
            return left < 0 || right > innerWidth + 0.5;
          })
          .map((one) => one.className),
      );
      expect(outside).toEqual([]);
      const overlaps = await page.evaluate(
        () =>
          [...document.querySelectorAll('.overview .row')].filter((one) => {
            const name = one.querySelector('.name .end')!.getBoundingClientRect();
            const start = one.querySelector('.name .start')!.getBoundingClientRect();
            const pill = one.querySelector('.pill')!.getBoundingClientRect();
            return Math.max(name.right, start.right) > pill.left;
          }).length,
      );
      expect(overlaps).toBe(0);
      await expect.poll(() => page.locator('.notice.shown').count(), { timeout: 15_000 }).toBe(0);
      expect(await axeFindings(page)).toEqual([]);
    },
  );
});
