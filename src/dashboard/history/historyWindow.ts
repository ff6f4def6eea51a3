import { packColumn, packDoubles } from '../../charts/packColumn.ts';
import { type BoardStream, finite } from '../boardStream.ts';
import type { WireWindow } from '../page/history/wireWindow.ts';
import { FACTOR } from './streamLevels.ts';

/** What is asked for. */
export interface WindowQuery {
  /** Milliseconds, or numbers of records in a stream without times; infinite: all. */
  readonly from: number;
  readonly to: number;
  /** Points at most. */
  readonly points: number;
  readonly dimension: number;
}

/**
 * A window of a stream in as much detail as is kept of all of it and fits in so many points: its records, or summaries of
 * 8, 64, 512 or 4,096, followed by what no summary has yet.
 */
export function historyWindow(stream: BoardStream, { from, to, points, dimension }: WindowQuery): WireWindow {
  const levels = [stream.history, ...stream.levels.levels];
  const hasTimes = stream.newest !== undefined;
  const placeOf = (k: number, at: number): number =>
    hasTimes ? levels[k]!.timeOf(at) : at * FACTOR ** k + 1;
  const isKept = (k: number): boolean => {
    const { oldest, records } = levels[k]!;
    return records > oldest && (oldest === 0 || placeOf(k, oldest) <= from);
  };
  const within = (k: number): readonly [first: number, end: number] => {
    const { oldest, records } = levels[k]!;
    let [first, end] = [records, oldest];
    let before = records; // the summary that begins before the window may reach into it
    for (let at = oldest; at < records; at++) {
      const place = placeOf(k, at);
      if (place < from) before = at;
      if (!(place >= from && place <= to)) continue; // NaN: no time
      first = Math.min(first, at);
      end = at + 1;
    }
    if (k > 0 && before < records) [first, end] = [Math.min(first, before), Math.max(end, before + 1)];
    return [first, Math.max(first, end)];
  };
  const choices = levels.map((_, k) => k).filter((k) => levels[k]!.records > levels[k]!.oldest);
  const fits = (k: number): boolean => within(k)[1] - within(k)[0] <= points;
  const level =
    choices.find((k) => isKept(k) && fits(k)) ??
    choices.findLast((k) => isKept(k)) ??
    // Nothing reaches back so far: what reaches back furthest.
    choices.reduce(
      (best, k) => (placeOf(k, levels[k]!.oldest) < placeOf(best, levels[best]!.oldest) ? k : best),
      0,
    );
  const parts: Part[] = [];
  for (let k = level; k >= 0; k--) {
    const [first, end] = within(k);
    // Of finer levels only what the coarser ones do not have.
    const begin = k === level ? first : Math.max(first, levels[k + 1]!.records * FACTOR);
    if (begin >= end) continue;
    const { times, score, dimensions } = levels[k]!.columns(begin, end);
    const own = dimensions[dimension]!;
    const isSingle = level > 0 && k === 0; // then its band is no range of values
    parts.push({
      x: hasTimes ? times : times.map((_, i) => (begin + i) * FACTOR ** k + 1),
      ...{ score, value: own.value, expected: own.expected },
      ...(isSingle ? { lower: own.value, upper: own.value } : { lower: own.lower, upper: own.upper }),
    });
  }
  const column = (name: keyof Part): Float64Array =>
    Float64Array.from(parts.flatMap((part) => [...part[name]]));
  const begins = choices.map((k) => placeOf(k, levels[k]!.oldest)).filter((x) => !Number.isNaN(x));
  return {
    stream: stream.id,
    perPoint: FACTOR ** level,
    hasTimes,
    since: finite(Math.min(...begins)),
    end: finite(stream.newest ?? stream.history.records),
    x: packDoubles(column('x')),
    value: packColumn(column('value')),
    expected: packColumn(column('expected')),
    lower: packColumn(column('lower')),
    upper: packColumn(column('upper')),
    score: packColumn(column('score')),
  };
}

type Part = Readonly<Record<'x' | 'value' | 'expected' | 'lower' | 'upper' | 'score', Float64Array>>;
