import { describe, expect, it } from 'vitest';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import { pretrainedForecaster } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { aggregate } from '../../../src/operators/aggregate.ts';
import { detectAnomalies } from '../../../src/operators/detectAnomalies.ts';
import { detectFleet } from '../../../src/operators/detectFleet.ts';
import { fillGaps } from '../../../src/operators/fillGaps.ts';
import { flagAnomalies } from '../../../src/operators/flagAnomalies.ts';
import { forecastAhead } from '../../../src/operators/forecastAhead.ts';
import { forecastWith } from '../../../src/operators/forecastWith.ts';
import { incidents } from '../../../src/operators/incidents.ts';
import { lstmForecast } from '../../../src/operators/lstmForecast.ts';
import { rate } from '../../../src/operators/rate.ts';
import { reorder } from '../../../src/operators/reorder.ts';
import { scoreResiduals } from '../../../src/operators/scoreResiduals.ts';
import { replay } from '../../../src/sources/replay.ts';
import { optionContract, type RefusedOption, refusal } from '../../contracts/operatorContract.ts';

await pretrainedForecaster(); // loads what a fleet forecasts by
const factory = (dimensions: number) => new LastValueForecaster({ dimensions });
const onLate = (): void => {};

/** Operators as a program in plain JavaScript calls them: with anything. */
const CALLS: Readonly<Record<string, (options: never) => unknown>> = {
  lstmForecast,
  forecastWith: (options) => forecastWith(factory, options),
  forecastAhead,
  scoreResiduals,
  flagAnomalies,
  detectAnomalies,
  detectFleet,
  incidents,
  fillGaps,
  reorder,
  rate,
  aggregate,
  replay: (options) => replay([], options),
};

/** Options without which an operator cannot be called. */
const NEEDED: Readonly<Record<string, object>> = {
  fillGaps: { cadence: 1 },
  reorder: { allowedLateness: 1, onLate },
  aggregate: { every: 1, by: 'mean' },
};

const A_FUNCTION = 'a function';
const A_FACTORY = 'a function that creates one';
const POSITIVE_INTEGER = 'a positive integer';
const POSITIVE = 'a positive number';
const STATISTICS =
  'count, sum, mean, min, max, last, std or a percentile such as p95, or a list of them without repetition';
const POLICIES = "one of 'impute', 'skip', 'error'";

const READER: readonly RefusedOption[] = [
  ['value', 'temp', A_FUNCTION, '"temp"'],
  ['time', 5, A_FUNCTION, '5'],
  ['onProblem', {}, "a function, or 'silent'", 'an object with no fields'],
  ['onBadData', 'ignore', POLICIES, '"ignore"'],
];

const LSTM: readonly RefusedOption[] = [
  ['hidden', -3, POSITIVE_INTEGER, '-3'],
  ['hidden', 2.5, POSITIVE_INTEGER, '2.5'],
  ['hidden', '8', POSITIVE_INTEGER, '"8"'],
  ['hidden', Number.NaN, POSITIVE_INTEGER, 'NaN'],
  ['hidden', Number.POSITIVE_INFINITY, POSITIVE_INTEGER, 'Infinity'],
  ['hidden', 1025, 'at most 1024 (the time of an event grows with its square)', '1025'],
  ['layers', 0, POSITIVE_INTEGER, '0'],
  ['layers', 9, 'at most 8 (time and memory grow with each)', '9'],
  ['window', 4097, 'at most 4096 (all its steps are kept)', '4097'],
  ['lags', 1025, 'at most 1024 (each is one more input)', '1025'],
  ['horizons', [1, 4097], 'none above 4096 (every forecast is kept until it is due)', '[1, 4097]'],
  ['cell', 'gpt', "one of 'lstm', 'gru', 'peephole', 'coupled', 'budget', 'ema', 'rnn'", '"gpt"'],
  ['gateActivation', 'tanh', "one of 'sigmoid', 'hardSigmoid'", '"tanh"'],
  ['attention', true, 'false or { window }', 'true'],
  ['classes', 0, POSITIVE_INTEGER, '0'],
  ['auxiliary', true, "one of 'none', 'volatility'", 'true'],
  ['window', 0, POSITIVE_INTEGER, '0'],
  ['stride', -1, POSITIVE_INTEGER, '-1'],
  ['horizons', [], 'ascending positive integers that begin with 1', '[]'],
  ['horizons', [2, 4], 'ascending positive integers that begin with 1', '[2, 4]'],
  ['horizons', [1, 1], 'ascending positive integers that begin with 1', '[1, 1]'],
  ['horizons', [1, 2.5], 'ascending positive integers that begin with 1', '[1, 2.5]'],
  ['horizons', 1, 'ascending positive integers that begin with 1', '1'],
  ['lags', -1, 'an integer of 0 or more', '-1'],
  ['calendar', 'yes', 'true or false', '"yes"'],
  ['skip', 1, 'true or false', '1'],
  ['loss', 'l1', "one of 'laplace', 'gaussian', 'mse', 'huber', 'crossEntropy'", '"l1"'],
  ['optimizer', 'adamw', "one of 'adam', 'rmsprop', 'sgd'", '"adamw"'],
  ['learningRate', 0, POSITIVE, '0'],
  ['clipNorm', Number.NaN, POSITIVE, 'NaN'],
  ['forgetBias', Number.POSITIVE_INFINITY, "a number or 'chrono'", 'Infinity'],
  ['forgetBias', 'long', "a number or 'chrono'", '"long"'],
  ['seed', 1.5, 'an integer', '1.5'],
  [
    'engine',
    'cuda',
    "one of 'auto', 'wasm', 'wasm-relaxed', 'reference', or an engine that was loaded, as await tfjsEngine() of rx-anomaly/tfjs gives",
    '"cuda"',
  ],
];

const THRESHOLD: readonly RefusedOption[] = [
  ['threshold', 0, 'a number above 0 and below 1', '0'],
  ['threshold', 1, 'a number above 0 and below 1', '1'],
  ['threshold', Number.NaN, 'a number above 0 and below 1', 'NaN'],
  ['release', 0.7, 'a number from 0 to 0.5', '0.7'],
  ['hold', 0, POSITIVE_INTEGER, '0'],
  ['warmUp', -1, 'an integer of 0 or more', '-1'],
  ['sensitivity', 'max', "'low', 'medium', 'high' or a number from 0 to 1", '"max"'],
  ['sensitivity', -0.1, "'low', 'medium', 'high' or a number from 0 to 1", '-0.1'],
  ['habituation', 0, POSITIVE_INTEGER, '0'],
  ['confirm', 0, 'a positive integer or { events, of }', '0'],
  ['confirm', 'twice', 'a positive integer or { events, of }', '"twice"'],
  ['budget', 1, 'true, false or { rise, memory }', '1'],
];

const SUPPRESS: RefusedOption = ['suppress', 'all', 'a list of rules', '"all"'];
const DRIFT: RefusedOption = ['drift', 'yes', 'true or false', '"yes"'];

const NOT_FROM_SCRATCH =
  'left out in a fleet, whose network is pre-trained; for an LSTM that learns from scratch leave out fleet (detectAnomalies instead of detectFleet)';
const NOT_AHEAD =
  'left out in a fleet, which has none; leave out fleet (detectAnomalies instead of detectFleet), or use forecastAhead';

const ROWS: Readonly<Record<string, readonly RefusedOption[]>> = {
  lstmForecast: [...READER, ...LSTM, DRIFT],
  forecastWith: [...READER, DRIFT],
  forecastAhead: [
    ...READER,
    DRIFT,
    ['steps', 1025, 'at most 1024 (each is forecast from the one before)', '1025'],
    ['quantiles', [], 'ascending numbers above 0 and below 1, 1 to 99 of them', '[]'],
    ['quantiles', [0.5, 0.5], 'ascending numbers above 0 and below 1, 1 to 99 of them', '[0.5, 0.5]'],
    ['every', -1, POSITIVE_INTEGER, '-1'],
    ['maxKeys', 0, POSITIVE_INTEGER, '0'],
  ],
  scoreResiduals: [['scorer', 'tail', A_FACTORY, '"tail"']],
  flagAnomalies: [...THRESHOLD, SUPPRESS],
  detectAnomalies: [
    ...READER,
    ...LSTM,
    ...THRESHOLD,
    SUPPRESS,
    DRIFT,
    ['recurring', 'never', "'normal', 'anomalous' or { learn, acceptAfter }", '"never"'],
    ['feedback', [], 'an Observable', '[]'],
    ['key', 'id', A_FUNCTION, '"id"'],
    ['transform', 'log', "one of 'none', 'logReturn'", '"log"'],
    ['forecaster', 'lstm', A_FACTORY, '"lstm"'],
    ['scorer', 3, A_FACTORY, '3'],
    ['maxKeys', 0, POSITIVE_INTEGER, '0'],
    ['maxKeys', 2 ** 24 + 1, 'at most 16777216 (a Map holds no more)', '16777217'],
    ['idleTimeout', 0, POSITIVE, '0'],
    ['onEvict', true, A_FUNCTION, 'true'],
    ['onReturn', [], A_FUNCTION, '[]'],
    ['scheduler', 'async', 'a scheduler', '"async"'],
    ['scheduler', null, 'a scheduler', 'null'],
  ],
  detectFleet: [
    ...READER,
    ['hidden', 8, NOT_FROM_SCRATCH, '8'],
    ['engine', 'wasm', NOT_FROM_SCRATCH, '"wasm"'],
    ['ahead', { steps: 4 }, NOT_AHEAD, 'an object with steps'],
    ['fleet', false, 'left out; detectAnomalies has a model of its own for each key', 'false'],
    ['fleet', 'yes', 'left out; detectAnomalies has a model of its own for each key', '"yes"'],
    ...THRESHOLD,
    SUPPRESS,
    DRIFT,
    ['feedback', [], 'an Observable', '[]'],
    ['forecaster', 'lstm', A_FACTORY, '"lstm"'],
    ['forecaster', factory, "pretrainedForecaster() with adapt 'none' or 'head' in a fleet", '"lastValue"'],
    ['scorer', 3, A_FACTORY, '3'],
    ['key', 'id', A_FUNCTION, '"id"'],
    ['transform', 'log', "one of 'none', 'logReturn'", '"log"'],
    ['recurring', 1, "'normal', 'anomalous' or { learn, acceptAfter }", '1'],
    ['maxKeys', 0, POSITIVE_INTEGER, '0'],
    ['idleTimeout', 0, POSITIVE, '0'],
    ['onEvict', true, A_FUNCTION, 'true'],
    ['onReturn', [], A_FUNCTION, '[]'],
    ['scheduler', 'async', 'a scheduler', '"async"'],
  ],
  incidents: [
    ['hold', 0, POSITIVE_INTEGER, '0'],
    ['maxOpen', -1, POSITIVE_INTEGER, '-1'],
  ],
  fillGaps: [
    ['cadence', undefined, POSITIVE, 'undefined'],
    ['cadence', 0, POSITIVE, '0'],
    ['cadence', Number.POSITIVE_INFINITY, POSITIVE, 'Infinity'],
    ['policy', 'spline', "one of 'missing', 'hold', 'linear', 'error'", '"spline"'],
    ['maxFill', 0, POSITIVE_INTEGER, '0'],
    ['maxKeys', 0.5, POSITIVE_INTEGER, '0.5'],
    ['onGap', 'log', A_FUNCTION, '"log"'],
    ['value', 1, A_FUNCTION, '1'],
    ['time', 'at', A_FUNCTION, '"at"'],
    ['key', 'id', A_FUNCTION, '"id"'],
  ],
  rate: [
    ['per', '1 s', "a time above 0 such as '1s', or milliseconds", '"1 s"'],
    ['per', 0, "a time above 0 such as '1s', or milliseconds", '0'],
    ['maxKeys', 0.5, POSITIVE_INTEGER, '0.5'],
    ['value', 1, A_FUNCTION, '1'],
    ['time', 'at', A_FUNCTION, '"at"'],
    ['key', 'id', A_FUNCTION, '"id"'],
    ['onProblem', {}, "a function, or 'silent'", 'an object with no fields'],
  ],
  aggregate: [
    ['every', undefined, "a time of 1 millisecond or more such as '1m'", 'undefined'],
    ['every', 0.5, "a time of 1 millisecond or more such as '1m'", '0.5'],
    ['by', 'average', STATISTICS, '"average"'],
    ['by', 'p101', STATISTICS, '"p101"'],
    ['by', [], STATISTICS, '[]'],
    ['by', ['max', 'max'], STATISTICS, '["max", "max"]'],
    ['closeAfter', -1, "a time such as '2s', or milliseconds, 0 or more", '-1'],
    ['maxFill', -1, 'an integer of 0 or more', '-1'],
    ['maxKeys', 0, POSITIVE_INTEGER, '0'],
    ['scheduler', 'async', 'a scheduler', '"async"'],
  ],
  reorder: [
    ['allowedLateness', undefined, 'a number of 0 or more', 'undefined'],
    ['allowedLateness', -1, 'a number of 0 or more', '-1'],
    ['onLate', undefined, A_FUNCTION, 'undefined'],
    ['onLate', 'drop', A_FUNCTION, '"drop"'],
    ['maxBuffer', 0, POSITIVE_INTEGER, '0'],
    ['time', 'at', A_FUNCTION, '"at"'],
  ],
  replay: [
    ['speed', 0, 'a positive number or Infinity', '0'],
    ['speed', -1, 'a positive number or Infinity', '-1'],
    ['speed', Number.NaN, 'a positive number or Infinity', 'NaN'],
    ['speed', '2', 'a positive number or Infinity', '"2"'],
    ['time', 'at', A_FUNCTION, '"at"'],
    ['scheduler', {}, 'a scheduler', 'an object with no fields'],
  ],
};

for (const name of Object.keys(ROWS)) optionContract(name, CALLS[name], NEEDED[name] ?? {}, ROWS[name]);

describe('more that is refused when called', () => {
  it('forecastWith without a forecaster', () => {
    const { message } = refusal(() => forecastWith('lstm' as never));
    expect(message).toBe('forecastWith: expected forecaster to be a function that creates one, got "lstm"');
  });

  it('options of the LSTM with another forecaster', () => {
    const { message } = refusal(() => detectAnomalies({ forecaster: factory, hidden: 8 }));
    expect(message).toBe(
      'detectAnomalies: expected hidden to be left out where a forecaster is given, got 8',
    );
  });
});
