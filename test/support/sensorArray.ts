import { Random } from '../../src/core/random.ts';
import type { Observation } from '../../src/models/forecaster.ts';
import { observed } from './observations.ts';

/** What may go wrong in a {@link sensorArray}. `dropOut` is a gap, not a fault of what is measured. */
export type ArrayFault = 'spike' | 'drift' | 'decoupled' | 'common' | 'stuck' | 'noisy' | 'dropOut';

export const ARRAY_FAULTS: readonly ArrayFault[] = [
  'spike',
  'drift',
  'decoupled',
  'common',
  'stuck',
  'noisy',
];

export interface SensorArrayOptions {
  readonly dimensions: number;
  readonly length: number;
  readonly seed: number;
  /** Correlation of any two sensors, up to its sign: 0 independent, 1 copies of each other. */
  readonly coupling: number;
  readonly fault?: ArrayFault;
  /** First record of the fault. */
  readonly start?: number;
  /** Records that it lasts, except for a spike, which is three records. */
  readonly duration?: number;
  /** Records per cycle of the season. @default 48, a day */
  readonly period?: number;
  /** How much of the load is still there a record later, below 1. @default 0.95 */
  readonly memory?: number;
  /** Degrees of freedom of the noise; normal if left out. */
  readonly freedom?: number;
}

/** A stream and what is known of it. */
export interface SensorArray {
  readonly observations: readonly Observation[];
  /** The sensors at fault; none without a fault. */
  readonly culprits: readonly number[];
  readonly start: number;
  /** The record after the last faulty one. */
  readonly end: number;
}

/**
 * Sensors of one machine, such as a pump: each a mixture of what all of them see (season, load, disturbances) and of the
 * like of its own, at a level, in a unit and with a sign of its own. The standard deviation is its unit.
 */
export function sensorArray(options: SensorArrayOptions): SensorArray {
  const { dimensions: D, length, seed, coupling, fault, start = length } = options;
  const random = new Random(seed);
  const process = (): ((t: number) => number) => createProcess(random, options);
  const shared = process();
  const stranger = process(); // what a decoupled sensor sees in the place of the shared
  const own = Array.from({ length: D }, process);
  const unit = Array.from({ length: D }, () => 10 ** (2 * random.uniform() - 1));
  const level = Array.from({ length: D }, () => 20 * random.normal());
  const sign = Array.from({ length: D }, () => (random.uniform() < 0.3 ? -1 : 1));
  const culprits = fault === undefined ? [] : choose(random, D, fault === 'common' ? Math.ceil(D / 4) : 1);
  const end = start + (fault === 'spike' ? 3 : (options.duration ?? 100));
  const observations: Observation[] = [];
  const stuck = new Map<number, number>();
  for (let t = 0; t < length; t++) {
    const [common, strange] = [shared(t), stranger(t)];
    const value = own.map((self, d) => {
      const faulty = t >= start && t < end && culprits.includes(d);
      const seen = faulty && fault === 'decoupled' ? strange : common;
      const noise = self(t);
      let x = sign[d] * Math.sqrt(coupling) * seen + Math.sqrt(1 - coupling) * noise;
      if (faulty && fault === 'spike') x += 5;
      if (faulty && fault === 'drift') x += (3 * (t - start)) / (end - start);
      if (faulty && fault === 'common') x += 1.2;
      if (faulty && fault === 'noisy') x += 1.2 * random.normal();
      if (faulty && fault === 'dropOut') x = Number.NaN;
      if (fault === 'stuck') {
        if (faulty) x = stuck.get(d)!;
        else stuck.set(d, x);
      }
      return level[d] + unit[d] * x;
    });
    observations.push(observed(value, t));
  }
  return { observations, culprits, start, end };
}

/** Season, load and noise, of variance 1 together. */
function createProcess(
  random: Random,
  { period = 48, memory = 0.95, freedom }: SensorArrayOptions,
): (t: number) => number {
  const phase = 2 * Math.PI * random.uniform();
  let load = 0;
  return (t) => {
    load = memory * load + Math.sqrt(1 - memory ** 2) * random.normal();
    const season = Math.SQRT2 * Math.sin((2 * Math.PI * t) / period + phase);
    const noise =
      freedom === undefined ? random.normal() : random.studentT(freedom) * Math.sqrt((freedom - 2) / freedom);
    return 0.6 * season + 0.6 * load + Math.sqrt(1 - 0.72) * noise;
  };
}

/** So many different numbers below `n`, in ascending order. */
function choose(random: Random, n: number, count: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.below(n));
  return [...chosen].sort((a, b) => a - b);
}
