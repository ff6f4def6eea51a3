import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { ChangeScale } from '../../../src/models/forecasters/changeScale.ts';
import { lstmOptions } from '../../../src/models/forecasters/lstmOptions.ts';
import { TrainingWindow } from '../../../src/models/forecasters/trainingWindow.ts';
import { compress, expand } from '../../../src/models/scaling/laplaceBand.ts';

const D = 2;
const HORIZONS = [1, 3, 4];
const K = HORIZONS.length;

describe('TrainingWindow', () => {
  it.each([0, 2])(
    'has the changes that follow each step, in units of the usual ones: looking ahead %d',
    (lookAhead) => {
      const window = 5;
      for (const loss of ['laplace', 'crossEntropy'] as const) {
        const options = lstmOptions.resolve('test', {
          horizons: HORIZONS,
          window,
          stride: 2,
          loss,
          auxiliary: 'volatility',
        });
        const targets = K * D + D;
        const training = new TrainingWindow(options, D, targets, lookAhead);
        const changes = new ChangeScale(K * D);
        const random = new Random(32);
        const [x, weights]: [number[][], number[][]] = [[], []];
        for (let t = 0; t < 40; t++) {
          x.push([compress(2 * random.normal()), compress(4 * random.normal())]);
          weights.push([[1, 0.5, 0][t % 3]!, random.uniform()]);
          for (let d = 0; d < D; d++) training.note(t, d, x[t]![d]!, weights[t]![d]!);
          for (const [k, horizon] of HORIZONS.entries())
            for (let d = 0; d < D && t >= horizon; d++)
              changes.learn(k * D + d, x[t - horizon]![d]!, x[t]![d]!, weights[t]![d]!);
          training.learnChanges(t);
          expect(training.changes.state).toEqual(changes.state);
          // Of the newest step all targets are known, and all that it was given.
          const first = t - lookAhead - HORIZONS.at(-1)! - window + 1;
          if (first < 0) continue;
          training.fill(t);
          for (let step = 0; step < window; step++) {
            const now = first + step;
            const at = step * targets;
            for (let d = 0; d < D; d++) {
              for (const [k, horizon] of HORIZONS.entries()) {
                const then = x[now + horizon]![d]!;
                const change = (then - x[now]![d]!) / changes.of(k * D + d);
                expect(training.targets[at + k * D + d]).toBeCloseTo(
                  loss === 'crossEntropy' ? then : change,
                  12,
                );
                expect(training.weights[at + k * D + d]).toBe(weights[now + horizon]![d]);
              }
              const size = Math.abs(expand(x[now + 1]![d]!) - expand(x[now]![d]!));
              expect(training.targets[at + K * D + d]).toBeCloseTo(compress(size), 12);
              expect(training.weights[at + K * D + d]).toBe(
                Math.min(weights[now]![d]!, weights[now + 1]![d]!),
              );
            }
          }
        }
      }
    },
  );
});
