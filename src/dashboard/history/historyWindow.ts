import { packColumn, packDoubles } from '../../charts/packColumn.ts';
import { type BoardStream, finite } from '../boardStream.ts';
import type { WireWindow } from '../page/history/wireWindow.ts';
import type { WireChange } from '../page/wire.ts';
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
 * A window of a stream in as much detail as is kept and fits in so many points: its records, or summaries of 8, 64, 512 or 4,096,
 * finer ones from where they are kept, followed by what no summary has yet.
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
  /** What is shown from the coarsest of levels to the finest, each up to where the next one begins; then what has no summary yet. */
  const stretches = (coarsest: number, finest: number): Stretch[] => {
    const found: Stretch[] = [];
    let covered = 0; // records of the next level that are shown already
    for (let k = coarsest; k >= 0; k--) {
      const [first, end] = within(k);
      const { records } = levels[k]!;
      const last = k > finest ? Math.min(records, Math.ceil(levels[k - 1]!.oldest / FACTOR)) : records;
      const begin = Math.max(first, covered);
      if (begin < Math.min(end, last)) found.push({ k, begin, end: Math.min(end, last) });
      covered = Math.max(covered, last) * FACTOR;
    }
    return found;
  };
  const reaching = choices.filter(isKept);
  // Nothing may reach back so far: then what reaches back furthest.
  const furthest = choices.reduce(
    (best, k) => (placeOf(k, levels[k]!.oldest) < placeOf(best, levels[best]!.oldest) ? k : best),
    0,
  );
  const ways = (reaching.length > 0 ? reaching : [furthest]).flatMap((coarsest) =>
    Array.from({ length: coarsest + 1 }, (_, finest) => ({ coarsest, finest })),
  );
  const fits = ({ coarsest, finest }: (typeof ways)[number]): boolean =>
    stretches(coarsest, finest).reduce((sum, { begin, end }) => sum + end - begin, 0) <= points;
  const { coarsest: level, finest } = ways.find(fits) ?? ways.at(-1)!;
  const parts = stretches(level, finest).map(({ k, begin, end }): Part => {
    const { times, score, dimensions } = levels[k]!.columns(begin, end);
    const own = dimensions[dimension]!;
    const isSingle = level > 0 && k === 0; // then its band is no range of values
    return {
      x: hasTimes ? times : times.map((_, i) => (begin + i) * FACTOR ** k + 1),
      ...{ score, value: own.value, expected: own.expected },
      ...(isSingle ? { lower: own.value, upper: own.value } : { lower: own.lower, upper: own.upper }),
    };
  });
  const column = (name: keyof Part): Float64Array =>
    Float64Array.from(parts.flatMap((part) => [...part[name]]));
  const isWithin = ({ time, record }: WireChange): boolean => {
    const x = hasTimes ? time : record + 1;
    return x !== null && x >= from && x <= to;
  };
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
    changes: stream.changes.all.filter((change) => change.dimension === dimension && isWithin(change)),
  };
}

/** Consecutive summaries, or records, of a level. */
interface Stretch {
  readonly k: number;
  readonly begin: number;
  readonly end: number;
}

type Part = Readonly<Record<'x' | 'value' | 'expected' | 'lower' | 'upper' | 'score', Float64Array>>;
