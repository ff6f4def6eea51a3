import type { ChangePoint } from '../../models/changes/changePoint.ts';
import { type ChangeOptions, minCertaintySpec } from '../../models/changes/changeTracker.ts';
import { ChangeWatch, decideBy } from '../../models/changes/changeWatch.ts';
import { decideLongBy } from '../../models/changes/longWatch.ts';
import {
  asJson,
  count,
  fields,
  list,
  nullOr,
  number,
  oneOf,
  type State,
  time as timeOf,
} from '../../models/snapshot/state.ts';
import type { WireChange } from '../page/wire.ts';
import type { ShownVerdict } from '../shownVerdict.ts';
import type { StreamHistory } from './streamHistory.ts';

/** What finds the lasting changes of a stream of so many dimensions. */
export type NewWatch = (dimensions: number) => ChangeWatch;

export function watchesBy({ minCertainty = minCertaintySpec.default }: ChangeOptions): NewWatch {
  const [decide, decideLong] = [decideBy(minCertainty), decideLongBy(minCertainty)];
  return (dimensions) => new ChangeWatch(dimensions, decide, decideLong);
}

const MOST = 100; // the oldest is dropped
const FEW = 32; // verdicts
const KINDS = ['level', 'slope', 'scale'] as const;
const NUMBERS = ['before', 'after', 'size'] as const;
const FIELDS = [
  'kind',
  'record',
  'time',
  'detectedAt',
  'eventsAgo',
  'dimension',
  ...NUMBERS,
  'certainty',
] as const;

/** The newest lasting changes of one stream, and what finds them. */
export class StreamChanges {
  /** The board's revision in which one was added. */
  revision = 0;
  readonly #newWatch: (() => ChangeWatch) | undefined;
  #watch: ChangeWatch | undefined;
  /** The first verdicts: of a stream with few nothing is found, and many such may come and go. */
  readonly #first: ShownVerdict[] = [];
  #all: readonly WireChange[] = [];

  /** @param newWatch undefined where none are shown */
  constructor(newWatch: (() => ChangeWatch) | undefined) {
    this.#newWatch = newWatch;
  }

  /** Oldest first, by when they were detected. */
  get all(): readonly WireChange[] {
    return this.#all;
  }

  /**
   * Adds what is found with a verdict, or what it has itself.
   *
   * @param history whose newest record it is
   * @returns how many
   */
  add(verdict: ShownVerdict, history: Pick<StreamHistory, 'records' | 'timeOf'>): number {
    if (this.#newWatch === undefined) return 0;
    const found = verdict.changes ?? this.#look(verdict);
    if (found.length === 0) return 0;
    const added = found.map(({ kind, time, detectedAt, eventsAgo, dimension, ...change }): WireChange => {
      const { before, after, size, certainty } = change;
      const when = { time: time ?? null, detectedAt: detectedAt ?? null, eventsAgo };
      return {
        kind,
        record: recordOf(time, eventsAgo, history),
        ...when,
        dimension,
        before,
        after,
        size,
        certainty,
      };
    });
    this.#all = [...this.#all, ...added].slice(-MOST);
    return found.length;
  }

  #look(verdict: ShownVerdict): readonly ChangePoint[] {
    if (this.#watch !== undefined) return this.#watch.add(verdict);
    this.#first.push(verdict);
    if (this.#first.length < FEW) return [];
    const watch = this.#newWatch!();
    this.#watch = watch;
    return this.#first.splice(0).flatMap((each) => watch.add(each));
  }

  save(): State {
    const watch = this.#watch?.state();
    return { all: asJson(this.#all), ...(watch === undefined ? {} : { watch }) };
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: State): void {
    if (this.#newWatch === undefined) return;
    const { all, watch } = fields(saved, ['all'], ['watch']);
    this.#all = list('changes', all).map(readChange);
    if (watch === undefined) return;
    const resumed = this.#newWatch();
    resumed.restore(watch);
    this.#watch = resumed;
  }
}

/** Number of the first record after a change. A silence is a record of its own, and no event. */
function recordOf(
  time: number | undefined,
  eventsAgo: number,
  history: Pick<StreamHistory, 'records' | 'timeOf'>,
): number {
  let record = Math.max(0, history.records - 1 - eventsAgo);
  if (time !== undefined) while (history.timeOf(record - 1) >= time) record--;
  return record;
}

function readChange(saved: State): WireChange {
  const change = fields(saved, FIELDS);
  const [before, after, size] = NUMBERS.map((name) => number(name, change[name]));
  return {
    kind: oneOf('kind', change.kind, KINDS),
    record: count('record', change.record),
    time: nullOr('time', change.time, timeOf) ?? null,
    detectedAt: nullOr('detectedAt', change.detectedAt, timeOf) ?? null,
    eventsAgo: count('eventsAgo', change.eventsAgo),
    dimension: count('dimension', change.dimension),
    before: before!,
    after: after!,
    size: size!,
    certainty: number('certainty', change.certainty, 0, 1),
  };
}
