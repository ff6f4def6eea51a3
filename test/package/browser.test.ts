import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { describeWithChromium } from '../support/environment/chromium.ts';
import { BUNDLERS } from './bundlers.ts';
import { type Entries, type Outcome, writeEntries } from './entries.ts';
import { describeWithTools } from './packed.ts';
import { type FileServer, serveFiles } from './server.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 }); // bundling is slow on a machine with other work

/** Allows scripts of the page's own server and nothing else. */
const STRICT = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";
const WITH_WASM = STRICT.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'");

const page = (script: string, head = ''): string =>
  `<!doctype html><meta charset="utf-8">${head}<script type="module" src="${script}"></script>`;

/** Loads a page of the server and waits for what it computes. */
async function outcomeOf(browser: Browser, address: string): Promise<Outcome> {
  const tab = await browser.newPage();
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(String(error)));
  tab.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  try {
    await tab.goto(address);
    for (;;) {
      // Not waitForFunction, which a strict policy forbids.
      const outcome = await tab.evaluate<Outcome | string | undefined>('globalThis.outcome');
      if (typeof outcome === 'object') return outcome;
      if (outcome !== undefined || errors.length > 0) throw new Error(`${outcome}\n${errors.join('\n')}`);
      await delay(50);
    }
  } finally {
    await tab.close();
  }
}

describeWithChromium('in Chromium the packed package', (browser) => {
  describeWithTools('bundled', (installed, prepare) => {
    let entries: Entries;
    let expected: Outcome;
    let reference: Outcome;
    const servers: FileServer[] = [];
    afterAll(() => Promise.all(servers.map((server) => server.close())));

    const inNode = (engine: string): Outcome => {
      const options = { encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
      return JSON.parse(spawnSync(process.execPath, [entries.node, engine], options).stdout);
    };

    prepare(() => {
      entries = writeEntries(installed().project, 'browser');
      expected = inNode('auto');
      reference = inNode('reference');
    });

    /** Pages for a bundle: one that runs it itself, and one that has a worker run it. */
    async function serve(file: string, policy?: string): Promise<string> {
      const start = join(entries.folder, 'startWorker.js');
      const text = `new Worker(new URL('/out/${basename(file)}', location.href), { type: 'module' })
  .onmessage = ({ data }) => (globalThis.outcome = data);`;
      writeFileSync(start, text);
      const pages = { page: page(`/out/${basename(file)}`), worker: page('/own/startWorker.js') };
      const server = await serveFiles({ out: join(file, '..'), own: entries.folder }, pages, policy);
      servers.push(server);
      return server.origin;
    }

    const bundles = new Map<string, Promise<string>>();
    const bundle = (name: keyof typeof BUNDLERS): Promise<string> => {
      const out = join(entries.folder, `page-${name}`);
      const job = { tools: installed().tools, entry: entries.browser, out, platform: 'browser' } as const;
      const made = bundles.get(name) ?? BUNDLERS[name](job);
      bundles.set(name, made);
      return made;
    };

    it.each(Object.keys(BUNDLERS) as (keyof typeof BUNDLERS)[])(
      'by %s gives the bytes of Node, in a page and in a worker',
      async (name) => {
        const origin = await serve(await bundle(name));
        expect(await outcomeOf(browser(), `${origin}/page`)).toEqual(expected);
        expect(await outcomeOf(browser(), `${origin}/worker`)).toEqual(expected);
      },
    );

    describe('under a strict Content-Security-Policy', () => {
      it("with 'wasm-unsafe-eval' runs WASM, in a page and in a worker", async () => {
        const origin = await serve(await bundle('esbuild'), WITH_WASM);
        expect(await outcomeOf(browser(), `${origin}/page`)).toEqual(expected);
        expect(await outcomeOf(browser(), `${origin}/worker`)).toEqual(expected);
      });

      it.each(['page', 'worker'])(
        'without it runs the reference engine and reports that once, in a %s',
        async (place) => {
          const origin = await serve(await bundle('esbuild'), STRICT);
          const { problems, snapshot, ...outcome } = await outcomeOf(browser(), `${origin}/${place}`);
          expect(problems).toEqual([
            expect.stringMatching(
              /^slowEngine: event 0: .*Content-Security-Policy needs 'wasm-unsafe-eval'.*reference/,
            ),
          ]);
          const { verdicts, pretrained, flagged } = reference;
          expect(outcome).toEqual({
            loaded: 'reference',
            engine: 'reference',
            verdicts,
            pretrained,
            flagged,
          });
        },
      );
    });

    it('has relaxed SIMD in a file that is loaded only where it is asked for', async () => {
      const origin = await serve(await bundle('esbuild'));
      const outcome = await outcomeOf(browser(), `${origin}/page?engine=wasm-relaxed`);
      expect(outcome.engine).toBe('wasm-relaxed');
      expect(outcome.flagged).toContain(600);
    });

    it('runs without a bundler, from an import map', async () => {
      const imports = {
        'rx-anomaly': '/package/dist/index.js',
        rxjs: '/rxjs/dist/esm/index.js',
        tslib: '/tslib/tslib.es6.mjs',
      };
      const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
      const modules = join(installed().project, 'node_modules');
      const folders = {
        package: join(modules, 'rx-anomaly'),
        rxjs: join(modules, 'rxjs'),
        tslib: join(modules, 'tslib'),
        own: entries.folder,
      };
      const server = await serveFiles(folders, { page: page('/own/page.js', map) });
      servers.push(server);
      expect(await outcomeOf(browser(), `${server.origin}/page`)).toEqual(expected);
    });
  });
});
