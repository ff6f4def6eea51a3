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
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch {
    throw new RxAnomalyError('BAD_INPUT', `${path}: no such file or folder`);
  }
  if (!isFolder) return [{ path, name: basename(path) }];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const tables = entries
    .filter((entry) => entry.isFile() && TABLE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: file, name: relative(path, file).split(sep).join('/') }));
  if (tables.length === 0)
    throw new RxAnomalyError('BAD_INPUT', `${path}: holds no .csv or .tsv file, nor a packed one`);
  return tables;
}
