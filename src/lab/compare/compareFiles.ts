import { basename, resolve } from 'node:path';
import { loadPageAssets } from '../../backtest/index.ts';
import { renderTables, type TitledTable } from '../../backtest/report/renderTable.ts';
import { requireWritable, StandardOutput, writeReportFile } from '../../cli/output/standardOutput.ts';
import { grouped, textTable } from '../../cli/text/formatText.ts';
import { type BacktestComparison, compareBacktests } from './compareBacktests.ts';
import { comparisonPictures } from './comparisonPictures.ts';
import { comparisonTables } from './comparisonTables.ts';
import { readBacktest } from './savedBacktest.ts';

/**
 * Compares two saved backtests.
 *
 * @param report path of the HTML; no HTML where left out
 * @throws RxAnomalyError BAD_INPUT for a file that is not a saved backtest
 */
export async function compareFiles(
  [pathA, pathB]: readonly [string, string],
  report: string | undefined,
  format: 'text' | 'json',
): Promise<void> {
  await requireWritable(report);
  const comparison = compareBacktests(await readBacktest(pathA), await readBacktest(pathB));
  const names = namesOf(pathA, pathB);
  const tables = comparisonTables(comparison, names);
  if (report !== undefined) {
    const page = renderTables(
      ...(['Two backtests', `${names[0]} and ${names[1]}`] as const),
      tables.toSpliced(
        tables.findIndex(({ title }) => title === 'Labels found'),
        0,
        ...picturesOf(comparison, names),
      ),
      loadPageAssets(),
    );
    await writeReportFile(report, page);
  }
  const output = new StandardOutput();
  await output.write(
    format === 'text' ? `${tables.map(inText).join('\n\n')}\n` : `${JSON.stringify(comparison, null, 2)}\n`,
  );
  await output.end();
}

/** File names, or whole paths where those are the same. */
function namesOf(a: string, b: string): [string, string] {
  return basename(a) === basename(b) ? [resolve(a), resolve(b)] : [basename(a), basename(b)];
}

function picturesOf(comparison: BacktestComparison, names: readonly [string, string]): TitledTable[] {
  const { diagrams, more } = comparisonPictures(comparison, names);
  if (diagrams.length === 0) return [];
  const rest = more === 0 ? '' : ` ${grouped(more)} more streams differ.`;
  const notes = [`What each run flagged, below the labels, on the streams where the two differ.${rest}`];
  return [{ title: 'Where they differ', header: [], rows: [], notes, diagrams }];
}

function inText({ title, header, rows, verdict, notes }: TitledTable): string {
  return [
    title,
    ...(verdict === undefined ? [] : [verdict]),
    ...(rows.length > 0 ? [textTable(header, rows)] : []),
    ...notes,
  ].join('\n');
}
