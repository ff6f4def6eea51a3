import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { RxAnomalyError } from '../../core/errors.ts';
import { damagedFile, hashFile, TENSORFLOW_FILES } from './tensorflowFiles.ts';

/** An npm package that carries a build of tfjs-node 2.7.0 for linux-x64: its N-API binding serves 4.22.0 as well. */
const RELEASE = 'tfjs-node-lambda-releases@1.6.1';
const RELEASE_SHA512 =
  'D275PZpxsKenTuiPnvIE5T+D5JrT4aU9M3EDCedBQKlP0hUB7011Yzg8CAJ6MBIog9Lq90aaEair4yrBBlk61w==';
const ARCHIVE = 'package/nodejs12.x-tf2.7.0.br'; // a brotli-compressed tar
const FOLDER = 'node_modules/@tensorflow/tfjs-node'; // in it
const DEPTH = FOLDER.split('/').length;

/** The user's cache folder (XDG base directories), outside any checkout: `npm ci` does not empty it. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rx-anomaly');
}

/**
 * The folder with the native files, laid out as in the package. Downloads them (195 MB) unless they are there.
 *
 * @throws RxAnomalyError NO_ENGINE when the download is not what it should be
 */
export async function fetchBinding(
  log: (line: string) => void,
  parent: string = cacheFolder(),
): Promise<string> {
  const cache = join(parent, 'tfjs-node-linux-x64-tf1.15.0');
  if ((await damagedFile(cache)) === undefined) {
    log(`native files: from the cache, ${cache}`);
    return cache;
  }
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, 'fetch-')); // next to the cache, so that the last step is one rename
  try {
    log(`native files: downloading ${RELEASE} (195 MB)`);
    const name = runNpm(['pack', RELEASE, '--silent'], work).trim();
    const digest = await hashFile(join(work, name), 'sha512');
    if (digest.toString('base64') !== RELEASE_SHA512) {
      throw new RxAnomalyError(
        'NO_ENGINE',
        `provision: ${RELEASE} has the wrong checksum; it was not unpacked`,
      );
    }
    log('native files: unpacking (250 MB)');
    const unpacked = join(work, 'unpacked');
    await unpack(join(work, name), unpacked);
    const damaged = await damagedFile(unpacked);
    if (damaged !== undefined) {
      throw new RxAnomalyError(
        'NO_ENGINE',
        `provision: ${damaged} in ${RELEASE} has the wrong checksum; not used`,
      );
    }
    await rm(cache, { recursive: true, force: true });
    await rename(unpacked, cache);
    return cache;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** tar | brotli | tar, as a stream: nothing but the three files touches the disk. */
async function unpack(tarball: string, folder: string): Promise<void> {
  await mkdir(join(folder, 'lib'), { recursive: true });
  const members = TENSORFLOW_FILES.map(({ path }) => `${FOLDER}/${path.replace('napi-v8', 'napi-v6')}`);
  const outer = spawn('tar', ['-xzOf', tarball, ARCHIVE], { stdio: ['ignore', 'pipe', 'ignore'] });
  const inner = spawn('tar', ['-x', '-C', folder, `--strip-components=${DEPTH}`, ...members], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const finished = once(inner, 'close');
  await pipeline(outer.stdout, createBrotliDecompress(), inner.stdin);
  await finished;
  await rename(join(folder, 'lib/napi-v6'), join(folder, 'lib/napi-v8'));
}

/** Runs the npm that started this process, or the one on the path; returns what it printed. */
export function runNpm(args: readonly string[], cwd: string = process.cwd()): string {
  const script = process.env.npm_execpath; // set by `npm run` and `npx`; npx and pnpm put their own name here
  const [command, ...prefix] = script?.endsWith('npm-cli.js') ? [process.execPath, script] : ['npm'];
  const run = spawnSync(command, [...prefix, ...args, '--loglevel=error'], { cwd, encoding: 'utf8' });
  if (run.status !== 0) {
    const reason =
      run.error?.message ??
      run.stderr.match(/^npm (?:error|ERR!) (?!code)(.+)$/m)?.[1] ??
      `exit ${run.status}`;
    throw new RxAnomalyError('NO_ENGINE', `provision: npm ${args.slice(0, 2).join(' ')} failed: ${reason}`);
  }
  return run.stdout;
}
