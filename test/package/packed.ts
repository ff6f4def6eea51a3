import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, beforeEach, describe } from 'vitest';
import { ROOT } from '../house/sourceFiles.ts';

/** Where the tools are installed; gone with the next `npm ci`. */
const CACHE = join(ROOT, 'node_modules', '.cache', 'rx-anomaly');
/** Where the package is installed: outside of this checkout, whose tsconfig.json and node_modules it must not find. */
const OUTSIDE = join(
  tmpdir(),
  `rx-anomaly-packed-${createHash('sha256').update(ROOT).digest('hex').slice(0, 8)}`,
);

/** Those of other versions than the one that runs the tests, by their first number; each is 100 MB. */
export const OTHER_NODES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' }).filter(
    ([major]) => !process.versions.node.startsWith(`${major}.`),
  ),
);

/** Bundlers and runtimes: too large for devDependencies, so installed where these tests run. */
const TOOLS = {
  '@rollup/plugin-node-resolve': '16.0.3',
  bun: '1.4.5',
  deno: '2.9.6',
  esbuild: '0.28.2',
  rollup: '4.68.8',
  vite: '8.4.0',
  webpack: '5.113.0',
  ...Object.fromEntries(
    Object.entries(OTHER_NODES).map(([major, version]) => [`node${major}`, `npm:node@${version}`]),
  ),
};

/** The package in a project of its own, as a new user has it. */
export interface Packed {
  /** The tarball. */
  readonly tarball: string;
  /** Bytes of it. */
  readonly size: number;
  /** A folder whose node_modules is what `npm install rx-anomaly rxjs` leaves; not to be changed but for new folders. */
  readonly project: string;
}

let packed: Promise<Packed> | undefined;

/**
 * Packs and installs once for all tests, and again only when the package has changed. `npm run build` comes before.
 *
 * @throws Error what npm says when it cannot install
 */
export function pack(): Promise<Packed> {
  packed ??= makePacked();
  return packed;
}

async function makePacked(): Promise<Packed> {
  mkdirSync(CACHE, { recursive: true });
  return once('pack', async () => {
    const { filename, size, shasum } = packTarball();
    const tarball = join(CACHE, filename);
    const project = join(OUTSIDE, shasum);
    if (!existsSync(join(project, 'node_modules', '.package-lock.json'))) {
      rmSync(OUTSIDE, { recursive: true, force: true });
      mkdirSync(project, { recursive: true });
      writeFileSync(
        join(project, 'package.json'),
        '{ "name": "project", "private": true, "type": "module" }',
      );
      npm(project, 'install', tarball, 'rxjs@7', '--ignore-scripts', ...QUIET);
    }
    return { tarball, size, project };
  });
}

interface Tarball {
  readonly filename: string;
  readonly size: number;
  readonly shasum: string;
}

/** Packs where anything has changed that could be in the package: each test file asks for it, and npm takes seconds. */
function packTarball(): Tarball {
  const record = join(CACHE, 'pack.json');
  const state = stateOfSources();
  if (existsSync(record)) {
    const last = JSON.parse(readFileSync(record, 'utf8')) as Tarball & { readonly state: string };
    if (last.state === state && existsSync(join(CACHE, last.filename))) return last;
  }
  const [{ filename, size, shasum }] = JSON.parse(
    npm(ROOT, 'pack', '--json', '--ignore-scripts', '--pack-destination', CACHE),
  );
  writeFileSync(record, JSON.stringify({ filename, size, shasum, state }));
  return { filename, size, shasum };
}

/** Names, sizes and times of the files of the checkout, without those of tests and of what is installed. */
function stateOfSources(): string {
  const hash = createHash('sha256');
  for (const top of readdirSync(ROOT, { withFileTypes: true })) {
    if (/^(?:\.git|node_modules|reference|test)$/.test(top.name)) continue;
    const inside = top.isDirectory()
      ? readdirSync(join(ROOT, top.name), { recursive: true, withFileTypes: true })
      : [top];
    for (const entry of inside.filter((each) => each.isFile())) {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = statSync(path);
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/** The folder in whose node_modules the {@link TOOLS} are. */
export function installTools(): Promise<string> {
  return install('tools', TOOLS);
}

/** A folder of this name with these packages in its node_modules: installed once, and again when they are others. */
export function install(name: string, dependencies: Readonly<Record<string, string>>): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  return once(name, async () => {
    const folder = join(CACHE, name);
    const manifest = JSON.stringify({ private: true, dependencies });
    const file = join(folder, 'package.json');
    const isThere =
      existsSync(join(folder, 'node_modules', '.package-lock.json')) &&
      readFileSync(file, 'utf8') === manifest;
    if (!isThere) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, manifest);
      npm(folder, 'install', ...QUIET);
    }
    return folder;
  });
}

const QUIET = [
  ...['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
  ...(process.env.CI === 'true' ? [] : ['--fetch-retries=0']), // who has no network should not wait for it
];

/** Runs `body` with the installed package. Without a network it is skipped, loudly; in CI that is a failure. */
export function describePacked(title: string, body: (packed: () => Packed) => void): void {
  describeWith(title, pack, body);
}

/** Runs before the tests of a suite, where there is something installed to test. */
type Prepare = (task: () => void | Promise<void>) => unknown;

/** The same with bundlers and runtimes in the node_modules of `tools`. */
export function describeWithTools(
  title: string,
  body: (installed: () => Packed & { readonly tools: string }, prepare: Prepare) => void,
): void {
  describeWith(title, async () => ({ ...(await pack()), tools: await installTools() }), body);
}

/** The same with these packages in the node_modules of `folder`, which other sets of them do not share. */
export function describeWithPackages(
  title: string,
  name: string,
  dependencies: Readonly<Record<string, string>>,
  body: (installed: () => Packed & { readonly folder: string }) => void,
): void {
  describeWith(title, async () => ({ ...(await pack()), folder: await install(name, dependencies) }), body);
}

function describeWith<T>(
  title: string,
  install: () => Promise<T>,
  body: (installed: () => T, prepare: Prepare) => void,
): void {
  describe(title, () => {
    let installed: T | undefined;
    let reason = '';
    const tasks: (() => void | Promise<void>)[] = [];
    beforeAll(async () => {
      try {
        installed = await install();
      } catch (error) {
        reason = (error as Error).message;
        if (process.env.CI === 'true' || !isOffline()) throw error;
        console.warn(`SKIPPED: ${title}: no registry to install from: ${reason}`);
        return;
      }
      for (const task of tasks) await task();
    }, 900_000);
    beforeEach(({ skip }) => {
      if (installed === undefined) skip(reason);
    });
    body(
      () => installed!,
      (task) => tasks.push(task),
    );
  });
}

/** Whether the registry answers nothing: what npm reports of an install is not always that. */
function isOffline(): boolean {
  const args = ['view', 'rxjs', 'version', '--prefer-online', '--fetch-retries=0'];
  return spawnSync('npm', args, { shell: process.platform === 'win32' }).status !== 0;
}

/** What npm prints. */
function npm(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')}\n${stderr}`);
  return stdout;
}

/** One process after the other: test files run in several. */
async function once<T>(name: string, task: () => Promise<T>): Promise<T> {
  const lock = join(CACHE, `${name}.lock`);
  while (!taken(lock)) await delay(100);
  try {
    return await task();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether this process has the lock now; that of a process which is no more is taken from it. */
function taken(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    const owner = Number(readFileSync(lock, 'utf8'));
    if (owner > 0) process.kill(owner, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') rmSync(lock, { force: true });
  }
  return false;
}
