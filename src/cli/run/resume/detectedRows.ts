/** The saved state of one key's processed rows. */
export type SavedRows = {
  readonly key: string | null;
  /** The last of them, in order. */
  readonly identities: readonly string[];
  /** Their times in milliseconds; null for one before the first readable time. */
  readonly times: readonly (number | null)[];
  /** Of those before them, the newest time and how many had it; null when there were none, or none with a time. */
  readonly forgotten: { readonly time: number; readonly count: number } | null;
};

const REMEMBERED = 128; // rows per key, 5 kB

/** The last processed rows of one key: they show where another file continues. */
export class DetectedRows {
  readonly #identities: string[];
  readonly #times: (number | null)[];
  #forgotten: SavedRows['forgotten'];

  constructor(saved?: SavedRows) {
    this.#identities = [...(saved?.identities ?? [])];
    this.#times = [...(saved?.times ?? [])];
    this.#forgotten = saved?.forgotten ?? null;
  }

  /** Adds a processed row. One without a readable time has the time before it. */
  add(identity: string, time: number | undefined): void {
    const at = time ?? this.#times.at(-1) ?? null;
    this.#identities.push(identity);
    this.#times.push(at);
    if (this.#times.length <= REMEMBERED) return;
    this.#identities.shift();
    this.#forget(this.#times.shift() ?? null);
  }

  /** A copy of what is known. */
  save(key: string | undefined): SavedRows {
    return {
      key: key ?? null,
      identities: [...this.#identities],
      times: [...this.#times],
      forgotten: this.#forgotten,
    };
  }

  #forget(time: number | null): void {
    if (time === null) return;
    const { time: newest, count } = this.#forgotten ?? { time: Number.NEGATIVE_INFINITY, count: 0 };
    if (time > newest) this.#forgotten = { time, count: 1 };
    else if (time === newest) this.#forgotten = { time, count: count + 1 };
  }
}
