/** What is known of one incident of a group. */
export interface Lead {
  /** The mean over the others of the group of the probability that its stream begins before theirs, 0 to 1; 1 where it is alone. */
  readonly first: number;
  /** In how many earlier groups its stream began before or after streams of this group, the most of any of them. */
  readonly seen: number;
}

/** An incident, as far as its order is concerned. */
export interface Onset {
  readonly key?: string | undefined;
  readonly start: number | undefined;
}

/** How often one of two streams began before the other; those that began at the same moment count half for each. */
interface Pair {
  first: number;
  seen: number;
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
  readonly #pairs: Map<string, Pair> = new Map(); // the one idle longest first

  /** @param most pairs of streams that are remembered; beyond, the one idle longest is forgotten */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Ranks the incidents of a group, one of each stream, in the order in which they began, and remembers that order.
   *
   * @returns for each of them, in the same order
   */
  add(group: readonly Onset[]): Lead[] {
    const ranked = Math.min(group.length, RANKED);
    const leads = group.map((_, n) => ({ first: group.length === 1 ? 1 : 0, seen: 0, isRanked: n < ranked }));
    for (let a = 0; a < ranked; a++) {
      for (let b = a + 1; b < ranked; b++) {
        const { isSwapped, pair } = this.#pairOf(group[a]!, group[b]!);
        leads[a]!.seen = Math.max(leads[a]!.seen, pair.seen);
        leads[b]!.seen = Math.max(leads[b]!.seen, pair.seen);
        const now = group[a]!.start === group[b]!.start ? 0.5 : 1; // a is not the later one
        pair.first += isSwapped ? 1 - now : now;
        pair.seen += 1;
        const p = (pair.first + 1) / (pair.seen + 2);
        leads[a]!.first += (isSwapped ? 1 - p : p) / (ranked - 1);
        leads[b]!.first += (isSwapped ? p : 1 - p) / (ranked - 1);
      }
    }
    return leads.map(({ first, seen }) => ({ first, seen }));
  }

  #pairOf(a: Onset, b: Onset): { readonly isSwapped: boolean; readonly pair: Pair } {
    const [one, other] = [JSON.stringify(a.key ?? null), JSON.stringify(b.key ?? null)];
    const isSwapped = other < one;
    const name = isSwapped ? `${other},${one}` : `${one},${other}`;
    const pair = this.#pairs.get(name) ?? { first: 0, seen: 0 };
    this.#pairs.delete(name);
    this.#pairs.set(name, pair);
    if (this.#pairs.size > this.#most) this.#pairs.delete(this.#pairs.keys().next().value!);
    return { isSwapped, pair };
  }
}
