import { badOption, optionChecks } from '../../core/options.ts';
import { CELL_NAMES, type CellName } from '../../numerics/cells/cell.ts';
import { GATE_NAMES, type GateName } from '../../numerics/cells/gate.ts';
import { ENGINE_NAMES, type EngineName } from '../../numerics/engines/createEngine.ts';
import { beyondEngine } from '../../numerics/engines/networkFor.ts';
import type { ReferenceConfig } from '../../numerics/networkConfig.ts';
import type { OptimizerConfig } from '../../numerics/optim/createOptimizer.ts';

/** Attention over the last hidden states. */
export interface AttentionOptions {
  /** Hidden states of the top layer that the head sees beside the newest: that one and those before it. */
  readonly window: number;
}

/** What can be foretold beside the values. */
export type AuxiliaryName = 'none' | 'volatility';

/** How an LSTM forecasts one stream and learns from it. The defaults suit minute to hour data of any unit. */
export interface LstmOptions {
  /** Hidden units per layer. @default 16 */
  readonly hidden?: number;
  /** Stacked layers. @default 1 */
  readonly layers?: number;
  /**
   * Recurrent cell: `'gru'` has a quarter fewer weights, `'peephole'` times intervals, `'coupled'` forgets what it writes
   * over (`'budget'`: at least that much), `'ema'` is a moving average with gates; `'rnn'` is there to compare with.
   * @default 'lstm'
   */
  readonly cell?: CellName;
  /** How the gates open; `'hardSigmoid'` opens and shuts them fully, so that memory and gradient last. @default 'sigmoid' */
  readonly gateActivation?: GateName;
  /** Additive attention over the last hidden states, before the head. @default false */
  readonly attention?: AttentionOptions | false;
  /** Events that each update back-propagates through (TBPTT's k2). @default 32 */
  readonly window?: number;
  /** Events between two updates (TBPTT's k1). @default 4 */
  readonly stride?: number;
  /** Events ahead that are forecast, ascending; the first must be 1. The default scorer weighs them all. @default [1, 4, 16] */
  readonly horizons?: readonly number[];
  /**
   * Past values fed beside the newest one; for every second of them one of the newest changes too, in units of the usual
   * change.
   * @default 8 for one dimension, 16 shared among several
   */
  readonly lags?: number;
  /** Feeds sine and cosine of the time of day and of the day of week (UTC) when events have times. @default true */
  readonly calendar?: boolean;
  /** Adds a linear path from the inputs to the forecast, which begins as "nothing changes". @default true */
  readonly skip?: boolean;
  /**
   * What is minimised. `'laplace'` and `'gaussian'` learn the band with the forecast of the change; `'mse'` and
   * `'huber'` take it from past residuals; `'crossEntropy'` learns the probability of each of `classes` ranges of values: a distribution of
   * any shape, whose median and 95 % band are the forecast. @default 'laplace'
   */
  readonly loss?: ReferenceConfig['loss']['name'];
  /** Ranges of values that `'crossEntropy'` tells apart, at least 3. @default 50 */
  readonly classes?: number;
  /**
   * A second thing to foretell from the same hidden state, which it enriches: `'volatility'`, the size of the next
   * change, in `LstmForecaster.predictVolatility`. @default 'none'
   */
  readonly auxiliary?: AuxiliaryName;
  /** @default 'adam' */
  readonly optimizer?: OptimizerConfig['name'];
  /** Learning rate once settled; five times that for the first 100 events, halving the excess every 150. @default 0.001 */
  readonly learningRate?: number;
  /** Gradients are scaled down to this global L2 norm. @default 1 */
  readonly clipNorm?: number;
  /** Initial bias of the forget gate (GRU: of the update gate): positive, so that the cell remembers until it learns to forget. @default 1 */
  readonly forgetBias?: number;
  /** Seed of the initial weights, an integer. Same seed, same engine: same bits. @default 1 */
  readonly seed?: number;
  /** Where the arithmetic is done; `'auto'`: the fastest engine that runs the network here. @default 'auto' */
  readonly engine?: EngineName;
}

export type ResolvedLstmOptions = Required<LstmOptions>;

const NAMES: readonly (keyof LstmOptions)[] = [
  'hidden',
  'layers',
  'cell',
  'gateActivation',
  'attention',
  'window',
  'stride',
  'horizons',
  'lags',
  'calendar',
  'skip',
  'loss',
  'classes',
  'auxiliary',
  'optimizer',
  'learningRate',
  'clipNorm',
  'forgetBias',
  'seed',
  'engine',
];

const LOSS_NAMES: readonly ReferenceConfig['loss']['name'][] = [
  'laplace',
  'gaussian',
  'mse',
  'huber',
  'crossEntropy',
];

export const LSTM_OPTION_NAMES: readonly string[] = NAMES;

/** Those of `options` that are the LSTM's. */
export function lstmOptionsOf(options: LstmOptions): LstmOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => LSTM_OPTION_NAMES.includes(name)));
}

/**
 * Fills in the defaults.
 *
 * @param where who asks, for the message
 * @param dimensions D, on which the default of `lags` depends; 1 while it is not known
 * @throws RxAnomalyError BAD_OPTION naming the option, what was expected and what came
 */
export function resolveLstmOptions(
  where: string,
  options: LstmOptions,
  dimensions: number,
): ResolvedLstmOptions {
  const check = optionChecks(where);
  const horizons = options.horizons ?? [1, 4, 16];
  if (!(Array.isArray(horizons) && horizons[0] === 1 && horizons.every(isAscending))) {
    throw badOption(where, 'horizons', 'ascending positive integers that begin with 1', horizons);
  }
  const window = check.positiveInteger('window', options.window ?? 32);
  const stride = check.positiveInteger('stride', options.stride ?? 4);
  for (const option of ['calendar', 'skip'] as const) {
    if (![undefined, true, false].includes(options[option]))
      throw badOption(where, option, 'true or false', options[option]);
  }
  const forgetBias = options.forgetBias ?? 1;
  if (!Number.isFinite(forgetBias)) throw badOption(where, 'forgetBias', 'a number', forgetBias);
  const seed = options.seed ?? 1;
  if (!Number.isSafeInteger(seed)) throw badOption(where, 'seed', 'an integer', seed);
  const cell = check.oneOf('cell', options.cell ?? 'lstm', CELL_NAMES);
  const gateActivation = check.oneOf('gateActivation', options.gateActivation ?? 'sigmoid', GATE_NAMES);
  if (cell === 'rnn' && gateActivation !== 'sigmoid')
    throw badOption(
      where,
      'gateActivation',
      "left out where cell is 'rnn', which has no gates",
      gateActivation,
    );
  const classes = check.positiveInteger('classes', options.classes ?? 50);
  if (classes < 3) throw badOption(where, 'classes', 'at least 3', classes);
  const attention = resolveAttention(where, options.attention ?? false);
  const loss = check.oneOf('loss', options.loss ?? 'laplace', LOSS_NAMES);
  const engine = check.oneOf('engine', options.engine ?? 'auto', ENGINE_NAMES);
  const traits = {
    cell,
    gateActivation,
    attention: attention === false ? 0 : attention.window,
    loss: { name: loss },
  };
  const beyond = engine === 'wasm' ? beyondEngine('wasm', traits) : undefined;
  if (beyond !== undefined)
    throw badOption(where, beyond[0], `${beyond[1]} where engine is 'wasm'`, beyond[2]);
  return {
    hidden: check.positiveInteger('hidden', options.hidden ?? 16),
    layers: check.positiveInteger('layers', options.layers ?? 1),
    cell,
    gateActivation,
    attention,
    window,
    stride,
    horizons: [...horizons],
    lags: check.nonNegativeInteger('lags', options.lags ?? Math.min(8, Math.floor(16 / dimensions))),
    calendar: options.calendar ?? true,
    skip: options.skip ?? true,
    loss,
    classes,
    auxiliary: check.oneOf('auxiliary', options.auxiliary ?? 'none', ['none', 'volatility']),
    optimizer: check.oneOf('optimizer', options.optimizer ?? 'adam', ['adam', 'rmsprop', 'sgd']),
    learningRate: check.positive('learningRate', options.learningRate ?? 0.001),
    clipNorm: check.positive('clipNorm', options.clipNorm ?? 1),
    forgetBias,
    seed,
    engine,
  };
}

function resolveAttention(where: string, attention: AttentionOptions | false): AttentionOptions | false {
  if (attention === false) return false;
  if (typeof attention !== 'object' || attention === null)
    throw badOption(where, 'attention', 'false or { window }', attention);
  optionChecks(where).known(attention, ['window']);
  return { window: optionChecks(where).positiveInteger('attention.window', attention.window) };
}

function isAscending(horizon: number, at: number, all: readonly number[]): boolean {
  return Number.isSafeInteger(horizon) && (at === 0 || horizon > all[at - 1]);
}
