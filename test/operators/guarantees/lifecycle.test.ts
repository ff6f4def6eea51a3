import { config, mergeMap, NEVER, of, range, Subject, startWith, take, tap } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testScheduler } from '../../support/marbles.ts';
import { OPERATOR_CASES } from '../../support/operatorCases.ts';
import { runOperator } from '../../support/runOperator.ts';

const NUMBERS = { a: 1, b: 2, c: 3 };

/** What comes out for 1, 2, 3, as marble values. */
function results(outcome: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(outcome.map((value, n) => ['xyz'[n], value]));
}

describe.each(OPERATOR_CASES)('$name', ({ operator, atEnd = false }) => {
  beforeEach(() => {
    config.onUnhandledError = vi.fn();
  });
  afterEach(() => {
    expect(config.onUnhandledError).not.toHaveBeenCalled();
    config.onUnhandledError = null;
  });

  it('waits forever on a source that never speaks', () => {
    testScheduler().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<number>('-');
      expectObservable(source.pipe(operator())).toBe('-');
      expectSubscriptions(source.subscriptions).toBe('^');
    });
  });

  it('completes with an empty source, without a word', () => {
    testScheduler().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<number>('---|');
      expectObservable(source.pipe(operator())).toBe('---|');
      expectSubscriptions(source.subscriptions).toBe('^--!');
    });
  });

  it('passes an error that comes before any event', () => {
    testScheduler().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<number>('#', undefined, 'broken pipe');
      expectObservable(source.pipe(operator())).toBe('#', undefined, 'broken pipe');
      expectSubscriptions(source.subscriptions).toBe('(^!)');
    });
  });

  it('speaks in the frame of one event', () => {
    testScheduler().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a--|', NUMBERS);
      const values = results(runOperator([1], operator()));
      expectObservable(source.pipe(operator())).toBe(atEnd ? '-----(x|)' : '--x--|', values);
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });
  });

  it('speaks in the frame of each of many events', () => {
    testScheduler().run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-^-a--(bc)-|', NUMBERS);
      const values = results(runOperator([1, 2, 3], operator()));
      expectObservable(source.pipe(operator())).toBe(atEnd ? '----------(x|)' : '--x--(yz)-|', values);
      expectSubscriptions(source.subscriptions).toBe('^---------!');
    });
  });

  it('passes the error of its source, after what came before it', () => {
    testScheduler().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-#', NUMBERS, 'broken pipe');
      const values = results(runOperator([1, 2], operator()));
      expectObservable(source.pipe(operator())).toBe(atEnd ? '-----#' : '-x-y-#', values, 'broken pipe');
      expectSubscriptions(source.subscriptions).toBe('^----!');
    });
  });

  it('lets go of its source when unsubscribed from', () => {
    testScheduler().run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('--a--b--c--|', NUMBERS);
      const values = results(runOperator([1, 2], operator()));
      expectObservable(source.pipe(operator()), '^-----!').toBe(atEnd ? '-------' : '--x--y-', values);
      expectSubscriptions(source.subscriptions).toBe('^-----!');
    });
  });

  it('does not break the chain of unsubscription', () => {
    testScheduler().run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('--a--b--c--|', NUMBERS);
      const values = results(runOperator([1, 2], operator()));
      const chain = source.pipe(
        mergeMap((value) => of(value)),
        operator(),
        mergeMap((value) => of(value)),
      );
      expectObservable(chain, '^-----!').toBe(atEnd ? '-------' : '--x--y-', values);
      expectSubscriptions(source.subscriptions).toBe('^-----!');
    });
  });

  it('lets go of its source when enough was taken downstream', () => {
    testScheduler().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a--b--c--|', NUMBERS);
      const values = results(runOperator([1, 2], operator()));
      const taken = source.pipe(operator(), take(2));
      expectObservable(taken).toBe(atEnd ? '-----------(x|)' : '--x--(y|)', {
        ...values,
        ...(atEnd ? results(runOperator([1, 2, 3], operator())) : {}),
      });
      expectSubscriptions(source.subscriptions).toBe(atEnd ? '^----------!' : '^----!');
    });
  });

  it('gives two subscribers the same, each from a state of its own', () => {
    testScheduler().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-b-c-|', NUMBERS);
      const result = source.pipe(operator());
      const values = results(runOperator([1, 2, 3], operator()));
      expectObservable(result).toBe(atEnd ? '-------(x|)' : '-x-y-z-|', values);
      expectObservable(result, '---^').toBe(atEnd ? '----------(x|)' : '----x-y-z-|', values);
      expectSubscriptions(source.subscriptions).toBe(['^------!', '---^------!']);
    });
  });

  it('starts over for every subscriber, also after one that was cut short', () => {
    const once = runOperator([1, 2, 3], operator());
    const same = operator();
    NEVER.pipe(startWith(1), same).subscribe().unsubscribe();
    expect(runOperator([1, 2, 3], same)).toEqual(once);
    expect(runOperator([1, 2, 3], same)).toEqual(once);
  });

  if (atEnd) return;

  it('stops a synchronous source that never ends', () => {
    const seen: number[] = [];
    const source = range(1, Number.MAX_SAFE_INTEGER).pipe(tap((n) => seen.push(n)));
    source.pipe(operator(), take(2)).subscribe();
    expect(seen).toEqual([1, 2]);
  });

  it('takes an event that its own consumer sends back, after the one at hand', () => {
    const source = new Subject<number>();
    const received: unknown[] = [];
    source.pipe(operator()).subscribe((result) => {
      received.push(result);
      if (received.length === 1) source.next(2);
    });
    source.next(1);
    expect(received).toEqual(runOperator([1, 2], operator()));
  });
});
