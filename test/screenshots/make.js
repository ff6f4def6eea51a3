// Makes the picture of the README: `npm run screenshot`, after the demo has written its report.
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const REPORT = fileURLToPath(new URL('../../demo-report.html', import.meta.url));
const PICTURE = fileURLToPath(new URL('../../examples/report.png', import.meta.url));
const STREAM = process.argv[2] ?? 'sensors/level-shift.csv';

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1300, height: 1600 }, deviceScaleFactor: 1 });
  await page.goto(`file://${REPORT}`);
  const section = page.locator('section.stream', { hasText: STREAM });
  await section.scrollIntoViewIfNeeded();
  await section.locator('canvas').first().waitFor();
  await section.locator('.chart').screenshot({ path: PICTURE }); // the picture must leave room on the README's first screen
  console.log(PICTURE);
} finally {
  await browser.close();
}
