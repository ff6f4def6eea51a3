import { lastValueFrom, type Observable, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  detectAnomalies,
  detectFleet,
  EmaForecaster,
  type ForecasterFactory,
  forecastAhead,
  forecastWith,
  LastValueForecaster,
  lstmForecast,
  namedForecasters,
  namedScorers,
  pretrainedForecaster,
  type ScorerFactory,
  StreamDetector,
  scoreResiduals,
  TailScorer,
} from '../../src/index.ts';

const ready = await pretrainedForecaster({ adapt: 'none' });
const values$ = of(1, 2, 3);

/** What is given where a factory is wanted, by the words of the message. */
const FORECASTERS: readonly (readonly [given: string, forecaster: unknown, message: string])[] = [
  [
    'a factory that was not called',
    namedForecasters.ema,
    'expected forecaster to make a forecaster, with predict and learn, but it made a function; is its call missing? as in namedForecasters.ema(1)',
  ],
  [
    'what loads one',
    pretrainedForecaster,
    'expected forecaster to make a forecaster, with predict and learn, but it made a Promise: is an await missing?',
  ],
  [
    'what makes it later',
    async () => new EmaForecaster({ dimensions: 1 }),
    'but it made a Promise: is an await missing?',
  ],
  ['what makes nothing', () => undefined, 'with predict and learn, but it made undefined'],
  ['what makes something else', () => ({ predict: 1 }), 'but it made an object with predict'],
  [
    'what makes one of other dimensions',
    () => new EmaForecaster({ dimensions: 2 }),
    'expected forecaster to make one of 1, the numbers of an event, got 2',
  ],
  [
    'what was not awaited',
    pretrainedForecaster(),
    'expected forecaster to be a function that creates one, got a Promise: is an await missing?',
  ],
  [
    'a class',
    EmaForecaster,
    'expected forecaster to be (dimensions) => new EmaForecaster({ dimensions }), got the class EmaForecaster',
  ],
  [
    'a forecaster',
    new LastValueForecaster({ dimensions: 1 }),
    'expected forecaster to be a function that creates one, got an object with ',
  ],
  ['a name', 'pretrained', 'expected forecaster to be a function that creates one, got "pretrained"'],
  ['null', null, 'expected forecaster to be a function that creates one, got null'],
];

const OPERATORS: readonly (readonly [string, (forecaster: ForecasterFactory) => Observable<unknown>])[] = [
  ['detectAnomalies', (forecaster) => values$.pipe(detectAnomalies({ forecaster }))],
  ['detectFleet', (forecaster) => values$.pipe(detectFleet({ forecaster }))],
  ['forecastWith', (forecaster) => values$.pipe(forecastWith(forecaster))],
  ['forecastAhead', (forecaster) => values$.pipe(forecastAhead({ forecaster }))],
];

const SCORERS: readonly (readonly [given: string, scorer: unknown, message: string])[] = [
  [
    'a factory that was not called',
    namedScorers.tail,
    'expected the options to be an object (is a call missing, as in namedScorers.tail()?), got 1',
  ],
  [
    'what makes it later',
    async () => new TailScorer({ dimensions: 1 }),
    'expected scorer to make a scorer, with score and learn, but it made a Promise: is an await missing?',
  ],
  [
    'what makes another factory',
    () => namedScorers.tail(),
    'but it made a function; is its call missing? as in namedScorers.tail()',
  ],
  [
    'a class',
    TailScorer,
    'expected scorer to be (dimensions) => new TailScorer({ dimensions }), got the class TailScorer',
  ],
];

const SCORING: readonly (readonly [string, (scorer: ScorerFactory) => Observable<unknown>])[] = [
  ['detectAnomalies', (scorer) => values$.pipe(detectAnomalies({ scorer }))],
  ['detectFleet', (scorer) => values$.pipe(detectFleet({ forecaster: ready, scorer }))],
  ['scoreResiduals', (scorer) => values$.pipe(forecastWith(ready), scoreResiduals({ scorer }))],
];

describe.each(OPERATORS)('forecaster of %s', (name, run) => {
  it.each(FORECASTERS)('may not be %s', async (_, forecaster, message) => {
    const error = await failure(() => run(forecaster as ForecasterFactory));
    expect(error).toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(message) });
    expect(error.message).toContain(`${name}: `);
  });

  it('may be what gives one', async () => {
    expect(await lastValueFrom(run(ready).pipe(toArray()))).toHaveLength(3);
  });
});

describe('the pre-trained network, where it is looked for among other options', () => {
  const given: readonly (readonly [string, (options: never) => unknown, string])[] = [
    ['detectAnomalies', detectAnomalies, 'forecaster: await pretrainedForecaster('],
    ['detectFleet', detectFleet, 'forecaster: await pretrainedForecaster('],
    ['StreamDetector', (options) => new StreamDetector(options), 'forecaster: await pretrainedForecaster('],
    ['lstmForecast', lstmForecast, 'forecastWith(await pretrainedForecaster({ adapt }), options)'],
  ];

  it.each(given)('%s names it', (name, call, remedy) => {
    for (const option of ['init', 'adapt']) {
      const start = `${name}: unknown option ${option}: the pre-trained network is `;
      expect(() => call({ [option]: 'all' } as never)).toThrow(start);
      expect(() => call({ [option]: 'all' } as never)).toThrow(remedy);
    }
  });
});

describe.each(SCORING)('scorer of %s', (_name, run) => {
  it.each(SCORERS)('may not be %s', async (_, scorer, message) => {
    const error = await failure(() => run(scorer as ScorerFactory));
    expect(error).toMatchObject({ code: 'BAD_OPTION', message: expect.stringContaining(message) });
  });
});

async function failure(run: () => Observable<unknown>): Promise<Error> {
  try {
    await lastValueFrom(run());
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was refused');
}
