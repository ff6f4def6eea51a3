import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';

const EXECUTABLE = '/usr/bin/chromium';

/**
 * Runs `body` with a real browser, which starts before its tests and closes after them. Where there is no
 * Chromium the suite is skipped, loudly; in CI its absence is a failure.
 */
export function describeWithChromium(title: string, body: (browser: () => Browser) => void): void {
  describe(title, () => {
    if (existsSync(EXECUTABLE)) {
      let browser: Browser | undefined;
      beforeAll(async () => {
        browser = await launchChromium();
      });
      afterAll(() => browser?.close());
      body(() => browser!);
      return;
    }
    if (process.env.CI === 'true') {
      it('needs Chromium', () => {
        throw new Error(`${EXECUTABLE} is missing; in CI that is a failure`);
      });
      return;
    }
    console.warn(`SKIPPED: ${title}: there is no ${EXECUTABLE}`);
    it.skip(`needs ${EXECUTABLE}`, () => {});
  });
}

/** Debian's Chromium without its background traffic. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    headless: true,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
