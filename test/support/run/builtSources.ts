import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Takes what `npm run build` has made of a source, where a test or another source imports that: it is loaded as it is, while
 * sources are transformed so that each use of an import is a look-up. Threads, too, are there next to what is built only: leases
 * of the engines are then renewed in one, as they are for users.
 */
export function builtSources(): {
  name: string;
  enforce: 'pre';
  resolveId(id: string, importer: string | undefined): string | undefined;
} {
  const root = process.cwd();
  const [src, dist] = [join(root, 'src/'), join(root, 'dist/')];
  return {
    name: 'built-sources',
    enforce: 'pre',
    resolveId(id, importer) {
      if (!id.startsWith('.') || importer === undefined) return undefined;
      const path = join(dirname(importer), id);
      if (!path.startsWith(src) || !path.endsWith('.ts') || path.startsWith(`${src}cli/`)) return undefined;
      const built = `${dist}${path.slice(src.length, -3)}.js`;
      return existsSync(built) ? built : undefined;
    },
  };
}
