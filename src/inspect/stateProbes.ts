import { requireKnown } from '../core/options.ts';
import type { InspectedStep } from './inspectedForecaster.ts';
import type { Quantity } from './quantities.ts';
import { PROBE_OPTIONS, RidgeProbe, type RidgeProbeOptions } from './ridgeProbe.ts';

/** The result for one quantity. */
export interface ProbeResult {
  readonly name: string;
  /** Prequential R² from the hidden state of the top layer. */
  readonly fromState: number;
  /** The same from the network's inputs at the event: what needs no memory. */
  readonly fromInputs: number;
  /** Number of events. */
  readonly events: number;
}

/**
 * Linear probes: whether a network's state holds quantities that the user names, and whether its inputs alone hold
 * them too.
 */
export class StateProbes {
  readonly #quantities: readonly Quantity[];
  readonly #options: Omit<RidgeProbeOptions, 'inputs' | 'outputs'>;
  #probes: readonly { readonly state: RidgeProbe; readonly inputs: RidgeProbe }[] | undefined;
  #events = 0;

  /**
   * @param options for every probe
   * @throws RxAnomalyError BAD_OPTION
   */
  constructor(quantities: readonly Quantity[], options: Omit<RidgeProbeOptions, 'inputs' | 'outputs'> = {}) {
    requireKnown('StateProbes', options, PROBE_OPTIONS);
    this.#quantities = quantities;
    this.#options = options;
  }

  /**
   * @param step the newest of an `InspectedForecaster`
   * @param value (D) of the event
   */
  learn({ x, layers }: InspectedStep, value: readonly number[], time: number | undefined): void {
    const { hidden } = layers.at(-1)!;
    const targets = this.#quantities.map((quantity) => quantity.read(value, time, this.#events));
    this.#events++;
    this.#probes ??= targets.map(({ length: outputs }) => ({
      state: new RidgeProbe({ ...this.#options, inputs: hidden.length, outputs }),
      inputs: new RidgeProbe({ ...this.#options, inputs: x.length, outputs }),
    }));
    for (const [k, { state, inputs }] of this.#probes.entries()) {
      state.learn(hidden, targets[k]);
      inputs.learn(x, targets[k]);
    }
  }

  results(): ProbeResult[] {
    return (this.#probes ?? []).map(({ state, inputs }, k) => ({
      name: this.#quantities[k].name,
      fromState: state.r2,
      fromInputs: inputs.r2,
      events: state.events,
    }));
  }
}
