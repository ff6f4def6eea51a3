import type { Value, Verdict } from '../core/reading.ts';
import { StreamDetector } from '../models/streamDetector.ts';
import type { CsvRow, CsvTable } from '../sources/index.ts';
import { breather } from './breather.ts';
import type { ProblemCounts } from './problemCounts.ts';
import { type JudgeOptions, rowOptions } from './rowOptions.ts';

/**
 * Runs a fresh detector over a table, from its first row to its last.
 *
 * @param problems counts what was wrong
 * @param onVerdict gets every verdict with its row
 * @param onPause called now and then with the share of the table that is done
 * @throws the signal's reason when it aborts
 */
export async function judgeTable(
  table: CsvTable,
  options: JudgeOptions,
  problems: ProblemCounts,
  onVerdict: (verdict: Verdict<CsvRow, Value>, row: CsvRow) => void,
  onPause: (share: number | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  const detector = new StreamDetector<CsvRow, Value>(rowOptions(table, options, problems), 'backtest');
  const breathe = breather();
  try {
    for await (const rows of table.batches()) {
      for (const row of rows) {
        for (const { kind, message } of row.problems) problems.add(kind, message);
        const verdict = detector.process(row);
        if (verdict !== undefined) onVerdict(verdict, row);
        const pause = breathe();
        if (pause === undefined) continue;
        onPause(table.share());
        await pause;
        signal.throwIfAborted();
      }
    }
  } finally {
    detector.dispose();
    await table.close();
  }
}
