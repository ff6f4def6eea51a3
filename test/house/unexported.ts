import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** Declaration files (`.d.ts`) by their path in `dist`. */
export type Declarations = ReadonlyMap<string, string>;

type Node = Readonly<Record<string, unknown>>;

/** One declared name: the file that declares it, `#`, the name. */
type Id = string;

interface File {
  /** What a name means that is not declared here. */
  readonly imported: ReadonlyMap<string, Id>;
  /** The statements that declare a name: several where it is overloaded. */
  readonly declared: ReadonlyMap<string, readonly Node[]>;
}

/** A type of options, whose users write values of it. */
const OPTIONS = /(Options|Config|Connection)$/;

/**
 * Names that a user needs and cannot import, as `A.b needs c`: what an exported declaration names must be exported by some
 * door; what options and parameters name, by one that exports them as well.
 *
 * @param doors entry files
 */
export function unexported(doors: readonly string[], declarations: Declarations): string[] {
  const files = new Map([...declarations].map(([path, text]) => [path, readFile(path, text)]));
  const exportsOf = new Map(doors.map((door) => [door, new Set(files.get(door)!.imported.values())]));
  const faults = new Set<string>();
  for (const id of new Set([...exportsOf.values()].flatMap((ids) => [...ids]))) {
    const needs = needsOf(id, files);
    const homes = [...exportsOf].filter(([, ids]) => ids.has(id));
    for (const name of needs.all)
      if (![...exportsOf.values()].some((ids) => ids.has(name))) faults.add(`${id} needs ${name}`);
    const lacking = homes.map(([door, ids]) => ({
      door,
      names: [...needs.given].filter((name) => !ids.has(name)),
    }));
    if (lacking.every(({ names }) => names.length > 0))
      for (const { door, names } of lacking)
        for (const name of names) faults.add(`${id} needs ${name} in ${door}`);
  }
  return [...faults].toSorted();
}

function needsOf(
  id: Id,
  files: ReadonlyMap<string, File>,
): { readonly all: Set<Id>; readonly given: Set<Id> } {
  const [path, name] = id.split('#') as [string, string];
  const file = files.get(path)!;
  const all = new Set<Id>();
  const given = new Set<Id>();
  for (const node of file.declared.get(name) ?? []) {
    const found = (part: unknown): Id[] =>
      namesIn(part).flatMap((each) => {
        if (each === name) return [];
        return file.imported.get(each) ?? (file.declared.has(each) ? `${path}#${each}` : []);
      });
    for (const each of found(node)) all.add(each);
    for (const each of found(OPTIONS.test(name) ? node : node.params)) given.add(each);
  }
  return { all, given };
}

/** Every name that a declaration uses as a type; those of its type parameters and of the library's among them. */
function namesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(namesIn);
  if (typeof node !== 'object' || node === null) return [];
  const { type, typeName, exprName, expression, superClass } = node as Node;
  const name =
    type === 'TSTypeReference'
      ? typeName
      : type === 'TSTypeQuery'
        ? exprName
        : type === 'TSInterfaceHeritage' || type === 'TSClassImplements'
          ? expression
          : superClass;
  return [...nameOf(name), ...Object.values(node).flatMap(namesIn)];
}

function nameOf(node: unknown): string[] {
  const { type, name, left } = (node ?? {}) as Node;
  if (type === 'TSQualifiedName') return nameOf(left);
  return type === 'Identifier' ? [String(name)] : [];
}

function readFile(path: string, text: string): File {
  const imported = new Map<string, Id>();
  const declared = new Map<string, Node[]>();
  const declare = (node: Node): void => {
    const ids = 'declarations' in node ? (node.declarations as Node[]).map(({ id }) => id) : [node.id];
    for (const name of ids.flatMap(nameOf)) declared.set(name, [...(declared.get(name) ?? []), node]);
  };
  for (const statement of parseAst(text, { lang: 'dts' }).body as unknown as Node[]) {
    const { type, source, specifiers, declaration } = statement;
    if (declaration) declare(declaration as Node);
    else if (type === 'ExportAllDeclaration') throw new Error(`${path}: export *`);
    else if (specifiers && source) {
      const from = String((source as Node).value);
      if (!from.startsWith('.')) continue; // a package's
      const target = posix.join(posix.dirname(path), from.replace(/\.[jt]s$/, '.d.ts'));
      for (const { local, imported: other, exported } of specifiers as Node[]) {
        const original = type === 'ImportDeclaration' ? (other ?? local) : local;
        const here = type === 'ImportDeclaration' ? local : exported;
        imported.set(String((here as Node).name), `${target}#${String((original as Node).name)}`);
      }
    } else if ('id' in statement || 'declarations' in statement) declare(statement);
  }
  return { imported, declared };
}
