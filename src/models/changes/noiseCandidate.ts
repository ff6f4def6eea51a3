import { log } from '../../core/math/log.ts';
import { medianOf } from '../../core/math/median.ts';
import type { Around, Candidate, Fits } from './around.ts';
import { contrastsOf, longestRun, pastOf, ratio, separation, squaresOf } from './evidence.ts';
import { fitBend } from './fits.ts';
import { clipped, contrast, Means } from './windows.ts';

/**
 * How much values differ from their neighbours: a level, a slope, a walk and a slow cycle have next to no part in that, so that it is noise
 * that is compared.
 */
export function noiseCandidate({ y, cycle, first, last, setting }: Around, fits: Fits): Candidate {
  const n = y.length;
  const sizes = roughnessOf(y);
  const logs = logarithms(sizes);
  const means = new Means(logs);
  const { at, squares } = fitBend(logs, 'step', first, last);
  const [past, now] = [means.of(Math.max(0, at - 64), at), means.of(Math.max(at, n - 64), n)];
  const middle = (past + now) / 2;
  const smooth = new Means(sizes);
  const spread = ratio(deviation(y, at, n), deviation(y, Math.max(0, at - 200), at));
  const noise = new Means(clipped(sizes));
  const [before, after] = [NORMAL * noise.of(Math.max(0, at - 200), at), NORMAL * noise.of(at, n)];
  const wide = contrast(means, at, 64).difference;
  const evidence = [
    ...contrastsOf(means, at, [16, 64]),
    ...pastOf(
      setting.blocks,
      at,
      Math.sqrt(smooth.of(Math.max(0, at - 64), at) * smooth.of(Math.max(at, n - 64), n)),
      now > past,
      ({ roughness }) => roughness,
    ),
    log(n - at),
    ratio(squaresOf(logs), squares),
    separation(logs, at, middle, now > past),
    log((n - at) / (1 + longestRun(means, at, middle, now > past))),
    Math.max(-2, Math.min(2, wide)),
    Math.max(-2, Math.min(2, Math.sign(wide) * spread)),
    ratio(squaresOf(clipped(y)), Math.min(fits.level.squares, fits.slope.squares)),
    Number(cycle !== undefined),
    setting.flagged,
  ];
  return { kind: 'scale', way: 'noise', at, before, after, size: after - before, evidence };
}

/** Standard deviation of independent normal values by their mean roughness. */
export const NORMAL: number = 1.2533 / Math.sqrt(1.5);

/** (N) how much each value differs from the mean of its two neighbours. */
export function roughnessOf(y: Float64Array): Float64Array {
  const n = y.length;
  return y.map((value, t) =>
    Math.abs(t === 0 || t === n - 1 ? value - y[t === 0 ? 1 : n - 2] : value - (y[t - 1] + y[t + 1]) / 2),
  );
}

/** ln of sizes; what is less than a tenth of the mean size counts as that. */
function logarithms(sizes: Float64Array): Float64Array {
  const bounded = clipped(sizes);
  const mean = bounded.reduce((sum, size) => sum + size, 0) / sizes.length;
  const least = 0.1 * mean || 1;
  return bounded.map((size) => log(size + least));
}

/** Standard deviation about the median, as the middle half has it. */
function deviation(y: Float64Array, from: number, to: number): number {
  const middle = medianOf(y, from, to);
  const far = y.slice(from, to).map((value) => Math.abs(value - middle));
  return 1.4826 * medianOf(far);
}
