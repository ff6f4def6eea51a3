import {
  accepts,
  boolean,
  finite,
  integer,
  nonNegativeInteger,
  type OptionKind,
  oneOf,
  positive,
  positiveInteger,
} from '../../core/optionKinds.ts';
import { OptionSet, type OptionTable } from '../../core/optionSet.ts';
import { badOption, checkOption, requireKnown } from '../../core/options.ts';
import { CELL_NAMES, type CellName } from '../../numerics/cells/cell.ts';
import { GATE_NAMES, type GateName } from '../../numerics/cells/gate.ts';
import { type EngineName, engineKind } from '../../numerics/engines/createEngine.ts';
import type { EngineFactory } from '../../numerics/engines/engine.ts';
import { beyondEngine } from '../../numerics/engines/networkFor.ts';
import type { ReferenceConfig } from '../../numerics/networkConfig.ts';
import type { OptimizerConfig } from '../../numerics/optim/optimizers.ts';
import { horizonsKind } from './horizonsKind.ts';

/** Attention over the last hidden states. */
export interface AttentionOptions {
  /** Hidden states of the top layer that the head sees: the newest and those before it, 1 … 4096. */
  readonly window: number;
}

/** What training minimises. */
export type LossName = ReferenceConfig['loss']['name'];

/** What can be predicted in addition to the values. */
export type AuxiliaryName = 'none' | 'volatility';

/** How an LSTM forecasts one stream and learns from it. The defaults suit minute to hour data of any unit. */
export interface LstmOptions {
  /** Hidden units per layer, 1 … 1024. @default 16 */
  readonly hidden?: number;
  /** Stacked layers, 1 … 8. @default 1 */
  readonly layers?: number;
  /**
   * Recurrent cell: `'gru'` has a quarter fewer weights, `'peephole'` measures intervals, `'coupled'` forgets what it
   * overwrites (`'budget'`: at least that much), `'ema'` is a moving average with gates; `'rnn'` is for comparison.
   * @default 'lstm'
   */
  readonly cell?: CellName;
  /** How the gates open; `'hardSigmoid'` opens and shuts them fully, so that memory and gradient last. @default 'sigmoid' */
  readonly gateActivation?: GateName;
  /** Additive attention over the last hidden states, before the head. @default false */
  readonly attention?: AttentionOptions | false;
  /** Events that each update back-propagates through (TBPTT's k2), 1 … 4096. @default 32 */
  readonly window?: number;
  /** Events between two updates (TBPTT's k1), 1 … 4096; from event 2,000 on half as many again. @default 4 */
  readonly stride?: number;
  /**
   * Events ahead that are forecast, ascending from 1, at most 64 of them, none above 4096. The default scorer weighs them
   * all.
   * @default [1, 4, 16]
   */
  readonly horizons?: readonly number[];
  /**
   * Past values fed in addition to the newest; for every second of them one of the newest changes too, in units of the usual
   * change. 0 … 1024.
   * @default 8 for one dimension, 16 shared among several
   */
  readonly lags?: number;
  /** Feeds sine and cosine of the time of day and of the day of week (UTC) when events have times. @default true */
  readonly calendar?: boolean;
  /** Adds a linear path from the inputs to the forecast, which starts as "no change". @default true */
  readonly skip?: boolean;
  /**
   * The loss. `'laplace'` and `'gaussian'` learn the band with the forecast of the change; `'mse'` and `'huber'` take
   * it from past residuals; `'crossEntropy'` learns the probability of each of `classes` ranges of values: a
   * distribution of any shape, whose median and 95 % band are the forecast. @default 'laplace'
   */
  readonly loss?: LossName;
  /** Ranges of values that `'crossEntropy'` distinguishes, 3 … 1024. @default 50 */
  readonly classes?: number;
  /**
   * A second thing to predict from the same hidden state, which it enriches: `'volatility'`, the size of the next
   * change, in `LstmForecaster.predictVolatility`. @default 'none'
   */
  readonly auxiliary?: AuxiliaryName;
  /** The rule by which gradients change the weights. @default 'adam' */
  readonly optimizer?: OptimizerConfig['name'];
  /** Learning rate once settled; five times that for the first 100 events, halving the excess every 150. @default 0.001 */
  readonly learningRate?: number;
  /** Gradients are scaled down to this global L2 norm. @default 1 */
  readonly clipNorm?: number;
  /**
   * Initial bias of the forget gate (GRU: of the update gate): positive, so that the cell remembers until it learns to forget.
   * `'chrono'`: spread so that units remember for up to half a `window`, and take in the less the longer they do: for single
   * values that matter many events later. @default 1
   */
  readonly forgetBias?: number | 'chrono';
  /** Seed of the initial weights, an integer. Same seed, same engine: same bits. @default 1 */
  readonly seed?: number;
  /**
   * Where the arithmetic is done; `'auto'`: the fastest engine that runs the network here. `await tfjsEngine()` of
   * `rx-anomaly/tfjs` is TensorFlow's native kernels.
   * @default 'auto'
   */
  readonly engine?: EngineName | EngineFactory;
}

/** {@link LstmOptions} with every default filled in, but for that of `lags`, which depends on the dimensions. */
export type ResolvedLstmOptions = Required<Omit<LstmOptions, 'lags'>> & Pick<LstmOptions, 'lags'>;

const LOSS_NAMES: readonly LossName[] = ['laplace', 'gaussian', 'mse', 'huber', 'crossEntropy'];

const MOST_STEPS = 4096;

/** The table for the options of the LSTM, for whoever has them among others. */
export const lstmTable: OptionTable<LstmOptions, ResolvedLstmOptions> = {
  hidden: {
    kind: positiveInteger(1024, 'the time of an event grows with its square'),
    default: 16,
    unit: 'units',
    about: 'hidden units per layer',
    when: 'more for several dimensions or patterns that take turns; time grows with the square',
    level: 'basic',
  },
  layers: {
    kind: positiveInteger(8, 'time and memory grow with each'),
    default: 1,
    about: 'stacked layers',
    when: '2 where one layer with more units does not suffice; time doubles',
  },
  cell: {
    kind: oneOf(CELL_NAMES),
    default: 'lstm',
    about: 'the recurrent cell',
    when: "'gru' for a quarter less memory; the others to compare",
  },
  gateActivation: {
    kind: oneOf(GATE_NAMES),
    default: 'sigmoid',
    about: 'how the gates open',
    when: "'hardSigmoid' where something must be remembered for hundreds of events",
  },
  attention: {
    kind: accepts(
      'false or { window }',
      (value) => value === false || (typeof value === 'object' && value !== null),
    ),
    default: false,
    about: 'additive attention over the last hidden states',
    when: 'where one past event decides the next; runs on the reference engine only, slower',
  },
  window: {
    kind: positiveInteger(MOST_STEPS, 'all its steps are kept'),
    default: 32,
    unit: 'events',
    about: 'events that each update back-propagates through',
    when: 'longer for patterns longer than that; time and memory grow with it',
  },
  stride: {
    kind: positiveInteger(MOST_STEPS, 'rarer updates hardly learn'),
    default: 4,
    unit: 'events',
    about: 'events between two updates of the weights; half as many again from event 2,000 on',
    when: 'more for less time per event, 1 to learn fastest',
  },
  horizons: {
    kind: horizonsKind,
    default: [1, 4, 16],
    unit: 'events ahead',
    about: 'events ahead that are forecast',
    when: '[1] for the fastest; longer ones find slow changes',
  },
  lags: {
    kind: nonNegativeInteger(1024, 'each is one more input'),
    defaultText: '8 for one dimension, 16 shared among several',
    unit: 'events',
    about: 'past values fed in addition to the newest',
    when: 'more for periods of a few dozen events',
  },
  calendar: {
    kind: boolean,
    default: true,
    about: 'whether time of day and day of week are fed in',
    when: 'false where people and days play no part',
  },
  skip: {
    kind: boolean,
    default: true,
    about: 'whether there is a linear path from the inputs to the forecast',
    when: 'false to compare only',
  },
  loss: {
    kind: oneOf(LOSS_NAMES),
    default: 'laplace',
    about: 'what is minimised',
    when: "'gaussian' for noise without outliers, 'crossEntropy' for values of a few levels",
  },
  classes: {
    kind: classesKind(),
    default: 50,
    about: "ranges of values that 'crossEntropy' distinguishes",
    when: 'with that loss, more for a finer distribution',
  },
  auxiliary: {
    kind: oneOf(['none', 'volatility']),
    default: 'none',
    about: 'a second target for the same hidden state',
    when: "'volatility' to predict the size of changes too",
  },
  optimizer: {
    kind: oneOf(['adam', 'rmsprop', 'sgd']),
    default: 'adam',
    about: 'the rule by which gradients change the weights',
    when: 'to compare only',
  },
  learningRate: {
    kind: positive(10, 'larger steps diverge'),
    default: 0.001,
    about: 'learning rate once settled',
    when: 'higher where the process keeps changing, lower where it is noisy',
  },
  clipNorm: {
    kind: positive(),
    default: 1,
    about: 'global L2 norm down to which gradients are scaled',
    when: 'rarely',
  },
  forgetBias: {
    kind: accepts(
      "a number or 'chrono'",
      (value) => value === 'chrono' || finite.expected(value) === undefined,
    ),
    default: 1,
    about: 'initial bias of the forget gate',
    when: "'chrono', with a window of five lags or more, where single values matter many events later",
  },
  seed: {
    kind: integer,
    default: 1,
    about: 'seed of the initial weights',
    when: 'to see by how much results depend on it',
  },
  engine: {
    kind: engineKind,
    default: 'auto',
    about: 'where the arithmetic is done',
    when: "'reference' for float64 and for debugging; 'wasm-relaxed' for speed on some processors",
  },
};

/** Options of the LSTM, of a stream whose dimensions are not known yet. */
export const lstmOptions: OptionSet<LstmOptions, ResolvedLstmOptions> = new OptionSet(
  lstmTable,
  checkNetwork,
);

/** What options ask of each other. @throws RxAnomalyError BAD_OPTION */
export function checkNetwork<R extends ResolvedLstmOptions>(where: string, options: R): R {
  const { cell, gateActivation, attention, loss, engine } = options;
  if (cell === 'rnn' && gateActivation !== 'sigmoid') {
    const expected = "left out where cell is 'rnn', which has no gates";
    throw badOption(where, 'gateActivation', expected, gateActivation);
  }
  if (attention !== false) {
    requireKnown(where, attention, ['window']);
    checkOption(
      where,
      'attention.window',
      positiveInteger(MOST_STEPS, 'all of them are kept'),
      attention.window,
    );
  }
  const traits = {
    cell,
    gateActivation,
    attention: attention === false ? 0 : attention.window,
    loss: { name: loss },
  };
  const named =
    typeof engine === 'function'
      ? engine.engineName
      : engine === 'auto' || engine === 'reference'
        ? undefined
        : engine;
  const beyond = named === undefined ? undefined : beyondEngine(named === 'tfjs' ? named : 'wasm', traits);
  if (beyond !== undefined)
    throw badOption(where, beyond[0], `${beyond[1]} where engine is '${named}'`, beyond[2]);
  return { ...options, horizons: [...options.horizons] };
}

/** Past values that are fed to a network of D dimensions. */
export function lagsFor({ lags }: Pick<LstmOptions, 'lags'>, dimensions: number): number {
  return lags ?? Math.min(8, Math.floor(16 / dimensions));
}

function classesKind(): OptionKind {
  const { range, expected } = positiveInteger(1024, 'each is one more output per forecast');
  return {
    range: `${range}, at least 3`,
    expected: (value) => expected(value) ?? ((value as number) < 3 ? 'at least 3' : undefined),
  };
}
