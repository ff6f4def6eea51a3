import type { Random } from '../../../core/random.ts';
import { between, chance, logBetween, poisson } from './draws.ts';

/** What makes of a sum of components what a sensor would report; in place. */
export type Link = (random: Random, values: Float64Array) => void;

/** A level and a unit. */
export const linear: Link = (random, values) => {
  const [unit, level] = [logBetween(random, 0.01, 1000), 5 * random.normal()];
  each(values, (value) => unit * (value + level));
};

/** Positive and skewed, as latencies and volumes are. */
export const exponential: Link = (random, values) => {
  const [unit, spread] = [logBetween(random, 0.01, 1e6), between(random, 0.2, 1.2)];
  each(values, (value) => unit * Math.exp(spread * Math.max(-20, Math.min(20, value))));
};

/** max(0, ·): at rest for part of the time. */
export const rectified: Link = (random, values) => {
  const [unit, level] = [logBetween(random, 0.1, 1000), between(random, -1, 1.5)];
  each(values, (value) => unit * Math.max(0, value + level));
};

/** Poisson counts of a rate that the components set. */
export const counts: Link = (random, values) => {
  const [rate, spread] = [logBetween(random, 0.2, 200), between(random, 0.1, 0.8)];
  each(values, (value) => poisson(random, rate * Math.exp(spread * Math.max(-6, Math.min(4, value)))));
};

/** Rounded to a grid of 2 to 100 steps per spread. */
export const rounded: Link = (random, values) => {
  const steps = logBetween(random, 1, 30);
  each(values, (value) => Math.round(steps * value));
};

/** On or off: above a threshold or not, some with noise on top. */
export const onOff: Link = (random, values) => {
  const [threshold, size] = [between(random, -1, 1), chance(random, 0.5) ? between(random, 0.01, 0.2) : 0];
  each(values, (value) => (value > threshold ? 1 : 0) + (size > 0 ? size * random.normal() : 0));
};

/** Every link, by name. */
export const LINKS: Readonly<Record<string, Link>> = {
  linear,
  exponential,
  rectified,
  counts,
  rounded,
  onOff,
};

function each(values: Float64Array, to: (value: number) => number): void {
  for (let t = 0; t < values.length; t++) values[t] = to(values[t]);
}
