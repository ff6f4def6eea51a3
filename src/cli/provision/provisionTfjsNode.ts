import { constants, existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { RxAnomalyError } from '../../core/errors.ts';
import { loadTfjsNode } from '../../numerics/engines/tfjs/loadTfjsNode.ts';
import { fetchBinding, runNpm } from './fetchBinding.ts';
import { damagedFile, type NativeFile, TENSORFLOW_FILES } from './tensorflowFiles.ts';

const PACKAGE = '@tensorflow/tfjs-node';
const VERSION = '4.22.0';

/**
 * Installs a working `@tensorflow/tfjs-node` for this library from the npm registry alone, for networks where the
 * storage host that its own installer downloads from is blocked. Intact files are kept, so it can be run repeatedly.
 *
 * @param log gets one line per step
 * @throws RxAnomalyError NO_ENGINE, one line that says which step failed and why
 */
export async function provisionTfjsNode(log: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new RxAnomalyError(
      'NO_ENGINE',
      `provision: the npm registry has TensorFlow for linux-x64 only, this is ${process.platform}-${process.arch}; npm install ${PACKAGE}@${VERSION} gets it from its own host`,
    );
  }
  const folder = installedPackage() ?? installPackage(log);
  log(`1/3 ${PACKAGE} ${VERSION}: installed`);
  if ((await damagedFile(folder)) === undefined) {
    log('2/3 native files: in place and intact');
  } else {
    const cache = await fetchBinding((line) => log(`2/3 ${line}`));
    await copyBinding(cache, folder);
    log('2/3 native files: copied and checked');
  }
  const tf = await loadTfjsNode();
  log(`3/3 loads on Node ${process.versions.node}: backend ${tf.getBackend()}`);
}

/**
 * The folder of the package if it is there in the right version. Looks with fs and not with `require.resolve`: Node
 * remembers a failed look-up, and the import after the installation would fail as well.
 */
function installedPackage(): string | undefined {
  for (const modules of createRequire(import.meta.url).resolve.paths(PACKAGE) ?? []) {
    const manifest = join(modules, PACKAGE, 'package.json');
    if (!existsSync(manifest)) continue;
    const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
    return version === VERSION ? join(modules, PACKAGE) : undefined;
  }
  return undefined;
}

/**
 * Without its install script, which would ask the closed host, and without a trace in package.json or the lock file.
 * npm skips an optional peer dependency of the project itself, so the kind is given: `--save-prod`.
 */
function installPackage(log: (line: string) => void): string {
  log(`1/3 ${PACKAGE} ${VERSION}: installing`);
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
  runNpm(['install', `${PACKAGE}@${VERSION}`, '--save-prod', '--no-save', ...quiet]);
  const folder = installedPackage();
  if (folder === undefined) {
    throw new RxAnomalyError(
      'NO_ENGINE',
      `provision: npm put ${PACKAGE} where rx-anomaly does not find it; run this in the folder that holds your package.json`,
    );
  }
  return folder;
}

/** Copies the native files from the cache into the package and checks them there. */
export async function copyBinding(
  cache: string,
  folder: string,
  files: readonly NativeFile[] = TENSORFLOW_FILES,
): Promise<void> {
  for (const { path, aliases } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await rm(target, { force: true }); // a file in use, or a read-only one, is replaced and not written into
    await copyFile(join(cache, path), target, constants.COPYFILE_FICLONE);
    for (const alias of aliases) {
      const link = join(dirname(target), alias);
      await rm(link, { force: true });
      await symlink(target.slice(dirname(target).length + 1), link);
    }
  }
  const damaged = await damagedFile(folder, files);
  if (damaged !== undefined) {
    throw new RxAnomalyError('NO_ENGINE', `provision: ${damaged} was not copied in full; is the disk full?`);
  }
}
