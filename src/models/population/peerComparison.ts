import { medianOf } from '../../core/math/median.ts';
import { RecentKeys } from '../derived/recentKeys.ts';
import { PeerColumn } from './peerColumn.ts';
import { PeerOffsets } from './peerOffsets.ts';

/** Where one stream stands among its peers at one moment. */
export interface PeerComparison {
  /** Streams that it was compared with: those of its group that have a value in the same window, without itself. */
  readonly count: number;
  /**
   * Their level, per dimension, in units of the value: the median of what each has beyond its own usual offset, so that it stays
   * where it is when one of them fails, falls silent or joins. In the first window it is the median of the values.
   */
  readonly median: readonly number[];
  /** The spread of their values about it, per dimension, in units of the value: 1.4826 times the median absolute deviation. */
  readonly spread: readonly number[];
  /**
   * How far it is from them, 0 or more: its distance to the median in units of the larger of their spread and the usual
   * deviation of the whole group, of the dimension where that is largest. Corrected for few peers, whose spread is uncertain.
   */
  readonly distance: number;
  /** Whether it was that far in most of its last windows. */
  readonly isOutlier: boolean;
}

/** When a stream is an outlier. */
export interface OutlierRule {
  /** The least distance. */
  readonly distance: number;
  /** In so many of its last `of` windows. */
  readonly windows: number;
  readonly of: number;
}

/** A stream's value in one window. */
export interface PeerValue {
  readonly key: string | undefined;
  readonly value: readonly number[];
}

/** What a comparison tells: the deviation from the median of the peers, NaN where there were too few, and the rest. */
export interface ComparedValue {
  readonly deviation: readonly number[];
  readonly peers: PeerComparison;
}

/** Streams of a group that are remembered. */
const KEYS = 100_000;
/** Windows that the usual deviation of a group is a mean of. */
const MEMORY = 200;
/** A surprise counts up to so many times the median one of its window. */
const MOST = 5;
/** Windows with enough peers before the first outlier: until then the usual deviation is not known. */
const FIRST = 10;
/** What is remembered of one stream. */
interface Member {
  readonly offsets: PeerOffsets;
  /** Whether it was far off, in each of its last windows. */
  readonly far: boolean[];
}

/**
 * The streams of one group, compared window by window. Each is measured against the others alone, so that it does not hide
 * behind what it does to their median (leave-one-out). The median is that of values without their streams' usual offsets: of
 * the values themselves it would jump to the next one whenever a stream crosses it, fails or joins, and all others with it. Of
 * few peers the spread is uncertain: the distances of normal samples and of Student's t with 5 degrees of freedom were
 * simulated for 5 to 50 streams, and the correction 1 + 60 / count² brings the 99th percentile of the largest of a group to
 * about 9 for all of them.
 */
export class PeerGroup {
  readonly #rule: OutlierRule;
  readonly #least: number;
  readonly #members: RecentKeys<Member> = new RecentKeys(
    KEYS,
    (): Member => ({ offsets: new PeerOffsets(), far: [] }),
    () => {},
  );
  readonly #usual: number[] = []; // per dimension: mean of the absolute deviations
  readonly #learnt: number[] = []; // per dimension: windows with enough peers

  /** @param least peers without which nothing is compared */
  constructor(rule: OutlierRule, least: number) {
    this.#rule = rule;
    this.#least = least;
  }

  /** The values of one window, which are in the same order in the result. */
  compare(values: readonly PeerValue[]): ComparedValue[] {
    const dimensions = Math.max(0, ...values.map(({ value }) => value.length));
    const members = values.map(({ key }) => this.#members.use(key));
    const windows = Array.from({ length: dimensions }, (_, d) => {
      const column = Float64Array.from(values, ({ value }) => value[d] ?? Number.NaN);
      const offsets = Float64Array.from(members, (member) => member.offsets.of(d));
      return { column, offsets, peers: new PeerColumn(column, offsets, this.#least) };
    });
    const compared = values.map((_, at) =>
      windows.map(({ column, peers }) => {
        const others = peers.peers(at);
        return { ...others, deviation: column[at]! - others.median };
      }),
    );
    const result = members.map((member, at): ComparedValue => {
      const parts = compared[at]!;
      const count = Math.max(0, ...parts.map((part) => part.count));
      const distances = parts.map(({ count, deviation, spread }, d) => {
        const unit = Math.max(spread, this.#usual[d] ?? 0);
        const share = Math.abs(deviation) / (1 + 60 / (count * count));
        return share === 0 || Number.isNaN(share) ? 0 : share / unit;
      });
      const distance = Math.max(0, ...distances);
      return {
        deviation: parts.map(({ deviation }) => deviation),
        peers: {
          ...{ count, median: parts.map(({ median }) => median), spread: parts.map(({ spread }) => spread) },
          ...{ distance, isOutlier: count >= this.#least && this.#isOutlier(member, distance) },
        },
      };
    });
    this.#learn(compared);
    for (const [d, { column, offsets, peers }] of windows.entries())
      learnOffsets(d, column, offsets, peers.peers().median, members);
    return result;
  }

  #isOutlier({ far }: Member, distance: number): boolean {
    const { distance: least, windows, of } = this.#rule;
    far.push(distance >= least);
    if (far.length > of) far.shift();
    return Math.max(0, ...this.#learnt) >= FIRST && far.filter(Boolean).length >= windows;
  }

  // The mean over the streams, each cut at five times their median: one that is far off counts little.
  #learn(compared: readonly (readonly { readonly deviation: number }[])[]): void {
    const dimensions = compared[0]?.length ?? 0;
    for (let d = 0; d < dimensions; d++) {
      const sizes = Float64Array.from(compared, (parts) => Math.abs(parts[d]!.deviation)).filter(
        (size) => !Number.isNaN(size),
      );
      if (sizes.length === 0) continue;
      const most = 5 * medianOf(sizes) || Number.POSITIVE_INFINITY;
      const size = sizes.reduce((sum, each) => sum + Math.min(each, most), 0) / sizes.length;
      const learnt = (this.#learnt[d] ?? 0) + 1;
      this.#learnt[d] = learnt;
      this.#usual[d] =
        (this.#usual[d] ?? 0) + Math.max(1 / MEMORY, 1 / learnt) * (size - (this.#usual[d] ?? 0));
    }
  }
}

/**
 * What the streams of one window differ by from their level; nothing where there were too few. The median leaves a part of the
 * surprises that all have in common: their mean is taken off, lest all offsets drift.
 */
function learnOffsets(
  d: number,
  values: Float64Array,
  offsets: Float64Array,
  level: number,
  members: readonly Member[],
): void {
  const deviations = values.map((value) => value - level);
  const surprises = deviations
    .map((deviation, at) => deviation - offsets[at]!)
    .filter((surprise) => !Number.isNaN(surprise));
  const most = MOST * medianOf(surprises.map(Math.abs)) || Number.POSITIVE_INFINITY;
  const usual = surprises.filter((surprise) => Math.abs(surprise) <= most);
  const common = usual.reduce((sum, surprise) => sum + surprise, 0) / Math.max(1, usual.length);
  for (const [at, deviation] of deviations.entries())
    if (!Number.isNaN(deviation)) members[at]!.offsets.learn(d, deviation - common, most);
}
