import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem, Value } from '../../src/core/reading.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { fillGaps, type Gap, type GapPolicy } from '../../src/operators/fillGaps.ts';
import { real } from '../support/real.ts';
import { runOperator } from '../support/runOperator.ts';
import { noisySine, SMALL } from '../support/series.ts';

interface Event {
  readonly time?: unknown;
  readonly value: Value | null;
  readonly key?: string;
}

interface Options {
  readonly policy?: GapPolicy;
  readonly maxFill?: number;
  readonly maxKeys?: number;
  readonly cadence?: number;
}

function run(events: readonly Event[], options: Options = {}) {
  const gaps: Gap[] = [];
  const operator = fillGaps({
    cadence: 10,
    ...options,
    time: (event: Event) => event.time as number,
    onGap: (gap) => gaps.push(gap),
  });
  return { readings: runOperator(events, operator), gaps };
}

const at = (time: number, value: Value | null = time): Event => ({ time, value });
const NOTHING = Number.NaN;

describe('fillGaps', () => {
  it('passes a stream without gaps as readings, each with its event', () => {
    const events = [at(0), at(10), at(20)];
    const { readings, gaps } = run(events);
    expect(gaps).toEqual([]);
    expect(readings).toEqual(
      events.map((event) => ({
        event,
        time: event.time,
        key: undefined,
        value: event.value,
        imputed: false,
      })),
    );
  });

  it.each([
    ['missing', [1, NOTHING, NOTHING, 4]],
    ['hold', [1, 1, 1, 4]],
    ['linear', [1, 2, 3, 4]],
  ] as const)('%s fills a gap with %j', (policy, values) => {
    const [before, after] = [at(0, 1), at(30, 4)];
    const { readings, gaps } = run([before, after], { policy });
    expect(readings.map(({ value }) => value)).toEqual(values);
    expect(readings.map(({ time }) => time)).toEqual([0, 10, 20, 30]);
    expect(readings.map(({ imputed }) => imputed)).toEqual([false, true, true, false]);
    expect(readings.map(({ event }) => event)).toEqual([before, undefined, undefined, after]);
    expect(gaps).toEqual([{ key: undefined, from: 0, to: 30, missing: 2, filled: 2 }]);
  });

  it('missing is what it does by default', () => {
    expect(run([at(0), at(20)])).toEqual(run([at(0), at(20)], { policy: 'missing' }));
  });

  it('error ends the stream at the gap, naming it', () => {
    const operator = fillGaps<Event & { value: number; time: number }>({ cadence: 60_000, policy: 'error' });
    const start = Date.UTC(2024, 0, 1);
    const events = [0, 1, 4].map((minute) => ({ time: start + minute * 60_000, value: 1, key: 'pump' }));
    expect(() => runOperator(events, operator)).toThrow(
      expect.objectContaining({
        code: 'BAD_DATA',
        message:
          'fillGaps: 2 readings of "pump" are missing between 2024-01-01T00:01:00.000Z and 2024-01-01T00:04:00.000Z',
      }),
    );
    expect(runOperator(events.slice(0, 2), operator)).toHaveLength(2);
  });

  it('fills every dimension', () => {
    const events = [at(0, [0, 10]), at(20, [2, 30])];
    expect(run(events, { policy: 'linear' }).readings[1].value).toEqual([1, 20]);
    expect(run(events, { policy: 'hold' }).readings[1].value).toEqual([0, 10]);
    expect(run(events, { policy: 'missing' }).readings[1].value).toEqual([NOTHING, NOTHING]);
  });

  it.each([
    ['a missing value before it', null, 4, { hold: null, linear: null }],
    ['a missing value after it', 1, null, { hold: 1, linear: NOTHING }],
    ['one dimension missing', [1, NOTHING], [3, 4], { hold: [1, NOTHING], linear: [2, NOTHING] }],
    ['one dimension null', [1, null], [3, 4], { hold: [1, null], linear: [2, NOTHING] }],
    ['one dimension gone', [1, 2], [3], { hold: [1, 2], linear: [2, NOTHING] }],
    ['a number that became an array', 1, [3, 4], { hold: 1, linear: 2 }],
    [
      'integers in a typed array',
      Int32Array.of(1, 2),
      Int32Array.of(2, 5),
      { hold: [1, 2], linear: [1.5, 3.5] },
    ],
  ] as const)('makes do with %s', (_name, before, after, expected) => {
    const events = [at(0, before as never), at(20, after as never)];
    for (const policy of ['hold', 'linear'] as const) {
      expect(run(events, { policy }).readings[1].value).toEqual(expected[policy]);
    }
  });

  it('leaves an outage of more than maxFill readings open, and tells of it', () => {
    const { readings, gaps } = run([at(0), at(50), at(100)], { maxFill: 3 });
    expect(readings).toHaveLength(3);
    expect(gaps).toEqual([
      { key: undefined, from: 0, to: 50, missing: 4, filled: 0 },
      { key: undefined, from: 50, to: 100, missing: 4, filled: 0 },
    ]);
    expect(run([at(0), at(40)], { maxFill: 3 }).readings).toHaveLength(5);
  });

  it('is not impressed by a clock that jumps by ages', () => {
    const { readings, gaps } = run([at(0), at(8e15), at(8e15 + 10)]);
    expect(readings).toHaveLength(3);
    expect(gaps).toMatchObject([{ missing: 8e14 - 1, filled: 0 }]);
  });

  it('finds gaps per key', () => {
    const events = [0, 10, 20, 30].flatMap((time) =>
      ['a', 'b', 'c'].filter((key) => key !== 'b' || time !== 10).map((key) => ({ time, value: time, key })),
    );
    const { readings, gaps } = run(events);
    expect(gaps).toEqual([{ key: 'b', from: 0, to: 20, missing: 1, filled: 1 }]);
    expect(readings.filter(({ imputed }) => imputed)).toMatchObject([{ key: 'b', time: 10 }]);
    const put = readings.findIndex(({ imputed }) => imputed);
    expect(readings[put + 1]).toMatchObject({ key: 'b', time: 20 });
  });

  it('forgets the key that was idle longest beyond maxKeys', () => {
    const events = ['a', 'b', 'c', 'a'].map((key, n) => ({ time: 100 * n, value: 1, key }));
    expect(run(events, { maxKeys: 2 }).gaps).toEqual([]);
    expect(run(events, { maxKeys: 3 }).gaps).toMatchObject([{ key: 'a', missing: 29 }]);
  });

  it('takes jitter of up to half the cadence for none', () => {
    fc.assert(
      fc.property(fc.array(real(-2.4, 2.4), { maxLength: 50 }), (jitter) => {
        const events = jitter.map((late, n) => at(10 * n + late));
        const { readings, gaps } = run(events);
        expect(readings).toHaveLength(events.length);
        expect(gaps).toEqual([]);
      }),
    );
  });

  it('spaces what it puts in evenly between the readings that are there', () => {
    const { readings } = run([at(1), at(33.5)], { policy: 'linear' });
    expect(readings.map(({ time }) => time?.toFixed(6))).toEqual([
      '1.000000',
      '11.833333',
      '22.666667',
      '33.500000',
    ]);
    for (const { time, value } of readings) expect(value).toBeCloseTo(time!, 9);
  });

  it('passes late and repeated events as they are', () => {
    const events = [at(0), at(10), at(3), at(10), at(20)];
    const { readings, gaps } = run(events);
    expect(readings.map(({ event }) => event)).toEqual(events);
    expect(gaps).toEqual([]);
  });

  it('passes events without a readable time, which then have none', () => {
    const events: Event[] = [at(0), { value: 5 }, { value: 5, time: 'noon' }, at(10)];
    const { readings, gaps } = run(events);
    expect(readings.map(({ time, value }) => [time, value])).toEqual([
      [0, 0],
      [undefined, 5],
      [undefined, 5],
      [10, 10],
    ]);
    expect(gaps).toEqual([]);
  });

  it('leaves readings imputed that already are', () => {
    const events = [{ time: 0, value: 1, imputed: true }];
    expect(runOperator(events, fillGaps({ cadence: 10 }))).toMatchObject([{ imputed: true }]);
  });

  it('gives every event back, in order, and a cadence that is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90 })), (steps) => {
        let time = 0;
        const events = steps.map((step) => {
          time += step;
          return at(time);
        });
        const { readings, gaps } = run(events);
        expect(readings.filter(({ imputed }) => !imputed).map(({ event }) => event)).toEqual(events);
        expect(readings.filter(({ imputed }) => imputed)).toHaveLength(
          gaps.reduce((sum, { filled }) => sum + filled, 0),
        );
        for (let n = 1; n < readings.length; n++) {
          const step = readings[n].time! - readings[n - 1].time!;
          expect(step).toBeLessThan(15);
          expect(step).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('filled readings', () => {
  const MINUTE = 60_000;
  const sine = noisySine({ length: 600 });
  const events = sine
    .map((value, t) => ({ value, time: t * MINUTE, key: 'pump' }))
    .filter((_, t) => t < 300 || t >= 310);

  function detect(policy: GapPolicy, onBadData: 'impute' | 'skip' | 'error' = 'impute') {
    const problems: Problem<unknown>[] = [];
    const verdicts = runOperator(events, (source) =>
      source.pipe(
        fillGaps({ cadence: MINUTE, policy }),
        detectAnomalies({ ...SMALL, onBadData, onProblem: (problem) => problems.push(problem) }),
      ),
    );
    return { verdicts, problems };
  }

  it.each(['missing', 'hold', 'linear'] as const)(
    'by %s flow into detectAnomalies without options',
    (policy) => {
      const { verdicts, problems } = detect(policy);
      expect(verdicts).toHaveLength(600);
      expect(verdicts.map(({ time }) => time)).toEqual(sine.map((_, t) => t * MINUTE));
      expect(verdicts.every(({ key }) => key === 'pump')).toBe(true);
      expect(problems).toEqual([]);
      for (const [t, verdict] of verdicts.entries()) {
        const filled = t >= 300 && t < 310;
        expect(verdict.imputed).toBe(filled);
        if (filled) expect(verdict).toMatchObject({ score: 0, isAnomaly: false, residual: 0 });
      }
      for (const { value } of verdicts) expect(Number.isFinite(value)).toBe(true);
    },
  );

  it('are no bad data: skip keeps them and error does not end the stream', () => {
    expect(detect('missing', 'skip')).toEqual(detect('missing'));
    expect(detect('missing', 'error')).toEqual(detect('missing'));
  });

  it('keep season and lags in step: the forecast after the gap is as good as before it', () => {
    const { verdicts } = detect('missing');
    const error = (from: number): number =>
      verdicts.slice(from, from + 80).reduce((sum, { residual }) => sum + Math.abs(residual) / 80, 0);
    expect(error(310)).toBeLessThan(1.5 * error(200));
  });
});
