/** Where one stream stands among its peers at one moment. */
export interface PeerComparison {
  /** Streams that it was compared with: those of its group that have a value in the same window, without itself. */
  readonly count: number;
  /** Their median, per dimension, in units of the value. */
  readonly median: readonly number[];
  /** Their spread about it, per dimension, in units of the value: 1.4826 times the median absolute deviation. */
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

/** Streams of a group whose last windows are known. */
const KEYS = 100_000;
/** Windows that the usual deviation of a group is a mean of. */
const MEMORY = 200;
/** Of more streams than these one makes no difference to median and spread, which are then computed once. */
const MANY = 100;
/** Windows with enough peers before the first outlier: until then the usual deviation is not known. */
const FIRST = 10;

/**
 * The streams of one group, compared window by window. Each is measured against the others alone, so that it does not hide
 * behind what it does to their median (leave-one-out). Of few peers the spread is uncertain: the distances of normal samples
 * and of Student's t with 5 degrees of freedom were simulated for 5 to 50 streams, and the correction 1 + 60 / count² brings
 * the 99th percentile of the largest of a group to about 9 for all of them.
 */
export class PeerGroup {
  readonly #rule: OutlierRule;
  readonly #least: number;
  readonly #far: Map<string | undefined, boolean[]> = new Map(); // of the last windows, per stream
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
    const columns = Array.from({ length: dimensions }, (_, d) =>
      values.map(({ value }) => value[d] ?? Number.NaN),
    );
    const all = values.length > MANY ? columns.map((column) => this.#against(column, -1)) : undefined;
    const compared = values.map((_, at) =>
      columns.map((column, d) =>
        all === undefined
          ? this.#against(column, at)
          : { ...all[d]!, deviation: column[at]! - all[d]!.median },
      ),
    );
    const result = values.map(({ key }, at): ComparedValue => {
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
          ...{ distance, isOutlier: count >= this.#least && this.#isOutlier(key, distance) },
        },
      };
    });
    this.#learn(compared);
    return result;
  }

  #against(column: readonly number[], at: number) {
    const others = column.filter((value, place) => place !== at && !Number.isNaN(value));
    const count = others.length;
    if (count < this.#least) return { count, median: Number.NaN, spread: Number.NaN, deviation: Number.NaN };
    const median = medianOf(others);
    const spread = 1.4826 * medianOf(others.map((value) => Math.abs(value - median)));
    return { count, median, spread, deviation: column[at]! - median };
  }

  #isOutlier(key: string | undefined, distance: number): boolean {
    const { distance: least, windows, of } = this.#rule;
    const far = this.#far.get(key) ?? [];
    far.push(distance >= least);
    if (far.length > of) far.shift();
    this.#far.set(key, far);
    if (this.#far.size > KEYS) this.#far.delete(this.#far.keys().next().value);
    return Math.max(0, ...this.#learnt) >= FIRST && far.filter(Boolean).length >= windows;
  }

  // The mean over the streams, each cut at five times their median: one that is far off counts little.
  #learn(compared: readonly (readonly { readonly deviation: number }[])[]): void {
    const dimensions = compared[0]?.length ?? 0;
    for (let d = 0; d < dimensions; d++) {
      const sizes = compared
        .map((parts) => Math.abs(parts[d]!.deviation))
        .filter((size) => !Number.isNaN(size));
      if (sizes.length === 0) continue;
      const size =
        sizes.reduce((sum, each) => sum + Math.min(each, 5 * medianOf(sizes) || each), 0) / sizes.length;
      const learnt = (this.#learnt[d] ?? 0) + 1;
      this.#learnt[d] = learnt;
      this.#usual[d] =
        (this.#usual[d] ?? 0) + Math.max(1 / MEMORY, 1 / learnt) * (size - (this.#usual[d] ?? 0));
    }
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
