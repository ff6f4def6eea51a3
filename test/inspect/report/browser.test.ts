import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { level } from '../../../src/inspect/quantities.ts';
import { renderInspection } from '../../../src/inspect/report/renderInspection.ts';
import { StreamInspection, type StreamInspectionOptions } from '../../../src/inspect/streamInspection.ts';
import { describeWithChromium } from '../../support/environment/chromium.ts';
import { offlinePages } from '../../support/environment/offlinePages.ts';
import { noisySine, SMALL, withChanges } from '../../support/series.ts';

const START = Date.UTC(2026, 0, 5);
const HOSTILE = '</script><img src=x onerror="globalThis.hacked=1">&"\'';

interface Event {
  readonly value: number;
  readonly time?: number;
}

function page(options: StreamInspectionOptions<Event, number> = {}, length = 500, timed = true): string {
  const series = withChanges(noisySine({ length }), new Map([[400, 25]]));
  const inspection = new StreamInspection<Event>({
    ...SMALL,
    dimensions: ['value'],
    quantities: [level(10)],
    clamped: [{ gate: 'forget', at: 0 }],
    history: 32,
    ...options,
  });
  for (const [t, value] of series.entries())
    inspection.process(timed ? { value, time: START + t * 60_000 } : { value });
  return renderInspection('inside', inspection.finish(), [['cell', 'lstm']]);
}

describeWithChromium('an inspection in a browser', (browser) => {
  const show = offlinePages(browser);

  async function drawn(shown: Page, place = '.gate-plot'): Promise<string> {
    const canvas = shown.locator(`${place} canvas`);
    await canvas.scrollIntoViewIfNeeded();
    await canvas.waitFor();
    await shown.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    return canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
  }

  it('draws the stream, the gates and the gradient', async () => {
    const shown = await show(page());
    await drawn(shown, '.gate-plot');
    await drawn(shown, '.flow-plot');
    await shown.locator('.value-plot').scrollIntoViewIfNeeded();
    await shown.locator('.value-plot canvas').waitFor();
    const painted = (place: string) =>
      shown.locator(`${place} canvas`).evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const { data } = (element as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
        return data.filter((byte, i) => i % 4 === 3 && byte > 0).length / (width * height);
      });
    expect(await painted('.gate-plot')).toBeGreaterThan(0.6); // a filled picture
    expect(await painted('.flow-plot')).toBeGreaterThan(0.01); // lines
    expect(await shown.locator('.explained li').first().textContent()).toMatch(/^At 2026-01-05/);
    expect(await shown.locator('.gates-table tbody tr').count()).toBe(4);
    expect(await shown.locator('.losses-table tbody tr').count()).toBe(2);
    expect(await shown.locator('.probes-table tbody tr').count()).toBe(1);
  });

  it('shows another gate when it is chosen, and another theme', async () => {
    const shown = await show(page());
    const forget = await drawn(shown);
    await shown.locator('.gate').selectOption({ label: 'cell state c' });
    const cell = await drawn(shown);
    expect(cell).not.toBe(forget);
    expect(await shown.locator('.ramp-end').first().textContent()).toMatch(/^-\d/);
    await shown.emulateMedia({ colorScheme: 'dark' });
    expect(await drawn(shown)).not.toBe(cell);
  });

  it('paints a gate as open as it was: the colour at a record is that of its value', async () => {
    const shown = await show(page());
    await drawn(shown);
    const over = shown.locator('.gate-plot .u-over');
    const box = (await over.boundingBox())!;
    await shown.mouse.move(box.x + box.width / 2, box.y + 5);
    const reported = (await shown.locator('.gate-readout').textContent())!;
    expect(reported).toMatch(
      /^2026-01-05 04:[01]\d: unit [1-4] \(half-life [\d.]+ events\), forget (0\.\d\d)$/,
    );
    const value = Number(reported.slice(-4));
    const blue = await shown.locator('.gate-plot canvas').evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const left = canvas.parentElement!.querySelector<HTMLElement>('.u-over')!.offsetLeft;
      const width = canvas.parentElement!.querySelector<HTMLElement>('.u-over')!.offsetWidth;
      return canvas.getContext('2d')!.getImageData(left + width / 2, 12, 1, 1).data[0]!;
    });
    // Red falls from 241 by way of 127 to 18.
    const red = value < 0.5 ? 241 + 2 * value * (127 - 241) : 127 + 2 * (value - 0.5) * (18 - 127);
    expect(Math.abs(blue - red)).toBeLessThan(6);
  });

  it('reads out a lag', async () => {
    const shown = await show(page({ layers: 2 }));
    await drawn(shown, '.flow-plot');
    const box = (await shown.locator('.flow-plot .u-over').boundingBox())!;
    await shown.mouse.move(box.x + box.width / 2, box.y + 50);
    expect(await shown.locator('.flow-readout').textContent()).toMatch(
      /^lag 16: layer 1: forget gates [\d.e-]+, measured [\d.e-]+; layer 2: forget gates/,
    );
  });

  it('moves with the stream: zooms to an incident and back', async () => {
    const shown = await show(page());
    const whole = await drawn(shown);
    await shown.locator('.value-plot').scrollIntoViewIfNeeded();
    await shown.locator('.value-plot canvas').waitFor();
    await shown.locator('.incidents .zoom').first().click();
    const zoomed = await drawn(shown);
    expect(zoomed).not.toBe(whole);
    await shown.locator('.stream .reset').click();
    await expect.poll(() => drawn(shown)).toBe(whole);
  });

  it('fits a phone', async () => {
    const shown = await show(page());
    await shown.setViewportSize({ width: 360, height: 740 });
    await drawn(shown);
    const overflow = () => shown.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await expect.poll(overflow).toBeLessThanOrEqual(0);
  });

  it.each([0, 1, 2])('opens with a stream of %d records without times', async (length) => {
    const shown = await show(page({}, length, false));
    if (length > 0) await drawn(shown);
    expect(await shown.locator('.gate-plot canvas').count()).toBe(length === 0 ? 0 : 1);
  });

  it('draws a GRU of which there is no output gate, and a history longer than the screen is wide', async () => {
    const shown = await show(page({ cell: 'gru' }, 3500));
    await drawn(shown);
    const names = await shown.locator('.gate option').allTextContents();
    expect(names).toContain('reset gate r');
    expect(names).not.toContain('output gate o');
  });

  it('shows hostile names as the text they are', async () => {
    const shown = await show(page({ name: HOSTILE, dimensions: [HOSTILE] }));
    await drawn(shown);
    expect(await shown.evaluate(() => 'hacked' in globalThis)).toBe(false);
    expect(await shown.locator('img').count()).toBe(0);
    expect(await shown.locator('.stream h2').textContent()).toBe(HOSTILE);
  });
});
