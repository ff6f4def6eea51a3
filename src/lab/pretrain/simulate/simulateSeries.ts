import { Random } from '../../../core/random.ts';
import { type Clock, drawClock } from './clock.ts';
import { COMPONENTS } from './components.ts';
import { chance, logBetween } from './draws.ts';
import { LINKS } from './links.ts';

/** A simulated series, and of what it was made. */
export interface SimulatedSeries {
  readonly values: Float64Array;
  readonly clock: Clock;
  readonly components: readonly string[];
  readonly link: string;
}

/** How often a family is the first, and how often one that comes on top. */
export const COMPONENT_WEIGHTS: Readonly<Record<string, readonly [first: number, added: number]>> = {
  daily: [6, 4],
  weekly: [1, 1.5],
  periodic: [4, 3],
  autoregression: [4, 4],
  oscillation: [1, 1],
  walk: [2.5, 1],
  noise: [3, 6],
  volatility: [1.5, 2],
  bursts: [1.5, 1.5],
  spikes: [2.5, 2.5],
  shifts: [1, 1.5],
  trend: [1, 1],
  rare: [0.7, 0.3],
};

/** How often a link is drawn. */
export const LINK_WEIGHTS: Readonly<Record<string, number>> = {
  linear: 9,
  exponential: 4,
  rectified: 2,
  counts: 3,
  rounded: 1.5,
  onOff: 1,
};

const OUTLIERS = 0.15; // share of the series that have some

/** One series, which the seed decides: a weighted sum of one to four families through a link, some with outliers. */
export function simulateSeries(seed: number, events: number): SimulatedSeries {
  const random = new Random(seed);
  const clock = drawClock(random);
  const values = new Float64Array(events);
  const components = drawComponents(random);
  for (const [at, name] of components.entries()) {
    const size = at === 0 ? 1 : logBetween(random, 0.02, 1.2);
    const part = COMPONENTS[name](random, events, clock);
    for (let t = 0; t < events; t++) values[t] += size * part[t];
  }
  const link = weighted(random, LINK_WEIGHTS, (weight) => weight);
  LINKS[link](random, values);
  if (chance(random, OUTLIERS)) addOutliers(random, values);
  return { values, clock, components, link };
}

function drawComponents(random: Random): string[] {
  const names = [weighted(random, COMPONENT_WEIGHTS, ([first]) => first)];
  for (let more = 3; more > 0 && chance(random, 0.65); more--) {
    const name = weighted(random, COMPONENT_WEIGHTS, ([, added]) => added);
    if (!names.includes(name)) names.push(name);
  }
  return names;
}

/** Single values that belong to nothing. */
function addOutliers(random: Random, values: Float64Array): void {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const rate = logBetween(random, 0.0005, 0.01);
  for (let t = 0; t < values.length; t++)
    if (random.uniform() < rate) values[t] += (high - low) * random.normal();
}

function weighted<W>(
  random: Random,
  weights: Readonly<Record<string, W>>,
  weightOf: (weight: W) => number,
): string {
  const entries = Object.entries(weights);
  let left = random.uniform() * entries.reduce((sum, [, weight]) => sum + weightOf(weight), 0);
  for (const [name, weight] of entries) {
    left -= weightOf(weight);
    if (left < 0) return name;
  }
  return entries[0][0];
}
