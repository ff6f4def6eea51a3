import type { BoardStream } from './boardStream.ts';
import type { ShownGates } from './dashboardOptions.ts';
import type { WireGates } from './page/wire.ts';

const EVERY = 1000; // ms
const AT_ONCE = 2; // a refresh
const LONGEST_LIFE = 1e9; // events: JSON has no Infinity

/** The gates of the streams that are shown, read rarely: each reading copies a whole model. */
export class GateReadings {
  readonly #gates: (key: string | undefined) => readonly ShownGates[] | undefined;
  readonly #readAt: Map<number, number> = new Map(); // when those of a stream were last read
  #readings = 0; // since the last refresh

  constructor(gates: (key: string | undefined) => readonly ShownGates[] | undefined) {
    this.#gates = gates;
  }

  /** Allows further readings. */
  refresh(): void {
    this.#readings = 0;
  }

  /** A stream was removed. */
  forget(stream: number): void {
    this.#readAt.delete(stream);
  }

  /** A stream's gates now; undefined when it is too soon for another reading, or there is none. */
  of({ id, key }: BoardStream, now: number): WireGates | undefined {
    if (this.#readings >= AT_ONCE) return undefined;
    if (now - (this.#readAt.get(id) ?? Number.NEGATIVE_INFINITY) < EVERY) return undefined;
    this.#readings++;
    this.#readAt.set(id, now);
    const reading = this.#gates(key);
    if (reading === undefined) return undefined;
    const all = (gate: (of: ShownGates) => Float64Array): number[] =>
      reading.flatMap((layer) => [...gate(layer)].map((x) => Number(x.toPrecision(4))));
    return {
      stream: id,
      forget: all(({ forget }) => forget),
      input: all(({ input }) => input),
      output: all(({ output, input }) => output ?? input.map(() => 1)), // a GRU shows all
      halfLife: all(({ halfLife }) => halfLife.map((events) => Math.min(events, LONGEST_LIFE))),
    };
  }
}
