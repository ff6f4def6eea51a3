import type { Lead } from '../../core/reading.ts';

/** An incident, as far as its order is concerned. */
export interface Onset {
  readonly key?: string | undefined;
  readonly start: number | undefined;
}

/** How often one of two streams began before the other; those that began at the same moment count half for each. */
interface Pair {
  readonly first: number;
  readonly seen: number;
}

/** A pair of streams for a state. */
export interface SavedPair extends Pair {
  readonly keys: readonly [string | null, string | null];
}

/** Of a group; the pairs among more would be thousands. Those that began first count. */
const RANKED = 32;

/**
 * Which of the streams that go wrong together is the first, by the order of now and by that of earlier groups. The moment at
 * which an incident begins depends on how soon a detector sees it: one order says little, the same order many times says much.
 * The probability that one of two begins first is Laplace's, (n + 1) / (m + 2) after n times in m, the present one included.
 * Memory is bounded by the number of pairs.
 */
export class LeadLag {
  readonly #most: number;
  readonly #pairs: Map<string, Pair> = new Map(); // by the keys as JSON, the one idle longest first

  /** @param most pairs of streams that are remembered; beyond, the one idle longest is forgotten */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Ranks the incidents of a group by their streams, in the order in which they began, and remembers that order. Of several
   * incidents of a stream the first counts.
   *
   * @returns for each of them, in the same order
   */
  add(group: readonly Onset[]): Lead[] {
    return this.#rankStreams(group, true);
  }

  /** Ranks a group that is not complete yet, as `add` would. */
  rank(group: readonly Onset[]): Lead[] {
    return this.#rankStreams(group, false);
  }

  /** The pairs whose first stream is one of those, the one idle longest first, for `resume`. */
  save(owns: (key: string | undefined) => boolean): SavedPair[] {
    return [...this.#pairs].flatMap(([name, { first, seen }]) => {
      const keys = JSON.parse(name) as [string | null, string | null];
      return owns(keys[0] ?? undefined) ? [{ keys, first, seen }] : [];
    });
  }

  /** Adds what `save` returned. */
  resume(saved: readonly SavedPair[]): void {
    for (const { keys, first, seen } of saved) this.#remember(JSON.stringify(keys), { first, seen });
  }

  #rankStreams(group: readonly Onset[], isKept: boolean): Lead[] {
    const streams = new Map<string | undefined, number>();
    const firsts = group.filter(({ key }) => !streams.has(key) && streams.set(key, streams.size));
    const leads = this.#rank(firsts, isKept);
    return group.map(({ key }) => leads[streams.get(key)!]!);
  }

  #rank(group: readonly Onset[], isKept: boolean): Lead[] {
    const ranked = Math.min(group.length, RANKED);
    const leads = group.map(() => ({ first: group.length === 1 ? 1 : 0, seen: 0 }));
    for (let a = 0; a < ranked; a++) {
      for (let b = a + 1; b < ranked; b++) {
        const { name, isSwapped } = pairName(group[a]!, group[b]!);
        const known = this.#pairs.get(name) ?? NEVER;
        leads[a]!.seen = Math.max(leads[a]!.seen, known.seen);
        leads[b]!.seen = Math.max(leads[b]!.seen, known.seen);
        const now = group[a]!.start === group[b]!.start ? 0.5 : 1; // a is not the later one
        const pair = { first: known.first + (isSwapped ? 1 - now : now), seen: known.seen + 1 };
        if (isKept) this.#remember(name, pair);
        const p = (pair.first + 1) / (pair.seen + 2);
        leads[a]!.first += (isSwapped ? 1 - p : p) / (ranked - 1);
        leads[b]!.first += (isSwapped ? p : 1 - p) / (ranked - 1);
      }
    }
    return leads;
  }

  #remember(name: string, pair: Pair): void {
    this.#pairs.delete(name);
    this.#pairs.set(name, pair);
    if (this.#pairs.size > this.#most) this.#pairs.delete(this.#pairs.keys().next().value!);
  }
}

const NEVER: Pair = { first: 0, seen: 0 };

/** The same for both orders. */
function pairName(a: Onset, b: Onset): { readonly name: string; readonly isSwapped: boolean } {
  const [one, other] = [JSON.stringify(a.key ?? null), JSON.stringify(b.key ?? null)];
  const isSwapped = other < one;
  return { name: isSwapped ? `[${other},${one}]` : `[${one},${other}]`, isSwapped };
}
