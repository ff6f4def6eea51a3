import { packColumn } from '../../charts/packColumn.ts';
import { badSnapshot, count, fields, list, type State, text } from '../../models/snapshot/state.ts';
import { unpackFloats } from '../../models/snapshot/vectors.ts';
import type { WireCategories } from '../page/wire.ts';

const LONGEST = 200; // characters
const MOST_TEXTS = 20_000; // that are shared

/** The categories of the records of one stream, where its verdicts have them. */
export class StreamCategories {
  #first = 0; // record
  #all: string[] = []; // of the records from the first one on; '' for none
  readonly #texts: Map<string, string> = new Map(); // each once, as those of verdicts are made anew

  /** Whether there are any. */
  get some(): boolean {
    return this.#all.length > 0;
  }

  /** @param oldest record that is kept */
  add(record: number, category: string | undefined, oldest: number): void {
    if (category === undefined && !this.some) return;
    if (!this.some) this.#first = record;
    this.#all.push(category === undefined ? '' : this.#shared(category));
    const gone = oldest - this.#first;
    if (gone < this.#all.length / 2) return;
    this.#all = this.#all.slice(gone);
    this.#first = oldest;
  }

  of(record: number): string {
    return this.#all[record - this.#first] ?? '';
  }

  /** Those of the records from `first` up to, not including, `end`; undefined where there are none at all. */
  pack(first: number, end: number): WireCategories | undefined {
    if (!this.some) return undefined;
    const { names, of } = this.#numbered(first, end);
    return { names, of: packColumn(of) };
  }

  /** Those from a record on, for `resume`. */
  save(first: number, end: number): State {
    const { names, of } = this.#numbered(first, end);
    return { first, names: [...names], of };
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: State): void {
    const { first, names, of } = fields(saved, ['first', 'names', 'of']);
    const texts = list('names', names).map((name) => text('names', name));
    const all = Array.from(unpackFloats(of, undefined, 'any'), (n) => texts[n]);
    if (all.some((each) => each === undefined)) throw badSnapshot('snapshot: a category has no name');
    this.#first = count('first', first);
    this.#all = all as string[];
  }

  #shared(category: string): string {
    const clipped = category.length > LONGEST ? `${category.slice(0, LONGEST)}…` : category;
    const known = this.#texts.get(clipped);
    if (known !== undefined) return known;
    if (this.#texts.size >= MOST_TEXTS) this.#texts.clear();
    this.#texts.set(clipped, clipped);
    return clipped;
  }

  /** Each category once, and its number for each record. */
  #numbered(first: number, end: number): { readonly names: readonly string[]; readonly of: Float64Array } {
    const numbers = new Map<string, number>();
    const of = Float64Array.from({ length: end - first }, (_, i) => {
      const category = this.of(first + i);
      const known = numbers.get(category) ?? numbers.size;
      numbers.set(category, known);
      return known;
    });
    return { names: [...numbers.keys()], of };
  }
}
