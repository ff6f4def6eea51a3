import type { Random } from '../../core/random.ts';
import type { ContextInputs } from '../../models/pretrained/contextInputs.ts';
import { compress } from '../../models/scaling/laplaceBand.ts';

/** What is looked for in the state, in this order. */
export const PROBED = ['season, sine', 'season, cosine', 'level', 'volatility', 'trend'] as const;

/** A series of which is known what nobody can see: each value is level + season + noise. */
export interface ProbeSeries {
  readonly values: Float64Array;
  /** What is known after event `t`, in the units of the network: (PROBED). */
  readonly truth: (t: number, context: ContextInputs) => number[];
}

/**
 * A season of 8 to 150 events, a level whose slope wanders, and noise whose size wanders, all of random sizes. The level is
 * that of the series without season and noise, standardised; the volatility the logarithm of the noise's present deviation, and
 * the trend the level's slope, both in units of the usual change.
 */
export function probeSeries(random: Random, events: number): ProbeSeries {
  const period = 8 * (150 / 8) ** random.uniform();
  const phase = 2 * Math.PI * random.uniform();
  const season = 3 ** (2 * random.uniform() - 1);
  const harmonic = 0.6 * random.uniform();
  const steepness = 0.02 * 5 ** (2 * random.uniform() - 1);
  const noise = 0.5 * 3 ** (2 * random.uniform() - 1);
  const [values, levels, slopes, sizes] = [0, 0, 0, 0].map(() => new Float64Array(events));
  let [level, slope, logSize] = [0, steepness * random.normal(), 0];
  const angle = (t: number): number => (2 * Math.PI * t) / period + phase;
  for (let t = 0; t < events; t++) {
    slope += -slope / 50 + steepness * Math.sqrt(2 / 50) * random.normal();
    level += slope;
    logSize += -logSize / 40 + 0.6 * Math.sqrt(2 / 40) * random.normal();
    sizes[t] = noise * Math.exp(logSize);
    levels[t] = level;
    slopes[t] = slope;
    const wave = Math.sin(angle(t)) + harmonic * Math.sin(2 * angle(t) + 1);
    values[t] = level + season * wave + sizes[t] * random.normal();
  }
  return {
    values,
    truth: (t, { scaler, changes }) => {
      const unit = scaler.deviation(0) * changes.of(0);
      return [
        Math.sin(angle(t)),
        Math.cos(angle(t)),
        compress(scaler.standardise(0, levels[t])),
        Math.log(sizes[t] / unit),
        compress(slopes[t] / unit),
      ];
    },
  };
}
