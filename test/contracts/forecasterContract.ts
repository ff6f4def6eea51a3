import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Forecaster, ForecasterFactory, Observation, Prediction } from '../../src/models/forecaster.ts';
import { observed, throughText, untimed, WAVE_PERIOD, wave, waves } from '../support/observations.ts';
import { real } from '../support/real.ts';
import { expectDamageRefused, expectRefused } from '../support/snapshotChecks.ts';

/** A forecaster, and what can be asked of it. */
export interface ForecasterTraits {
  readonly create: ForecasterFactory;
  /** The same kind with another option. */
  readonly createOther: ForecasterFactory;
  /** Another kind. */
  readonly createStranger: ForecasterFactory;
  /** What learning changes and merely noting must not: the weights, or the learnt scale. */
  readonly learnt: (forecaster: Forecaster) => readonly number[];
  /** Largest mean error on a noiseless sine of amplitude 1 with 48 observations a cycle, once learnt. */
  readonly sineError: number;
  /** Observations after which that holds. */
  readonly sineEvents: number;
}

/** What every forecaster keeps to. */
export function describeForecaster(title: string, traits: ForecasterTraits): void {
  const { create } = traits;

  describe(`${title} keeps the contract of a forecaster`, () => {
    describe.each([1, 3, 10])('in %i dimensions', (D) => {
      it('says nothing before the first observation', () => {
        expect(create(D).dimensions).toBe(D);
        const nothing = new Array<number>(D).fill(Number.NaN);
        const { expected, lower, upper, scale } = create(D).predict();
        expect([expected, lower, upper, scale]).toEqual([nothing, nothing, nothing, nothing]);
      });

      it('from then on gives a finite location within its band and a scale above 0', () => {
        const forecaster = create(D);
        for (const observation of waves(80, D)) {
          forecaster.learn(observation, 1);
          expectSound(forecaster.predict(), new Array<boolean>(D).fill(true));
        }
      });

      it('does the same things in the same order to the same bits, asked often or never', () => {
        const [asked, silent] = [create(D), create(D)];
        for (const observation of waves(80, D)) {
          expect(asked.predict()).toEqual(asked.predict());
          asked.learn(observation, 1);
          silent.learn(observation, 1);
        }
        expect(asked.snapshot()).toEqual(silent.snapshot());
        expect(asked.predict()).toEqual(silent.predict());
      });
    });

    it('predicts in place, if it does, what it predicts, and changes no prediction that was given before', () => {
      const forecaster = create(2);
      const given: Prediction[] = [];
      const then: Prediction[] = [];
      for (const observation of waves(80, 2)) {
        const prediction = forecaster.predict();
        expect(forecaster.predictInPlace?.() ?? prediction).toEqual(prediction);
        given.push(prediction);
        then.push(structuredClone(prediction));
        forecaster.learn(observation, 1);
      }
      expect(given).toEqual(then);
    });

    it('learns a constant', () => {
      const forecaster = create(2);
      for (let t = 0; t < 300; t++) forecaster.learn(observed([42, -1e-3], t), 1);
      const { expected, lower, upper, scale } = forecaster.predict();
      expect(expected[0]).toBeCloseTo(42, 3);
      expect(expected[1]).toBeCloseTo(-1e-3, 6);
      expect(Math.max(...scale)).toBeLessThan(1e-3);
      expect(lower[0] < 42 && 42 < upper[0]).toBe(true);
    });

    it('expects nothing negative of a dimension that never was, from 100 values on', () => {
      const random = new Random(3);
      const counts = Array.from({ length: 200 }, () => Math.max(0, Math.round(1 + 1.5 * random.normal())));
      const forecastAfter = (values: readonly number[]): Prediction => {
        const forecaster = create(2);
        for (const [t, value] of values.entries()) forecaster.learn(observed([value, -value], t), 1);
        return forecaster.predict();
      };
      expect(forecastAfter(counts.slice(0, 99)).lower[0]).toBeLessThan(0);
      const { expected, lower, upper } = forecastAfter(counts);
      expect(lower[0]).toBe(0);
      expect(expected[0]).toBeGreaterThanOrEqual(0);
      expect(upper[0]).toBeGreaterThanOrEqual(expected[0]);
      expect(lower[1]).toBeLessThan(-1);
      expect(forecastAfter([...counts, -1, ...counts]).lower[0]).toBeLessThan(0);
    });

    it('learns a sine', () => {
      const forecaster = create(1);
      let error = 0;
      for (let t = 0; t < traits.sineEvents + WAVE_PERIOD; t++) {
        const off = Math.abs(forecaster.predict().expected[0] - wave(t, 0));
        if (t >= traits.sineEvents) error += off / WAVE_PERIOD;
        forecaster.learn(observed([wave(t, 0)], t), 1);
      }
      expect(error).toBeLessThan(traits.sineError);
    });

    it('is never poisoned by what is missing: in any dimension, from the start on, for long', () => {
      const gaps = fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), {
        minLength: 60,
        maxLength: 90,
      });
      fc.assert(
        fc.property(gaps, (missing) => {
          const forecaster = create(3);
          const seen = [false, false, false];
          for (const [t, { value, time }] of waves(missing.length, 3).entries()) {
            const holed = value.map((number, d) => (missing[t][d] ? Number.NaN : number));
            for (let d = 0; d < 3; d++) seen[d] ||= !missing[t][d];
            forecaster.learn({ time, value: holed, imputed: false }, 1);
            expectSound(forecaster.predict(), seen);
          }
          for (const observation of waves(WAVE_PERIOD, 3)) forecaster.learn(observation, 1);
          const { expected } = forecaster.predict();
          for (let d = 0; d < 3; d++) expect(Math.abs(expected[d] - wave(WAVE_PERIOD, d))).toBeLessThan(3);
        }),
        { numRuns: 6, seed: 1 },
      );
    });

    it('is never poisoned by values of absurd size, each sign after the other', () => {
      const value = fc.oneof(
        fc.constantFrom(1e300, -1e300, 1e-300, 5e-324, 0, -0, 1, -1),
        fc.double({ min: -1e300, max: 1e300, noNaN: true }),
      );
      fc.assert(
        fc.property(
          fc.array(value, { minLength: 40, maxLength: 90 }),
          fc.boolean(),
          (values, alternating) => {
            const forecaster = create(1);
            for (const [t, number] of values.entries()) {
              forecaster.learn(observed([alternating ? (-1) ** t * 1e300 : number], t), 1);
              expectSound(forecaster.predict(), [true]);
            }
          },
        ),
        { numRuns: 12, seed: 1 },
      );
    });

    it('takes times that stand still, run backwards, jump, precede 1970 or are not there', () => {
      const times = fc.array(fc.option(real(-1e15, 1e15), { nil: undefined }), {
        minLength: 40,
        maxLength: 60,
      });
      fc.assert(
        fc.property(times, (moments) => {
          const forecaster = create(1);
          for (const [t, time] of moments.entries()) {
            forecaster.learn({ time, value: [wave(t, 0)], imputed: false }, 1);
            expectSound(forecaster.predict(), [true]);
          }
        }),
        { numRuns: 6, seed: 1 },
      );
    });

    it('notes an observation of weight 0 and learns nothing from it', () => {
      const [one, other] = [create(1), create(1)];
      for (const observation of waves(100, 1)) {
        one.learn(observation, 1);
        other.learn(observation, 1);
      }
      for (let t = 100; t < 140; t++) {
        one.learn(observed([13 + (t % 3)], t), 0);
        other.learn(observed([7 - (t % 5)], t), 0);
        expect(traits.learnt(one)).toEqual(traits.learnt(other));
      }
    });

    it('survives an incident of weight 0 and forecasts on as before', () => {
      const forecaster = create(1);
      const stream = waves(400, 1);
      for (const [t, observation] of stream.entries()) {
        const incident = t >= 200 && t < 230;
        forecaster.learn(incident ? observed([500], t) : observation, incident ? 0 : 1);
      }
      const { expected, scale } = forecaster.predict();
      expect(Math.abs(expected[0] - wave(400, 0))).toBeLessThan(3);
      expect(scale[0]).toBeLessThan(3);
    });

    it('restored at any index of a stream continues bit for bit', () => {
      const stream = eventful(64);
      const reference = create(2);
      const kept: { readonly snapshot: string; readonly prediction: Prediction }[] = [];
      for (const [t, observation] of stream.entries()) {
        kept.push({ snapshot: JSON.stringify(reference.snapshot()), prediction: reference.predict() });
        reference.learn(observation, weightAt(t));
      }
      const end = JSON.stringify(reference.snapshot());
      for (let start = 0; start < stream.length; start++) {
        const forecaster = create(2);
        forecaster.restore(JSON.parse(kept[start].snapshot));
        expect(JSON.stringify(forecaster.snapshot())).toBe(kept[start].snapshot);
        for (let t = start; t < stream.length; t++) {
          expect(forecaster.predict()).toEqual(kept[t].prediction);
          forecaster.learn(stream[t], weightAt(t));
        }
        expect(JSON.stringify(forecaster.snapshot())).toBe(end);
      }
    });

    it('restored over a life of its own forgets that life', () => {
      const [reference, busy] = [create(2), create(2)];
      for (const observation of eventful(50)) reference.learn(observation, 1);
      for (const observation of waves(70, 2, 3, 9)) busy.learn(observation, 1);
      busy.restore(throughText(reference.snapshot()));
      const more = waves(30, 2, 0.1, 5);
      for (const observation of more) {
        expect(busy.predict()).toEqual(reference.predict());
        busy.learn(observation, 1);
        reference.learn(observation, 1);
      }
    });

    it('refuses the snapshot of another configuration, kind or version, and stays as it was', () => {
      const trained = (factory: ForecasterFactory, D: number): Forecaster => {
        const forecaster = factory(D);
        for (const observation of waves(40, D)) forecaster.learn(observation, 1);
        return forecaster;
      };
      const forecaster = trained(create, 2);
      const own = forecaster.snapshot();
      expectRefused(forecaster, trained(traits.createOther, 2).snapshot(), /another configuration: config\./);
      expectRefused(forecaster, trained(create, 3).snapshot(), /config\.dimensions is 3 there and 2 here/);
      expectRefused(forecaster, trained(traits.createStranger, 2).snapshot(), /this one was taken from/);
      expectRefused(forecaster, { ...own, version: own.version + 1 }, /expected version/);
    });

    it('refuses a snapshot with any one character changed, and stays as it was', () => {
      const forecaster = create(1);
      for (const observation of waves(40, 1)) forecaster.learn(observation, 1);
      expectDamageRefused(forecaster, 60);
    });
  });
}

/** Finite and in order where something was seen, nothing predicted where not. */
function expectSound({ expected, lower, upper, scale }: Prediction, seen: readonly boolean[]): void {
  for (const [d, known] of seen.entries()) {
    if (known) {
      expect([expected[d], lower[d], upper[d], scale[d]].every(Number.isFinite)).toBe(true);
      expect(lower[d]).toBeLessThanOrEqual(expected[d]);
      expect(upper[d]).toBeGreaterThanOrEqual(expected[d]);
      expect(scale[d]).toBeGreaterThan(0);
    } else {
      expect([expected[d], lower[d], upper[d], scale[d]].every(Number.isNaN)).toBe(true);
    }
  }
}

/** Two dimensions with an outlier, gaps of either and of both, and a stretch without times. */
function eventful(length: number): Observation[] {
  return waves(length, 2).map(({ time, value }, t) => {
    if (t === 3 || t % 17 === 9) return { time, value: [Number.NaN, value[1]], imputed: false };
    if (t % 23 === 0) return { time, value: [Number.NaN, Number.NaN], imputed: true };
    if (t % 31 === 30) return { time, value: [value[0], -400], imputed: false };
    return t > 40 && t < 44 ? untimed(...value) : { time, value, imputed: false };
  });
}

function weightAt(t: number): number {
  return t % 31 === 30 ? 0 : t % 7 === 0 ? 0.25 : 1;
}
