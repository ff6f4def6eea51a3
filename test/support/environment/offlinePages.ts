import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, expect } from 'vitest';

/**
 * Opens pages from disk, with no network, and closes them after each test, which fails if one has left an error on the
 * console or asked for a file.
 */
export function offlinePages(browser: () => Browser): (markup: string) => Promise<Page> {
  const folder = mkdtempSync(join(tmpdir(), 'rx-anomaly-page-'));
  const troubles: string[] = [];
  const open: Page[] = [];
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(async () => {
    await Promise.all(open.splice(0).map((page) => page.context().close()));
    expect(troubles.splice(0)).toEqual([]);
  });

  return async (markup) => {
    const file = join(folder, 'page.html');
    writeFileSync(file, markup);
    const url = pathToFileURL(file).href;
    const context = await browser().newContext({ offline: true, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    open.push(page);
    page.on('console', (message) => troubles.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => troubles.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (request.url() !== url) troubles.push(`request: ${request.url()}`);
    });
    await page.goto(url);
    return page;
  };
}
