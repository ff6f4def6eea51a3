import type { Value, Verdict } from '../../core/reading.ts';
import { StreamDetector } from '../../models/streamDetector.ts';
import type { CsvRow, CsvTable } from '../../sources/index.ts';
import { ProblemCounts } from '../run/problemCounts.ts';
import { type DetectionOptions, rowOptions } from '../run/rowOptions.ts';
import { problemsOf } from '../run/table/derivedRow.ts';
import { withOutlier } from '../run/table/peerTable.ts';
import { createYield } from '../run/yieldToEventLoop.ts';

/** Another detector on the same rows. */
export interface BaselineDetector {
  readonly options: DetectionOptions;
  onVerdict(verdict: Verdict<CsvRow, Value>, row: CsvRow): void;
}

/**
 * Runs a fresh detector over a table, from its first row to its last.
 *
 * @param problems counts what was wrong
 * @param onVerdict gets every verdict with its row
 * @param onPause called at intervals with the finished share of the table
 * @param others more detectors on the same rows; bad data is reported once
 * @throws the signal's reason when it aborts
 */
export async function detectTable(
  table: CsvTable,
  options: DetectionOptions,
  problems: ProblemCounts,
  onVerdict: (verdict: Verdict<CsvRow, Value>, row: CsvRow) => void,
  onPause: (share: number | undefined) => void,
  signal: AbortSignal,
  baselines: readonly BaselineDetector[] = [],
): Promise<void> {
  const detectorOf = (
    detectionOptions: DetectionOptions,
    counts: ProblemCounts,
  ): StreamDetector<CsvRow, Value> =>
    new StreamDetector<CsvRow, Value>(rowOptions(table, detectionOptions, counts), 'backtest');
  const detector = detectorOf(options, problems);
  const others = baselines.map((other) => ({
    ...other,
    detector: detectorOf(other.options, new ProblemCounts()),
  }));
  const flagged = new Set<string | undefined>(); // keys whose newest verdict was
  const yieldToEventLoop = createYield();
  try {
    for await (const rows of table.batches()) {
      for (const row of rows) {
        for (const { kind, message } of problemsOf(row)) problems.add(kind, message);
        const detected = detector.process(row);
        const verdict = detected && withOutlier(detected, !flagged.has(detected.key));
        if (verdict !== undefined) onVerdict(verdict, row);
        if (verdict?.isAnomaly) flagged.add(verdict.key);
        else flagged.delete(row.key);
        for (const other of others) {
          const opinion = other.detector.process(row);
          if (opinion !== undefined) other.onVerdict(opinion, row);
        }
        const pause = yieldToEventLoop();
        if (pause === undefined) continue;
        onPause(table.share());
        await pause;
        signal.throwIfAborted();
      }
    }
  } finally {
    detector.dispose();
    for (const other of others) other.detector.dispose();
    await table.close();
  }
}
