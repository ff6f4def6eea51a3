import { NEVER } from 'rxjs';
import { describe, expect, it } from 'vitest';
import * as backtest from '../../src/backtest/index.ts';
import * as dashboard from '../../src/dashboard/index.ts';
import * as distributed from '../../src/distributed/index.ts';
import * as holidays from '../../src/holidays/index.ts';
import * as main from '../../src/index.ts';
import * as influx from '../../src/influx/index.ts';
import * as inspect from '../../src/inspect/index.ts';
import { loadPretrainedWeights } from '../../src/models/pretrained/pretrainedWeights.ts';
import * as mqtt from '../../src/mqtt/index.ts';
import * as nats from '../../src/nats/index.ts';
import * as tfjs from '../../src/numerics/engines/tfjs/index.ts';
import * as numerics from '../../src/numerics/index.ts';
import * as otlp from '../../src/otlp/index.ts';
import * as prometheus from '../../src/prometheus/index.ts';
import * as redis from '../../src/redis/index.ts';
import * as sinks from '../../src/sinks/index.ts';
import * as sources from '../../src/sources/index.ts';
import * as stores from '../../src/stores/index.ts';

type Door = Readonly<Record<string, unknown>>;
type Call = (options: never) => unknown;

const DOORS: readonly Door[] = [
  ...[
    main,
    numerics,
    tfjs,
    sources,
    stores,
    influx,
    mqtt,
    prometheus,
    otlp,
    redis,
    nats,
    distributed,
    backtest,
    inspect,
    sinks,
    holidays,
    dashboard,
  ],
];
const all: Door = Object.assign({}, ...DOORS);
const { namedForecasters, namedScorers } = main;
await loadPretrainedWeights();

/** Those whose first argument is an object of options. */
const FIRST = [
  ...['AheadForecaster', 'BidirectionalForecaster', 'ConformalScorer', 'Detector', 'DspotScorer'],
  ...['DynamicThresholdScorer', 'EmaForecaster', 'EvidenceScorer', 'GaussianTailScorer'],
  ...['LastValueForecaster', 'LstmForecaster', 'RobustScaler', 'RunningMeanForecaster'],
  ...[
    'SeasonalForecaster',
    'StreamDetector',
    'TailScorer',
    'Threshold',
    'ZScoreScorer',
    'aggregate',
    'alerts',
  ],
  ...[
    'changePoints',
    'checkpoint',
    'detectAnomalies',
    'detectFleet',
    'detectPopulation',
    'detectRare',
    'RareDetector',
    'fillGaps',
    'flagAnomalies',
    'forecastAhead',
  ],
  ...[
    'incidentGroups',
    'incidents',
    'lstmForecast',
    'pretrainedForecaster',
    'rate',
    'reorder',
    'scoreResiduals',
    'toConsole',
  ],
  ...[
    'toEmail',
    'toWebhook',
    'Ablation',
    'IncidentExplainer',
    'InspectedForecaster',
    'MemoryProfile',
    'RidgeProbe',
  ],
  ...[
    'StreamInspection',
    'inspectGates',
    'distribute',
    'fromVerdicts',
    'fromInflux',
    'fromMqtt',
    'fromOtlp',
    'fromPrometheus',
    'fromRedis',
    'natsEngine',
    'fromNats',
    'readInflux',
    'redisEngine',
    'toInflux',
    'Network',
  ],
  ...['ReferenceEngine', 'createLoss', 'createParameters'],
  ...['createWasmEngine', 'outputCount'],
];

/** Those that have other arguments before. */
const LATER: Readonly<Record<string, Call>> = {
  createEngine: (options) => numerics.createEngine('reference', options),
  createOptimizer: (options) => numerics.createOptimizer(options, 1),
  forecastWith: (options) => main.forecastWith(namedForecasters.ema(1), options),
  explainIncident: (options) => main.explainIncident({} as never, options),
  fromCsv: (options) => sources.fromCsv('none.csv', options),
  incidentMetrics: (options) => backtest.incidentMetrics([], options),
  openCsv: (options) => sources.openCsv('none.csv', options),
  publicHolidays: (options) => holidays.publicHolidays('DE', options),
  pairedBootstrap: (options) => backtest.pairedBootstrap(1, () => 0, options),
  rangeMetrics: (options) => backtest.rangeMetrics([], options),
  replay: (options) => sources.replay([], options),
  serveDashboard: (options) => dashboard.serveDashboard(NEVER, options),
  StateProbes: (options) => new inspect.StateProbes([], options),
  vusPr: (options) => backtest.vusPr(Float64Array.of(0.1), [], options),
  ...named('namedForecasters', namedForecasters, (create) => (options) => create(1, options)),
  ...named('namedScorers', namedScorers, (create) => (options) => create(options)),
  'StreamDetector.warmUp': (options) => new main.StreamDetector<number, number>().warmUp([1], options),
};

/** Of those that may hold more than is read, unknown names are not refused. */
const PARTS: Readonly<Record<string, Call>> = {
  StreamRecorder: (options) => new backtest.StreamRecorder('a', ['value'], options),
  chooseEngine: (options) => numerics.chooseEngine(options, []),
  thresholdTradeOff: (options) => backtest.thresholdTradeOff([], options),
};

/** Those without options: their arguments are data, or parts that other functions made. */
const WITHOUT = [
  ...['CovariateForecaster', 'LevelChannel', 'MemoryCheckpointStore', 'PointForecaster', 'ResidualChannel'],
  ...['RxAnomalyError', 'SeasonalProfile', 'ValueChannel', 'VolatilityChannel', 'decodeSnapshot'],
  ...[
    'encodeSnapshot',
    'feedbackOn',
    'feedbackEvent',
    'Overtaken',
    'Trimmed',
    'parseSnapshot',
    'requireWhole',
    'withCovariates',
  ],
  ...['FileCheckpointStore', 'cellBound', 'clampGate', 'clampableGates', 'gatesNow', 'gradientFlow'],
  ...['halfLife', 'level', 'memoryOrigin', 'renderInspection', 'seasonPhase', 'volatility', 'evaluate'],
  ...['falseAlertsByAge', 'forecastErrors', 'forecasterResults', 'loadPageAssets', 'mergeWindows', 'nabCsv'],
  ...['nabResultPath', 'optimiseNabThreshold', 'parseLabels', 'recordWindows', 'renderReport'],
  ...['reportOf', 'residualHistogram', 'scoreNab', 'summaryTable', 'windowsFor'],
  ...[
    'windowsOfFlags',
    'Backlog',
    'Random',
    'redisPartitionOf',
    'redisStreamOf',
    'TailModel',
    'TfjsEngine',
    'WasmEngine',
  ],
  ...['Window', 'asTfjs', 'clipByGlobalNorm', 'compileKernel', 'createCell'],
  ...['incidentLink', 'initialise', 'loadEngine', 'loadTfjsNode', 'tfjsEngine'],
];

const NO_OPTIONS: readonly (readonly [string, unknown])[] = [
  ...([
    ['null', null],
    ['a number', 0],
    ['text', 'all'],
    ['a list', []],
  ] as const),
  ...([
    ['a function', () => ({})],
    ['a Promise', Promise.resolve({})],
    ['a Map', new Map()],
  ] as const),
];

describe('public functions with options', () => {
  const calls = { ...Object.fromEntries(FIRST.map((name) => [name, callOf(name)])), ...LATER };

  it('are all known here', () => {
    const known = new Set([...FIRST, ...Object.keys(LATER), ...Object.keys(PARTS), ...WITHOUT]);
    const functions = Object.keys(all).filter((name) => typeof all[name] === 'function');
    expect(functions.filter((name) => !known.has(name))).toEqual([]);
    expect(WITHOUT.filter((name) => typeof all[name] !== 'function')).toEqual([]);
  });

  describe.each(Object.entries({ ...calls, ...PARTS }))('%s', (_, call) => {
    it.each(NO_OPTIONS)('refuses %s', async (_kind, options) => {
      const error = await rejection(async () => call(options as never));
      expect(error).toMatchObject({ name: 'RxAnomalyError', code: 'BAD_OPTION' });
      expect((error as Error).message).toMatch(/^[\w: ]+: expected .*, got /);
    });
  });

  it.each(Object.entries(calls))('%s refuses unknown options', async (_, call) => {
    const error = await rejection(async () => call({ nonsense: 1 } as never));
    expect(error).toMatchObject({ name: 'RxAnomalyError', code: 'BAD_OPTION' });
  });
});

describe('factories of models', () => {
  it.each([
    ['namedForecasters.ema', () => namedForecasters.ema(1, { dimensions: 2 })],
    ['namedForecasters.lstm', () => namedForecasters.lstm(1, { dimensions: 2 })],
    ['namedScorers.evidence', () => namedScorers.evidence({ dimensions: 2 })],
    ['pretrainedForecaster', () => main.pretrainedForecaster({ dimensions: 2 } as never)],
  ])('%s refuses dimensions, which the events have', async (_, call) => {
    const error = await rejection(async () => call());
    expect((error as Error).message).toContain(
      'expected dimensions to be left out: the first event shows how many there are, got 2',
    );
  });

  it('name what came in words', async () => {
    const message = async (options: unknown): Promise<string> =>
      ((await rejection(async () => main.detectAnomalies(options as never))) as Error).message;
    expect(await message(Promise.resolve({}))).toBe(
      'detectAnomalies: expected the options to be an object, got a Promise: is an await missing?',
    );
    expect(await message(new Map())).toBe('detectAnomalies: expected the options to be an object, got a Map');
    expect(await message(main.EmaForecaster)).toBe(
      'detectAnomalies: expected the options to be an object, got the class EmaForecaster',
    );
  });
});

/** `new` where it is a class. */
function callOf(name: string): Call {
  const found = all[name] as (new (options: unknown) => unknown) & ((options: unknown) => unknown);
  const isClass = /^class\b/.test(String(found));
  return (options) => (isClass ? new found(options) : found(options));
}

function named<F>(
  group: string,
  members: Readonly<Record<string, F>>,
  call: (create: F) => (options: never) => unknown,
): Record<string, Call> {
  return Object.fromEntries(
    Object.entries(members).map(([name, create]) => [`${group}.${name}`, call(create)]),
  );
}

async function rejection(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}
