import { afterEach, expect, it } from 'vitest';
import { incidentLink } from '../../src/core/incidentLink.ts';
import type { Verdict } from '../../src/core/reading.ts';
import { describeWithChromium } from '../support/environment/chromium.ts';
import { DashboardPages, textOf } from './dashboardPages.ts';
import { spike, verdict } from './verdicts.ts';

const KEYS = ['a', 'press 7/température & + %'];
const ODD = KEYS[1]!;

describeWithChromium('deep links', (browser) => {
  const pages = new DashboardPages(browser);
  afterEach(() => pages.close());

  /** Two streams of 5,000 records; one has an incident at 1,000. */
  async function served() {
    const { dashboard, verdicts$ } = await pages.serve();
    for (let n = 0; n < 5000; n++)
      for (const key of KEYS)
        verdicts$.next(n === 1000 && key === ODD ? spike(n, { key }) : verdict(n, { key }));
    return dashboard;
  }
  const { time = 0 } = spike(1000);
  const hashOf = (url: string) => new URLSearchParams(new URL(url).hash.slice(1));

  it('open the stream at that time, with the incident selected', async () => {
    const { url } = await served();
    const page = await pages.show(incidentLink(url, { key: ODD, start: time, end: time }));
    await expect.poll(() => textOf(page, '#stream-title')).toBe(ODD);
    await expect.poll(() => textOf(page, '.readout .part')).toBe('incident (high)');
    await expect.poll(() => page.locator('.live').getAttribute('aria-pressed')).toBe('false');
    await expect.poll(() => textOf(page, 'table.incidents tr[aria-current] .name')).toBe(ODD);
    await expect
      .poll(() => Object.fromEntries(hashOf(page.url())))
      .toEqual({
        stream: ODD,
        incident: String(time),
        from: String(time - 600_000),
        to: String(time + 600_000),
      });
  });

  it('are what the address shows: it can be copied, and changed', async () => {
    const { url } = await served();
    const page = await pages.show(url);
    await expect.poll(() => hashOf(page.url()).get('stream')).toBe('a');
    expect(hashOf(page.url()).has('from')).toBe(false); // it follows the end
    await page.locator('table.incidents .zoom').click();
    await expect.poll(() => hashOf(page.url()).get('incident')).toBe(String(time));
    await page.locator('.wider').click();
    await expect
      .poll(() => Number(hashOf(page.url()).get('to')) - Number(hashOf(page.url()).get('from')))
      .toBeGreaterThan(100_000);
    const other = await pages.show(page.url());
    await expect.poll(() => textOf(other, '#stream-title')).toBe(ODD);
    await expect.poll(() => hashOf(other.url()).toString()).toBe(hashOf(page.url()).toString());
    await page.evaluate(() => {
      location.hash = '#stream=a';
    });
    await expect.poll(() => textOf(page, '#stream-title')).toBe('a');
    await expect.poll(() => page.locator('.live').getAttribute('aria-pressed')).toBe('true');
  });

  it.each([
    [1440, 900],
    [390, 844],
  ])('bring the chart and the row of the incident into view at %i × %i', async (width, height) => {
    const { dashboard, verdicts$ } = await pages.serve({ hold: 2 });
    for (let n = 0; n < 3000; n++)
      for (const key of KEYS) verdicts$.next((n % 100 === 50 ? spike : verdict)(n, { key }));
    const at = spike(1050).time!;
    const page = await pages.show('about:blank');
    await page.setViewportSize({ width, height });
    await page.goto(incidentLink(dashboard.url, { key: ODD, start: at, end: at }));
    await expect.poll(() => textOf(page, '.readout .part')).toBe('incident (high)');
    const inView = () =>
      page.evaluate(() => {
        const plot = document.querySelector('.value-plot')!.getBoundingClientRect();
        const row = document
          .querySelector('table.incidents tbody:has([aria-current])')!
          .getBoundingClientRect();
        const box = document.querySelector('.scroll:has(> .incidents)')!.getBoundingClientRect();
        return [plot.top >= 0 && plot.bottom <= innerHeight, row.top >= box.top && row.bottom <= box.bottom];
      });
    await expect.poll(inView).toEqual([true, true]);
  });

  it('show the dimension that the incident is of', async () => {
    const { dashboard, verdicts$ } = await pages.serve({ dimensions: () => ['flow', 'power'] });
    for (let n = 0; n < 300; n++) {
      const { value, expected, lower, upper, ...rest } = verdict(n);
      const two = (part: number, more = 0) => [part, 1000 + part + more];
      const flagged = { isAnomaly: true, score: 0.9, severity: 'high', startOfIncident: true } as const;
      verdicts$.next({
        ...{ ...rest, ...(n === 200 ? flagged : {}), residual: [0, 0], attribution: [0.1, 0.9] },
        ...{ expected: two(expected), lower: two(lower), upper: two(upper) },
        value: two(value, n === 200 ? 50 : 0),
      } as unknown as Verdict<number, number>); // of two dimensions
    }
    const at = verdict(200).time!;
    const page = await pages.show(incidentLink(dashboard.url, { key: 'pump', start: at, end: at }));
    await expect.poll(() => page.locator('select.dimension').inputValue()).toBe('1');
    await expect.poll(() => textOf(page, '.readout .value')).toMatch(/^1,?05\d/);
  });

  it('to what is no longer kept one by one say so, show it in summary, and stay in the address', async () => {
    const { dashboard, verdicts$ } = await pages.serve({ history: 500 });
    for (let n = 0; n < 3000; n++)
      for (const key of KEYS) verdicts$.next((n === 1000 || n === 2900 ? spike : verdict)(n, { key }));
    const link = incidentLink(dashboard.url, { key: ODD, start: time, end: time });
    const page = await pages.show(link);
    await expect.poll(() => textOf(page, '#stream .gone')).toMatch(/no longer kept one by one/);
    await expect.poll(() => page.locator('.together .one strong').allTextContents()).toEqual([ODD]);
    const top = () => page.locator('.together').evaluate((one) => one.getBoundingClientRect().top);
    await expect.poll(async () => (await top()) >= 0 && (await top()) < 300).toBe(true);
    await page.waitForFunction(() => performance.now() > 3000); // the address is written every half second
    expect(hashOf(page.url()).toString()).toBe(hashOf(link).toString());
    await page.locator('.earlier').click();
    await expect.poll(() => hashOf(page.url()).get('from')).not.toBe(hashOf(link).get('from'));
    await expect.poll(() => page.locator('#stream .gone').isVisible()).toBe(false);
  });

  it('say what they cannot open', async () => {
    const { url } = await served();
    const page = await pages.show(`${url}#stream=gone`);
    await expect.poll(() => textOf(page, '.notice')).toBe('There is no stream gone here now.');
    await expect.poll(() => textOf(page, '#stream-title')).toBe('a');
    await page.evaluate(() => {
      location.hash = '#stream=a&incident=5';
    });
    await expect.poll(() => textOf(page, '.notice')).toBe('The incident of this link is not kept any more.');
  });
});
