// Makes the README's picture of the dashboard: `npm run screenshot:dashboard`. Replays the sensors that come with the
// package and takes the picture of a grave incident, with the swim lanes above it. Arguments: file, width, height, `dark`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const path = (/** @type {string} */ name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const [picture = path('examples/dashboard.png'), width = '1360', height = '1120', scheme] =
  process.argv.slice(2);
const ENOUGH = 9000; // events, so that there is something to see

const server = spawn(
  process.execPath,
  [path('dist/cli/main.js'), 'serve', path('fixtures/sensors'), '--speed', '36000', '--port', '0'],
  { stdio: ['ignore', 'ignore', 'pipe'] },
);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
try {
  const url = await new Promise((resolve) => {
    server.stderr.setEncoding('utf8').on('data', (/** @type {string} */ reported) => {
      const found = /dashboard: (\S+)/.exec(reported);
      if (found !== null) resolve(found[1]);
    });
  });
  const page = await browser.newPage({
    viewport: { width: Number(width), height: Number(height) },
    colorScheme: scheme === 'dark' ? 'dark' : 'light',
    deviceScaleFactor: 1,
  });
  await page.goto(url);
  const grave = page.locator('table.incidents tr:has(.key:is(.high, .critical)) .zoom').first();
  await grave.waitFor();
  await page.waitForFunction((least) => {
    const events = document.querySelector('.counts .events')?.textContent ?? '';
    return Number(events.replaceAll(',', '')) > least;
  }, ENOUGH);
  await grave.click();
  await page.locator('.lanes .space canvas').waitFor();
  await page.evaluate(() => scrollTo(0, 0)); // the lanes are at the top
  await page.waitForTimeout(1500);
  await page.screenshot({ path: picture });
  console.log(picture);
} finally {
  await browser.close();
  server.kill();
}
