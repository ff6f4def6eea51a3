import type { LayerGates } from './layerGates.ts';

/** What is recorded of every unit. */
export const GATE_FIELDS = [
  'forget',
  'input',
  'output',
  'reset',
  'candidate',
  'cell',
  'hidden',
  'write',
] as const;

/** One of {@link GATE_FIELDS}. */
export type GateField = (typeof GATE_FIELDS)[number];

/** The gates of a whole stream in columns of `width` events each, the last perhaps of fewer. */
export interface GateColumns {
  /** Events per column. */
  readonly width: number;
  /** Columns. */
  readonly count: number;
  readonly layers: number;
  /** H. */
  readonly hidden: number;
  /** Those that the cell has: (count, layers · H) means over the events of each column. */
  readonly fields: readonly { readonly name: GateField; readonly values: Float64Array }[];
}

/** Records the gates of a stream of any length in bounded memory: two columns become one when there are too many. */
export class GateHistory {
  readonly #most: number;
  #columns: { sums: Float64Array; events: number }[] = [];
  #width = 1;
  #names: readonly GateField[] = [];
  #shape: readonly [layers: number, hidden: number] = [0, 0];

  /** @param most maximum number of columns, even */
  constructor(most: number) {
    this.#most = most;
  }

  add(layers: readonly LayerGates[]): void {
    if (this.#columns.length === 0) {
      this.#shape = [layers.length, layers[0].forget.length];
      this.#names = GATE_FIELDS.filter((name) => layers[0][name] !== undefined);
    }
    const [, hidden] = this.#shape;
    let column = this.#columns.at(-1);
    if (column === undefined || column.events === this.#width) {
      if (this.#columns.length === this.#most) this.#halve();
      column = this.#columns.at(-1);
      if (column === undefined || column.events === this.#width) {
        column = { sums: new Float64Array(this.#names.length * layers.length * hidden), events: 0 };
        this.#columns.push(column);
      }
    }
    let at = 0;
    for (const name of this.#names) {
      for (const gates of layers) for (const value of gates[name]!) column.sums[at++] += value;
    }
    column.events++;
  }

  columns(): GateColumns {
    const [layers, hidden] = this.#shape;
    const units = layers * hidden;
    const fields = this.#names.map((name, k) => {
      const values = new Float64Array(this.#columns.length * units);
      for (const [c, { sums, events }] of this.#columns.entries()) {
        for (let u = 0; u < units; u++) values[c * units + u] = sums[k * units + u] / events;
      }
      return { name, values };
    });
    return { width: this.#width, count: this.#columns.length, layers, hidden, fields };
  }

  #halve(): void {
    const pairs = this.#columns;
    this.#columns = [];
    for (let c = 0; c < pairs.length; c += 2) {
      const [first, second] = [pairs[c], pairs[c + 1]];
      for (const [k, value] of second.sums.entries()) first.sums[k] += value;
      first.events += second.events;
      this.#columns.push(first);
    }
    this.#width *= 2;
  }
}
