import { spanText } from '../../../core/duration.ts';
import { RxAnomalyError } from '../../../core/errors.ts';
import type { Value, Verdict } from '../../../core/reading.ts';
import { Windows } from '../../../models/derived/windows.ts';
import {
  LEAST_PEERS,
  OUTLIER,
  outlierRule,
  outlierVerdict,
} from '../../../models/population/outlierVerdict.ts';
import { type PeerComparison, PeerGroup } from '../../../models/population/peerComparison.ts';
import type { CsvProblem, CsvRow, CsvTable } from '../../../sources/index.ts';
import { counted } from '../../text/formatText.ts';
import { derivedNames, type Population, type Resampling } from '../derivation.ts';
import { type PeerRow, peersOf, problemOf, problemsOf, type RowProblem } from './derivedRow.ts';

/** The verdict on a row, flagged where its key is far from its peers. @param isFirst whether no incident of the key is open */
export function withOutlier<R extends Verdict<unknown, Value>>(verdict: R, isFirst: boolean): R {
  const peers = peersOf(verdict);
  return peers === undefined ? verdict : outlierVerdict(verdict, peers, OUTLIER, isFirst);
}

/** Windows in which nothing was compared after which nothing more is expected. */
const PATIENCE = 100;

/** What is known of a key's open window. */
interface Open {
  readonly windows: Windows<CsvRow>;
  row: number;
  within: RowProblem[];
  isLabelled: boolean | undefined;
}

/**
 * Each key against the others of its group, moment by moment, or window by window where the rows are resampled. All windows end with the first
 * row after them, so that rows must be in the order of time. Without a comparison in a hundred windows, or to the end, it fails.
 *
 * @param note called with a line at the end for each group that was never compared
 * @throws RxAnomalyError BAD_OPTION where the table has no key, or not one with the column of the group
 */
export function againstPeers(
  table: CsvTable,
  { group }: Population,
  resample: Resampling | undefined,
  note: (line: string) => void,
): CsvTable {
  const { columns, name } = table;
  const bad = (what: string): RxAnomalyError => new RxAnomalyError('BAD_OPTION', `${name}: ${what}`);
  if (columns.key === undefined)
    throw bad('--population compares keys with each other; name their column with --key');
  const groupOf = groupIn(columns.key, group);
  if (groupOf === undefined)
    throw bad(
      `expected --population to name a column of the key (${columns.key}), got ${JSON.stringify(group)}; name both: --key '${group}+${columns.key}'`,
    );
  if (columns.covariates !== undefined)
    throw bad(
      '--covariate has no effect with --population, which leaves what all keys share out; leave out one of the two',
    );
  const { every, by } = resample ?? { every: 1, by: ['last'] as const };
  const value = derivedNames(columns.value, resample === undefined ? {} : { resample });
  const span = resample === undefined ? 'at the same time' : `in windows of ${spanText(every)}`;
  const made = `each ${columns.key} against the others${group === true ? '' : ` of its ${group}`} ${span}: values are deviations from their median`;
  const batches = async function* (): AsyncGenerator<readonly CsvRow[], void, void> {
    const comparison = new Comparison(value, groupOf);
    const keys = new Map<string | undefined, Open>();
    let start = Number.NEGATIVE_INFINITY;
    let late = 0;
    let held: PeerRow[] | undefined = [];
    const add = (row: CsvRow): readonly PeerRow[] => {
      const known = keys.get(row.key);
      const open = known ?? {
        windows: new Windows<CsvRow>({ every, by, maxFill: 0 }),
        row: 0,
        within: [],
        isLabelled: undefined,
      };
      if (known === undefined) keys.set(row.key, open);
      if (row.time === undefined || row.time < start) {
        open.within.push(...problemsOf(row));
        if (row.time === undefined) return [];
        late++;
        open.within.push(
          problemOf(
            row,
            'timeBackwards',
            columns.time!,
            'the windows of that time have ended; left out: rows must be in the order of time',
          ),
        );
        return [];
      }
      const now = Math.floor(row.time / every) * every;
      const ended = now > start ? comparison.compare(closed(keys, now)) : [];
      start = now;
      open.windows.add(row.time, row.value, row);
      open.row = row.row;
      open.within.push(...problemsOf(row));
      if (row.label !== undefined) open.isLabelled = row.label || open.isLabelled === true;
      return ended;
    };
    const none = (): RxAnomalyError => {
      const most = `got ${comparison.most} at most${group === true ? '' : ` of one ${group}`}`;
      const why =
        late > 0
          ? `; ${counted(late, 'row')} came after rows of a later time: sort the table by ${columns.time}`
          : resample === undefined
            ? '; where keys come at different moments, --resample makes a row of each for the same windows'
            : '; a table that has the rows of one key after those of another must be sorted by time';
      return new RxAnomalyError(
        'BAD_INPUT',
        `${name}: --population needs ${LEAST_PEERS + 1} keys or more ${span}, ${most}${why}`,
      );
    };
    for await (const rows of table.batches()) {
      const out = rows.flatMap(add);
      if (held === undefined) yield out;
      else {
        held.push(...out);
        if (!comparison.hasCompared && comparison.windows >= PATIENCE) throw none();
        if (comparison.hasCompared) {
          yield held;
          held = undefined;
        }
      }
    }
    if (!comparison.hasCompared && keys.size > 0) throw none();
    for (const line of comparison.lonely()) note(`${name}: ${line}`);
    const left = [...keys.values()].reduce((sum, { windows }) => sum + windows.events, 0);
    const last =
      resample === undefined ? 'more rows of the last time may come' : 'the last window has not ended';
    if (left > 0) note(`${name}: ${last}: ${counted(left, 'row')} left out`);
  };
  return {
    ...table,
    columns: { ...columns, value },
    guessed: [...table.guessed, made],
    batches,
    async *rows() {
      for await (const rows of batches()) yield* rows;
    },
    share: () => table.share(),
    close: () => table.close(),
  };
}

/** A key's window that has ended. */
interface Ended {
  readonly start: number;
  readonly key: string | undefined;
  readonly open: Open;
  readonly value: readonly number[];
  readonly within: readonly RowProblem[];
  readonly isLabelled: boolean | undefined;
}

function closed(keys: ReadonlyMap<string | undefined, Open>, now: number): Ended[] {
  const all: Ended[] = [];
  for (const [key, open] of keys) {
    const ended = open.windows.advance(now).find(({ events }) => events > 0);
    if (ended === undefined) continue;
    const { within, isLabelled } = open;
    all.push({ start: ended.start, key, open, value: ended.values, within, isLabelled });
    Object.assign(open, { within: [], isLabelled: undefined });
  }
  return all;
}

/** The groups of keys, window by window. */
class Comparison {
  readonly #names: readonly string[];
  readonly #groupOf: (key: string | undefined) => string;
  readonly #groups: Map<string, { readonly peers: PeerGroup; most: number }> = new Map();
  windows = 0;

  constructor(names: readonly string[], groupOf: (key: string | undefined) => string) {
    this.#names = names;
    this.#groupOf = groupOf;
  }

  /** The most keys of one group in a window. */
  get most(): number {
    return Math.max(0, ...[...this.#groups.values()].map(({ most }) => most));
  }

  get hasCompared(): boolean {
    return this.most > LEAST_PEERS;
  }

  /** A line for each group that was never compared. */
  lonely(): string[] {
    return [...this.#groups]
      .filter(([, { most }]) => most <= LEAST_PEERS)
      .map(
        ([group, { most }]) =>
          `${group} was never compared: it has ${counted(most, 'key')} at most in a window, and ${LEAST_PEERS + 1} are needed`,
      );
  }

  compare(ended: readonly Ended[]): PeerRow[] {
    this.windows++;
    const groups = new Map<string, Ended[]>();
    for (const each of ended) {
      const group = this.#groupOf(each.key);
      groups.set(group, [...(groups.get(group) ?? []), each]);
    }
    return [...groups].flatMap(([name, all]) => {
      const group = this.#groups.get(name) ?? {
        peers: new PeerGroup(outlierRule(OUTLIER), LEAST_PEERS),
        most: 0,
      };
      this.#groups.set(name, group);
      group.most = Math.max(group.most, all.length);
      return group.peers
        .compare(all)
        .map(({ deviation, peers }, at) => this.#row(all[at]!, deviation, peers));
    });
  }

  #row(
    { start, key, open, within, isLabelled }: Ended,
    value: readonly number[],
    peers: PeerComparison,
  ): PeerRow {
    const time = new Date(start).toISOString();
    const problems = value.flatMap((number, place): CsvProblem[] => {
      if (!Number.isNaN(number)) return [];
      const why =
        peers.count < LEAST_PEERS ? `${counted(peers.count, 'peer')}, ${LEAST_PEERS} are needed` : 'no value';
      return [{ kind: 'missing', column: this.#names[place]!, message: `${time}: ${key}: ${why}` }];
    });
    return {
      ...{ row: open.row, time: start, key, value, peers, problems, label: isLabelled },
      text: { time, value: value.map(String) },
      ...(within.length > 0 ? { within } : {}),
    };
  }
}

/**
 * The group of a key, for messages; undefined where no column of the key has that name.
 *
 * @param group `true` where all keys are one
 */
function groupIn(columns: string, group: string | true): ((key: string | undefined) => string) | undefined {
  if (group === true) return () => 'the table';
  const names = columns.split('+');
  const at = names.indexOf(group);
  if (at < 0 || names.length < 2) return undefined;
  const next = names[at + 1];
  return (key = '') => {
    const begin = at === 0 ? 0 : key.indexOf(`,${group}=`) + 1;
    const end = next === undefined ? -1 : key.indexOf(`,${next}=`, begin);
    return key.slice(begin, end < 0 ? undefined : end);
  };
}
