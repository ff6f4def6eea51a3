import { readFile } from 'node:fs/promises';
import type { IncidentMetrics, NabStreamResult, RangeMetrics } from '../../backtest/index.ts';
import { messageOf, RxAnomalyError } from '../../core/errors.ts';

/** The parts of `backtest --format json` that are compared. */
export interface SavedBacktest {
  readonly version: string;
  readonly forecaster: string;
  readonly scorer: string;
  readonly seed: number;
  readonly threshold: number;
  readonly policy: object;
  readonly interrupted: boolean;
  readonly pooled: IncidentMetrics | null;
  readonly streams: readonly SavedStream[];
}

export interface SavedStream {
  readonly name: string;
  readonly records: number;
  readonly metrics: IncidentMetrics | null;
  readonly labels: readonly SavedSpan[] | null;
  readonly incidents: readonly SavedSpan[];
  readonly vusPr: number | null;
  readonly ranges: RangeMetrics | null;
  readonly nab: readonly NabStreamResult[] | null;
}

/** Records, both ends included, and the time of the first where it is known. */
export interface SavedSpan {
  readonly first: number;
  readonly last: number;
  readonly start: string | null;
}

const FIELDS = ['version', 'forecaster', 'scorer', 'seed', 'threshold', 'policy', 'interrupted', 'streams'];
const STREAM_FIELDS = ['name', 'records', 'metrics', 'labels', 'incidents', 'vusPr', 'ranges', 'nab'];

/** @throws RxAnomalyError BAD_INPUT for a file that `backtest --format json` did not write */
export async function readBacktest(path: string): Promise<SavedBacktest> {
  let saved: unknown;
  try {
    saved = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new RxAnomalyError('BAD_INPUT', `${path}: ${messageOf(cause)}`, { cause });
  }
  const isBacktest =
    hasFields(saved, FIELDS) &&
    Array.isArray(saved.streams) &&
    saved.streams.every((stream: unknown) => hasFields(stream, STREAM_FIELDS));
  if (!isBacktest)
    throw new RxAnomalyError('BAD_INPUT', `${path}: expected what backtest --format json writes`);
  return saved as object as SavedBacktest;
}

function hasFields(given: unknown, names: readonly string[]): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && names.every((name) => name in given);
}
