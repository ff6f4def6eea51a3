import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** One native file: where it belongs in the folder of `@tensorflow/tfjs-node`, and what it must be. */
export interface NativeFile {
  readonly path: string;
  readonly sha256: string;
  /** Names under which the dynamic linker looks for it. */
  readonly aliases: readonly string[];
}

/** The N-API binding, ABI-stable across Node versions, and libtensorflow 1.15 for linux-x64. */
export const TENSORFLOW_FILES: readonly NativeFile[] = [
  {
    path: 'lib/napi-v8/tfjs_binding.node',
    sha256: '49a5197e63982786cfff5af282d5bfefd8b55a728daa04925b031ced6d4dc0c5',
    aliases: [],
  },
  {
    path: 'deps/lib/libtensorflow.so.1.15.0',
    sha256: '95590cd1cbe4fcd2065e17b2c797a39e2ee31b499d081aff77d3b70a93818daa',
    aliases: ['libtensorflow.so.1', 'libtensorflow.so'],
  },
  {
    path: 'deps/lib/libtensorflow_framework.so.1.15.0',
    sha256: '0217782c0ef974979ea371efa2b672622cd4486d2ec2746d24277a5f50d63e09',
    aliases: ['libtensorflow_framework.so.1', 'libtensorflow_framework.so'],
  },
];

/** The first native file under `folder` that is missing or not what it must be; undefined when all are intact. */
export async function damagedFile(
  folder: string,
  files: readonly NativeFile[] = TENSORFLOW_FILES,
): Promise<string | undefined> {
  for (const { path, sha256 } of files) {
    const found = await hashFile(join(folder, path), 'sha256').catch(() => undefined);
    if (found?.toString('hex') !== sha256) return path;
  }
  return undefined;
}

export async function hashFile(path: string, algorithm: 'sha256' | 'sha512'): Promise<Buffer> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest();
}
