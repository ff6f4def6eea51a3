import type { CsvRow } from '../sources/index.ts';

/** How far a run got: what a later run passes over. */
export interface SavedPosition {
  /** Rows judged in the last file. */
  readonly rows: number;
  /** Hash over them, eight hexadecimal digits. */
  readonly digest: string;
  /** Hashes of the first of them. */
  readonly head: readonly string[];
  /** Per key, the newest time and how many rows had it; empty for a table without times. */
  readonly times: readonly { readonly key: string | null; readonly time: number; readonly count: number }[];
}

const HEAD = 16; // rows by which a file without times is recognised

/**
 * Tells the rows that an earlier run has judged from those that are new.
 *
 * The same file, now longer, is recognised by a hash over the rows that were judged: whatever follows them is new, be its
 * times in order or not. Another file is taken as the continuation: per key, rows older than the newest judged one are
 * passed over, and as many of equal time as were judged. In a table without times the first rows tell whether it is
 * the same file, and the count how much of it was judged.
 */
export class ResumePosition {
  readonly #saved: SavedPosition | undefined;
  readonly #hasTimes: boolean;
  readonly #judgedUntil: Map<string | undefined, { time: number; left: number; passed: boolean }> = new Map();
  readonly #newest: Map<string | undefined, { time: number; count: number }> = new Map();
  readonly #head: string[] = [];
  #digest = FNV_OFFSET;
  #rows = 0;
  #sameFile: boolean | undefined; // undefined while it may still be
  #judgedAny = false;
  #held: CsvRow[] = []; // first rows of a table without times, while it may be the same file

  constructor(hasTimes: boolean, saved?: SavedPosition) {
    this.#hasTimes = hasTimes;
    this.#saved = saved;
    this.#sameFile = saved === undefined || saved.rows === 0 ? false : undefined;
    for (const { key, time, count } of saved?.times ?? []) {
      this.#judgedUntil.set(key ?? undefined, { time, left: count, passed: false });
      this.#newest.set(key ?? undefined, { time, count });
    }
  }

  /** The rows to judge now that `row` was read: usually it alone, or none; rows that were held back come with it. */
  take(row: CsvRow): readonly CsvRow[] {
    const hash = hashRow(row);
    this.#digest = mix(this.#digest, hash);
    this.#rows++;
    if (this.#head.length < HEAD) this.#head.push(hex(hash));
    const fresh =
      this.#sameFile === true ? [row] : this.#hasTimes ? this.#byTime(row) : this.#byCount(row, hash);
    for (const { key, time } of fresh) this.#note(key, time);
    this.#judgedAny ||= fresh.length > 0;
    return fresh;
  }

  /** The place to go on from. While all rows were judged before, that is still where the earlier run stopped. */
  save(): SavedPosition {
    if (this.#sameFile === undefined && !this.#judgedAny) return this.#saved!;
    const times = [...this.#newest].map(([key, { time, count }]) => ({ key: key ?? null, time, count }));
    return { rows: this.#rows, digest: hex(this.#digest), head: this.#head, times };
  }

  #byTime(row: CsvRow): readonly CsvRow[] {
    const old = this.#wasJudged(row);
    if (this.#sameFile === undefined && this.#rows === this.#saved!.rows) {
      this.#sameFile = old && hex(this.#digest) === this.#saved!.digest;
    }
    return old ? [] : [row];
  }

  #wasJudged({ key, time }: CsvRow): boolean {
    const until = this.#judgedUntil.get(key);
    if (until === undefined || until.passed) return false;
    if (time === undefined || time < until.time) return true;
    if (time === until.time && until.left > 0) {
      until.left--;
      return true;
    }
    until.passed = true; // whatever comes now is new, even if its time goes back
    return false;
  }

  #byCount(row: CsvRow, hash: number): readonly CsvRow[] {
    if (this.#sameFile === false) return [row];
    const { rows, head } = this.#saved!;
    const at = this.#rows - 1;
    if (at >= rows) {
      this.#sameFile = true;
      return [row];
    }
    if (at >= head.length) return [];
    if (hex(hash) === head[at]) {
      this.#held.push(row);
      return [];
    }
    this.#sameFile = false;
    return [...this.#held.splice(0), row];
  }

  #note(key: string | undefined, time: number | undefined): void {
    if (time === undefined) return;
    const newest = this.#newest.get(key);
    if (newest === undefined || time > newest.time) this.#newest.set(key, { time, count: 1 });
    else if (time === newest.time) newest.count++;
  }
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over the text of the cells that are read. */
function hashRow({ key, text }: CsvRow): number {
  let hash = FNV_OFFSET;
  const line = [text.time, key ?? '', ...text.value].join('\u001f');
  for (let k = 0; k < line.length; k++) hash = Math.imul(hash ^ line.charCodeAt(k), FNV_PRIME);
  return hash >>> 0;
}

function mix(digest: number, hash: number): number {
  let mixed = digest;
  for (let shift = 0; shift < 32; shift += 8) mixed = Math.imul(mixed ^ ((hash >>> shift) & 0xff), FNV_PRIME);
  return mixed >>> 0;
}

function hex(hash: number): string {
  return hash.toString(16).padStart(8, '0');
}
