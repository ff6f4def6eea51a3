import { optionChecks } from '../core/options.ts';
import { halfLife, type LayerGates } from './layerGates.ts';

/** How one unit used its memory over a part of a stream. */
export interface UnitMemory {
  /** From 0, the lowest. */
  readonly layer: number;
  /** From 0. */
  readonly unit: number;
  /** Geometric mean of the forget gate: what is left of a content after n events is this to the power n. */
  readonly forget: number;
  /** Events after which half of a content was left, ln ½ / ln of that. */
  readonly halfLife: number;
  /** Mean of the input gate. */
  readonly input: number;
  /** Mean of the output gate; NaN for a GRU. */
  readonly output: number;
  /** Mean of |i⊙g|. */
  readonly write: number;
  /** Mean of |c|. */
  readonly cell: number;
  /** Maximum of |c|. */
  readonly greatest: number;
  /** Median over events of i / (1 − f), the bound on |c|. */
  readonly bound: number;
  /** Whether the half-life reaches `longMemory`. */
  readonly isLong: boolean;
}

const BOUND_STEPS = 64; // per factor e
const SMALLEST_BOUND = 1e-6;

/** Collects what the units of a network remember over a stream: `add` the gates of every event, then read `units`. */
export class MemoryProfile {
  readonly #longMemory: number;
  readonly #layers: UnitSums[][] = [];
  #events = 0;

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(
    options: {
      /** Half-life in events from which a unit counts as one of long memory. @default 32, as `window` */
      readonly longMemory?: number;
    } = {},
  ) {
    const check = optionChecks('MemoryProfile');
    check.known(options, ['longMemory']);
    this.#longMemory = check.positive('longMemory', options.longMemory ?? 32);
  }

  /** Events so far. */
  get events(): number {
    return this.#events;
  }

  add(layers: readonly LayerGates[]): void {
    for (const [l, gates] of layers.entries()) {
      this.#layers[l] ??= Array.from(gates.forget, () => new UnitSums());
      for (const [j, sums] of this.#layers[l].entries()) sums.add(gates, j);
    }
    this.#events++;
  }

  /** Every unit, those of the longest memory first. */
  units(): UnitMemory[] {
    const n = this.#events;
    return this.#layers
      .flatMap((units, layer) =>
        units.map((sums, unit) => {
          const forget = Math.exp(sums.logForget / n);
          const halved = halfLife(forget);
          return {
            layer,
            unit,
            forget,
            halfLife: halved,
            input: sums.input / n,
            output: sums.output / n,
            write: sums.write / n,
            cell: sums.cell / n,
            greatest: sums.greatest,
            bound: sums.medianBound(n),
            isLong: halved >= this.#longMemory,
          };
        }),
      )
      .sort((a, b) => (a.halfLife === b.halfLife ? 0 : b.halfLife - a.halfLife)); // ∞ − ∞ is NaN
  }
}

/** The sums of one unit. Bounds range from 0 to ∞, so they are counted by their logarithm. */
class UnitSums {
  logForget = 0;
  input = 0;
  output = 0;
  write = 0;
  cell = 0;
  greatest = 0;
  readonly #bounds: Map<number, number> = new Map(); // events by step of the logarithm

  add({ forget, input, output, write, cell, bound }: LayerGates, j: number): void {
    this.logForget += Math.log(forget[j]);
    this.input += input[j];
    this.output += output?.[j] ?? Number.NaN;
    this.write += write[j];
    this.cell += Math.abs(cell[j]);
    this.greatest = Math.max(this.greatest, Math.abs(cell[j]));
    const step = Math.round(BOUND_STEPS * Math.log(Math.max(SMALLEST_BOUND, bound[j])));
    this.#bounds.set(step, (this.#bounds.get(step) ?? 0) + 1);
  }

  /** To within half a step, 0.8 %. */
  medianBound(events: number): number {
    let left = events / 2;
    for (const [step, count] of [...this.#bounds].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return Math.exp(step / BOUND_STEPS);
    }
    return Number.NaN;
  }
}
