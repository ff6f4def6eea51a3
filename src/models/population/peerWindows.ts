import type { ReadSample } from '../derived/sampleReader.ts';
import type { PeerValue } from './peerComparison.ts';

/** What the streams of a group had in one window: the mean of each, and its last event. */
export interface PeerWindow<E> {
  /** Its first millisecond since 1970-01-01T00:00:00Z. */
  readonly start: number;
  readonly values: readonly (PeerValue & { readonly event: E })[];
}

interface Sums<E> {
  event: E;
  readonly sums: number[];
  readonly counts: number[];
}

/** The open window of one group of streams: it ends for all of them at once, with the first event after it. */
export class PeerWindows<E> {
  readonly #every: number;
  #start = Number.NaN;
  #open: Map<string | undefined, Sums<E>> = new Map();

  constructor(every: number) {
    this.#every = every;
  }

  /** The first millisecond of the open window; NaN before the first event. */
  get start(): number {
    return this.#start;
  }

  /** Adds an event that is not of a window before the open one. @returns the window that has ended before it */
  add({ key, time, value = [] }: ReadSample, event: E): PeerWindow<E> | undefined {
    const start = Math.floor(time / this.#every) * this.#every;
    const ended = start > this.#start ? this.#close() : undefined;
    this.#start = start;
    const known = this.#open.get(key);
    const stream = known ?? { event, sums: [], counts: [] };
    if (known === undefined) this.#open.set(key, stream);
    stream.event = event;
    value.forEach((number, d) => {
      const isMissing = Number.isNaN(number);
      stream.sums[d] = (stream.sums[d] ?? 0) + (isMissing ? 0 : number);
      stream.counts[d] = (stream.counts[d] ?? 0) + (isMissing ? 0 : 1);
    });
    return ended;
  }

  #close(): PeerWindow<E> {
    const values = [...this.#open].map(([key, { event, sums, counts }]) => ({
      ...{ key, event },
      value: sums.map((sum, d) => (counts[d] === 0 ? Number.NaN : sum / counts[d]!)),
    }));
    this.#open = new Map();
    return { start: this.#start, values };
  }
}
