import {
  config,
  from,
  mergeMap,
  NEVER,
  type OperatorFunction,
  of,
  range,
  Subject,
  startWith,
  take,
  tap,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RxAnomalyError } from '../../src/core/errors.ts';
import { testScheduler } from '../support/marbles.ts';
import { runOperator } from '../support/runOperator.ts';

/** An operator as the contract of all operators sees it: something that takes numbers, 1 and then 2 and then 3. */
export interface OperatorCase {
  readonly name: string;
  readonly operator: () => OperatorFunction<number, unknown>;
  /** True when it speaks only after its source has completed. */
  readonly atEnd?: boolean;
}

/** What every operator promises of subscribing, events, errors and unsubscribing, in marbles. */
export function operatorContract({ name, operator, atEnd = false }: OperatorCase): void {
  describe(name, () => {
    expectNoUnhandledError();

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
}

/** An option, a value that it refuses, and what the message says was expected and came. */
export type RefusedOption = readonly [option: string, given: unknown, expected: string, got: string];

/** What every operator promises of its options: wrong ones are refused when it is called, by name. */
export function optionContract(
  name: string,
  operator: (options: never) => unknown,
  /** Options without which it cannot be called. */
  needed: object,
  refused: readonly RefusedOption[],
): void {
  describe(`${name} refuses when it is called`, () => {
    const call = (options: unknown) => () => operator(options as never);

    it.each(refused)('%s, %o: not %s', (option, given, expected, got) => {
      const error = refusal(call({ ...needed, [option]: given }));
      expect(error.code).toBe('BAD_OPTION');
      expect(error.message).toBe(`${name}: expected ${option} to be ${expected}, got ${got}`);
    });

    it('an option that it does not know, naming those that it does', () => {
      const { code, message } = refusal(call({ ...needed, hiden: 3 }));
      expect(code).toBe('BAD_OPTION');
      expect(message).toMatch(
        new RegExp(`^${name}: unknown option hiden;(?: did you mean \\w+\\?)? the options are \\w+`),
      );
      const all = refusal(call({ ...needed, nothingLikeIt: 3 })).message;
      for (const [option] of refused) expect(all).toContain(option);
    });

    it.each([null, 5, 'fast'])('%j in the place of the options', (options) => {
      const { code, message } = refusal(call(options));
      expect(code).toBe('BAD_OPTION');
      expect(message).toMatch(new RegExp(`^${name}: expected the options to be an object, got `));
    });
  });
}

/** What every operator promises of a function that its user gave and that throws `thrown` at one of the events. */
export function callbackContract<E>(
  name: string,
  operator: OperatorFunction<E, unknown>,
  events: readonly E[],
  thrown: unknown,
): void {
  describe(name, () => {
    expectNoUnhandledError();

    it('what the user throws arrives on the error channel, once', async () => {
      const observer = { next: vi.fn(), error: vi.fn(), complete: vi.fn() };
      from(events).pipe(operator).subscribe(observer);
      expect(observer.error).toHaveBeenCalledExactlyOnceWith(thrown);
      expect(observer.complete).not.toHaveBeenCalled();
      await new Promise((resolve) => setTimeout(resolve)); // RxJS reports unhandled errors in a task of their own
    });
  });
}

/** In each test of the block that this is called in. */
function expectNoUnhandledError(): void {
  beforeEach(() => {
    config.onUnhandledError = vi.fn();
  });
  afterEach(() => {
    expect(config.onUnhandledError).not.toHaveBeenCalled();
    config.onUnhandledError = null;
  });
}

/** What a call is refused with. */
export function refusal(call: () => unknown): RxAnomalyError {
  try {
    call();
  } catch (error) {
    if (error instanceof RxAnomalyError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const NUMBERS = { a: 1, b: 2, c: 3 };

/** What comes out for 1, 2, 3, as marble values. */
function results(outcome: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(outcome.map((value, n) => ['xyz'[n], value]));
}
