import { afterEach, expect, it } from 'vitest';
import { incidentLink } from '../../src/core/incidentLink.ts';
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
    expect(await page.locator('.live').getAttribute('aria-pressed')).toBe('false');
    expect(await textOf(page, 'table.incidents tr[aria-current] .name')).toBe(ODD);
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
    expect(await page.locator('.live').getAttribute('aria-pressed')).toBe('true');
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
