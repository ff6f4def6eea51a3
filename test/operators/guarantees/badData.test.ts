import { tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import type { BadDataPolicy, Problem, ProblemKind, Verdict } from '../../../src/core/reading.ts';
import { LastValueForecaster } from '../../../src/models/forecasters/lastValueForecaster.ts';
import { StreamDetector } from '../../../src/models/streamDetector.ts';
import type { StreamDetectorOptions } from '../../../src/models/streamDetectorOptions.ts';
import { detectAnomalies } from '../../../src/operators/detectAnomalies.ts';
import { runOperator } from '../../support/runOperator.ts';
import { noisySine, SMALL, withChanges } from '../../support/series.ts';
import { expectSoundVerdict } from '../../support/soundVerdict.ts';

const LENGTH = 700;
const AT = 300; // where the bad event stands
const MINUTE = 60_000;
const EPOCH = Date.UTC(2024, 0, 1);

/** Whatever the wire delivers. */
interface Event {
  readonly time: unknown;
  readonly value: unknown;
}

const SINE = noisySine({ length: LENGTH });
const TRUTH = noisySine({ length: LENGTH, noise: 0 });
const CLEAN: readonly Event[] = SINE.map((value, t) => ({ time: EPOCH + t * MINUTE, value }));

interface Outcome {
  readonly verdicts: readonly Verdict<Event, number>[];
  readonly problems: readonly Problem<Event>[];
  readonly error: unknown;
}

function detect(events: readonly Event[], onBadData?: BadDataPolicy): Outcome {
  const verdicts: Verdict<Event, number>[] = [];
  const problems: Problem<Event>[] = [];
  const operator = detectAnomalies({
    ...SMALL,
    value: (event: Event) => event.value as number,
    time: (event) => event.time as number,
    ...(onBadData === undefined ? {} : { onBadData }),
    onProblem: (problem) => problems.push(problem),
  });
  let error: unknown;
  try {
    runOperator(events, (source) => operator(source).pipe(tap((verdict) => verdicts.push(verdict))));
  } catch (thrown) {
    error = thrown;
  }
  verdicts.forEach(expectSoundVerdict);
  return { verdicts, problems, error };
}

function withEvent(event: Partial<Event>): Event[] {
  return withChanges(CLEAN, new Map([[AT, { ...CLEAN[AT], ...event }]]));
}

/** Mean |expected − true signal| over a hundred events, from 200 after the bad one. */
function errorAfterwards({ verdicts }: Outcome, at = AT): number {
  const later = verdicts.slice(at + 200, at + 300);
  expect(later).toHaveLength(100);
  const errors = later.map(({ expected, time }) =>
    Math.abs(expected - TRUTH[Math.round((time! - EPOCH) / MINUTE)]),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

/** A tenth of the signal's range: what the model reaches on clean data, and a third more. */
const SANE = 0.2;

const UNUSABLE: readonly (readonly [string, unknown, ProblemKind, string])[] = [
  ['NaN', Number.NaN, 'missing', 'expected a number, got none'],
  ['null', null, 'missing', 'expected a value, got none'],
  ['undefined', undefined, 'missing', 'expected a value, got none'],
  ['Infinity', Number.POSITIVE_INFINITY, 'outOfRange', 'expected a number within ±1e300, got Infinity'],
  ['-Infinity', Number.NEGATIVE_INFINITY, 'outOfRange', 'expected a number within ±1e300, got -Infinity'],
  ['1e301', 1e301, 'outOfRange', 'expected a number within ±1e300, got 1e+301'],
  ['text', 'n/a', 'notANumber', 'expected a number, got "n/a"'],
  ['a number with a decimal comma', '21,5', 'notANumber', 'expected a number, got "21,5"'],
  ['empty text', ' ', 'notANumber', 'expected a number, got " "'],
  ['a number to the base 16', '0x15', 'notANumber', 'expected a number, got "0x15"'],
  ['true', true, 'notANumber', 'expected a number, got true'],
  ['an object', { celsius: 21 }, 'notANumber', 'expected a number, got an object with celsius'],
  ['an empty array', [], 'dimensions', 'expected a number as before, got 0'],
];

describe('a value of another type that is a number', () => {
  it.each<[unknown, number]>([
    ['21.5', 21.5],
    [' -3e1', -30],
    ['.5', 0.5],
    [7n, 7],
    [10n ** 20n, 1e20],
  ])('is that number: %s', (value, number) => {
    const detector = new StreamDetector<{ value: unknown }>({
      forecaster: (dimensions) => new LastValueForecaster({ dimensions }),
      onProblem: ({ message }) => expect.unreachable(message),
    } as StreamDetectorOptions<{ value: unknown }, number>);
    expect(detector.process({ value })).toMatchObject({ value: number, imputed: false });
    detector.dispose();
  });
});

describe('a value that cannot be used', () => {
  const clean = detect(CLEAN);
  expect(clean.problems).toEqual([]);
  expect(errorAfterwards(clean)).toBeLessThan(SANE);

  describe.each(UNUSABLE)('%s', (_name, value, kind, what) => {
    const events = withEvent({ value });
    const dimension = what.startsWith('expected a value') || kind === 'dimensions' ? undefined : 0;

    it('gives way to the forecast under impute, which is the default', () => {
      const outcome = detect(events);
      const verdict = outcome.verdicts[AT];
      expect(outcome.verdicts.map(({ event }) => event)).toEqual(events);
      expect(outcome.problems).toEqual([
        {
          ...{ kind, dimension, key: undefined, event: events[AT], index: AT },
          ...{ detail: what, remedy: 'imputed', count: 1, message: `event ${AT}: ${what}; imputed` },
        },
      ]);
      expect(detect(events, 'impute')).toEqual(outcome);
      expect(verdict.imputed).toBe(true);
      expect(outcome.verdicts.filter(({ imputed }) => imputed)).toHaveLength(1);
      expect(verdict).toMatchObject({ score: 0, residual: 0, value: verdict.expected, isAnomaly: false });
      expect(outcome.verdicts.slice(0, AT)).toEqual(clean.verdicts.slice(0, AT));
      expect(errorAfterwards(outcome)).toBeLessThan(SANE);
    });

    it('is left out under skip, as if it had never come', () => {
      const outcome = detect(events, 'skip');
      const without = detect(events.filter((_, t) => t !== AT));
      expect(outcome.problems).toEqual([
        {
          ...{ kind, dimension, key: undefined, event: events[AT], index: AT },
          ...{ detail: what, remedy: 'skipped', count: 1, message: `event ${AT}: ${what}; skipped` },
        },
      ]);
      expect(outcome.verdicts).toEqual(without.verdicts);
    });

    it('ends the stream under error, after what came before it', () => {
      const { verdicts, problems, error } = detect(events, 'error');
      expect(error).toBeInstanceOf(RxAnomalyError);
      expect(error).toMatchObject({
        code: 'BAD_DATA',
        message: `detectAnomalies: event ${AT}: ${what}`,
      });
      expect(verdicts).toEqual(clean.verdicts.slice(0, AT));
      expect(problems.map((problem) => [problem.kind, problem.index])).toEqual([[kind, AT]]);
    });
  });
});

describe('a time that cannot be used', () => {
  const BEFORE = EPOCH + (AT - 1) * MINUTE;
  const unreadable: readonly (readonly [string, unknown, string])[] = [
    ['text', 'yesterday', '"yesterday"'],
    ['NaN', Number.NaN, 'NaN'],
    ['Infinity', Number.POSITIVE_INFINITY, 'Infinity'],
    ['an invalid Date', new Date('?'), ''],
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a number beyond what a Date can hold', -1e300, '-1e+300'],
  ];

  it.each(unreadable)('%s: the last one stands in for it', (_name, time, got) => {
    const { verdicts, problems, error } = detect(withEvent({ time }));
    expect(error).toBeUndefined();
    expect(verdicts).toHaveLength(LENGTH);
    expect(verdicts[AT]).toMatchObject({ time: BEFORE, imputed: false, value: SINE[AT] });
    expect(problems).toMatchObject([{ kind: 'badTime', index: AT }]);
    expect(problems[0].message).toContain(`event ${AT}: expected a time, got ${got}`);
  });

  it('is reported with the text that a source has found, where no selector is given', () => {
    const problems: string[] = [];
    const onProblem = ({ message }: { readonly message: string }) => void problems.push(message);
    const event = { value: 1, time: Number.NaN, timeText: 'yesterday' };
    runOperator(
      [event],
      detectAnomalies<{ readonly value: number }>({ value: (each) => each.value, onProblem }),
    );
    expect(problems).toEqual([expect.stringContaining('expected a time, got "yesterday"')]);
  });

  it.each(unreadable)('%s: skip leaves the event out, error ends the stream', (_name, time) => {
    const skipped = detect(withEvent({ time }), 'skip');
    expect(skipped.verdicts).toHaveLength(LENGTH - 1);
    expect(skipped.problems).toMatchObject([{ kind: 'badTime', index: AT }]);
    const ended = detect(withEvent({ time }), 'error');
    expect(ended.verdicts).toHaveLength(AT);
    expect(ended.error).toMatchObject({ code: 'BAD_DATA' });
  });

  it('going backwards: the event is processed where it came, and reported', () => {
    const time = BEFORE - 10 * MINUTE;
    const outcome = detect(withEvent({ time }));
    expect(outcome.verdicts[AT]).toMatchObject({ time, imputed: false, value: SINE[AT] });
    expect(outcome.problems).toMatchObject([
      {
        kind: 'timeBackwards',
        index: AT,
        message:
          'event 300: expected a time not before 2024-01-01T04:59:00.000Z, got 2024-01-01T04:49:00.000Z; ' +
          'scored in order of arrival',
      },
    ]);
    expect(detect(withEvent({ time }), 'skip').verdicts).toHaveLength(LENGTH - 1);
    expect(detect(withEvent({ time }), 'error').error).toMatchObject({ code: 'BAD_DATA' });
  });

  it('going backwards for good, as after a clock was set: reported once', () => {
    const set = CLEAN.map((event, t) => (t < AT ? event : { ...event, time: EPOCH + (t - 100) * MINUTE }));
    const { verdicts, problems } = detect(set);
    expect(verdicts).toHaveLength(LENGTH);
    expect(problems.map(({ index, kind }) => [index, kind])).toEqual([[AT, 'timeBackwards']]);
    expect(detect(set, 'skip').verdicts).toHaveLength(LENGTH - 1);
  });

  it('far in the future: it does not make the rest of the stream late', () => {
    const events = withEvent({ time: Date.UTC(2124, 0, 1) });
    expect(detect(events).problems.map(({ index }) => index)).toEqual([AT + 1]);
    expect(detect(events, 'skip').verdicts).toHaveLength(LENGTH - 1);
  });

  it('the same twice is no problem', () => {
    const { verdicts, problems } = detect(withEvent({ time: BEFORE }));
    expect(verdicts[AT].time).toBe(BEFORE);
    expect(problems).toEqual([]);
  });

  it('all the same is no problem', () => {
    const { verdicts, problems } = detect(CLEAN.map((event) => ({ ...event, time: EPOCH })));
    expect(verdicts).toHaveLength(LENGTH);
    expect(problems).toEqual([]);
  });

  it('value and time at once: both are reported', () => {
    const { problems } = detect(withEvent({ time: 'late', value: 'high' }));
    expect(problems.map(({ kind }) => kind)).toEqual(['notANumber', 'badTime']);
  });
});

describe('a value that is extreme, yet a number', () => {
  const extremes = [1e300, -1e300, 9.99e299, 1e154, -1e15, 1e6, 5e-324, -5e-324, 2e-310, -0, 0];

  it.each(extremes)('%d: is scored, flagged, and forgotten 200 events later', (value) => {
    const outcome = detect(withEvent({ value }));
    expect(outcome.problems).toEqual([]);
    expect(outcome.verdicts).toHaveLength(LENGTH);
    expect(outcome.verdicts[AT]).toMatchObject({ isAnomaly: true, imputed: false, value });
    expect(errorAfterwards(outcome)).toBeLessThan(SANE);
  });

  it.each(extremes)('%d: in the first events of the stream it does not spoil the scale', (value) => {
    for (const at of [0, 1, 5, 20]) {
      const outcome = detect(withChanges(CLEAN, new Map([[at, { ...CLEAN[at], value }]])));
      expect(errorAfterwards(outcome, 300)).toBeLessThan(SANE);
    }
  });

  it('±1e300 in turns for fifty events does not poison the weights', () => {
    const flips = Array.from({ length: 50 }, (_, n): [number, Event] => {
      return [AT - 50 + n, { ...CLEAN[AT - 50 + n], value: n % 2 === 0 ? 1e300 : -1e300 }];
    });
    const outcome = detect(withChanges(CLEAN, new Map(flips)));
    expect(outcome.verdicts).toHaveLength(LENGTH);
    expect(errorAfterwards(outcome)).toBeLessThan(SANE);
  });

  it('a stream of nothing but ±1e300, and one of nothing but denormals, is scored throughout', () => {
    for (const size of [1e300, 5e-324]) {
      const { verdicts } = detect(CLEAN.map((event, t) => ({ ...event, value: t % 3 === 0 ? -size : size })));
      expect(verdicts).toHaveLength(LENGTH);
      for (const { expected } of verdicts.slice(1)) expect(Number.isFinite(expected)).toBe(true);
    }
  });
});

describe('streams with little in them', () => {
  it('no event: no verdict', () => {
    expect(detect([])).toEqual({ verdicts: [], problems: [], error: undefined });
  });

  it('a single event: one verdict, warming up, without a forecast', () => {
    const { verdicts } = detect(CLEAN.slice(0, 1));
    expect(verdicts).toMatchObject([
      { value: SINE[0], expected: Number.NaN, score: 0, warmingUp: true, imputed: false },
    ]);
  });

  it.each([0, 5, -5, 1e-9, 1e300, -1e300])('a constant %d: expected as it is, never flagged', (value) => {
    const { verdicts, problems } = detect(CLEAN.map((event) => ({ ...event, value })));
    expect(problems).toEqual([]);
    expect(verdicts.filter(({ isAnomaly }) => isAnomaly)).toEqual([]);
    for (const { expected } of verdicts.slice(1)) {
      expect(Math.abs(expected - value)).toBeLessThanOrEqual(1e-4 * Math.abs(value) + 1e-6);
    }
  });

  it('a constant that changes at last: the change is flagged', () => {
    const { verdicts } = detect(CLEAN.map((event, t) => ({ ...event, value: t < AT ? 5 : 6 })));
    expect(verdicts.findIndex(({ isAnomaly }) => isAnomaly)).toBe(AT);
  });

  it('a constant before the signal, as of a sensor that is switched on late, is got over', () => {
    for (const length of [20, 40, 200]) {
      const switchedOn = CLEAN.map((event, t) => (t < length ? { ...event, value: 0 } : event));
      expect(errorAfterwards(detect(switchedOn), 400)).toBeLessThan(SANE);
    }
  });

  it('nothing but missing values: a verdict each, none flagged', () => {
    const { verdicts, problems } = detect(CLEAN.map((event) => ({ ...event, value: Number.NaN })));
    expect(verdicts).toHaveLength(LENGTH);
    expect(problems).toHaveLength(LENGTH);
    expect(verdicts.filter(({ isAnomaly }) => isAnomaly)).toEqual([]);
  });

  it('events before the first value are left out, as nothing tells their shape, and reported', () => {
    const late = CLEAN.map((event, t) => (t < 3 ? { ...event, value: [null, undefined, []][t] } : event));
    const { verdicts, problems } = detect(late);
    expect(verdicts[0].event).toBe(late[3]);
    expect(problems.map(({ kind, index, message }) => [kind, index, message])).toEqual(
      [0, 1, 2].map((t) => ['missing', t, `event ${t}: expected a value, got none; skipped`]),
    );
  });
});

describe('a dimension that appears or vanishes', () => {
  const PLANE = SINE.map((value, t) => [value, 100 - value + Math.cos(t)]);

  it('is named by its position where one value is wrong, in words that need no parsing', () => {
    expect(detectPlane(AT, [1, Number.POSITIVE_INFINITY]).problems).toMatchObject([
      {
        ...{ kind: 'outOfRange', dimension: 1, index: AT, remedy: 'imputed' },
        detail: 'expected a number within ±1e300, got Infinity',
        message: 'event 300: expected a number within ±1e300, got Infinity; imputed',
      },
    ]);
    const [whole] = detectPlane(AT, null).problems;
    expect(whole).toMatchObject({
      kind: 'missing',
      dimension: undefined,
      detail: 'expected a value, got none',
    });
    expect(detectPlane(AT, [1, 'x'], 'skip').problems).toMatchObject([{ dimension: 1, remedy: 'skipped' }]);
  });

  function detectPlane(at: number, value: unknown, onBadData: BadDataPolicy = 'impute') {
    const problems: Problem<unknown>[] = [];
    const events: unknown[] = withChanges<unknown>(PLANE, new Map([[at, value]]));
    const operator = detectAnomalies({
      ...SMALL,
      value: (event: unknown) => event as number[],
      onBadData,
      onProblem: (problem) => problems.push(problem),
    });
    const verdicts = runOperator(events, operator);
    verdicts.forEach(expectSoundVerdict);
    return { verdicts, problems };
  }

  it('vanished: the forecast stands in for it, the other is scored', () => {
    const { verdicts, problems } = detectPlane(AT, [PLANE[AT][0] + 50]);
    const { value, expected, residual, score, attribution, imputed } = verdicts[AT];
    expect(problems).toMatchObject([{ kind: 'dimensions', index: AT }]);
    expect(value).toEqual([PLANE[AT][0] + 50, expected[1]]);
    expect(residual[1]).toBe(0);
    expect(attribution).toEqual([1, 0]);
    expect(imputed).toBe(true);
    expect(score).toBeGreaterThan(0.5);
  });

  it('missing in its place: likewise', () => {
    const { verdicts, problems } = detectPlane(AT, [PLANE[AT][0] + 50, null]);
    expect(problems).toMatchObject([{ kind: 'missing', index: AT }]);
    expect(verdicts[AT].attribution).toEqual([1, 0]);
    expect(verdicts[AT].imputed).toBe(true);
    expect(verdicts[AT].score).toBeGreaterThan(0.5);
  });

  it('appeared: it is left out, the others are scored and nothing is imputed', () => {
    const { verdicts, problems } = detectPlane(AT, [...PLANE[AT], 7]);
    expect(verdicts[AT]).toMatchObject({ value: PLANE[AT], imputed: false });
    expect(problems).toMatchObject([{ kind: 'dimensions', index: AT }]);
    expect(problems[0].message).not.toContain('imputed');
  });

  it('a number where an array was: it is taken for the first dimension', () => {
    const { verdicts, problems } = detectPlane(AT, PLANE[AT][0]);
    expect(verdicts[AT].value).toEqual([PLANE[AT][0], verdicts[AT].expected[1]]);
    expect(problems).toMatchObject([{ kind: 'dimensions', index: AT }]);
  });

  it('for good: every event is reported', () => {
    const { verdicts, problems } = detectPlane(0, PLANE[0].slice(0, 1));
    expect(verdicts.map(({ value }) => value.length)).toEqual(PLANE.map(() => 1));
    expect(problems).toHaveLength(LENGTH - 1);
  });

  it('under skip it is left out, under error it ends the stream', () => {
    expect(detectPlane(AT, [1], 'skip').verdicts).toHaveLength(LENGTH - 1);
    expect(() => detectPlane(AT, [1], 'error')).toThrow(
      'detectAnomalies: event 300: expected 2 dimensions as before, got 1',
    );
  });
});
