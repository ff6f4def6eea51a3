import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { simulateSeries } from '../../../src/lab/pretrain/simulate/simulateSeries.ts';
import { AdaptedHead } from '../../../src/models/pretrained/adaptedHead.ts';
import { ContextInputs, HORIZONS } from '../../../src/models/pretrained/contextInputs.ts';
import { PretrainedForecaster } from '../../../src/models/pretrained/pretrainedForecaster.ts';
import { loadPretrainedWeights } from '../../../src/models/pretrained/pretrainedWeights.ts';

const K = HORIZONS.length;
const weights = await loadPretrainedWeights();

/** Mean errors one event ahead from record 100 on, of what the head corrects and of the same without it. */
function errorsOf(values: Float64Array, given: (context: ContextInputs) => number): [number, number] {
  const [context, head, output] = [new ContextInputs(), new AdaptedHead(), new Float64Array(2 * K)];
  const sums: [number, number] = [0, 0];
  let [corrected, without] = [0, 0];
  for (const [t, value] of values.entries()) {
    if (t >= 100) {
      sums[0] += Math.abs(value - corrected);
      sums[1] += Math.abs(value - without);
    }
    head.learn(context, value, 1);
    context.learn(value, false, undefined, 1);
    output.fill(given(context), 0, K);
    head.note(context, output, 0);
    without = context.located(0, output[0]);
    corrected = context.located(0, output[0] + head.correction(0));
  }
  return sums;
}

describe('AdaptedHead', () => {
  it('learns what a network that always expects the last value lacks: that noise returns', () => {
    const random = new Random(1);
    const values = Float64Array.from({ length: 3000 }, () => random.normal());
    const [corrected, without] = errorsOf(values, () => 0);
    expect(corrected / without).toBeLessThan(0.75); // √½ is the least there can be
  });

  it('leaves alone what is right: a random walk', () => {
    const random = new Random(2);
    let level = 0;
    const values = Float64Array.from({ length: 3000 }, () => {
      level += random.normal();
      return level;
    });
    const [corrected, without] = errorsOf(values, () => 0);
    expect(corrected / without).toBeLessThan(1.01);
  });

  it('learns nothing at weight 0', () => {
    const random = new Random(3);
    const [context, head] = [new ContextInputs(), new AdaptedHead()];
    for (let t = 0; t < 200; t++) {
      const value = random.normal();
      head.learn(context, value, 0);
      context.learn(value, false, undefined, 1);
      head.note(context, new Float64Array(2 * K), 0);
    }
    expect(head.weights.every((weight) => weight === 0)).toBe(true);
    expect(head.correction(0)).toBe(0);
  });

  it('learns nothing while a stream stands still, as was forecast', () => {
    const random = new Random(5);
    const [context, head, output] = [new ContextInputs(), new AdaptedHead(), new Float64Array(2 * K)];
    const learn = (value: number) => {
      head.learn(context, value, 1);
      context.learn(value, false, undefined, 1);
      output.fill(0.05, 0, K); // a little off, which counts as no change where the stream stands still
      head.note(context, output, 0);
    };
    for (let t = 0; t < 100; t++) learn(random.normal());
    for (let t = 0; t < 300; t++) learn(0);
    const before = head.weights;
    expect(before.some((weight) => weight !== 0)).toBe(true);
    for (let t = 0; t < 300; t++) learn(0);
    expect(head.weights).toEqual(before);
  });

  it('harms no simulated series by more than 5 %, and helps on the mean', () => {
    let log = 0;
    const count = 40;
    for (let seed = 1; seed <= count; seed++) {
      const { values } = simulateSeries(2e9 + seed, 1000);
      const [adapting, frozen] = (['head', 'none'] as const).map((adapt) => {
        const forecaster = new PretrainedForecaster(weights, { dimensions: 1, adapt });
        let sum = 0;
        for (const [t, value] of values.entries()) {
          if (t >= 100) sum += Math.abs(value - forecaster.predict().expected[0]);
          forecaster.learn({ time: undefined, value: [value], imputed: false }, 1);
        }
        return sum;
      });
      if (frozen === 0) continue;
      expect(adapting / frozen, `seed ${seed}`).toBeLessThan(1.05);
      log += Math.log(adapting / frozen) / count;
    }
    expect(Math.exp(log)).toBeLessThan(1);
  });
});
