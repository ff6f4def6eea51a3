import { map, NEVER, type OperatorFunction, type SchedulerLike, Subject, Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Alert, Verdict } from '../../src/core/reading.ts';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';
import { ZScoreScorer } from '../../src/models/scorers/zScoreScorer.ts';
import { alerts } from '../../src/operators/alerts.ts';
import { type DetectAnomaliesOptions, detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { testScheduler } from '../support/marbles.ts';
import { verdictOf } from '../support/records.ts';

interface Event {
  readonly key: string;
  readonly value: number;
  readonly time?: number;
  readonly imputed?: boolean;
}

const CHEAP: DetectAnomaliesOptions<Event, number> = {
  forecaster: (dimensions) => new LastValueForecaster({ dimensions }),
  scorer: (dimensions) => new ZScoreScorer({ dimensions }),
};

/** `a` for an event of a, `a!` where it falls silent, `a?` for the event with which it returns. */
function inShort({ key, absence }: Verdict<unknown, number>): string {
  return `${key}${absence === undefined ? '' : absence.phase === 'began' ? '!' : '?'}`;
}

const event = (key: string): Event => ({ key, value: 1 });
const KEYS = { a: event('a'), b: event('b') };
/** Marbles for the results. */
const SHORT = { a: 'a', b: 'b', A: 'a!', B: 'b!', r: 'a?', s: 'b?' };

const detecting =
  (options: DetectAnomaliesOptions<Event, number>): OperatorFunction<Event, string> =>
  (source) =>
    source.pipe(detectAnomalies({ ...CHEAP, ...options }), map(inShort));

describe('absentAfter by the clock of the scheduler', () => {
  it.each([
    ['falls silent after so long, and returns', 'aa-----a--|', 'aa---A-r--|'],
    ['again after it has returned', 'a-----a-----a-|', 'a---A-r---A-r-|'],
    ['never comes again: one absence', 'a-----------|', 'a---A-------|'],
    ['in time: none', 'a--a--a--a-|', 'a--a--a--a-|'],
    ['the source completes before: none is invented', 'a--|', 'a--|'],
    ['no event at all: nobody is known to be missing', '-----------|', '-----------|'],
    ['several keys at once', '(ab)-----b--|', '(ab)(AB)-s--|'],
  ])('%s', (_, source, expected) => {
    testScheduler().run(({ cold, expectObservable }) => {
      expectObservable(cold(source, KEYS).pipe(detecting({ absentAfter: 4 }))).toBe(expected, SHORT);
    });
  });

  it('ends with an error of the source, and looks no more after unsubscribing', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const detected = cold('a------', KEYS).pipe(detecting({ absentAfter: 4 }));
      expectObservable(detected, '^--!').toBe('a---', SHORT);
      expectObservable(cold('a--#', KEYS).pipe(detecting({ absentAfter: 4 }))).toBe('a--#', SHORT);
    });
  });

  it('keeps keys apart, and goes on while another key has events', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const source = cold('(ab)b--b-b--a|', KEYS);
      expectObservable(source.pipe(detecting({ absentAfter: 5 }))).toBe('(ab)bA-b-b--r|', SHORT);
    });
  });

  it('counts no events that fill a gap', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const values = { ...KEYS, f: { ...KEYS.a, imputed: true } };
      const source = cold('a-f-f-f-a|', values).pipe(detecting({ absentAfter: 5 }));
      expectObservable(source).toBe('a-a-aAa-r|', SHORT);
    });
  });

  it('learns the usual gap of a key where it is to', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const often = 'a 999ms '.repeat(25);
      const source = cold(`${often}a 60s a|`, KEYS).pipe(detecting({ absentAfter: 'auto' }));
      // 20 times the gap of a second.
      expectObservable(source).toBe(`${often}a 19999ms A 40000ms r|`, SHORT);
    });
  });

  it('has one verdict for a silence, of the last event', () => {
    testScheduler().run(({ cold, flush }) => {
      const seen: Verdict<Event, number>[] = [];
      cold('a-----', { a: { key: 'a', value: 7, time: 1_000 } })
        .pipe(detectAnomalies({ ...CHEAP, absentAfter: 4 }))
        .subscribe((verdict) => seen.push(verdict));
      flush();
      expect(seen).toHaveLength(2);
      expect(seen[1]).toMatchObject({
        ...{ key: 'a', event: { value: 7 }, time: 1_004, score: 1, severity: 'high', isAnomaly: true },
        ...{ startOfIncident: true, imputed: true, warmingUp: false, value: Number.NaN, attribution: 1 },
        absence: { phase: 'began', since: 1_000 },
      });
    });
  });
});

describe('absentAfter by event times', () => {
  const at = (key: string, time: number): Event => ({ key, value: 1, time });
  /** What is detected in events that come all at once. */
  const found = (events: readonly Event[], options: DetectAnomaliesOptions<Event, number>): string[] => {
    const seen: string[] = [];
    testScheduler().run(({ cold }) => {
      cold(
        `(${events.map((_, n) => String.fromCharCode(97 + n)).join('')}|)`,
        Object.fromEntries(events.map((each, n) => [String.fromCharCode(97 + n), each])),
      )
        .pipe(detectAnomalies({ ...CHEAP, ...options }))
        .subscribe((verdict) => seen.push(`${inShort(verdict)} ${verdict.time}`));
    });
    return seen;
  };

  it('finds a gap in a recorded table, whatever the clock says', () => {
    const events = [at('a', 0), at('a', 10), at('a', 50), at('a', 60)];
    for (const absentBy of ['time', 'clock'] as const)
      expect(found(events, { absentAfter: 20, absentBy })).toEqual(['a 0', 'a 10', 'a! 30', 'a? 50', 'a 60']);
  });

  it('finds keys that stay behind while others go on', () => {
    const events = [at('a', 0), at('b', 0), at('a', 10), at('a', 25), at('a', 40), at('b', 45)];
    expect(found(events, { absentAfter: 20, absentBy: 'time' })).toEqual([
      ...['a 0', 'b 0', 'a 10', 'b! 20', 'a 25', 'a 40', 'b? 45'],
    ]);
  });

  it('takes a table that has one key after the other for no silence', () => {
    const events = [at('a', 0), at('a', 10), at('a', 20), at('b', 0), at('b', 10), at('b', 20)];
    expect(found(events, { absentAfter: 15, absentBy: 'time' })).toEqual([
      ...['a 0', 'a 10', 'a 20', 'b 0', 'b 10', 'b 20'],
    ]);
  });

  it('is all there is for recorded data: no wall clock', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const values = { a: at('a', 0), c: at('a', 1), d: at('a', 50) };
      const slow = cold('a----------c--d---|', values).pipe(detecting({ absentAfter: 4, absentBy: 'time' }));
      expectObservable(slow).toBe('a----------a--(Ar)|', SHORT);
    });
  });
});

describe('a process that was held up', () => {
  it('finds nobody absent before a full time has passed since', () => {
    let now = 0;
    let pending: { readonly work: () => void; readonly due: number }[] = [];
    /** A scheduler whose timers go off when the process goes on. */
    const scheduler = {
      now: () => now,
      schedule: (work: () => void, delay = 0) => {
        const timer = { work, due: now + delay };
        pending.push(timer);
        return new Subscription(() => {
          pending = pending.filter((each) => each !== timer);
        });
      },
    } as unknown as SchedulerLike;
    const goOn = (to: number): void => {
      now = to;
      const due = pending.filter((each) => each.due <= now);
      pending = pending.filter((each) => each.due > now);
      for (const { work } of due) work();
    };
    const source = new Subject<Event>();
    const seen: string[] = [];
    source
      .pipe(detectAnomalies({ ...CHEAP, absentAfter: 5_000, scheduler }), map(inShort))
      .subscribe((line) => seen.push(line));
    source.next(KEYS.a);
    goOn(60_000); // it was suspended for a minute
    expect(seen).toEqual(['a']);
    goOn(64_999);
    expect(seen).toEqual(['a']);
    goOn(65_000);
    expect(seen).toEqual(['a', 'a!']);
    source.complete();
    expect(pending).toEqual([]);
  });
});

describe('alerts', () => {
  const described = ({ phase, incident: { kind, key, open, start, end } }: Alert<unknown, number>): string =>
    `${key} ${kind} ${phase}${open ? ' open' : ''} ${start}-${end}`;

  it('begin an absence when a key falls silent, and end it when it returns', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const source = cold('a-----b-|', {
        a: verdictOf(0, false, { key: 'k', time: 100 }),
        b: verdictOf(1, false, { key: 'k', time: 106 }),
      });
      expectObservable(source.pipe(alerts<number, number>({ absentAfter: 4 }), map(described))).toBe(
        '----x-y-|',
        {
          x: 'k absence began open 100-104',
          y: 'k absence ended 100-106',
        },
      );
    });
  });

  it('end the incident that was open, and begin another where the return is flagged', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const flagged = (time: number): Verdict<number, number> => verdictOf(time, true, { key: 'k', time });
      const source = cold('a---------b---|', {
        a: { ...flagged(100), startOfIncident: true },
        b: flagged(110),
      });
      const described$ = source.pipe(alerts<number, number>({ absentAfter: 5 }), map(described));
      expectObservable(described$).toBe('a----(bc)-(de)(f|)', {
        a: 'k value began open 100-100',
        b: 'k value ended 100-100',
        c: 'k absence began open 100-105',
        d: 'k absence ended 100-110',
        e: 'k value began open 110-110',
        f: 'k value ended open 110-110',
      });
    });
  });

  it('end what is still silent with the source, marked open', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const source = cold('a-------|', { a: verdictOf(0, false, { key: 'k', time: 0 }) });
      expectObservable(source.pipe(alerts<number, number>({ absentAfter: 4 }), map(described))).toBe(
        '----x---(y|)',
        {
          x: 'k absence began open 0-4',
          y: 'k absence ended open 0-4',
        },
      );
    });
  });

  it('take absences that were found before them, once', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const source = cold('a-----a|', KEYS).pipe(
        detectAnomalies({ ...CHEAP, absentAfter: 4 }),
        alerts({ absentAfter: 4 }),
        map(({ phase, incident }) => `${incident.kind} ${phase}`),
      );
      expectObservable(source).toBe('----x-y|', { x: 'absence began', y: 'absence ended' });
    });
  });

  it.each<[object, string]>([
    [{ absentAfter: 0 }, "alerts: expected absentAfter to be a positive number, or 'auto', got 0"],
    [{ absentAfter: '5m' }, 'expected absentAfter to be a positive number, or \'auto\', got "5m"'],
    [{ absentAfter: 2 ** 31 }, 'expected absentAfter to be at most 2147483647 (timers hold no more)'],
    [{ absentBy: 'wall' }, "expected absentBy to be one of 'clock', 'time', got \"wall\""],
    [{ scheduler: {} }, 'expected scheduler to be a scheduler'],
  ])('refuse %j at once', (options, message) => {
    expect(() => alerts(options)).toThrow(message);
    expect(() => NEVER.pipe(detectAnomalies(options as never))).toThrow(
      message.replace('alerts', 'detectAnomalies'),
    );
  });
});
