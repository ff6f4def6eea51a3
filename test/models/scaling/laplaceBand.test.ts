import { expect, it } from 'vitest';
import type { Forecast } from '../../../src/core/reading.ts';
import { BAND, laplaceBand, predictionOf } from '../../../src/models/scaling/laplaceBand.ts';

/** The prediction in a forecast of which no other part counts. */
const predicted = (forecast: Partial<Forecast>) => predictionOf(forecast as Forecast);

it('the band of a Laplace distribution holds 95 %: ln 20 times its scale on each side', () => {
  expect(BAND).toBeCloseTo(2.995732, 6);
  const { expected, lower, upper, scale } = laplaceBand([10, -2], [1, 0.5]);
  expect([expected, scale]).toEqual([
    [10, -2],
    [1, 0.5],
  ]);
  expect(lower).toEqual([10 - BAND, -2 - BAND / 2]);
  expect(upper).toEqual([10 + BAND, -2 + BAND / 2]);
});

it('a forecast without a scale has that of its band', () => {
  const band = laplaceBand([10, -2], [1, 0.5]);
  const { scale, earlier } = predicted({ expected: [10, -2], lower: band.lower, upper: band.upper });
  expect(scale).toEqual([expect.closeTo(1, 12), expect.closeTo(0.5, 12)]);
  expect(earlier).toBeUndefined();
});

it('a forecast of one number is a prediction of one dimension, with its own scale and earlier forecasts', () => {
  expect(
    predicted({ expected: 5, lower: 1, upper: 9, scale: 2, earlier: [{ expected: 4, scale: 3 }] }),
  ).toEqual({
    ...{ expected: [5], lower: [1], upper: [9], scale: [2] },
    earlier: [{ expected: [4], scale: [3] }],
  });
});
