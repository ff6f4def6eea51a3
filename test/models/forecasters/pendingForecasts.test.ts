import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Prediction } from '../../../src/models/forecaster.ts';
import { ChangeScale } from '../../../src/models/forecasters/changeScale.ts';
import { ClassHead } from '../../../src/models/forecasters/classHead.ts';
import { networkConfig } from '../../../src/models/forecasters/lstmNetwork.ts';
import { lstmOptions } from '../../../src/models/forecasters/lstmOptions.ts';
import { PendingForecasts } from '../../../src/models/forecasters/pendingForecasts.ts';
import { BandCalibration } from '../../../src/models/scaling/bandCalibration.ts';
import { expand } from '../../../src/models/scaling/laplaceBand.ts';
import { ResidualScale } from '../../../src/models/scaling/residualScale.ts';
import { RobustScaler } from '../../../src/models/scaling/robustScaler.ts';
import { outputCount } from '../../../src/numerics/parameters.ts';

const D = 2;
const HORIZONS = [1, 3, 4];
const K = HORIZONS.length;
const BAND = Math.log(20);
const clip = (least: number, x: number, most: number): number => Math.max(least, Math.min(most, x));

describe('PendingForecasts', () => {
  it.each([
    ['laplace', 0],
    ['gaussian', 0],
    ['mse', 0],
    ['crossEntropy', 0],
    ['laplace', 2],
  ] as const)(
    'reads each output of a network by its definition, when its horizon has come: %s, looking ahead %d',
    (loss, lookAhead) => {
      const options = lstmOptions.resolve('test', {
        horizons: HORIZONS,
        loss,
        auxiliary: 'volatility',
        classes: 5,
      });
      const coming = lookAhead === 0 ? undefined : { steps: lookAhead, width: D + 1 };
      const config = networkConfig(options, D, 4, coming);
      const targets = K * D + D;
      const [scaler, changes] = [new RobustScaler({ dimensions: D }), new ChangeScale(K * D)];
      const forecasts = new PendingForecasts(options, D, config, scaler, changes);
      const [usual, calibration] = [new ResidualScale(K * D, 500), new BandCalibration(K * D)];
      const classes = new ClassHead(5);
      const random = new Random(31);
      const rows: {
        readonly output: Float64Array;
        readonly located: number[];
        readonly logScale: number[];
      }[] = [];
      const nonNegative = [true, true];
      const natural = (d: number, x: number): number => scaler.mean(d) + scaler.deviation(d) * expand(x);

      /** (4) lower, expected, upper, scale. */
      const written = (k: number, d: number, row: (typeof rows)[number] | undefined): number[] => {
        if (row === undefined) return new Array(4).fill(Number.NaN);
        const target = k * D + d;
        const factor = calibration.factor(target);
        const mean = usual.mean(target);
        // Where coming values are given, the last residual knows something of the next value.
        const tempered = (scale: number): number =>
          mean > 0 && lookAhead === 0 ? Math.sqrt(scale * mean) : scale;
        const least = nonNegative[d] && rows.length >= 100 ? 0 : Number.NEGATIVE_INFINITY;
        let middle = natural(d, row.located[target]!);
        const floor = (): number => 1e-10 * Math.abs(middle) + 1e-15;
        let scale = Math.max(floor(), mean);
        let [lower, upper] = [-1, 1].map((side) => middle + side * BAND * factor * scale);
        if (loss !== 'mse') {
          let [low, high] = [-1, 1].map((side) => side * BAND * Math.exp(row.logScale[target]!));
          // The Laplace scale whose 95 % band is that of the normal distribution.
          if (loss === 'gaussian') [low, high] = [low, high].map((reach) => (reach! * 1.96) / BAND);
          if (loss === 'crossEntropy') {
            const band = classes.band(row.output, target, targets);
            middle = natural(d, band[1]);
            [low, high] = [band[0] - band[1], band[2] - band[1]];
            row.located[target] = band[1];
          }
          [lower, upper] = [low, high].map((reach) => natural(d, row.located[target]! + factor * reach!));
          const wide =
            loss === 'crossEntropy'
              ? upper! - lower!
              : natural(d, row.located[target]! + high!) - natural(d, row.located[target]! + low!);
          scale = tempered(wide / (2 * BAND));
        }
        return [
          Math.max(least, lower!),
          Math.max(least, middle),
          Math.max(least, upper!),
          Math.max(floor(), scale),
        ];
      };
      const shown = ({ lower, expected, upper, scale }: Prediction, d: number): unknown[] => [
        lower[d],
        expected[d],
        upper[d],
        scale[d],
      ];
      const close = (values: readonly number[]): unknown[] =>
        values.map((each) => (Number.isNaN(each) ? each : expect.closeTo(each, 8)));

      for (let t = 0; t < 160; t++) {
        const prediction = forecasts.predict();
        expect(forecasts.predictInPlace()).toEqual(prediction);
        const due = HORIZONS.map((horizon, k) => [0, 1].map((d) => written(k, d, rows[t - horizon])));
        const newest = forecasts.newest();
        for (let d = 0; d < D; d++) {
          expect(shown(prediction, d)).toEqual(close(due[0]![d]!));
          for (let k = 0; k < K; k++) {
            if (k > 0) {
              const { expected, scale } = prediction.earlier![k - 1]!;
              expect([expected[d], scale[d]]).toEqual(close([due[k]![d]![1]!, due[k]![d]![3]!]));
            }
            expect(shown(newest[k]!, d)).toEqual(close(written(k, d, rows.at(-1))));
          }
        }
        const value = [t % 9 === 4 ? Number.NaN : 100 * random.normal(), Math.abs(3 * random.normal())];
        const weight = [1, 0.5, 0][t % 3]!;
        forecasts.learn(value, weight);
        for (const [k, bands] of due.entries())
          for (const [d, [lower, expected, upper]] of bands.entries()) {
            calibration.learn(k * D + d, value[d]!, lower!, upper!, weight);
            if (scaler.hasSpread(d)) usual.learnOne(k * D + d, expected!, value[d]!, weight);
          }
        if (value[0]! < 0) nonNegative[0] = false;
        const x = Float64Array.from(value, (each, d) =>
          Number.isNaN(each) ? 0.5 : scaler.compressed(d, each),
        );
        scaler.learn(value, weight);
        for (let target = 0; target < K * D; target++)
          changes.learn(target, 0, 0.2 * (target + 1) * random.uniform(), 1);
        const output = Float64Array.from({ length: outputCount(config) }, () => 2 * random.normal());
        forecasts.settle(t, x, output);
        forecasts.turnTo(t + 1);
        const located = [...output.slice(0, K * D)].map((each, at) => x[at % D]! + changes.of(at) * each);
        const logScale = located.map(
          (_, at) => clip(-3, output[targets + at] ?? 0, 4) + Math.log(changes.of(at)),
        );
        rows.push({ output, located, logScale });
        if (loss !== 'crossEntropy')
          for (const [at, each] of located.entries()) expect(forecasts.located(at)).toBeCloseTo(each, 12);
      }
    },
  );
});
