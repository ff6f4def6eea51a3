import { exp } from '../../core/math/exp.ts';
import { positive } from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import { pooled } from '../../numerics/pooled.ts';
import { type RangedVector, ranged, within } from '../snapshot/vectors.ts';

/** Settings of the alert budget. */
export interface AlertBudgetOptions {
  /** How much an alert raises the evidence that the next one needs, as a share of the threshold's. @default 0.08 */
  readonly rise?: number;
  /** Events after which a rise has decayed to 1/e. @default 500 */
  readonly memory?: number;
}

export const alertBudgetOptions: OptionSet<AlertBudgetOptions> = new OptionSet({
  rise: {
    kind: positive(),
    default: 0.08,
    unit: "share of the threshold's evidence",
    about: 'by how much an alert raises the evidence that the next one needs',
    when: 'higher where alerts come in bursts',
  },
  memory: {
    kind: positive(),
    default: 500,
    unit: 'events',
    about: 'events after which a rise has decayed to 1/e',
    when: 'longer to remember alerts for longer',
  },
});

/**
 * Each alert raises the evidence that an incident needs in order to open, and the rise wears off exponentially. A stream
 * with many alerts needs more evidence for the next, and one that was quiet the usual amount. The refractory threshold of
 * a spiking neuron (Gerstner & Kistler 2002), for alerts.
 */
export class AlertBudget {
  /** The current rise, as a share of the threshold's evidence. */
  readonly state: Float64Array = pooled(1);
  readonly #rise: number;
  readonly #keep: number;

  constructor({ rise, memory }: Required<AlertBudgetOptions>) {
    this.#rise = rise;
    this.#keep = exp(-1 / memory);
  }

  /** The state and its range, for a snapshot. */
  get memory(): RangedVector {
    const most = this.#rise / (1 - this.#keep); // after an alert at every event
    return ranged(this.state, within(0, Math.min(Number.MAX_VALUE, 1.001 * most)));
  }

  /** Times the threshold's evidence that an alert needs now, 1 or more. */
  get price(): number {
    return 1 + this.state[0];
  }

  /** Updates with an event. */
  learn(alerted: boolean): void {
    this.state[0] = this.#keep * this.state[0] + (alerted ? this.#rise : 0);
  }
}
