import { map, type Observable, type OperatorFunction, of, Subject, take } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LstmForecaster } from '../../../src/models/forecasters/lstmForecaster.ts';
import { detectAnomalies } from '../../../src/operators/detectAnomalies.ts';
import { forecastWith } from '../../../src/operators/forecastWith.ts';
import { lstmForecast } from '../../../src/operators/lstmForecast.ts';
import { ForecasterProbe } from '../../support/probedForecaster.ts';
import { SMALL } from '../../support/series.ts';

const { warmUp: _warmUp, ...lstm } = SMALL;

interface Owner {
  readonly name: string;
  /** The operator, and how often each model that it made was disposed of. */
  readonly probed: () => { operator: OperatorFunction<number, unknown>; disposals: () => readonly number[] };
}

const OWNERS: readonly Owner[] = [
  {
    name: 'forecastWith',
    probed: () => {
      const probe = new ForecasterProbe();
      return { operator: forecastWith(probe.factory), disposals: () => probe.disposals };
    },
  },
  {
    name: 'detectAnomalies',
    probed: () => {
      const probe = new ForecasterProbe();
      return { operator: detectAnomalies({ forecaster: probe.factory }), disposals: () => probe.disposals };
    },
  },
  {
    name: 'lstmForecast',
    probed: () => {
      const dispose = vi.spyOn(LstmForecaster.prototype, 'dispose');
      const disposals = (): number[] => {
        const models = new Set(dispose.mock.contexts);
        return [...models].map((model) => dispose.mock.contexts.filter((one) => one === model).length);
      };
      return { operator: lstmForecast(lstm), disposals };
    },
  },
];

describe.each(OWNERS)('$name disposes of its model exactly once', ({ probed }) => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const subscribe = (source: Observable<unknown>) => source.subscribe({ error: () => {} });

  it('when the source completes', () => {
    const { operator, disposals } = probed();
    const subscription = subscribe(of(1, 2, 3).pipe(operator));
    expect(disposals()).toEqual([1]);
    subscription.unsubscribe();
    expect(disposals()).toEqual([1]);
  });

  it('when the source fails', () => {
    const { operator, disposals } = probed();
    const source = new Subject<number>();
    subscribe(source.pipe(operator));
    source.next(1);
    source.error(new Error('broken pipe'));
    expect(disposals()).toEqual([1]);
  });

  it('when the subscriber leaves, however often it says so', () => {
    const { operator, disposals } = probed();
    const source = new Subject<number>();
    const subscription = subscribe(source.pipe(operator));
    source.next(1);
    subscription.unsubscribe();
    subscription.unsubscribe();
    expect(disposals()).toEqual([1]);
    expect(source.observed).toBe(false);
  });

  it('when enough was taken', () => {
    const { operator, disposals } = probed();
    subscribe(of(1, 2, 3).pipe(operator, take(2)));
    expect(disposals()).toEqual([1]);
  });

  it('when something downstream throws', () => {
    const { operator, disposals } = probed();
    const fail = (): never => {
      throw new Error('downstream');
    };
    subscribe(of(1, 2, 3).pipe(operator, map(fail)));
    expect(disposals()).toEqual([1]);
  });

  it('for every subscriber its own', () => {
    const { operator, disposals } = probed();
    const source = new Subject<number>();
    const result = source.pipe(operator);
    const [first, second] = [subscribe(result), subscribe(result)];
    source.next(1);
    first.unsubscribe();
    expect(disposals().reduce((sum, times) => sum + times, 0)).toBe(1);
    second.unsubscribe();
    expect(disposals()).toEqual([1, 1]);
  });
});

describe('no model is made', () => {
  it.each([
    ['forecastWith', (probe: ForecasterProbe) => forecastWith<number>(probe.factory)],
    ['detectAnomalies', (probe: ForecasterProbe) => detectAnomalies<number>({ forecaster: probe.factory })],
  ])('by %s before the first event', (_name, operator) => {
    const probe = new ForecasterProbe();
    new Subject<number>().pipe(operator(probe)).subscribe().unsubscribe();
    expect(probe.disposals).toEqual([]);
  });
});
