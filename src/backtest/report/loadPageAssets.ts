import { builtinModule } from '../../core/builtinModule.ts';
import { joinModules } from './joinModules.ts';
import { style } from './page/style.ts';

const ENTRY = 'backtest/report/page/main.js';

/** What is inlined into a report, with the hashes for its Content-Security-Policy. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
  /** base64 of SHA-256 */
  readonly scriptHash: string;
  readonly styleHash: string;
}

/** What a page has in addition to the report's own script and style. */
export interface PageExtension {
  /** Entry module, by its path in `dist`. */
  readonly entry: string;
  readonly style: string;
}

/**
 * Reads uPlot and the page's own script. The latter is always the compiled one: it is found through this
 * package's name, so that it is the same file whether this module runs from `dist` or from the sources.
 *
 * @param extension joined to it; its modules share one scope with the report's
 * @throws Error when the package has not been built; RxAnomalyError NO_NODE in a browser
 */
export function loadPageAssets(extension?: PageExtension): PageAssets {
  const { resolve } = builtinModule('node:module').createRequire(import.meta.url);
  const { dirname, join } = builtinModule('node:path');
  const { readFileSync } = builtinModule('node:fs');
  const dist = join(dirname(resolve('rx-anomaly/package.json')), 'dist');
  const read = (path: string): string => readFileSync(path, 'utf8');
  const entries = extension === undefined ? [ENTRY] : [ENTRY, extension.entry];
  const assets = {
    script: `${read(resolve('uplot/dist/uPlot.iife.min.js'))}\n${joinModules(entries, (file) => read(join(dist, file)))}`,
    style: `${read(resolve('uplot/dist/uPlot.min.css'))}\n${style}${extension?.style ?? ''}`,
  };
  return { ...assets, scriptHash: sha256(assets.script), styleHash: sha256(assets.style) };
}

function sha256(text: string): string {
  return builtinModule('node:crypto').createHash('sha256').update(text, 'utf8').digest('base64');
}
