import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { ClassHead } from '../../../src/models/forecasters/classHead.ts';
import { initialParameters, networkConfig } from '../../../src/models/forecasters/lstmNetwork.ts';
import { lstmOptions } from '../../../src/models/forecasters/lstmOptions.ts';
import { createEngine } from '../../../src/numerics/engines/createEngine.ts';
import { createParameters, outputCount } from '../../../src/numerics/parameters.ts';

const [D, HORIZONS, INPUTS, HALF] = [2, [1, 6], 5, Math.exp(-0.7)];

describe('a network before it has learnt', () => {
  it.each(['laplace', 'gaussian', 'crossEntropy'] as const)(
    'expects no change, give or take half the usual one; classes as a normal distribution has them: %s',
    (loss) => {
      const options = lstmOptions.resolve('test', { horizons: HORIZONS, loss, hidden: 4, classes: 9 });
      const config = networkConfig(options, D, INPUTS);
      const engine = createEngine('reference', config);
      const parameters = createParameters(config);
      parameters.flat.set(initialParameters(config, options, D));
      parameters.head.weight.fill(0); // the state adds a little by chance
      engine.writeParameters(parameters.flat);
      const random = new Random(51);
      const [output, targets] = [new Float64Array(outputCount(config)), D * HORIZONS.length];
      for (let t = 0; t < 20; t++) {
        const inputs = Float64Array.from({ length: INPUTS }, () => random.normal());
        engine.advanceInto(output, inputs);
        if (loss !== 'crossEntropy') {
          const expected = [...new Array(targets).fill(0), ...new Array(targets).fill(-0.7)];
          expect([...output]).toEqual(expected.map((each) => expect.closeTo(each, 6)));
          continue;
        }
        const classes = new ClassHead(9);
        for (const [k, horizon] of HORIZONS.entries())
          for (let d = 0; d < D; d++) {
            const mean = (0.9 / (1 + 0.1 * (horizon - 1))) * inputs[d]!;
            const density = classes.centres.map((centre) =>
              Math.exp(-((centre - mean) ** 2) / (2 * HALF ** 2)),
            );
            const all = density.reduce((sum, each) => sum + each, 0);
            expect(classes.probabilities(output, k * D + d, targets)).toEqual(
              density.map((each) => expect.closeTo(each / all, 5)),
            );
          }
      }
    },
  );

  it('remembers up to half a window where its memory is spread', () => {
    const options = lstmOptions.resolve('test', { hidden: 200, window: 40, forgetBias: 'chrono' });
    const config = networkConfig(options, 1, INPUTS);
    const flat = initialParameters(config, options, 1);
    const parameters = createParameters(config);
    parameters.flat.set(flat);
    const longest = Math.exp(Math.max(...parameters.layers[0]!.biasIh));
    expect(longest).toBeGreaterThan(0.9 * 19);
    expect(longest).toBeLessThanOrEqual(19.001); // u is uniform over 1 … T − 1
  });
});
