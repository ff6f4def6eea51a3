import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { interval, map, Subject } from 'rxjs';
import { afterEach, expect, it } from 'vitest';
import type { Verdict } from '../../src/core/reading.ts';
import type { DashboardOptions } from '../../src/dashboard/dashboardOptions.ts';
import { type Dashboard, serveDashboard } from '../../src/dashboard/serveDashboard.ts';
import type { Feedback } from '../../src/models/decision/feedback.ts';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { HOSTILE } from '../backtest/report/hostileReport.ts';
import { describeWithChromium } from '../support/environment/chromium.ts';
import { paintedShares } from '../support/paintedShares.ts';
import { noisySine } from '../support/series.ts';
import { spike, verdict } from './verdicts.ts';

describeWithChromium('the dashboard in a browser', (browser) => {
  const troubles: string[] = [];
  const dashboards: Dashboard[] = [];
  const pages: Page[] = [];
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    await Promise.all(dashboards.splice(0).map((dashboard) => dashboard.close()));
    expect(troubles.splice(0)).toEqual([]); // no test may leave an error on the console or ask elsewhere
  });

  async function serve(options: DashboardOptions<number, number> = {}) {
    const verdicts$ = new Subject<Verdict<number, number>>();
    const dashboard = await serveDashboard(verdicts$, { port: 0, ...options });
    dashboards.push(dashboard);
    return { verdicts$, dashboard };
  }

  async function show({ url }: Dashboard, watching = true): Promise<Page> {
    const context = await browser().newContext({ viewport: { width: 1300, height: 900 } });
    const page = await context.newPage();
    pages.push(page);
    if (watching) {
      page.on('console', (message) => {
        if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
      });
    }
    page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (new URL(request.url()).hostname !== '127.0.0.1') troubles.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    return page;
  }

  /** The server with so many quiet records of one stream, and a page that shows them. */
  async function showing(records: number, options: DashboardOptions<number, number> = {}) {
    const served = await serve(options);
    for (let n = 0; n < records; n++) served.verdicts$.next(verdict(n));
    const page = await show(served.dashboard);
    await page.locator('#stream canvas').nth(1).waitFor();
    return { ...served, page };
  }

  const picture = (page: Page): Promise<string> =>
    page.evaluate(
      () =>
        new Promise<string>((done) => {
          requestAnimationFrame(() =>
            requestAnimationFrame(() => {
              done(document.querySelector<HTMLCanvasElement>('.value-plot canvas')!.toDataURL());
            }),
          );
        }),
    );
  const text = (page: Page, selector: string) => page.locator(selector).first().textContent();

  it('draws value and score, and moves on with the stream', async () => {
    const { page, verdicts$ } = await showing(300);
    const painted = await paintedShares(page, '#stream canvas');
    expect(painted).toHaveLength(2);
    for (const share of painted) expect(share).toBeGreaterThan(0.03);
    const before = await picture(page);
    for (let n = 300; n < 400; n++) verdicts$.next(verdict(n));
    await expect.poll(() => picture(page)).not.toBe(before);
    await expect.poll(() => text(page, '.counts .events')).toBe('400');
  });

  it('shows times on the clocks of its time zone', async () => {
    const { page, verdicts$ } = await showing(300, { timeZone: 'Asia/Kolkata' });
    verdicts$.next(spike(300));
    const row = page.locator('table.incidents tbody').first();
    await row.waitFor();
    const { time } = spike(300);
    const local = new Date(time! + 5.5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
    await expect.poll(() => row.textContent()).toContain(local);
    await expect.poll(() => text(page, 'table.incidents th')).toBe('From (Asia/Kolkata)');
  });

  it('shows a spike as an incident within a second', async () => {
    const { page, verdicts$ } = await showing(300);
    const seen = page.evaluate(
      () =>
        new Promise<number>((done) => {
          const look = () => {
            if (document.querySelector('table.incidents tbody tr') !== null) done(Date.now());
            else requestAnimationFrame(look);
          };
          look();
        }),
    );
    await wait(100);
    const sent = Date.now();
    verdicts$.next(spike(300));
    expect((await seen) - sent).toBeLessThan(1000);
    await expect.poll(() => text(page, '.overview .pill')).toBe('high incident');
    await expect.poll(() => page.title()).toMatch(/^\(1\) /);
  });

  it('marks a stream that is silent, and lists the silence until it is over', async () => {
    const { page, verdicts$ } = await showing(50);
    const none = { value: Number.NaN, expected: Number.NaN, lower: Number.NaN, upper: Number.NaN };
    const since = verdict(49).time;
    verdicts$.next(spike(60, { ...none, score: 1, absence: { phase: 'began', since } }));
    const pill = '.overview .streams .pill';
    await expect.poll(() => text(page, pill)).toBe('silent');
    const row = page.locator('table.incidents tbody').first();
    await expect.poll(() => row.textContent()).toMatch(/silence.*ongoing.*no event since/);
    verdicts$.next(verdict(109, { absence: { phase: 'ended', since } }));
    await expect.poll(() => text(page, pill)).toBe('normal');
    await expect
      .poll(() => row.textContent())
      .toMatch(/silence.*1 min.*Silence: no event from 2023-11-14 22:14:09 to 2023-11-14 22:15:09 \(UTC\)\./);
  });

  it('brings feedback to the detector, which applies it, and shows that to every page', async () => {
    const feedback = new Subject<Feedback>();
    const values = new Subject<number>();
    const dashboard = await serveDashboard(
      values.pipe(
        detectAnomalies({
          feedback,
          forecaster: (dimensions) => new LastValueForecaster({ dimensions }),
        }),
      ),
      { port: 0, onFeedback: (given) => feedback.next(given) },
    );
    dashboards.push(dashboard);
    const sine = noisySine({ length: 900 });
    for (const value of [...sine.slice(0, 400), 20, ...sine.slice(400, 500)]) values.next(value);
    const [page, other] = [await show(dashboard), await show(dashboard)];
    const row = page.locator('table.incidents tbody').first();
    await row.locator('button.normal').click();
    await expect.poll(() => row.locator('.mark').textContent()).toBe('marked normal');
    await expect.poll(() => text(other, 'table.incidents .mark')).toBe('marked normal');
    await expect.poll(() => text(page, '.notice')).toContain('Saved');
    for (const value of [20, ...sine.slice(500, 560)]) values.next(value);
    await expect.poll(() => text(page, '.counts .events')).toBe('562');
    await expect.poll(() => page.locator('table.incidents tbody').count()).toBe(1);
    await row.locator('button.undo').click();
    await expect.poll(() => text(page, '.notice')).toContain('Undone');
    await expect.poll(() => row.locator('button.normal').isVisible()).toBe(true);
    await expect.poll(() => text(other, 'table.incidents .mark')).toBe('');
    for (const value of [20, ...sine.slice(560, 600)]) values.next(value);
    await expect.poll(() => page.locator('table.incidents tbody').count()).toBe(2);
  });

  it('marks what was missed', async () => {
    const received: Feedback[] = [];
    const { page } = await showing(300, { onFeedback: (given) => received.push(given) });
    const before = await picture(page);
    const box = (await page.locator('.value-plot .u-over').boundingBox())!;
    const drag = async () => {
      const y = box.y + box.height / 2;
      await page.mouse.move(box.x + box.width / 2, y);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 + box.width / 10, y, { steps: 4 });
      await page.mouse.up();
    };
    const what = () => text(page, '.marking .what');
    const report = page.locator('.marking .report');
    await page.locator('.toolbar .missed').click();
    await expect.poll(() => report.isVisible()).toBe(false);
    await drag();
    await expect
      .poll(what)
      .toMatch(/^3[01] events, 2023-11-14 22:15:\d\d to 2023-11-14 22:16:\d\d \(UTC\): an anomaly/);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.marking').isVisible()).toBe(false);
    await page.locator('.toolbar .missed').click();
    await page.locator('.marking .all').click();
    await expect.poll(what).toMatch(/^300 events/);
    await page.locator('.marking .cancel').click();
    expect(received).toEqual([]);
    await page.locator('.toolbar .missed').click();
    await drag();
    await report.click();
    await expect.poll(() => received).toMatchObject([{ kind: 'missed', key: 'pump' }]);
    await expect.poll(() => page.locator('.marking').isVisible()).toBe(false);
    await expect.poll(() => picture(page)).not.toBe(before);
    const marks = page.locator('.missed-marks');
    await expect
      .poll(() => marks.textContent())
      .toMatch(/^reported as missed: 2023-11-14 22:15:\d\d to .* Undo$/);
    await marks.locator('.undo').click();
    await expect.poll(() => marks.isVisible()).toBe(false);
    expect(received[1]).toEqual({ ...received[0], kind: 'clear' });
  });

  it('outlives a restart of the server', async () => {
    const { dashboard, verdicts$ } = await serve();
    for (const key of ['a', 'b', 'c']) for (let n = 0; n < 50; n++) verdicts$.next(verdict(n, { key }));
    const page = await show(dashboard, false); // a browser logs that the connection was refused
    await page.locator('.overview .row').nth(2).click();
    await expect.poll(() => text(page, '#stream-title')).toBe('c');
    await dashboard.close();
    await expect.poll(() => text(page, '.connection'), { timeout: 10_000 }).toContain('lost');
    const again = await serve({ port: dashboard.port });
    for (const key of ['c', 'd', 'a', 'b'])
      for (let n = 0; n < 70; n++) again.verdicts$.next(verdict(n, { key }));
    await expect.poll(() => text(page, '.connection'), { timeout: 10_000 }).toBe('live');
    await expect.poll(() => text(page, '#stream-title')).toBe('c');
    await expect.poll(() => page.locator('.overview .row').count()).toBe(4);
    again.verdicts$.next(spike(70, { key: 'c' }));
    await expect.poll(() => page.locator('table.incidents tbody').count()).toBe(1);
  });

  it('sorts the overview by severity and leads from there to the chart', async () => {
    const { verdicts$, dashboard } = await serve();
    const keys = ['press 2', 'press 10', 'press 1'];
    for (const key of keys) for (let n = 0; n < 30; n++) verdicts$.next(verdict(n, { key }));
    const page = await show(dashboard);
    const names = () => page.locator('.overview .row .name').allTextContents();
    await expect.poll(names).toEqual(['press 1', 'press 2', 'press 10']);
    verdicts$.next(spike(30, { key: 'press 2' }));
    verdicts$.next(spike(30, { key: 'press 10', severity: 'critical' }));
    await expect.poll(names).toEqual(['press 10', 'press 2', 'press 1']);
    await page.locator('.overview .row').first().click();
    await expect.poll(() => text(page, '#stream-title')).toBe('press 10');
    await expect.poll(() => text(page, '#stream .state')).toBe('incident');
    await page.locator('.filter').fill('2');
    await expect
      .poll(() => page.locator('.overview .row:visible .name').allTextContents())
      .toEqual(['press 2']);
    const nothing = page.getByText('No stream of that name.');
    await expect.poll(() => nothing.isVisible()).toBe(false);
    await page.locator('.filter').fill('boiler');
    await expect.poll(() => nothing.isVisible()).toBe(true);
    await expect.poll(() => page.locator('.overview .row:visible').count()).toBe(0);
    await page.locator('.filter').fill('1');
    await expect.poll(() => nothing.isVisible()).toBe(false);
    await expect
      .poll(() => page.locator('.overview .row:visible .pill').allTextContents())
      .toEqual(['critical incident', 'normal']);
  });

  it('shows the end of long names, and how many incidents a stream has had', async () => {
    const { verdicts$, dashboard } = await serve();
    const keys = [1, 2].map((n) => `plant-north/hall-17/line-4/oven-3/thermocouple-of-the-rear-door-${n}`);
    for (const key of keys) for (let n = 0; n < 30; n++) verdicts$.next(verdict(n, { key }));
    verdicts$.next(spike(30, { key: keys[1]! }));
    const page = await show(dashboard);
    const row = page.locator('.overview .row').first();
    await expect.poll(() => row.locator('.past').textContent()).toBe('1 incident');
    const name = row.locator('.name');
    await expect.poll(() => name.getAttribute('title')).toBe(keys[1]);
    await expect.poll(() => name.textContent()).toBe(keys[1]);
    const [box, tail, pill] = await Promise.all(
      [row.locator('.name'), row.locator('.name .end'), row.locator('.pill')].map((one) => one.boundingBox()),
    );
    expect(tail!.x + tail!.width).toBeLessThanOrEqual(box!.x + box!.width + 0.5);
    expect(tail!.x + tail!.width).toBeLessThanOrEqual(pill!.x);
    await expect.poll(() => row.locator('.name .end').textContent()).toContain('-2');
    await expect.poll(() => text(page, '.overview .prefix')).toBe('plant-north/hall-17/line-4/oven-3/ …');
    const fold = (await row.locator('.name .fold').boundingBox())!;
    expect(fold.width).toBeLessThanOrEqual(1);
  });

  it('says that a source has ended, and that there is nothing to follow', async () => {
    const { verdicts$, dashboard } = await serve();
    for (let n = 0; n < 50; n++) verdicts$.next(verdict(n));
    const page = await show(dashboard);
    await expect.poll(() => text(page, '.live')).toBe('Follow live');
    verdicts$.complete();
    await expect.poll(() => text(page, '.overview .pill'), { timeout: 10_000 }).toBe('ended');
    await expect.poll(() => text(page, '#stream .state')).toBe('ended');
    await expect.poll(() => text(page, '.live')).toBe('Show the end');
    await expect.poll(() => page.locator('.live').getAttribute('aria-pressed')).toBe('false');
    await page.locator('.closer').click();
    await page.locator('.earlier').click();
    const earlier = await picture(page);
    await page.locator('.live').click();
    await expect.poll(() => picture(page)).not.toBe(earlier);
  });

  it.each([
    [1440, 900],
    [1024, 768],
    [360, 740],
  ])('has the buttons for feedback in view at %i × %i', async (width, height) => {
    const received: Feedback[] = [];
    const verdicts$ = new Subject<Verdict<number, number>>();
    const options = { port: 0, onFeedback: (given: Feedback) => received.push(given) };
    const dashboard = await serveDashboard(verdicts$, options);
    dashboards.push(dashboard);
    const key = 'plant-north/hall-17/line-4/oven-3/thermocouple-1';
    for (let n = 0; n < 50; n++) verdicts$.next(verdict(n, { key }));
    verdicts$.next(spike(50, { key, value: -123_456.7 }));
    const page = await show(dashboard);
    await page.setViewportSize({ width, height });
    const normal = page.locator('table.incidents button.normal');
    await normal.waitFor();
    await expect
      .poll(async () => {
        const box = (await normal.boundingBox())!;
        return box.x >= 0 && box.x + box.width <= width;
      })
      .toBe(true);
    await page.locator('table.incidents .zoom').focus();
    await page.keyboard.press('n');
    await expect.poll(() => text(page, 'table.incidents .mark')).toBe('marked normal');
    expect(received).toMatchObject([{ kind: 'normal', key }]);
    await page.keyboard.press('m');
    await expect.poll(() => received.map(({ kind }) => kind)).toEqual(['normal', 'clear', 'missed']);
  });

  it('filters incidents by severity, and downloads those that are shown as CSV', async () => {
    const { verdicts$, dashboard } = await serve();
    const [one, two] = ['press, 1', 'the "second"'];
    for (const key of [one, two]) for (let n = 0; n < 30; n++) verdicts$.next(verdict(n, { key }));
    verdicts$.next(spike(30, { key: one, severity: 'low' }));
    verdicts$.next(spike(31, { key: two, severity: 'critical' }));
    const page = await show(dashboard);
    const shown = page.locator('table.incidents tbody:visible');
    await expect.poll(() => shown.count()).toBe(2);
    const download = async () => {
      const arrived = page.waitForEvent('download');
      await page.locator('button.csv').click();
      const lines = readFileSync(await (await arrived).path(), 'utf8')
        .trimEnd()
        .split('\r\n');
      return lines.slice(1);
    };
    const start = new Date(spike(31).time!).toISOString();
    const { value, expected, lower, upper } = spike(31);
    const numbers = [value, expected, lower, upper].join(',');
    const critical = `"the ""second""",value,critical,${start},${start},31,31,1,0.9,,${numbers},true,,"Unusual value: `;
    const isCritical = expect.stringContaining(critical);
    expect(await download()).toEqual([isCritical, expect.stringContaining('"press, 1",value,low,')]);
    await page.locator('select.least').selectOption('high');
    await expect.poll(() => shown.count()).toBe(1);
    expect(await download()).toEqual([isCritical]);
  });

  it('lists incidents by their start, and goes through them with the arrow keys', async () => {
    const { page, verdicts$ } = await showing(300);
    verdicts$.next(spike(300));
    for (let n = 301; n < 360; n++) verdicts$.next(verdict(n));
    const none = { value: Number.NaN, expected: Number.NaN, lower: Number.NaN, upper: Number.NaN };
    const since = verdict(100).time; // silent since before the spike, but noticed after it
    verdicts$.next(spike(360, { ...none, key: 'other', score: 1, absence: { phase: 'began', since } }));
    verdicts$.next(spike(361));
    const times = () => page.locator('table.incidents .zoom').allTextContents();
    const at = (n: number) => new Date(verdict(n).time!).toISOString().slice(0, 19).replace('T', ' ');
    await expect.poll(times).toEqual([at(361), at(300), at(100)]);
    await page.locator('table.incidents .zoom').first().focus();
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused).toBe(at(300));
    await page.locator('.only').check();
    await page.locator('table.incidents .zoom').nth(1).focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(focused).toBe(at(361));
  });

  it('jumps from an incident to the chart, which then stays', async () => {
    const { verdicts$, dashboard } = await serve();
    for (let n = 0; n < 900; n++) {
      verdicts$.next(verdict(n, { key: 'a' }));
      verdicts$.next(n === 500 ? spike(n, { key: 'b' }) : verdict(n, { key: 'b' }));
    }
    const page = await show(dashboard);
    await page.locator('table.incidents .zoom').click();
    await expect.poll(() => text(page, '#stream-title')).toBe('b');
    await expect.poll(() => text(page, '.readout .score')).toBe('0.900');
    await expect.poll(() => text(page, '.readout .part')).toBe('incident (high)');
    await expect.poll(() => page.locator('.live').getAttribute('aria-pressed')).toBe('false');
    const still = await picture(page);
    for (let n = 900; n < 950; n++) verdicts$.next(verdict(n, { key: 'b' }));
    await wait(400);
    expect(await picture(page)).toBe(still);
    await page.locator('.live').click();
    await expect.poll(() => picture(page)).not.toBe(still);
  });

  it('reads out what is under the pointer, zooms by dragging and by the wheel, and goes back by a double click', async () => {
    const { page } = await showing(1000);
    const whole = await picture(page);
    const box = (await page.locator('.value-plot .u-over').boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    const middle = 1_700_000_000_000 + 500_000;
    await expect
      .poll(async () => Math.abs(Date.parse(`${(await text(page, '.readout .at'))!}Z`) - middle))
      .toBeLessThan(5000);
    await page.mouse.down();
    await page.mouse.move(x + 100, y, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => picture(page)).not.toBe(whole);
    const zoomed = await picture(page);
    await expect.poll(() => page.locator('.live').getAttribute('aria-pressed')).toBe('false');
    await page.mouse.wheel(0, -200);
    await expect.poll(() => picture(page)).not.toBe(zoomed);
    await page.mouse.dblclick(x, y);
    await expect.poll(() => page.locator('.live').getAttribute('aria-pressed')).toBe('true');
  });

  it('can be used from the keyboard', async () => {
    const { page } = await showing(1000);
    await page.locator('.chart').focus();
    const whole = await picture(page);
    await page.keyboard.press('ArrowLeft');
    const at = await text(page, '.readout .at');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => text(page, '.readout .at')).not.toBe(at);
    await page.keyboard.press('+');
    await expect.poll(() => picture(page)).not.toBe(whole);
    const near = await picture(page);
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => picture(page)).not.toBe(near);
    await page.keyboard.press('0');
    await expect.poll(() => page.locator('.live').getAttribute('aria-pressed')).toBe('true');
    await page.locator('.overview .row').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => text(page, '#stream-title')).toBe('pump');
  });

  it('shows hostile names as the text they are', async () => {
    const { verdicts$, dashboard } = await serve({ title: HOSTILE, dimensions: () => [HOSTILE, HOSTILE] });
    for (let n = 0; n < 50; n++) verdicts$.next(verdict(n, { key: HOSTILE }));
    verdicts$.next(spike(50, { key: HOSTILE }));
    const page = await show(dashboard);
    await page.locator('table.incidents .zoom').click();
    await expect.poll(() => text(page, '#stream-title')).toBe(HOSTILE);
    await expect.poll(() => text(page, '.overview .name')).toBe(HOSTILE);
    await expect.poll(() => text(page, 'table.incidents td.name')).toBe(HOSTILE);
    await expect.poll(() => text(page, 'h1')).toBe(HOSTILE);
    expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
    await expect.poll(() => page.locator('img, svg, iframe').count()).toBe(0);
    await expect.poll(() => page.locator('script').count()).toBe(2);
  });

  it('draws what is expected of the next events to the right of the newest, reads it out, and moves on', async () => {
    const { page, verdicts$ } = await showing(120);
    const key = page.locator('.legend .of-ahead');
    await expect.poll(() => key.isVisible()).toBe(false);
    const without = await picture(page);
    const one = verdict(120);
    const ahead = Array.from({ length: 20 }, (_, h) => ({
      step: h + 1,
      time: one.time! + 1000 * (h + 1),
      expected: 3 + h,
      quantiles: [2, 3 + h, 4 + 2 * h],
    }));
    verdicts$.next({ ...one, ahead });
    await key.waitFor();
    await expect.poll(() => picture(page)).not.toBe(without);
    const over = (await page.locator('.value-plot .u-over').boundingBox())!;
    await page.mouse.move(over.x + over.width - 2, over.y + 40);
    await expect.poll(() => text(page, '.readout .part')).toBe('forecast');
    await expect.poll(() => text(page, '.readout .expected')).toBe('22');
    await expect.poll(() => text(page, '.readout .band')).toBe('2 … 42');
    await expect.poll(() => text(page, '.readout dt:has(+ .band)')).toBe('Interval');
    await expect
      .poll(() => text(page, '.readout .at'))
      .toBe(new Date(one.time! + 20_000).toISOString().slice(0, 19).replace('T', ' '));
    await page.mouse.move(over.x + 5, over.y + 40);
    await expect.poll(() => text(page, '.readout dt:has(+ .band)')).toBe('95 % band');
    const before = await picture(page);
    for (let n = 121; n < 131; n++) verdicts$.next(verdict(n)); // half of the steps have come
    await expect.poll(() => picture(page)).not.toBe(before);
    await page.mouse.move(over.x + over.width - 2, over.y + 40);
    await expect.poll(() => text(page, '.readout .expected')).toBe('22');
    const other = await show({ url: page.url() } as Dashboard);
    await other.locator('.legend .of-ahead').waitFor();
  });

  it('shows several dimensions, and which an incident is due to', async () => {
    const verdicts$ = new Subject<Verdict<number, readonly number[]>>();
    const dashboard = await serveDashboard(verdicts$, { port: 0, dimensions: () => ['temp', 'rpm'] });
    dashboards.push(dashboard);
    const two = ({ earlier: _, scale: __, ahead: ___, ...one }: Verdict<number, number>, rpm: number) => ({
      ...one,
      value: [one.value, rpm],
      expected: [one.expected, 900],
      lower: [one.lower, 880],
      upper: [one.upper, 920],
      residual: [0, rpm - 900],
      attribution: [0.2, 0.8],
    });
    for (let n = 0; n < 100; n++) verdicts$.next(two(verdict(n), 900 + (n % 3)));
    verdicts$.next(two(spike(100, { value: 0 }), 1500));
    const page = await show(dashboard);
    await expect.poll(() => text(page, 'table.incidents .reason')).toMatch(/\brpm\b/);
    await expect.poll(() => text(page, 'table.incidents .value')).toBe('1,500 (900)');
    await page.locator('table.incidents .zoom').click();
    await expect.poll(() => page.locator('select.dimension').inputValue()).toBe('1');
  });

  it('shows how far the model remembers', async () => {
    const of = (...numbers: number[]) => Float64Array.from(numbers);
    const gates = [{ forget: of(0.5, 0.9), input: of(1, 0), output: of(0.2, 0.4), halfLife: of(1, 6.579) }];
    const { page } = await showing(20, { gates: () => gates });
    await expect.poll(() => page.locator('.gates').isVisible()).toBe(true);
    await expect.poll(() => text(page, '.gates .status')).toContain('6.6 events');
    await expect
      .poll(() => page.locator('.gates .number').allTextContents())
      .toEqual(['70 % open', '50 % open', '30 % open']);
  });

  it('numbers the records of a stream without times', async () => {
    const { verdicts$, dashboard } = await serve();
    for (let n = 0; n < 60; n++) verdicts$.next(verdict(n, { time: undefined, key: undefined }));
    verdicts$.next(spike(60, { time: undefined, key: undefined }));
    const page = await show(dashboard);
    await expect.poll(() => text(page, '.readout .at')).toBe('record 61');
    await expect.poll(() => text(page, 'table.incidents .zoom')).toBe('record 61');
  });

  it.each([
    ['1e300', (n: number) => (n % 2 ? 1e300 : -1e300)],
    ['a constant', () => 5],
    ['nothing', () => Number.NaN],
  ])('draws values of %s', async (_, at) => {
    const { verdicts$, dashboard } = await serve();
    for (let n = 0; n < 60; n++) verdicts$.next(verdict(n, { value: at(n), expected: at(n) }));
    const page = await show(dashboard);
    await page.locator('#stream canvas').nth(1).waitFor();
  });

  it('fits a phone: the page does not scroll sideways', async () => {
    const { page, verdicts$ } = await showing(100, { onFeedback: () => {} });
    verdicts$.next(spike(100));
    await page.setViewportSize({ width: 360, height: 740 });
    await expect
      .poll(() => page.evaluate(() => document.documentElement.scrollWidth - innerWidth))
      .toBeLessThanOrEqual(0);
  });

  it('follows the theme', async () => {
    const { page } = await showing(300);
    const light = await picture(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => picture(page)).not.toBe(light);
  });

  it('holds several lines to one browser', async () => {
    const { verdicts$, dashboard } = await serve();
    const subscription = interval(20)
      .pipe(map((n) => verdict(n)))
      .subscribe(verdicts$);
    const page = await show(dashboard);
    const lines = await page.evaluate(async (origin) => {
      // As many as a browser has at most; fifty are held by the test of the feed.
      const sources = Array.from({ length: 4 }, () => new EventSource(`${origin}events`));
      const received = sources.map(
        (source) =>
          new Promise<number>((done) => {
            let count = 0;
            source.onmessage = () => ++count === 5 && done(count);
          }),
      );
      const counts = await Promise.all(received);
      for (const source of sources) source.close();
      return counts;
    }, dashboard.url);
    expect(lines).toEqual([5, 5, 5, 5]);
    subscription.unsubscribe();
  });
});
