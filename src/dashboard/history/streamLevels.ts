import { badSnapshot, list, type State } from '../../models/snapshot/state.ts';
import { type HistoryColumns, type HistoryRecord, StreamHistory } from './streamHistory.ts';

/** Records, or summaries, in one summary of the next level. */
export const FACTOR = 8;
/** Summaries that are kept, by level: at one event a second 68 minutes, 24 hours, 54 hours and 12 days. */
const KEPT: readonly number[] = [512, 1350, 384, 256];
/** Of them those that are saved: a state is written often. */
const SAVED: readonly number[] = [64, 350, 200, 256];

/**
 * Summaries of the records of a stream, each of 8, 64, 512 or 4,096 in a row, for looking back further than its records are
 * kept: up to 140 kB for each dimension and stream.
 *
 * In the columns of a summary `value` and `expected` are means, `lower` and `upper` the least and greatest value, `score` is the
 * greatest, and `times` has its beginning.
 */
export class StreamLevels {
  readonly #levels: readonly StreamHistory[];

  constructor(dimensions: number) {
    this.#levels = KEPT.map((kept) => new StreamHistory(dimensions, () => kept, FACTOR));
  }

  /** By level, the finest first. */
  get levels(): readonly StreamHistory[] {
    return this.#levels;
  }

  /** Summarises what is complete. Called after each record of `history`. */
  advance(history: StreamHistory): void {
    let [finer, isRaw] = [history, true];
    for (const level of this.#levels) {
      if (finer.records % FACTOR !== 0) return;
      const columns = finer.columns(Math.max(finer.oldest, finer.records - FACTOR), finer.records);
      level.add(summaryOf(columns, isRaw));
      [finer, isRaw] = [level, false];
    }
  }

  save(): State {
    return this.#levels.map((level, k) => level.save(SAVED[k]!));
  }

  /** @param records of the stream @throws RxAnomalyError BAD_SNAPSHOT where it is nothing that `save` gave */
  resume(saved: State | undefined, records: number): void {
    let expected = records;
    for (const [k, each] of list('levels', saved, KEPT.length).entries()) {
      const level = this.#levels[k]!;
      level.resume(each);
      expected = Math.floor(expected / FACTOR);
      if (level.records !== expected)
        throw badSnapshot('snapshot: the summaries of a stream are not of its records');
    }
  }
}

/** One record of a history that stands for several. @param isRaw whether these are records, with a band */
function summaryOf({ times, dimensions, score, flagged }: HistoryColumns, isRaw: boolean): HistoryRecord {
  const of = (column: (d: HistoryColumns['dimensions'][number]) => number): number[] =>
    dimensions.map(column);
  return {
    time: Number.isNaN(times[0]!) ? undefined : times[0],
    score: score.reduce((high, each) => Math.max(high, Number.isNaN(each) ? 0 : each), 0),
    isAnomaly: flagged.some((each) => each > 0),
    value: of(({ value }) => mean(value)),
    expected: of(({ expected }) => mean(expected)),
    lower: of(({ value, lower }) => extreme(isRaw ? value : lower, Math.min)),
    upper: of(({ value, upper }) => extreme(isRaw ? value : upper, Math.max)),
  };
}

/** Of the finite ones; NaN without. */
function mean(column: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const each of column) {
    if (!Number.isFinite(each)) continue;
    count++;
    sum += (each - sum) / count; // a running mean: a sum could overflow
  }
  return count === 0 ? Number.NaN : sum;
}

function extreme(column: Float64Array, pick: (a: number, b: number) => number): number {
  let found = Number.NaN;
  for (const each of column)
    if (Number.isFinite(each)) found = Number.isNaN(found) ? each : pick(found, each);
  return found;
}
