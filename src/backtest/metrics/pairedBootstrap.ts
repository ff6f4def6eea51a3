import { badOption, optionChecks } from '../../core/options.ts';
import { Random } from '../../core/random.ts';

/** How a difference may vary on other series of the same kind. */
export interface BootstrapDifference {
  /** On the series themselves; null where it is not defined. */
  readonly difference: number | null;
  /** 2.5 % and 97.5 % quantile over the resamples; null where it is defined for none. */
  readonly low: number | null;
  readonly high: number | null;
  /** Share of resamples in which the difference is above 0, those in which it is 0 counting half. */
  readonly probability: number | null;
}

/** How to resample. */
export interface BootstrapOptions {
  /** Number of resamples, each drawn with replacement. @default 2000 */
  readonly resamples?: number;
  /** @default 1 */
  readonly seed?: number;
}

/**
 * Paired percentile bootstrap (Efron & Tibshirani 1993, chapters 13 and 16): series are drawn with replacement, the
 * same ones for both sides, so that series that are hard for both do not add variance.
 *
 * @param series how many there are
 * @param difference between the two sides on the series with these indices, some of them several times; null where it
 *   is not defined, and the resample does not count
 * @throws RxAnomalyError BAD_OPTION
 */
export function pairedBootstrap(
  series: number,
  difference: (indices: readonly number[]) => number | null,
  options: BootstrapOptions = {},
): BootstrapDifference {
  const check = optionChecks('pairedBootstrap');
  check.known(options, ['resamples', 'seed']);
  const { resamples = 2000, seed = 1 } = options;
  check.positiveInteger('series', series);
  check.positiveInteger('resamples', resamples);
  if (!Number.isSafeInteger(seed)) throw badOption('pairedBootstrap', 'seed', 'an integer', seed);
  const random = new Random(seed);
  const differences: number[] = [];
  for (let i = 0; i < resamples; i++) {
    const drawn = difference(Array.from({ length: series }, () => random.below(series)));
    if (drawn !== null) differences.push(drawn);
  }
  differences.sort((a, b) => a - b);
  const above = differences.reduce((sum, each) => sum + (each > 0 ? 1 : each === 0 ? 0.5 : 0), 0);
  const some = differences.length > 0;
  return {
    difference: difference(Array.from({ length: series }, (_, at) => at)),
    low: some ? quantile(differences, 0.025) : null,
    high: some ? quantile(differences, 0.975) : null,
    probability: some ? above / differences.length : null,
  };
}

/** Linear between the two nearest order statistics. */
function quantile(ascending: readonly number[], share: number): number {
  const at = share * (ascending.length - 1);
  const [low, high] = [ascending[Math.floor(at)]!, ascending[Math.ceil(at)]!];
  return low + (at - Math.floor(at)) * (high - low);
}
