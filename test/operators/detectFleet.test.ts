import { from, map, NEVER, of, range, Subject, startWith, take, tap, throwError } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Verdict } from '../../src/core/reading.ts';
import { FleetDetector } from '../../src/models/fleet/fleetDetector.ts';
import type { FleetPressure } from '../../src/models/fleet/fleetOptions.ts';
import { detectFleet } from '../../src/operators/detectFleet.ts';
import { testScheduler } from '../support/marbles.ts';
import { runOperator } from '../support/runOperator.ts';

interface Event {
  readonly key: string;
  readonly value: number;
}

const SMALL = { hidden: 4, window: 4, lags: 2, batchSize: 3, warmUp: 5 } as const;

function eventOf(key: string): Event {
  return { key, value: key.charCodeAt(0) };
}

describe('when the engine is called', () => {
  it('for what waits, maxWait after the first of it, though verdicts come at once', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const calls = new Subject<string>();
      const onPressure = ({ batch, cause, waited }: FleetPressure) =>
        calls.next(`${batch} ${cause}, waited ${waited}`);
      const keys = cold('a-b-----------------c---|').pipe(
        map(eventOf),
        detectFleet({ ...SMALL, maxWait: 10, onPressure }),
        map(({ key }) => key),
      );
      expectObservable(calls).toBe('----------x-------------y', {
        x: '2 wait, waited 10',
        y: '1 end, waited 4',
      });
      expectObservable(keys).toBe('a-b-----------------c---|');
    });
  });

  it('with every event when maxWait is 0', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const calls = new Subject<string>();
      const onPressure = ({ batch, waited }: FleetPressure) => calls.next(`${batch}, waited ${waited}`);
      expectObservable(calls).toBe('-x-(xx)--', { x: '1, waited 0' });
      cold('-a-(bc)--|')
        .pipe(map(eventOf), detectFleet({ ...SMALL, maxWait: 0, onPressure }))
        .subscribe();
    });
  });

  it('as soon as maxBatch wait, and once for those that come with the completion', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const calls = new Subject<string>();
      const onPressure = ({ batch, cause }: FleetPressure) => calls.next(`${batch} ${cause}`);
      expectObservable(calls).toBe('--(xx)----y', { x: '3 full', y: '1 end' });
      cold('a-(bcdefg)|')
        .pipe(map(eventOf), detectFleet({ ...SMALL, maxWait: 100, maxBatch: 3, onPressure }))
        .subscribe();
    });
  });

  it('not at all on a source that never speaks or is empty', () => {
    testScheduler().run(({ cold, expectObservable, expectSubscriptions }) => {
      const onPressure = vi.fn();
      const [silent, empty] = [cold<Event>('-'), cold<Event>('--|')];
      expectObservable(silent.pipe(detectFleet({ onPressure }))).toBe('-');
      expectObservable(empty.pipe(detectFleet({ onPressure }))).toBe('--|');
      expectSubscriptions(empty.subscriptions).toBe('^-!');
      expect(onPressure).not.toHaveBeenCalled();
    });
  });

  it('no more once the subscriber has left: its timer goes with it', () => {
    testScheduler().run(({ hot, expectObservable, expectSubscriptions }) => {
      const calls = new Subject<string>();
      const source = hot('--a------b--|');
      const result = source.pipe(
        map(eventOf),
        detectFleet({ ...SMALL, maxWait: 5, onPressure: () => calls.next('x') }),
        map(({ key }) => key),
      );
      expectObservable(calls).toBe('-');
      expectObservable(result, '^----!').toBe('--a---');
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });
  });

  it('holds up a source that is faster than it: never more than maxBatch wait', () => {
    const batches: number[] = [];
    const events = Array.from({ length: 1000 }, (_, n) => ({ key: `s${n % 300}`, value: n }));
    const onPressure = ({ batch, capacity }: FleetPressure) => {
      batches.push(batch);
      expect(batch).toBeLessThanOrEqual(capacity);
    };
    expect(runOperator(events, detectFleet({ ...SMALL, maxBatch: 64, onPressure }))).toHaveLength(1000);
    expect(batches.reduce((sum, batch) => sum + batch, 0)).toBe(1000);
    expect(Math.max(...batches)).toBe(64);
  });
});

describe('errors', () => {
  it('of the source pass, after what came before', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const keys = cold('-a-b-#', undefined, 'broken pipe').pipe(
        map(eventOf),
        detectFleet(SMALL),
        map(({ key }) => key),
      );
      expectObservable(keys).toBe('-a-b-#', undefined, 'broken pipe');
    });
  });

  it('of a bad event under the policy "error" come after the verdicts of those before it', () => {
    const seen: unknown[] = [];
    from([1, 2, Number.NaN, 3].map((value, n) => ({ key: `s${n}`, value })))
      .pipe(detectFleet({ ...SMALL, onBadData: 'error' }))
      .subscribe({
        next: ({ value }) => seen.push(value),
        error: ({ code, message }) => seen.push(code, message),
      });
    expect(seen).toEqual([1, 2, 'BAD_DATA', 'detectFleet: event 2 of "s2": expected a number, got none']);
  });

  it('of onPressure end the stream, also when the call came by timer', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const onPressure = (): never => {
        throw new Error('gauge is down');
      };
      const keys = cold('a---------b').pipe(
        map(eventOf),
        detectFleet({ ...SMALL, maxWait: 4, onPressure }),
        map(({ key }) => key),
      );
      expectObservable(keys).toBe('a---#', undefined, new Error('gauge is down'));
    });
  });
});

describe('the fleet of a subscription', () => {
  const disposals = (subscribe: () => void): number => {
    const dispose = vi.spyOn(FleetDetector.prototype, 'dispose');
    subscribe();
    const count = dispose.mock.calls.length;
    dispose.mockRestore();
    return count;
  };

  it.each([
    ['completes', () => of(1, 2).pipe(detectFleet(SMALL)).subscribe()],
    [
      'fails',
      () =>
        throwError(() => 'no')
          .pipe(startWith(1), detectFleet<number>(SMALL))
          .subscribe({ error: () => {} }),
    ],
    ['is left', () => NEVER.pipe(startWith(1), detectFleet<number>(SMALL)).subscribe().unsubscribe()],
    ['has given enough', () => range(1, 1e9).pipe(detectFleet(SMALL), take(2)).subscribe()],
  ])('is disposed of once when it %s', (_when, subscribe) => {
    expect(disposals(subscribe)).toBe(1);
  });

  it('is new for every subscriber', () => {
    const events = Array.from({ length: 60 }, (_, n) => eventOf('abc'[n % 3]));
    const operator = detectFleet<Event>(SMALL);
    expect(runOperator(events, operator)).toEqual(runOperator(events, operator));
  });

  it('gives a verdict before the next event is asked for', () => {
    const order: string[] = [];
    from('abca')
      .pipe(
        tap((key) => order.push(`event ${key}`)),
        map(eventOf),
        detectFleet(SMALL),
      )
      .subscribe(({ key }) => order.push(`verdict ${key}`));
    expect(order).toEqual([...'abca'].flatMap((key) => [`event ${key}`, `verdict ${key}`]));
  });
});

describe('one faulty sensor among 500', () => {
  const KEYS = 500;
  const FAULT = 350;
  const LENGTH = 420;

  /** Each a sine of its own phase, level and amplitude, with noise of a tenth of it; `fault` is added to one. */
  function* readings(fault: (t: number, random: Random) => number): Generator<Event & { time: number }> {
    const shapes = new Random(5);
    const sensors = Array.from({ length: KEYS }, () => ({
      phase: 6 * shapes.uniform(),
      level: 100 * shapes.normal(),
      amplitude: 1 + 5 * shapes.uniform(),
    }));
    const random = new Random(6);
    for (let t = 0; t < LENGTH; t++) {
      for (const [k, { phase, level, amplitude }] of sensors.entries()) {
        const own = Math.sin((2 * Math.PI * t) / 48 + phase) + 0.1 * random.normal();
        const added = k === 237 && t >= FAULT ? fault(t, random) : 0;
        yield { key: `s${k}`, value: level + amplitude * (own + added), time: t * 1_800_000 };
      }
    }
  }

  it.each([
    ['a spike', (t: number) => (t === FAULT ? 3 : 0)],
    ['a shifted level', () => 2],
    ['noise', (_t: number, random: Random) => 2 * random.normal()],
  ])('is found by %s, and the others stay quiet', (_fault, fault) => {
    const flagged: Verdict<Event, number>[] = [];
    from(readings(fault))
      .pipe(detectFleet())
      .subscribe((verdict) => {
        if (verdict.isAnomaly) flagged.push(verdict);
      });
    const found = flagged.filter(({ key }) => key === 's237');
    expect(found.length).toBeGreaterThan(0);
    expect(found[0].time).toBeLessThanOrEqual((FAULT + 8) * 1_800_000);
    expect(found[0].startOfIncident).toBe(true);
    expect(flagged.length - found.length).toBeLessThanOrEqual(2); // of 210,000
  });
});
