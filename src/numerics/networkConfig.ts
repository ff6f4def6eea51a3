import { badOption, optionChecks, requireObject } from '../core/options.ts';
import { CELL_NAMES, type CellName } from './cells/cell.ts';
import { GATE_NAMES, type GateName } from './cells/gate.ts';
import type { LookAheadShape } from './lookAhead.ts';
import type { LossConfig } from './losses/createLoss.ts';
import type { CrossEntropyConfig } from './losses/crossEntropyLoss.ts';
import type { OptimizerConfig } from './optim/optimizers.ts';

/** What is computed: the shape of a network and how it learns. Every engine takes the same one; not all run every cell. */
export interface NetworkConfig {
  readonly cell: CellName;
  /** I: numbers per event and series. */
  readonly inputs: number;
  /** H: hidden units per layer. */
  readonly hidden: number;
  /** L: stacked layers; each feeds its hidden state to the next. */
  readonly layers: number;
  /** P: forecast locations per event and series, e.g. dimensions × horizons. */
  readonly targets: number;
  /** Adds a linear path from the inputs to the locations, past the recurrent layers. */
  readonly skip: boolean;
  /** B: series advanced together under one set of weights, each with a state of its own. */
  readonly series: number;
  /** T: steps of truncated back-propagation through time. */
  readonly window: number;
  /** Newest steps that `learn` leaves out because their targets are not known yet (longest horizon − 1). */
  readonly delay: number;
  /**
   * Events between two calls of `learn`, where it is known. From `window + delay` on an engine may keep the activations of
   * its steps for `learn`; below, no window ends under the weights it began with, and the memory is saved.
   * @default not known: what is worth keeping is kept
   */
  readonly learnEvery?: number;
  readonly loss: LossConfig;
  readonly optimizer: OptimizerConfig;
  /** Gradients are scaled down to this global L2 norm (Pascanu et al. 2013). */
  readonly clipNorm: number;
}

/** Options that only the reference engine supports. */
export interface ReferenceConfig extends Omit<NetworkConfig, 'loss'> {
  readonly loss: LossConfig | CrossEntropyConfig;
  /** How the gates open. @default 'sigmoid' */
  readonly gateActivation?: GateName;
  /** W: hidden states of the top layer, the newest included, that the head attends over; 0: only the newest. @default 0 */
  readonly attention?: number;
  /**
   * Coming events, for networks that see a bounded future: the last `steps · width` of the I inputs, the nearest
   * first.
   */
  readonly lookAhead?: LookAheadShape;
}

/** Throws BAD_OPTION for a shape that cannot be computed. */
export function checkNetworkConfig<C extends ReferenceConfig>(config: C): C {
  requireObject('network', config);
  const check = optionChecks('network');
  check.oneOf('cell', config.cell, CELL_NAMES);
  for (const option of ['inputs', 'hidden', 'layers', 'targets', 'series', 'window'] as const) {
    check.positiveInteger(option, config[option]);
  }
  if (config.gateActivation !== undefined) {
    check.oneOf('gateActivation', config.gateActivation, GATE_NAMES);
    if (config.cell === 'rnn')
      throw badOption('network', 'gateActivation', 'left out: an RNN has no gates', config.gateActivation);
  }
  check.nonNegativeInteger('attention', config.attention ?? 0);
  if (config.lookAhead !== undefined) {
    const { steps, width } = config.lookAhead;
    check.positiveInteger('lookAhead.steps', steps);
    check.positiveInteger('lookAhead.width', width);
    if (steps * width >= config.inputs)
      throw badOption('network', 'inputs', `more than the ${steps * width} of coming events`, config.inputs);
  }
  check.nonNegativeInteger('delay', config.delay);
  if (config.learnEvery !== undefined) check.positiveInteger('learnEvery', config.learnEvery);
  check.positive('clipNorm', config.clipNorm);
  return config;
}
