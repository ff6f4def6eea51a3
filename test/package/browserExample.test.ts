import { cpSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, expect, it, vi } from 'vitest';
import { ROOT } from '../house/sourceFiles.ts';
import { describeWithChromium } from '../support/environment/chromium.ts';
import { describeWithTools } from './packed.ts';
import { type FileServer, serveFiles } from './server.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 }); // bundling is slow on a machine with other work

describeWithChromium('the example for browsers', (browser) => {
  describeWithTools('built with vite from the packed package', (installed, prepare) => {
    let server: FileServer;
    const errors: string[] = [];

    prepare(async () => {
      const root = join(installed().project, 'example');
      cpSync(`${ROOT}examples/browser`, root, { recursive: true });
      const { resolve } = createRequire(join(installed().tools, 'package.json'));
      const { build } = await import(pathToFileURL(resolve('vite')).href);
      await build({ root, logLevel: 'error' });
      server = await serveFiles({ dist: join(root, 'dist') }, {});
    });
    afterAll(() => server?.close());

    async function open(): Promise<Page> {
      const page = await browser().newPage({ viewport: { width: 1000, height: 900 } });
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await page.goto(`${server.origin}/dist/index.html?speed=2000`);
      return page;
    }

    it('finds the faults of both sensors in a worker, on the WASM engine, under its strict policy', async () => {
      const page = await open();
      await page.locator('#count', { hasText: '5760' }).waitFor();
      expect(await page.locator('#engine').textContent()).toBe('wasm');
      const incidents = await page.locator('#incidents li').allTextContents();
      expect(
        incidents.filter((text) => /2026-01-07 10:[23]\d +boiler: 7\d\.\d °C, expected 6\d\.\d/.test(text)),
      ).not.toEqual([]);
      expect(incidents.filter((text) => /pump: 41\.2 °C/.test(text))).not.toEqual([]);
      expect(incidents.length).toBeLessThan(12);
      expect(await page.locator('#problems').textContent()).toBe('');
      expect(await page.locator('#charts canvas').count()).toBe(2);
      expect(errors).toEqual([]);
      if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
      await page.close();
    });
  });
});
