import { EMPTY, from, type Observable, of } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';
import type {
  AheadForecast,
  Forecast,
  Incident,
  Reading,
  Scored,
  Verdict,
} from '../../../src/core/reading.ts';
import type { ForecasterFactory } from '../../../src/models/forecaster.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import { detectAnomalies } from '../../../src/operators/detectAnomalies.ts';
import { fillGaps } from '../../../src/operators/fillGaps.ts';
import { flagAnomalies } from '../../../src/operators/flagAnomalies.ts';
import { forecastAhead } from '../../../src/operators/forecastAhead.ts';
import { forecastWith } from '../../../src/operators/forecastWith.ts';
import { incidents } from '../../../src/operators/incidents.ts';
import { lstmForecast } from '../../../src/operators/lstmForecast.ts';
import { reorder } from '../../../src/operators/reorder.ts';
import { scoreResiduals } from '../../../src/operators/scoreResiduals.ts';
import type { CsvRow } from '../../../src/sources/csv/csvTable.ts';
import { fromCsv } from '../../../src/sources/csv/fromCsv.ts';
import { replay } from '../../../src/sources/replay.ts';

// The compiler is what runs these: `npm run check`. Nothing is subscribed to.

interface Machine {
  readonly id: string;
  readonly at: Date;
  readonly temp: number;
  readonly rpm: number;
  readonly load: number | null;
}

const machines$ = EMPTY as Observable<Machine>;
const lastValue: ForecasterFactory = (dimensions) => new LastValueForecaster({ dimensions });

describe('a stream that needs no selectors', () => {
  it('of numbers gives numbers, without options or annotations', () => {
    const verdicts = of(1, 2, 3).pipe(detectAnomalies());
    expectTypeOf(verdicts).toEqualTypeOf<Observable<Verdict<number, number>>>();
    expectTypeOf(of(1, 2, 3).pipe(lstmForecast())).toEqualTypeOf<Observable<Forecast<number, number>>>();
    expectTypeOf(of(1, 2).pipe(forecastAhead())).toEqualTypeOf<Observable<AheadForecast<number, number>>>();
    const byLastValue = of(1, 2, 3).pipe(forecastWith(lastValue));
    expectTypeOf(byLastValue).toEqualTypeOf<Observable<Forecast<number, number>>>();
  });

  it('of numbers gives numbers with options that say nothing of the value', () => {
    const verdicts = of(1, 2, 3).pipe(detectAnomalies({ hidden: 8, onProblem: ({ event }) => event }));
    expectTypeOf(verdicts).toEqualTypeOf<Observable<Verdict<number, number>>>();
    const forecasts = of(1, 2, 3).pipe(lstmForecast({ seed: 2, time: (event) => event }));
    expectTypeOf(forecasts).toEqualTypeOf<Observable<Forecast<number, number>>>();
  });

  it('of numbers, some of them missing, gives numbers', () => {
    const verdicts = of(1, null, 3, undefined).pipe(detectAnomalies());
    expectTypeOf(verdicts).toEqualTypeOf<Observable<Verdict<number | null | undefined, number>>>();
  });

  it('of arrays or tuples gives lists of numbers', () => {
    const verdicts = of([1, 2], [3, 4]).pipe(detectAnomalies());
    expectTypeOf(verdicts).toEqualTypeOf<Observable<Verdict<number[], readonly number[]>>>();
    const pairs = (EMPTY as Observable<readonly [number, number]>).pipe(detectAnomalies());
    expectTypeOf(pairs).toEqualTypeOf<Observable<Verdict<readonly [number, number], readonly number[]>>>();
  });

  it('of objects with a value gives what that is', () => {
    const verdicts = of({ value: 1, site: 'north' }).pipe(detectAnomalies({ key: (event) => event.site }));
    expectTypeOf(verdicts).toEqualTypeOf<Observable<Verdict<{ value: number; site: string }, number>>>();
    const sparse = (EMPTY as Observable<{ value?: number | null }>).pipe(detectAnomalies());
    expectTypeOf(sparse).toEqualTypeOf<Observable<Verdict<{ value?: number | null }, number>>>();
  });

  it('from a CSV file gives lists, or numbers where one column is named', () => {
    type Rows<V extends number | readonly number[]> = CsvRow<V>;
    const several = fromCsv('machine.csv').pipe(detectAnomalies());
    expectTypeOf(several).toEqualTypeOf<Observable<Verdict<Rows<readonly number[]>, readonly number[]>>>();
    const one = fromCsv('machine.csv', { value: 'temp' }).pipe(
      detectAnomalies({ recurring: { learn: 0.3 } }),
    );
    expectTypeOf(one).toEqualTypeOf<Observable<Verdict<Rows<number>, number>>>();
  });
});

describe('a stream with a value selector', () => {
  it('infers the event without annotation', () => {
    const verdicts = from([] as Machine[]).pipe(detectAnomalies({ value: (r) => r.temp, time: (r) => r.at }));
    expectTypeOf(verdicts).toEqualTypeOf<Observable<Verdict<Machine, number>>>();
    const forecasts = machines$.pipe(lstmForecast({ time: (r) => r.at, value: (r) => r.temp, hidden: 32 }));
    expectTypeOf(forecasts).toEqualTypeOf<Observable<Forecast<Machine, number>>>();
    const byLastValue = machines$.pipe(forecastWith(lastValue, { value: (r) => r.rpm }));
    expectTypeOf(byLastValue).toEqualTypeOf<Observable<Forecast<Machine, number>>>();
  });

  it('gives a list of numbers for an array', () => {
    const verdicts = machines$.pipe(detectAnomalies({ key: (r) => r.id, value: (r) => [r.temp, r.rpm] }));
    expectTypeOf(verdicts).toEqualTypeOf<Observable<Verdict<Machine, readonly number[]>>>();
    const forecasts = machines$.pipe(lstmForecast({ value: (r) => [r.temp, r.rpm] as const }));
    expectTypeOf(forecasts).toEqualTypeOf<Observable<Forecast<Machine, readonly number[]>>>();
  });

  it('gives a number for a literal', () => {
    const verdicts = machines$.pipe(detectAnomalies({ value: () => 5 }));
    expectTypeOf(verdicts).toEqualTypeOf<Observable<Verdict<Machine, number>>>();
  });

  it('may find nothing', () => {
    const verdicts = machines$.pipe(detectAnomalies({ value: (r) => r.load }));
    expectTypeOf(verdicts).toEqualTypeOf<Observable<Verdict<Machine, number>>>();
    const filled = machines$.pipe(fillGaps({ cadence: 1, value: (r) => r.load }));
    expectTypeOf(filled).toEqualTypeOf<Observable<Reading<Machine | undefined, number>>>();
  });

  it('has its way over the field value', () => {
    const event$ = EMPTY as Observable<{ value: number; inner: number[] }>;
    const verdicts = event$.pipe(detectAnomalies({ value: (event) => event.inner }));
    expectTypeOf(verdicts).toEqualTypeOf<
      Observable<Verdict<{ value: number; inner: number[] }, readonly number[]>>
    >();
  });
});

describe('the stages', () => {
  it('hand event and value on', () => {
    const forecasts = machines$.pipe(lstmForecast({ value: (r) => r.temp }));
    const scored = forecasts.pipe(scoreResiduals());
    expectTypeOf(scored).toEqualTypeOf<Observable<Scored<Machine, number>>>();
    const verdicts = scored.pipe(flagAnomalies({ threshold: 0.6 }));
    expectTypeOf(verdicts).toEqualTypeOf<Observable<Verdict<Machine, number>>>();
    expectTypeOf(verdicts.pipe(incidents())).toEqualTypeOf<Observable<Incident<Machine, number>>>();
    const inOne = of([1, 2]).pipe(lstmForecast(), scoreResiduals(), flagAnomalies(), incidents());
    expectTypeOf(inOne).toEqualTypeOf<Observable<Incident<number[], readonly number[]>>>();
  });

  it('take readings with their gaps filled without selectors', () => {
    const filled = machines$.pipe(
      fillGaps({ cadence: 1000, value: (r) => [r.temp, r.rpm], time: (r) => r.at }),
    );
    expectTypeOf(filled).toEqualTypeOf<Observable<Reading<Machine | undefined, readonly number[]>>>();
    const verdicts = filled.pipe(detectAnomalies());
    expectTypeOf(verdicts).toEqualTypeOf<
      Observable<Verdict<Reading<Machine | undefined, readonly number[]>, readonly number[]>>
    >();
  });

  it('leave events as they are when they only put them in order or in time', () => {
    const ordered = machines$.pipe(
      reorder({ allowedLateness: 5, time: (r) => r.at, onLate: ({ event }) => event.id }),
    );
    expectTypeOf(ordered).toEqualTypeOf<Observable<Machine>>();
    expectTypeOf(replay([] as Machine[], { time: (r) => r.at })).toEqualTypeOf<Observable<Machine>>();
  });
});

describe('the compiler refuses', () => {
  it('a stream whose value nobody can find', () => {
    // @ts-expect-error a Machine is no number and has no field `value`
    machines$.pipe(detectAnomalies());
    // @ts-expect-error likewise
    machines$.pipe(lstmForecast({ hidden: 8 }));
    // @ts-expect-error text is no value
    of('1', '2').pipe(detectAnomalies());
  });

  it('a selector that finds no number', () => {
    // @ts-expect-error text is no value
    machines$.pipe(detectAnomalies({ value: (r) => r.id }));
  });
});
