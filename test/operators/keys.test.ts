import fc from 'fast-check';
import { from, map, Subject, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Problem, Verdict } from '../../src/core/reading.ts';
import type { Eviction } from '../../src/models/keyOptions.ts';
import type { Snapshot } from '../../src/models/snapshot/snapshot.ts';
import { StreamDetector } from '../../src/models/streamDetector.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { testScheduler } from '../support/marbles.ts';
import { ForecasterProbe } from '../support/probedForecaster.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine, SMALL } from '../support/series.ts';

interface Event {
  readonly key: string;
  readonly value: number;
  readonly time?: number;
}

/** Events of several keys in turn, each key with a series of its own. */
function inTurns(keys: readonly string[], length: number): Event[] {
  const series = keys.map((_, seed) => noisySine({ length, seed, period: 20 + 7 * seed }));
  return Array.from({ length: length * keys.length }, (_, n) => ({
    key: keys[n % keys.length],
    value: series[n % keys.length][Math.floor(n / keys.length)],
  }));
}

function ofKey<T extends { readonly key: string | undefined }>(events: readonly T[], key: string): T[] {
  return events.filter((event) => event.key === key);
}

interface Keyed {
  readonly id?: unknown;
  readonly key?: unknown;
  readonly value: number;
}

describe('keys', () => {
  const { factory } = new ForecasterProbe();
  const keysOf = (keys: readonly unknown[], selects: boolean): (string | undefined)[] => {
    const events = keys.map((key): Keyed => (selects ? { id: key, value: 1 } : { key, value: 1 }));
    const select = selects ? { key: (event: Keyed) => event.id as string } : {};
    return runOperator(
      events,
      detectAnomalies({ forecaster: factory, ...select, value: (event: Keyed) => event.value }),
    ).map(({ key }) => key);
  };

  it.each([false, true])(
    'may be text and numbers, which mean their digits (by a selector: %s)',
    (selects) => {
      expect(keysOf(['a', 1, '1', 2.5, 7n, null, undefined], selects)).toEqual([
        ...['a', '1', '1', '2.5', '7', undefined, undefined],
      ]);
    },
  );

  it.each([true, {}, Number.NaN, Symbol.iterator, new Date(0)])(
    'are refused by name otherwise: %s',
    (key) => {
      for (const selects of [false, true])
        expect(() => keysOf(['a', key], selects)).toThrow(
          /^expected the key of an event to be text or a number, got /,
        );
    },
  );
});

describe('a model that gives way before its warm-up has ended', () => {
  const round = (keys: number, events: number, options: object = {}) => {
    const problems: Problem[] = [];
    const detector = new StreamDetector<{ key: number; value: number }>({
      ...{ forecaster: new ForecasterProbe().factory, maxKeys: 10, warmUp: 20, ...options },
      onProblem: (problem) => problems.push(problem),
    });
    for (let i = 0; i < events; i++) detector.process({ key: i % keys, value: i });
    const totals = detector.problems;
    detector.dispose();
    return { problems, totals };
  };

  it('is reported once, when it first happens, with the option', () => {
    const { problems, totals } = round(12, 500);
    expect(problems).toEqual([
      expect.objectContaining({
        ...{ kind: 'evictedEarly', key: '0', index: 10 },
        message:
          'event 10: expected at most maxKeys (10) keys, got one more before the warm-up of "0" had ended; ' +
          'its model is dropped and flags nothing: raise maxKeys (--max-keys)',
      }),
    ]);
    expect(totals).toEqual({ evictedEarly: 1 });
  });

  it('is reported once where the model comes back, too: storing it takes time', () => {
    const { problems } = round(12, 500, { onReturn: () => undefined });
    expect(problems.map(({ remedy }) => remedy)).toEqual([
      'its model is stored until the key returns, which takes many times as long: raise maxKeys (--max-keys)',
    ]);
  });

  it('is not reported where there is room, and where the warm-up was over', () => {
    expect(round(10, 500).problems).toEqual([]);
    const detector = new StreamDetector<{ key: number; value: number }>({
      ...{
        forecaster: new ForecasterProbe().factory,
        maxKeys: 1,
        warmUp: 20,
        onProblem: ({ message }) => expect.unreachable(message),
      },
    });
    for (let i = 0; i < 100; i++) detector.process({ key: Math.floor(i / 50), value: i });
    detector.dispose();
  });
});

/** The order in which keys were let go, and why. */
function evictionsOf(
  events: readonly Event[],
  options: { maxKeys?: number; idleTimeout?: number },
): string[] {
  const evicted: string[] = [];
  const onEvict = ({ key, reason }: Eviction) => evicted.push(`${key} ${reason}`);
  const { factory } = new ForecasterProbe();
  runOperator(events, detectAnomalies({ forecaster: factory, ...options, onEvict }));
  return evicted;
}

describe('many keys in one stream', () => {
  it('check the options once, and not for each key', () => {
    let reads = 0;
    const horizons = new Proxy([1, 2], {
      get(target, name) {
        reads++;
        return Reflect.get(target, name) as unknown;
      },
    });
    const readsFor = (count: number): number => {
      reads = 0;
      const keys = Array.from({ length: count }, (_, n) => `key ${n}`);
      runOperator(inTurns(keys, 3), detectAnomalies({ ...SMALL, horizons, maxKeys: 5 }));
      return reads;
    };
    expect(readsFor(1)).toBeGreaterThan(0);
    expect(readsFor(30)).toBe(readsFor(1));
  });

  it('give exactly the verdicts of separate streams', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.integer({ min: -5, max: 5 }) }), {
          maxLength: 150,
        }),
        (events) => {
          const together = runOperator(events, detectAnomalies({ ...SMALL, warmUp: 10 }));
          for (const key of ['a', 'b', 'c']) {
            const alone = runOperator(ofKey(events, key), detectAnomalies({ ...SMALL, warmUp: 10 }));
            expect(ofKey(together, key)).toEqual(alone);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('come out in the order of the events, each with its key', () => {
    const events = inTurns(['a', 'b', 'c'], 10);
    const verdicts = runOperator(events, detectAnomalies(SMALL));
    expect(verdicts.map(({ event }) => event)).toEqual(events);
    expect(verdicts.map(({ key }) => key)).toEqual(events.map(({ key }) => key));
  });

  it('may differ in shape', () => {
    const events = Array.from({ length: 80 }, (_, n) => ({
      id: n % 2 === 0 ? 'plane' : 'line',
      value: n % 2 === 0 ? [n, -n] : n,
    }));
    const verdicts = runOperator(
      events,
      detectAnomalies({ ...SMALL, key: ({ id }) => id, value: ({ value }): number | number[] => value }),
    );
    expect(verdicts[78].expected).toHaveLength(2);
    expect(verdicts[79].expected).toBeTypeOf('number');
  });

  it('start over with every subscription', () => {
    const events = inTurns(['a', 'b'], 40);
    const operator = detectAnomalies<Event>(SMALL);
    expect(runOperator(events, operator)).toEqual(runOperator(events, operator));
  });

  it('problems are reported with their key and with their position in the whole stream', () => {
    const reported: string[] = [];
    const events = [...inTurns(['a', 'b'], 2), { key: 'b', value: Number.NaN }];
    runOperator(events, detectAnomalies({ ...SMALL, onProblem: ({ message }) => reported.push(message) }));
    expect(reported).toEqual(['event 4 of "b": expected a number, got none; imputed']);
  });
});

describe('maxKeys', () => {
  it('lets the key go that was idle longest', () => {
    const events = ['a', 'b', 'c', 'a', 'd', 'e'].map((key) => ({ key, value: 1 }));
    expect(evictionsOf(events, { maxKeys: 3 })).toEqual(['b capacity', 'c capacity']);
  });

  it('is not reached by keys that come back', () => {
    expect(evictionsOf(inTurns(['a', 'b', 'c'], 20), { maxKeys: 3 })).toEqual([]);
  });

  it('counts a key whose events are all left out as one that is not idle', () => {
    const events = ['a', 'b', 'a', 'a', 'c'].map((key, n) => ({ key, value: n < 2 ? 1 : Number.NaN }));
    const evicted: (string | undefined)[] = [];
    const options = { ...SMALL, maxKeys: 2, onBadData: 'skip' } as const;
    runOperator(events, detectAnomalies({ ...options, onEvict: ({ key }) => evicted.push(key) }));
    expect(evicted).toEqual(['b']);
  });

  it('holds: of ten thousand keys never more than a hundred are alive', () => {
    const probe = new ForecasterProbe();
    const streams = new StreamDetector<Event, number>({ forecaster: probe.factory, maxKeys: 100 });
    let most = 0;
    for (let n = 0; n < 10_000; n++) {
      streams.process({ key: `key ${n}`, value: n });
      most = Math.max(most, streams.size);
    }
    expect(most).toBe(100);
    expect(probe.disposals.reduce((sum, times) => sum + times, 0)).toBe(9_900);
    streams.dispose();
    expect(probe.disposals).toEqual(new Array(10_000).fill(1));
  });

  it('holds through the operator, which disposes of each model exactly once', () => {
    const probe = new ForecasterProbe();
    let evictions = 0;
    let most = 0;
    const events = Array.from({ length: 2000 }, (_, n) => ({ key: `key ${(n * 7919) % 500}`, value: n }));
    const onEvict = (): void => {
      evictions++;
    };
    from(events)
      .pipe(
        detectAnomalies({ forecaster: probe.factory, maxKeys: 100, onEvict }),
        tap(() => {
          const alive = probe.disposals.length - probe.disposals.filter((times) => times > 0).length;
          most = Math.max(most, alive);
        }),
      )
      .subscribe();
    expect(most).toBe(100);
    expect(probe.disposals.every((times) => times === 1)).toBe(true);
    expect(evictions).toBe(probe.disposals.length - 100); // the last hundred go with the subscription, untold
  });

  it('disposes of a model also when onEvict throws', () => {
    const probe = new ForecasterProbe();
    const source = new Subject<Event>();
    const errors: unknown[] = [];
    const onEvict = (): never => {
      throw new Error('store is down');
    };
    source
      .pipe(detectAnomalies({ forecaster: probe.factory, maxKeys: 1, onEvict }))
      .subscribe({ error: (error) => errors.push(error) });
    source.next({ key: 'a', value: 1 });
    source.next({ key: 'b', value: 1 });
    expect(errors).toEqual([new Error('store is down')]);
    expect(probe.disposals).toEqual([1]);
  });
});

describe('a key that was let go and returns', () => {
  it('continues as if it had never been away, when onReturn brings its snapshot', () => {
    const events = inTurns(['a', 'b', 'c'], 120);
    const store = new Map<string | undefined, string>();
    const verdicts = runOperator(
      events,
      detectAnomalies({
        ...SMALL,
        maxKeys: 1, // every event evicts the key before
        onEvict: ({ key, snapshot }) => store.set(key, JSON.stringify(snapshot())),
        onReturn: (key) => (store.has(key) ? (JSON.parse(store.get(key)!) as Snapshot) : undefined),
      }),
    );
    expect(verdicts).toEqual(runOperator(events, detectAnomalies(SMALL)));
  });

  it('starts over without it', () => {
    const events = inTurns(['a', 'b'], 30);
    const verdicts = runOperator(events, detectAnomalies({ ...SMALL, maxKeys: 1 }));
    expect(verdicts.every(({ expected }) => Number.isNaN(expected))).toBe(true);
  });

  it('is asked about once per return, also the first time', () => {
    const asked: (string | undefined)[] = [];
    const events = ['a', 'a', 'b', 'a'].map((key) => ({ key, value: 1 }));
    const onReturn = (key: string | undefined): undefined => {
      asked.push(key);
    };
    runOperator(events, detectAnomalies({ ...SMALL, maxKeys: 1, onReturn }));
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it('with a snapshot that is damaged ends the stream with an error that says so', () => {
    const onReturn = () =>
      ({ format: 'rx-anomaly', kind: 'Stream', version: 1, config: null, state: {} }) as never;
    expect(() => runOperator([{ key: 'a', value: 1 }], detectAnomalies({ ...SMALL, onReturn }))).toThrow(
      expect.objectContaining({ code: 'BAD_SNAPSHOT', message: expect.stringContaining('is missing') }),
    );
  });
});

describe('idleTimeout', () => {
  const at = (key: string, time: number): Event => ({ key, value: 1, time });

  it('goes by event time', () => {
    const events = [at('a', 0), at('b', 50), at('c', 100), at('c', 101), at('b', 150), at('c', 202)];
    expect(evictionsOf(events, { idleTimeout: 100 })).toEqual(['a idle']);
    expect(evictionsOf([...events, at('d', 1000)], { idleTimeout: 100 })).toEqual([
      'a idle',
      'b idle',
      'c idle',
    ]);
  });

  it('does not let a key go that comes in time', () => {
    const events = Array.from({ length: 100 }, (_, n) => at('ab'[n % 2], n * 10));
    expect(evictionsOf(events, { idleTimeout: 20 })).toEqual([]);
  });

  it('goes by the clock for events without times', () => {
    testScheduler().run(({ hot, expectObservable }) => {
      const reported = new Subject<string>();
      const source = hot('a-b---b 20ms b-c-|');
      const { factory } = new ForecasterProbe();
      const onEvict = ({ key, reason }: Eviction) => reported.next(`${key} ${reason}`);
      const operator = detectAnomalies<Event>({ forecaster: factory, idleTimeout: 10, onEvict });
      expectObservable(reported).toBe('------- 20ms x', { x: 'a idle' });
      source
        .pipe(
          map((key) => ({ key, value: 1 })),
          operator,
        )
        .subscribe();
    });
  });

  it('takes its clock from the scheduler it was given', () => {
    let now = 0;
    const scheduler = { now: () => now } as never;
    const evicted: (string | undefined)[] = [];
    const events = function* (): Generator<Event> {
      for (const key of ['a', 'b', 'b', 'b']) {
        yield { key, value: 1 };
        now += 6;
      }
    };
    const { factory } = new ForecasterProbe();
    const onEvict = ({ key }: Eviction) => evicted.push(key);
    runOperator(events(), detectAnomalies({ forecaster: factory, idleTimeout: 10, scheduler, onEvict }));
    expect(evicted).toEqual(['a']);
  });

  it('keeps the state of what returns after its time, when onReturn brings it', () => {
    const [early, late] = [inTurns(['a'], 60), inTurns(['a'], 120).slice(60)];
    const events = [
      ...early.map((event, n) => ({ ...event, time: n })),
      at('b', 1000),
      ...late.map((event, n) => ({ ...event, time: 2000 + n })),
    ];
    const store = new Map<string | undefined, Snapshot>();
    const verdicts = runOperator(
      events,
      detectAnomalies({
        ...SMALL,
        idleTimeout: 500,
        onEvict: ({ key, snapshot }) => store.set(key, snapshot()),
        onReturn: (key) => store.get(key),
      }),
    );
    expect([...store.keys()]).toEqual(['a', 'b']);
    expect(verdicts).toEqual(
      runOperator(events, detectAnomalies(SMALL)) as readonly Verdict<Event, number>[],
    );
  });
});
