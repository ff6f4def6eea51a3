import { constants } from 'node:fs';
import { copyFile, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RxAnomalyError } from '../../core/errors.ts';
import { damagedFile, type NativeFile, TENSORFLOW_FILES } from './tensorflowFiles.ts';

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
