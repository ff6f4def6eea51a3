// Makes dist: the kernels, the compiled modules, their types, the packed command line. Where nothing has changed since, it does
// nothing, as most commands of package.json begin with it; `npm run build -- --force` makes it anyway.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'dist');
/** Gone with `npm ci`, after which the compilers may be others. */
const stamp = join(root, 'node_modules/.cache/rx-anomaly/built');

const isForced = process.argv.includes('--force');
if (!isForced && existsSync(stamp) && readFileSync(stamp, 'utf8') === state()) process.exit();
rmSync(stamp, { force: true });
rmSync(dist, { recursive: true, force: true });
run('src/numerics/engines/wasm/kernel/build.js');
const tsc = 'node_modules/typescript/bin/tsc';
// Comments are for the types alone, with which all is checked.
run(
  tsc,
  '-p',
  'tsconfig.build.json',
  '--declaration',
  'false',
  '--isolatedDeclarations',
  'false',
  '--removeComments',
  '--noCheck',
);
run(tsc, '-p', 'tsconfig.build.json', '--emitDeclarationOnly');
removeUnusedTypes();
run('src/cli/bundle.js');
mkdirSync(dirname(stamp), { recursive: true });
writeFileSync(stamp, state());

/** Runs a script of Node, and ends as it does where it fails. */
function run(/** @type {string[]} */ ...script) {
  const { status } = spawnSync(process.execPath, script, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Leaves the types that the doors of the package lead to: nobody can import the others, which are a third of all. */
function removeUnusedTypes() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const doors = Object.values(exports).flatMap(({ types }) =>
    types === undefined ? [] : [join(root, types)],
  );
  const used = new Set(doors);
  for (const file of used)
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/\b(?:from|import) ?\(?['"](\.[^'"]+)['"]/g))
      used.add(join(dirname(file), path.replace(/(?:\.d)?\.[jt]s$/, '.d.ts')));
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' }))
    if (path.endsWith('.d.ts') && !used.has(join(dist, path))) rmSync(join(dist, path));
}

/** Of all that dist is made from, what is written among it included, and of the names of what was made. */
function state() {
  const hash = createHash('sha256').update(process.version);
  const add = (/** @type {string} */ folder, /** @type {boolean} */ withContents) => {
    if (!existsSync(join(root, folder))) return;
    const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    for (const file of files.sort()) hash.update(file).update(withContents ? readFileSync(file) : '');
  };
  add('src', true);
  add('dist', false);
  for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'])
    hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}
