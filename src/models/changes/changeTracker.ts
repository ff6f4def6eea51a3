import { accepts } from '../../core/optionKinds.ts';
import { type DefaultedSpec, OptionSet } from '../../core/optionSet.ts';
import { toVector, type Value, type Verdict } from '../../core/reading.ts';
import { RecentKeys } from '../derived/recentKeys.ts';
import { count, fields, list, nullOr, type State, text } from '../snapshot/state.ts';
import { MOST_CERTAIN } from './certainty.ts';
import type { ChangePoint } from './changePoint.ts';
import { ChangeWatch, type Decide, decideBy } from './changeWatch.ts';
import { type DecideLong, decideLongBy } from './longWatch.ts';

/** Which change points are of interest. */
export interface ChangeOptions {
  /** Findings of less certainty are left out: above 0, at most 0.8. @default 0.5 */
  readonly minCertainty?: number;
}

export const minCertaintySpec: DefaultedSpec<number> = {
  kind: accepts(
    `a number above 0, at most ${MOST_CERTAIN} (nothing surer is reported)`,
    (value) => typeof value === 'number' && value > 0 && value <= MOST_CERTAIN,
  ),
  default: 0.5,
  about: 'certainty of a change point below which it is left out',
  when: 'more to have few that are wrong, less to miss fewer',
  level: 'basic',
};

/** Where they are asked for without a function of their own. */
export const changeOptions: OptionSet<ChangeOptions, Required<ChangeOptions>> = new OptionSet({
  minCertainty: minCertaintySpec,
});

/** Options of {@link ChangeTracker}. */
export interface ChangeTrackerOptions extends Required<ChangeOptions> {
  /** Streams that are remembered at most. */
  readonly maxKeys: number;
}

const MOST_DIMENSIONS = 100_000;

/** The change points of a bounded number of streams; beyond it the one idle longest is forgotten. */
export class ChangeTracker {
  readonly #decide: Decide;
  readonly #decideLong: DecideLong;
  readonly #streams: RecentKeys<{ watch?: ChangeWatch }>;

  constructor({ minCertainty, maxKeys }: ChangeTrackerOptions) {
    this.#decide = decideBy(minCertainty);
    this.#decideLong = decideLongBy(minCertainty);
    this.#streams = new RecentKeys(
      maxKeys,
      () => ({}),
      () => {},
    );
  }

  /** The change points that are detected at a verdict. */
  add(verdict: Verdict<unknown, Value>): readonly ChangePoint[] {
    if (verdict.absence?.phase === 'began') return NONE; // of no event
    const stream = this.#streams.use(verdict.key);
    stream.watch ??= new ChangeWatch(toVector(verdict.value).length, this.#decide, this.#decideLong);
    return stream.watch.add(verdict);
  }

  save(): State {
    const all: State[] = [];
    for (const [key, { watch }] of this.#streams.entries())
      if (watch !== undefined)
        all.push({ key: key ?? null, dimensions: watch.dimensions, watch: watch.state() });
    return all;
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: State): void {
    for (const each of list('changes', saved)) {
      const { key, dimensions, watch } = fields(each, ['key', 'dimensions', 'watch']);
      const resumed = new ChangeWatch(
        count('dimensions', dimensions, 1, MOST_DIMENSIONS),
        this.#decide,
        this.#decideLong,
      );
      resumed.restore(watch);
      this.#streams.use(nullOr('key', key, text)).watch = resumed;
    }
  }
}

const NONE: readonly ChangePoint[] = [];
