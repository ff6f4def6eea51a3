import {
  badSnapshot,
  count,
  fields,
  list,
  nullOr,
  type State,
  text,
  time,
} from '../../../models/snapshot/state.ts';

/** The saved state of one key's processed rows. */
export type SavedRows = {
  readonly key: string | null;
  /** The last of them, in order: as one text, with blanks between, for there are many. */
  readonly identities: string;
  /** Their times in milliseconds; null for one before the first readable time. */
  readonly times: readonly (number | null)[];
  /** Of those before them, the newest time and how many had it; null when there were none, or none with a time. */
  readonly forgotten: { readonly time: number; readonly count: number } | null;
};

const REMEMBERED = 128; // rows per key, 5 kB

/** The last processed rows of one key: they show where another file continues. */
export class DetectedRows {
  readonly #identities: string[];
  readonly #times: number[]; // NaN for null, so that they are stored as plain doubles
  #forgotten: SavedRows['forgotten'];

  constructor(saved?: SavedRows) {
    this.#identities = identitiesOf(saved);
    this.#times = (saved?.times ?? []).map((time) => time ?? Number.NaN);
    this.#forgotten = saved?.forgotten ?? null;
  }

  /** Adds a processed row. One without a readable time has the time before it. */
  add(identity: string, time: number | undefined): void {
    const at = time ?? this.#times.at(-1) ?? Number.NaN;
    this.#identities.push(identity);
    this.#times.push(at);
    if (this.#times.length <= REMEMBERED) return;
    this.#identities.shift();
    this.#forget(this.#times.shift()!);
  }

  /** A copy of what is known. */
  save(key: string | undefined): SavedRows {
    return {
      key: key ?? null,
      identities: this.#identities.join(' '),
      times: this.#times.map((time) => (Number.isNaN(time) ? null : time)),
      forgotten: this.#forgotten,
    };
  }

  #forget(time: number): void {
    if (Number.isNaN(time)) return;
    const { time: newest, count } = this.#forgotten ?? { time: Number.NEGATIVE_INFINITY, count: 0 };
    if (time > newest) this.#forgotten = { time, count: 1 };
    else if (time === newest) this.#forgotten = { time, count: count + 1 };
  }
}

/** @throws RxAnomalyError BAD_SNAPSHOT where `state` is none of one key's rows */
export function readSavedRows(state: State): SavedRows {
  const saved = fields(state, ['key', 'identities', 'times', 'forgotten']);
  const rows: SavedRows = {
    key: nullOr('key', saved.key, text) ?? null,
    identities: text('identities', saved.identities),
    times: list('times', saved.times).map((each) => nullOr('times', each, time) ?? null),
    forgotten: nullOr('forgotten', saved.forgotten, readForgotten) ?? null,
  };
  if (identitiesOf(rows).length !== rows.times.length)
    throw badSnapshot('snapshot: expected as many times as rows that are remembered');
  return rows;
}

function readForgotten(_: string, state: State): { readonly time: number; readonly count: number } {
  const saved = fields(state, ['time', 'count']);
  return { time: time('forgotten', saved.time), count: count('forgotten', saved.count, 1) };
}

/** (n) what identifies each of the rows that are remembered. */
export function identitiesOf(saved?: SavedRows): string[] {
  return saved === undefined || saved.identities === '' ? [] : saved.identities.split(' ');
}
