const IMPORT = /^import [^;]*? from '(\.\.?\/[\w./]+)';\n/gm;

/**
 * Joins compiled modules that import each other into one script: every module after the ones it imports, without the
 * import and export keywords. They share one scope, so a name may be declared only once in all of them.
 *
 * @param entry path of the entry module, or of several
 * @param read returns the text of a module by its path, relative to where `entry` is
 * @throws Error when a module has an import or export of another form
 */
export function joinModules(entry: string | readonly string[], read: (file: string) => string): string {
  const done = new Set<string>();
  const take = (file: string): string => {
    if (done.has(file)) return '';
    done.add(file);
    const source = read(file);
    const needed = [...source.matchAll(IMPORT)].map(([, name]) => take(resolve(file, name!))).join('');
    const body = source
      .replace(IMPORT, '')
      .replace(/^export \{\s*\};\n/gm, '')
      .replace(/^export (?=(async )?function |const |class )/gm, '');
    const left = /^(import|export)\b.*/m.exec(body);
    if (left !== null) throw new Error(`joinModules: cannot join ${file}: ${left[0]}`);
    return needed + body;
  };
  return [entry].flat().map(take).join('');
}

function resolve(file: string, name: string): string {
  return new URL(name, `file:///${file}`).pathname.slice(1);
}
