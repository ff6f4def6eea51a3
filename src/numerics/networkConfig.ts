import { optionChecks } from '../core/options.ts';
import { CELL_NAMES, type CellName } from './cells/cell.ts';
import type { LossConfig } from './losses/createLoss.ts';
import type { OptimizerConfig } from './optim/createOptimizer.ts';

/** What is computed: the shape of a network and how it learns. Every engine takes the same one. */
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
  readonly loss: LossConfig;
  readonly optimizer: OptimizerConfig;
  /** Gradients are scaled down to this global L2 norm (Pascanu et al. 2013). */
  readonly clipNorm: number;
}

/** Throws BAD_OPTION for a shape that cannot be computed. */
export function checkNetworkConfig(config: NetworkConfig): NetworkConfig {
  const check = optionChecks('network');
  check.oneOf('cell', config.cell, CELL_NAMES);
  for (const option of ['inputs', 'hidden', 'layers', 'targets', 'series', 'window'] as const) {
    check.positiveInteger(option, config[option]);
  }
  check.nonNegativeInteger('delay', config.delay);
  check.positive('clipNorm', config.clipNorm);
  return config;
}
