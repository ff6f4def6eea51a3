import { posix } from 'node:path';
import { parseAst } from 'vitest/node';
import type { Sources } from './importRules.ts';

/** Names that a door exports without TSDoc above their declaration, as `name (file)`. */
export function undocumented(door: string, sources: Sources): string[] {
  return publicNames(door, sources)
    .filter(({ name, path }) => declarations(path, sources).get(name) !== true)
    .map(({ name, path }) => `${name} (${path})`);
}

/** What a file of nothing but re-exports exports: names as they are called where they are declared. */
function publicNames(door: string, sources: Sources): { readonly name: string; readonly path: string }[] {
  return parseAst(sources.get(door) ?? '', { lang: 'ts' }).body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration' && statement.type !== 'ExportAllDeclaration') return [];
    if (!statement.source) throw new Error(`${door} declares something itself`);
    const path = posix.join(posix.dirname(door), statement.source.value);
    const names =
      statement.type === 'ExportAllDeclaration'
        ? [...declarations(path, sources).keys()]
        : statement.specifiers.map(({ local }) => ('name' in local ? local.name : local.value));
    return names.map((name) => ({ name, path }));
  });
}

/** The exported declarations of a file by name: true where a docstring stands right above. */
function declarations(path: string, sources: Sources): Map<string, boolean> {
  const source = sources.get(path) ?? '';
  const found = new Map<string, boolean>();
  for (const statement of parseAst(source, { lang: 'ts' }).body) {
    if (statement.type !== 'ExportNamedDeclaration' || !statement.declaration) continue;
    const { declaration } = statement;
    const named = 'declarations' in declaration ? declaration.declarations : [declaration];
    for (const { id } of named) {
      const name = id !== null && 'name' in id ? id.name : undefined;
      if (name === undefined) continue;
      // Of an overloaded function, the first signature carries it.
      found.set(name, found.get(name) === true || endsInDocstring(source.slice(0, statement.start)));
    }
  }
  return found;
}

function endsInDocstring(before: string): boolean {
  return /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.test(before);
}
