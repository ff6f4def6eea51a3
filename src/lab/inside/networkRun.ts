import type { InspectedStep } from '../../inspect/inspectedForecaster.ts';
import { gateRowsOf, layerGates } from '../../inspect/layerGates.ts';
import { ContextInputs } from '../../models/pretrained/contextInputs.ts';
import { pretrainedNetwork } from '../../models/pretrained/pretrainedNetwork.ts';
import type { PretrainedWeights } from '../../models/pretrained/pretrainedWeights.ts';
import type { GateRows } from '../../numerics/cells/gateRows.ts';
import { type LayerStates, Network } from '../../numerics/network.ts';

/** The pre-trained network over one series, in float64 and with its gates: to look into, not for speed. */
export class NetworkRun {
  readonly network: Network;
  readonly context: ContextInputs = new ContextInputs();
  readonly #hidden: number;
  readonly #history: number;
  readonly #rows: GateRows;
  #states: LayerStates;
  #steps: InspectedStep[] = [];

  /** @param history newest events that are kept */
  constructor(weights: PretrainedWeights, history: number) {
    this.network = new Network(pretrainedNetwork(weights, 1, 1));
    this.network.parameters.flat.set(weights.parameters);
    this.#hidden = weights.hidden;
    this.#history = history;
    this.#rows = gateRowsOf('NetworkRun', weights.cell);
    this.#states = this.network.createStates();
  }

  /** The last events, oldest first. */
  get steps(): readonly InspectedStep[] {
    return this.#steps;
  }

  get newest(): InspectedStep {
    return this.#steps.at(-1)!;
  }

  /** Takes the next event. A missing value is replaced by the last one. */
  learn(value: number, time: number | undefined): void {
    const { network, context } = this;
    const isMissing = Number.isNaN(value);
    if (isMissing && context.events === 0) return;
    context.learn(isMissing ? context.newest : value, isMissing, time, 1);
    const [x, before, after, tape] = [
      context.inputs.slice(),
      this.#states,
      network.createStates(),
      network.createTape(),
    ];
    network.step(x, before, after, tape);
    this.#states = after;
    if (this.#steps.length === this.#history) this.#steps.shift();
    this.#steps.push({ x, before, layers: layerGates(this.#rows, { x, before, after, tape }, this.#hidden) });
  }
}
