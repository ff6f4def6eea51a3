import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What is bundled, and where it goes. */
export interface BundleJob {
  /** The folder whose node_modules has the bundlers. */
  readonly tools: string;
  readonly entry: string;
  readonly out: string;
  readonly platform: 'node' | 'browser';
}

/** A bundler by its name; it gives the path of the program that it wrote. */
export type Bundler = (job: BundleJob) => Promise<string>;

export const BUNDLERS: Readonly<Record<'esbuild' | 'rollup' | 'vite' | 'webpack', Bundler>> = {
  async esbuild({ tools, entry, out, platform }) {
    const { build } = await load(tools, 'esbuild');
    const options = {
      bundle: true,
      minify: true,
      splitting: true,
      format: 'esm',
      platform,
      logLevel: 'error',
    };
    await build({ ...options, entryPoints: [entry], outdir: out, outExtension: { '.js': '.mjs' } });
    return join(out, basename(entry, '.js').concat('.mjs'));
  },

  async rollup({ tools, entry, out, platform }) {
    const { rollup } = await load(tools, 'rollup');
    const { nodeResolve } = await load(tools, '@rollup/plugin-node-resolve');
    const plugins = [nodeResolve({ browser: platform === 'browser', preferBuiltins: true })];
    const bundle = await rollup({ input: entry, plugins, onwarn: fail });
    await bundle.write({ dir: out, format: 'es', entryFileNames: 'main.mjs', chunkFileNames: '[name].mjs' });
    await bundle.close();
    return join(out, 'main.mjs');
  },

  async vite({ tools, entry, out, platform }) {
    const { build } = await load(tools, 'vite');
    const output = { entryFileNames: 'main.mjs', chunkFileNames: '[name].mjs' };
    await build({
      root: dirname(entry),
      configFile: false,
      logLevel: 'error',
      base: './',
      ...(platform === 'node' ? { ssr: { noExternal: true } } : {}),
      build: {
        outDir: out,
        emptyOutDir: true,
        ...(platform === 'node' ? { ssr: entry } : {}),
        rollupOptions: { input: entry, output },
      },
    });
    return join(out, 'main.mjs');
  },

  async webpack({ tools, entry, out, platform }) {
    const { default: webpack } = await load(tools, 'webpack');
    await new Promise<void>((resolve, reject) => {
      const output = { path: out, filename: 'main.mjs', module: true, chunkFormat: 'module' };
      const target = platform === 'node' ? 'node20' : ['web', 'es2022'];
      // For browsers with its minifier, which takes most of the time, as for users.
      const optimization = platform === 'node' ? { minimize: false } : {};
      const experiments = { outputModule: true };
      const config = { mode: 'production', target, entry, output, experiments, optimization };
      webpack({ ...config, performance: false }, (error: Error | null, stats: WebpackStats) => {
        if (error ?? stats.hasErrors()) reject(error ?? new Error(stats.toString('errors-only')));
        else resolve();
      });
    });
    return join(out, 'main.mjs');
  },
};

interface WebpackStats {
  hasErrors(): boolean;
  toString(preset: string): string;
}

// biome-ignore lint/suspicious/noExplicitAny: installed at test time, hence without types
async function load(tools: string, name: string): Promise<any> {
  const { resolve } = createRequire(join(tools, 'package.json'));
  const module = await import(pathToFileURL(resolve(name)).href);
  return module.build === undefined && module.default?.build !== undefined ? module.default : module;
}

function fail(warning: { readonly message: string }): void {
  throw new Error(warning.message);
}
