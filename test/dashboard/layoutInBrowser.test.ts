import { afterEach, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/reading.ts';
import { describeWithChromium } from '../support/environment/chromium.ts';
import { DashboardPages, textOf } from './dashboardPages.ts';
import { spike, verdict } from './verdicts.ts';

const ROWS = 'table.incidents tbody';
const LONG = `hall/${'x'.repeat(150)}`;

/** Flagged by a channel with a long name, with a long sentence. */
function found(n: number, overrides: Partial<Verdict<number, number>> = {}): Verdict<number, number> {
  return spike(n, {
    ...{ lower: -0.512345, upper: 0.498765, expected: 0.123456, value: 40.3481 },
    evidence: { channel: 'residual.0', values: [], dimension: 0 } as unknown as NonNullable<
      Verdict<number, number>['evidence']
    >,
    ...overrides,
  });
}

describeWithChromium('the layout of the dashboard', (browser) => {
  const pages = new DashboardPages(browser);
  afterEach(() => pages.close());

  async function showing(width: number, height: number, keys: readonly string[] = ['pump']) {
    const { dashboard, verdicts$ } = await pages.serve({ hold: 2, onFeedback: () => {} });
    for (let n = 0; n < 200; n++)
      for (const key of keys) verdicts$.next((n % 50 === 30 ? found : verdict)(n, { key }));
    const page = await pages.show(dashboard.url);
    await page.setViewportSize({ width, height });
    await page.locator('#stream canvas').nth(1).waitFor();
    await page.locator(ROWS).first().waitFor();
    return page;
  }

  it.each([
    [1440, 900],
    [1280, 720],
    [1000, 720],
    [390, 844],
  ])('leaves nothing cut off or covered at %i × %i', async (width, height) => {
    const page = await showing(width, height, ['pump', LONG]);
    await page.locator(`${ROWS} .zoom`).first().click();
    await expect.poll(() => textOf(page, '.readout .part')).toMatch(/flagged by: distance from the forecast/);
    const measured = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const box = (selector: string) => document.querySelector<HTMLElement>(selector)!;
      const part = box('.readout .part');
      const reason = box('table.incidents .reason').getBoundingClientRect();
      const say = box('table.incidents .say').getBoundingClientRect();
      return {
        over: scrollWidth - clientWidth,
        cut: part.scrollWidth - part.clientWidth,
        isCovered: say.left < reason.right - 1 && say.top < reason.bottom - 1 && say.bottom > reason.top + 1,
        width: reason.width,
        table: box('table.incidents').scrollWidth - box('table.incidents').parentElement!.clientWidth,
      };
    });
    expect(measured).toMatchObject({ over: 0, isCovered: false });
    expect(measured.cut).toBeLessThanOrEqual(0);
    expect(measured.table).toBeLessThanOrEqual(0);
    expect(measured.width).toBeGreaterThan(Math.min(280, width / 2));
  });

  it('shades a silence over its whole stretch, and draws no line across it', async () => {
    const { dashboard, verdicts$ } = await pages.serve({ hold: 2 });
    const none = { value: Number.NaN, expected: Number.NaN, lower: Number.NaN, upper: Number.NaN };
    const since = verdict(99).time;
    for (let n = 0; n < 100; n++) verdicts$.next(verdict(n));
    verdicts$.next(spike(120, { ...none, score: 1, absence: { phase: 'began', since } }));
    for (let n = 200; n < 300; n++)
      verdicts$.next(verdict(n, n === 200 ? { absence: { phase: 'ended', since } } : {}));
    const page = await pages.show(dashboard.url);
    await expect
      .poll(() => textOf(page, `${ROWS} .reason`))
      .toBe('Silence: no event from 2023-11-14 22:14:59 to 2023-11-14 22:16:40 (UTC).');
    await page.locator('#stream canvas').nth(1).waitFor();
    // Of the score chart: colours in the middle of the silence, from top to bottom, and in that of the events after it.
    const coloursAt = (share: number) =>
      page.locator('.score-plot canvas').evaluate((canvas, at) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const over = canvas.parentElement!.querySelector<HTMLElement>('.u-over')!;
        const scale = width / canvas.clientWidth;
        const x = Math.round((over.offsetLeft + over.clientWidth * at) * scale);
        const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(x, 0, 1, height * 0.7);
        const found = new Set<string>();
        for (let i = 0; i < data.length; i += 4)
          if (data[i + 3]! > 0) found.add([data[i], data[i + 1], data[i + 2]].join());
        return (
          [...found].filter((colour) => {
            const [red = 0, green = 0, blue = 0] = colour.split(',').map(Number);
            return blue > red + 20 && blue > green + 20; // the violet of the score
          }).length + (found.size > 0 ? 0.5 : 0)
        );
      }, share);
    await expect.poll(() => coloursAt(0.37)).toBe(0.5); // shaded, 22:15:10
    await expect.poll(() => coloursAt(0.5)).toBe(0.5);
    await expect.poll(() => coloursAt(0.64)).toBe(0.5); // 22:16:30
  });

  it('opens a note whole, and Enter saves it', async () => {
    const page = await showing(1440, 900);
    const row = page.locator(ROWS).nth(2);
    await row.locator('.zoom').focus();
    await page.keyboard.press('e');
    const isWhole = await page.locator('.details .save').evaluate((save) => {
      const [inner, outer] = [save, save.closest('.scroll')!].map((one) => one.getBoundingClientRect());
      return inner!.bottom <= Math.min(outer!.bottom, innerHeight) && inner!.top >= outer!.top;
    });
    expect(isWhole).toBe(true);
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two');
    await page.keyboard.press('Enter');
    await expect.poll(() => textOf(page, '.note-text')).toBe('');
    await expect.poll(() => row.locator('.note-text').textContent()).toBe('one\ntwo');
  });

  it('takes the keys of a row while the list itself has the focus', async () => {
    const page = await showing(1440, 900);
    const list = page.locator('.scroll:has(> table.incidents)');
    await list.focus();
    await page.keyboard.press('n');
    await expect.poll(() => textOf(page, `${ROWS} .mark`)).toBe('marked normal');
    await list.focus();
    await page.keyboard.press('u');
    await expect.poll(() => textOf(page, `${ROWS} .mark`)).toBe('');
    await list.focus();
    for (const _ of [0, 1]) await page.keyboard.press('ArrowDown');
    expect(
      await page
        .locator(`${ROWS} .zoom`)
        .nth(1)
        .evaluate((one) => one === document.activeElement),
    ).toBe(true);
  });

  it('shows all columns of the ranking of a window, whatever the names, and folds what these share', async () => {
    const page = await showing(1280, 720, [LONG, 'hall/pump-1', 'hall/pump-2']);
    await page.locator('.lanes .field').focus();
    for (let n = 0; n < 150; n++) await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => page.locator('.ranking tbody tr').count()).toBe(3);
    const { inside, over } = await page.locator('.ranking .scroll').evaluate((scroll) => ({
      inside: [...scroll.querySelectorAll('th, td')].every(
        (cell) => cell.getBoundingClientRect().right <= scroll.getBoundingClientRect().right + 0.5,
      ),
      over: scroll.scrollWidth - scroll.clientWidth,
    }));
    expect(inside).toBe(true);
    expect(over).toBe(0);
    const names = await page
      .locator('.ranking .open')
      .evaluateAll((all) => all.map((one) => one.textContent));
    expect(names.sort()).toEqual(['hall/pump-1', 'hall/pump-2', LONG]);
    await expect
      .poll(() => page.locator('.ranking .fold').allTextContents())
      .toEqual(['hall/', 'hall/', 'hall/']);
  });
});
