import fc from 'fast-check';
import { map, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Problem, Scored } from '../../../src/core/reading.ts';
import { defaultValue } from '../../../src/core/selectors.ts';
import { detectAnomalies } from '../../../src/operators/detectAnomalies.ts';
import { fillGaps } from '../../../src/operators/fillGaps.ts';
import { flagAnomalies } from '../../../src/operators/flagAnomalies.ts';
import { lstmForecast } from '../../../src/operators/lstmForecast.ts';
import { reorder } from '../../../src/operators/reorder.ts';
import { scoreResiduals } from '../../../src/operators/scoreResiduals.ts';
import { real } from '../../support/real.ts';
import { runOperator } from '../../support/runOperator.ts';
import { noisySine, SMALL } from '../../support/series.ts';
import { expectSoundScore, expectSoundVerdict } from '../../support/soundVerdict.ts';

const { warmUp: _warmUp, ...lstm } = SMALL;
const extreme = fc.constantFrom(
  0,
  -0,
  1e300,
  -1e300,
  1.7e308,
  5e-324,
  -5e-324,
  Number.NaN,
  Infinity,
  -Infinity,
);
const number = fc.oneof({ weight: 3, arbitrary: real(-100, 100) }, extreme);
const part = fc.oneof(
  { weight: 4, arbitrary: number },
  fc.constantFrom(null, undefined, 'n/a', '', true, 7n),
);
const value = fc.oneof({ weight: 4, arbitrary: part }, fc.array(part, { maxLength: 4 }), fc.anything());
const time = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -1e12, max: 2e12 }) },
  fc.double(),
  fc.constantFrom(null, undefined, '', 'noon', '2024-02-30', '2024-02-29T12:00', new Date(Number.NaN)),
);
const event = fc.oneof(
  { weight: 2, arbitrary: value },
  { weight: 4, arbitrary: fc.record({ time, value }) },
  fc.record({ value, imputed: fc.boolean() }),
);
const garbage = fc.array(event, { maxLength: 120 });

/** Whether an event tells how many dimensions its stream has. */
function hasShape(given: unknown): boolean {
  const raw = defaultValue(given);
  if (raw === null || raw === undefined) return false;
  return !(Array.isArray(raw) || ArrayBuffer.isView(raw)) || Array.from(raw as number[]).length > 0;
}

const composed = (source: Observable<unknown>): Observable<Scored> =>
  source.pipe(
    lstmForecast({ ...lstm, value: (given) => defaultValue(given) as number }),
    scoreResiduals(),
    flagAnomalies({ warmUp: 0 }),
  );

describe('whatever comes', () => {
  it('detectAnomalies gives one verdict per event from the first that has a shape on, each sound', () => {
    fc.assert(
      fc.property(garbage, fc.constantFrom(0, 1), (events, learn) => {
        const options = {
          ...SMALL,
          warmUp: 5,
          recurring: { learn, acceptAfter: false as const },
          key: () => undefined,
        };
        const first = events.findIndex(hasShape);
        const verdicts = runOperator(events as number[], detectAnomalies(options));
        verdicts.forEach(expectSoundVerdict);
        expect(verdicts.map((verdict) => verdict.event)).toEqual(first === -1 ? [] : events.slice(first));
      }),
      { numRuns: 200 },
    );
  });

  it('the stages one by one do so too', () => {
    fc.assert(
      fc.property(garbage, (events) => {
        const first = events.findIndex(hasShape);
        const scored = runOperator(events, composed);
        scored.forEach(expectSoundScore);
        expect(scored).toHaveLength(first === -1 ? 0 : events.length - first);
      }),
      { numRuns: 100 },
    );
  });

  it('the model is of use again after it, and its forecasts are finite', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 50 }), (events) => {
        const sine = noisySine({ length: 500 });
        const calm = sine.slice(0, 200);
        const stream = [...calm, ...events, ...sine.slice(200)] as number[];
        const verdicts = runOperator(stream, detectAnomalies(SMALL));
        const off = verdicts.slice(-100).map(({ expected, value }) => Math.abs(expected - value));
        expect(off.reduce((sum, error) => sum + error, 0) / 100).toBeLessThan(0.5);
      }),
      { numRuns: 30 },
    );
  });

  it('under skip exactly those events have no verdict that onProblem was called for', () => {
    fc.assert(
      fc.property(garbage, (events) => {
        const reported = new Set<number>();
        const onProblem = ({ index }: Problem): void => {
          reported.add(index);
        };
        const options = { ...SMALL, onBadData: 'skip', onProblem, key: () => undefined } as const;
        const verdicts = runOperator(events as number[], detectAnomalies(options));
        verdicts.forEach(expectSoundVerdict);
        expect(verdicts.map((verdict) => verdict.event)).toEqual(events.filter((_, t) => !reported.has(t)));
      }),
    );
  });

  it('fillGaps and reorder pass it on without a throw', () => {
    fc.assert(
      fc.property(garbage, (events) => {
        let late = 0;
        const onLate = (): void => {
          late++;
        };
        const ordered = runOperator(events, reorder<unknown>({ allowedLateness: 1e9, onLate }));
        expect(ordered.length + late).toBe(events.length);
        for (const policy of ['missing', 'hold', 'linear'] as const) {
          const options = {
            cadence: 1e6,
            maxFill: 20,
            policy,
            value: (given: unknown) => defaultValue(given) as number,
          };
          const filled = runOperator(events, fillGaps(options));
          expect(filled.filter((reading) => reading.event !== undefined)).toHaveLength(
            events.filter((given) => given !== undefined).length,
          );
          const verdicts = runOperator(filled, (source) =>
            source.pipe(
              map((r) => r),
              detectAnomalies(SMALL),
            ),
          );
          verdicts.forEach(expectSoundVerdict);
        }
      }),
      { numRuns: 50 },
    );
  });
});
