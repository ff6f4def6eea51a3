import { badOption } from '../core/options.ts';
import type { LayerStates, Network } from '../numerics/network.ts';
import type { InspectedForecaster } from './inspectedForecaster.ts';
import { gateRowsOf } from './layerGates.ts';

/** A network with its weights, and the events that it has processed. */
export type InspectedRun = Pick<InspectedForecaster, 'network' | 'steps'>;

/** How the content of a layer's cells depends on earlier contents, by lag. */
export interface GradientFlow {
  /** By lag k from 0: (H) ∏ f over the k events in between, the direct path along the cell. */
  readonly direct: readonly Float64Array[];
  /**
   * By lag k from 0: (H) ∂c_t/∂c_{t−k} of each unit alone, back-propagated through all paths, including the gates
   * that h drives. h_{t−k} is constant, so at lag 1 a cell without peepholes has the direct path alone.
   */
  readonly measured: readonly Float64Array[];
}

/**
 * How far the gradient reaches within each layer, back from the newest event, with the present weights. Where the two
 * agree, memory is what the forget gates indicate; where the measured gradient is larger, the network also remembers
 * through its recurrence.
 *
 * @param inspected after some events
 * @param lags the greatest lag, at most the events in `inspected.steps`. @default all of them
 * @returns per layer, lowest first
 * @throws RxAnomalyError BAD_OPTION for more lags than there are events
 */
export function gradientFlow(inspected: InspectedRun, lags: number = inspected.steps.length): GradientFlow[] {
  const steps = inspected.steps.slice(-lags);
  if (!(Number.isSafeInteger(lags) && lags > 0 && lags <= steps.length))
    throw badOption('gradientFlow', 'lags', `an integer from 1 to ${inspected.steps.length}`, lags);
  const { network } = inspected;
  const { cell } = network;
  const H = network.parameters.layers[0].hidden;
  const rows = gateRowsOf('gradientFlow', cell.name);
  const states = [steps[0].before, ...steps.map(() => network.createStates())];
  const tapes = steps.map(() => network.createTape());
  for (const [t, { x }] of steps.entries()) network.step(x, states[t], states[t + 1], tapes[t]);

  return network.parameters.layers.map((_, layer) => {
    const direct = [new Float64Array(H).fill(1)];
    for (let k = 1; k <= lags; k++) {
      const { kept } = tapes[lags - k];
      direct.push(direct[k - 1].map((product, j) => product * kept[layer][rows.forget * H + j]));
    }
    const measured = Array.from({ length: lags + 1 }, () => new Float64Array(H));
    for (let j = 0; j < H; j++) {
      const at = (cell.states - 1) * H + j; // the cell state comes last, or is the hidden state itself
      backFrom(network, steps, states, tapes, layer, at, (k, gradient) => {
        measured[k][j] = gradient[layer][at];
      });
    }
    return { direct, measured };
  });
}

/** Back-propagates from number `at` of the newest state of `layer`, and shows the gradient by the states of each lag. */
function backFrom(
  network: Network,
  steps: InspectedRun['steps'],
  states: readonly LayerStates[],
  tapes: readonly ReturnType<Network['createTape']>[],
  layer: number,
  at: number,
  show: (lag: number, gradient: LayerStates) => void,
): void {
  const dOutput = new Float64Array(network.outputs);
  const dx = new Float64Array(steps[0].x.length);
  let dNext = network.createStates();
  let dStates = network.createStates();
  dNext[layer][at] = 1;
  show(0, dNext);
  for (let t = steps.length - 1; t >= 0; t--) {
    network.stepBack(steps[t].x, states[t], states[t + 1], tapes[t], dOutput, dNext, dStates, dx);
    [dNext, dStates] = [dStates, dNext];
    show(steps.length - t, dNext);
  }
  network.gradient.flat.fill(0); // the gradients of the weights are not used
}
