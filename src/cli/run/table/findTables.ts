import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { RxAnomalyError } from '../../../core/errors.ts';

/** Files of a folder that are taken for tables. */
export const TABLE: RegExp = /\.[ct]sv(?:\.(?:gz|zst|zip))?$/i;

/** A table on disk and what to call it. */
export interface FoundTable {
  readonly path: string;
  /** Its path under the folder that was searched, with `/`. */
  readonly name: string;
}

/**
 * The file itself, or every `.csv` and `.tsv`, packed or not, under a folder, in order of their names.
 *
 * @throws RxAnomalyError BAD_INPUT when there is nothing of that name, or no table in the folder
 */
export async function findTables(path: string): Promise<FoundTable[]> {
  const refused = (error: unknown): RxAnomalyError => {
    const { code } = error as NodeJS.ErrnoException;
    const isDenied = code === 'EACCES' || code === 'EPERM';
    // A pipe can be read once only, and a folder is another thing.
    const why =
      path === '-' ? 'standard input cannot be read here: save it to a file' : 'no such file or folder';
    return new RxAnomalyError(
      'BAD_INPUT',
      `${path}: ${isDenied ? 'cannot be read: permission denied' : why}`,
    );
  };
  let entries: Dirent[];
  try {
    if (!(await stat(path)).isDirectory()) return [{ path, name: basename(path) }];
    entries = await readdir(path, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw refused(error);
  }
  const tables = entries
    .filter((entry) => entry.isFile() && TABLE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: file, name: relative(path, file).split(sep).join('/') }));
  if (tables.length === 0)
    throw new RxAnomalyError('BAD_INPUT', `${path}: holds no .csv or .tsv file, nor a packed one`);
  return tables;
}
