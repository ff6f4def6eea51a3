// Packs the compiled command line, with the packages that only it needs, into few files: a command then starts in half
// the time, and nobody installs those packages. The library stays in its modules, so that bundlers of its users can
// leave out what is not used. The compiled modules of the command stay in dist, where experiments use them; `files` in
// package.json leaves them out of the package.
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const { peerDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
/** Installed by those who use them. RxJS is packed: the command shows nobody its Observables. */
const outside = Object.keys(peerDependencies).filter((name) => name !== 'rxjs');

/** Modules that are loaded together, with all that they import: the first group that has a module is its own. */
const GROUPS = [
  { name: undefined, roots: ['main.js'] }, // which answers --version without the rest
  { name: 'program', roots: ['program.js'] },
  {
    name: 'detection',
    roots: ['config/configure.js', 'commands/detect.js', 'run/table/tableDetection.js'],
  },
];
/** @type {Map<string, ReadonlySet<string>>} */
const imports = new Map();

const bundle = await rolldown({
  input: {
    main: `${dist}cli/main.js`,
    'provision/main': `${dist}cli/provision/main.js`,
    // Started as threads, by their names in the folder of the module that starts them.
    tuneThread: `${dist}lab/tune/tuneThread.js`,
    qualityThread: `${dist}lab/benchQuality/qualityThread.js`,
    natsLeaseThread: `${dist}nats/natsLeaseThread.js`,
    redisLeaseThread: `${dist}redis/redisLeaseThread.js`,
  },
  platform: 'node',
  preserveEntrySignatures: 'allow-extension',
  external: (id) => outside.some((name) => `${id}/`.startsWith(`${name}/`)),
  // For Node, RxJS names its CommonJS modules, of which nothing can be left out.
  resolve: {
    alias: { rxjs: fileURLToPath(new URL('../../node_modules/rxjs/dist/esm/index.js', import.meta.url)) },
  },
  checks: { ineffectiveDynamicImport: false },
});
const { output } = await bundle.generate({
  format: 'es',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
  // A file costs nearly a millisecond, however small: all that a detection loads anyway is in one.
  codeSplitting: {
    includeDependenciesRecursively: false, // otherwise the program would be in the detection's
    groups: [{ name: groupOf, debugName: 'groupOf' }],
  },
  // Names of functions stay: a stack trace in a report of a defect is of use.
  minify: {
    compress: true,
    mangle: { toplevel: false, keepNames: true },
    codegen: { removeWhitespace: true },
  },
});
await bundle.close();

const chunks = output.filter((each) => each.type === 'chunk');
for (const { fileName, code } of chunks) {
  const path = join(dist, 'cli', fileName);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
}
// Which modules each file holds: for tests of what a command loads, not in the package.
const modules = Object.fromEntries(
  chunks.map(({ fileName, moduleIds }) => [fileName, moduleIds.map(nameOf)]),
);
writeFileSync(`${dist}cli/modules.json`, JSON.stringify(modules));
writeFileSync(`${dist}cli/LICENSES.txt`, licences());
chmodSync(`${dist}cli/main.js`, 0o755);
cpSync(fileURLToPath(new URL('../schemas/', import.meta.url)), `${dist}schemas`, { recursive: true });

/** The file of a module that most commands need; undefined where it is only of some. */
function groupOf(/** @type {string} */ id, /** @type {import('rolldown').ChunkingContext} */ context) {
  return GROUPS.find(({ roots }) => roots.some((root) => importsOf(join(dist, 'cli', root), context).has(id)))
    ?.name;
}

/** A module and all that it imports, not counting what it loads later. @returns {ReadonlySet<string>} */
function importsOf(/** @type {string} */ root, /** @type {import('rolldown').ChunkingContext} */ context) {
  const known = imports.get(root);
  if (known !== undefined) return known;
  const found = new Set([root]);
  for (const id of found) for (const each of context.getModuleInfo(id)?.importedIds ?? []) found.add(each);
  imports.set(root, found);
  return found;
}

/** Of a module: its path in `dist`, or its package with the path in it. */
function nameOf(/** @type {string} */ id) {
  const [, inPackage] = /.*[/\\]node_modules[/\\](.*)/.exec(id) ?? [];
  return (inPackage ?? relative(dist, id)).replaceAll('\\', '/');
}

/** The licences of the packages whose code is in the files, as these ask for. */
function licences() {
  const ids = chunks.flatMap(({ moduleIds }) => moduleIds);
  const folders = ids.map((id) => /.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/.exec(id)?.[0]);
  const packages = [...new Set(folders)].filter((folder) => folder !== undefined).toSorted();
  return packages
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${name}: no file with its licence`);
      return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
