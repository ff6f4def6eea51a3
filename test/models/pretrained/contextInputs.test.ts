import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { encodeSeries } from '../../../src/lab/pretrain/encodeSeries.ts';
import { simulateSeries } from '../../../src/lab/pretrain/simulate/simulateSeries.ts';
import { ContextInputs, HORIZONS, INPUTS } from '../../../src/models/pretrained/contextInputs.ts';
import { real } from '../../support/real.ts';

const K = HORIZONS.length;
const LONGEST = HORIZONS.at(-1)!;

describe('ContextInputs', () => {
  it('are those that the network was trained on, event by event, and the targets are where the series went', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const { values, clock } = simulateSeries(seed, 500);
      const time = clock.hasTimes ? (t: number) => clock.start + t * clock.step : undefined;
      const { inputs, targets } = encodeSeries(values, time);
      const online = new ContextInputs();
      for (let t = 0; t < values.length - LONGEST; t++) {
        online.learn(values[t], false, time?.(t), 1);
        expect(online.inputs, `seed ${seed}, event ${t}`).toEqual(inputs.slice(t * INPUTS, (t + 1) * INPUTS));
        for (const [k, steps] of HORIZONS.entries())
          expect(targets[t * K + k]).toBe(online.target(k, values[t + steps]));
      }
    }
  });

  it('skip the start of a series without forgetting it', () => {
    const { values } = simulateSeries(3, 400);
    const [whole, later] = [encodeSeries(values, undefined), encodeSeries(values, undefined, 150)];
    expect(later.inputs).toEqual(whole.inputs.slice(150 * INPUTS));
    expect(later.targets).toEqual(whole.targets.slice(150 * K));
    expect(whole.weights.slice(0, 3)).toEqual(Float64Array.of(0, 0, 0));
    expect(later.weights.every((weight) => weight > 0)).toBe(true);
  });

  it('depend on nothing that comes later', () => {
    const { values } = simulateSeries(5, 300);
    const other = values.slice();
    other.fill(1e6, 200);
    const [one, two] = [encodeSeries(values, undefined), encodeSeries(other, undefined)];
    expect(two.inputs.slice(0, 200 * INPUTS)).toEqual(one.inputs.slice(0, 200 * INPUTS));
    expect(two.inputs.slice(200 * INPUTS)).not.toEqual(one.inputs.slice(200 * INPUTS));
  });

  it('are free of the unit and level of the series', () => {
    const random = new Random(2);
    const values = Float64Array.from({ length: 400 }, (_, t) => Math.sin(t / 5) + 0.3 * random.normal());
    const [one, two] = [values, values.map((value) => 1000 * value - 7)].map((each) =>
      encodeSeries(each, undefined),
    );
    for (let k = 0; k < one.inputs.length; k++) expect(two.inputs[k]).toBeCloseTo(one.inputs[k], 6);
  });

  it('are finite and bounded on any series', () => {
    const value = fc.oneof(
      fc.constantFrom(1e300, -1e300, 5e-324, 0, 1),
      fc.double({ min: -1e300, max: 1e300, noNaN: true }),
    );
    const event = fc.record({
      value,
      isMissing: fc.boolean(),
      time: fc.option(real(-1e15, 1e15), { nil: undefined }),
      weight: fc.constantFrom(0, 0.3, 1),
    });
    fc.assert(
      fc.property(fc.array(event, { minLength: 40, maxLength: 80 }), (events) => {
        const context = new ContextInputs();
        for (const { value: each, isMissing, time, weight } of events) {
          context.learn(each, isMissing, time, weight);
          for (const input of context.inputs) expect(Math.abs(input)).toBeLessThanOrEqual(20);
          for (let k = 0; k < K; k++) expect(Number.isFinite(context.located(k, 3))).toBe(true);
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it('lead back from a target to the value', () => {
    const random = new Random(9);
    const context = new ContextInputs();
    for (let t = 0; t < 200; t++) context.learn(10 + random.normal(), false, undefined, 1);
    for (const value of [8.5, 10, 11.7])
      for (let k = 0; k < K; k++) expect(context.located(k, context.target(k, value))).toBeCloseTo(value, 9);
  });

  it('hold still where a stream does: a small change is none', () => {
    const context = new ContextInputs();
    for (let t = 0; t < 200; t++) context.learn(t % 50 === 49 ? 30 : 20, false, undefined, 1);
    for (let t = 0; t < 30; t++) context.learn(20, false, undefined, 1);
    expect(context.located(0, 0.1)).toBe(20);
    expect(context.located(0, 1)).toBeGreaterThan(20);
  });
});
