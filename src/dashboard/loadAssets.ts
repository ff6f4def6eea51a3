import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { style } from './page/style.ts';
import { pageHtml } from './pageHtml.ts';

/** A file that the page requests. */
export interface Asset {
  readonly type: string;
  readonly text: string;
}

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d4fc4"/>' +
  '<path d="M4 20h7l3-12 4 17 3-9h7" fill="none" stroke="#fff" stroke-width="2.5" stroke-linejoin="round"/></svg>';

/** Path of the page's own modules, both in the package and under `/modules/`. */
const FOLDERS = ['dashboard/page', 'charts'];

/** Modules of the page that are elsewhere. They import none. */
const SINGLE = ['models/decision/leadLag.js'];

/**
 * All files that can be requested, by path: nothing is read from disk after start. The page's modules are always the
 * compiled ones: they are resolved by this package's name, so that they are the same whether this module runs from
 * `dist` or from the sources.
 *
 * @throws Error when the package has not been built
 */
export function loadAssets(title: string, timeZone: string): ReadonlyMap<string, Asset> {
  const { resolve } = createRequire(import.meta.url);
  const dist = join(dirname(resolve('rx-anomaly/package.json')), 'dist');
  const read = (path: string): string => readFileSync(path, 'utf8');
  const script = 'text/javascript; charset=utf-8';
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(join(dist, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.js'))
      .map((name) => `${folder}/${name.replaceAll(sep, '/')}`),
  );
  const modules = [...inFolders, ...SINGLE].map((path): [string, Asset] => [
    `/modules/${path}`,
    { type: script, text: read(join(dist, path)) },
  ]);
  return new Map<string, Asset>([
    ['/', { type: 'text/html; charset=utf-8', text: pageHtml(title, timeZone) }],
    [
      '/style.css',
      { type: 'text/css; charset=utf-8', text: `${read(resolve('uplot/dist/uPlot.min.css'))}\n${style}` },
    ],
    ['/icon.svg', { type: 'image/svg+xml', text: ICON }],
    ['/uplot.js', { type: script, text: read(resolve('uplot/dist/uPlot.iife.min.js')) }],
    ...modules,
  ]);
}
