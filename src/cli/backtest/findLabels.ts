import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Labels, parseLabels } from '../../backtest/index.ts';
import { RxAnomalyError } from '../../core/errors.ts';

/**
 * Where the labels are: a file, a column, or a file found next to the data.
 *
 * @param labels the user's option
 * @throws RxAnomalyError BAD_INPUT
 */
export async function findLabels(
  path: string,
  labels: string | undefined,
  log: (line: string) => void,
): Promise<{ labels?: Labels; column?: string }> {
  if (labels !== undefined) {
    if (await isFile(labels)) return { labels: parseLabels(await readFile(labels, 'utf8'), labels) };
    if (/\.json$/i.test(labels)) throw new RxAnomalyError('BAD_INPUT', `${labels}: no such file`);
    return { column: labels };
  }
  const labelsPath = join(path, 'labels.json');
  if (!(await isFile(labelsPath))) return {};
  log(`labels from ${labelsPath}`);
  return { labels: parseLabels(await readFile(labelsPath, 'utf8'), labelsPath) };
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
