import type { Random } from '../../../core/random.ts';
import { type Clock, DAY, WEEK } from './clock.ts';
import { between, chance, logBetween, noiseOf, pick, poisson, waiting } from './draws.ts';

/** A part of a simulated series: `events` numbers of a spread of about 1. */
export type Component = (random: Random, events: number, clock: Clock) => Float64Array;

/** A shape over one period, phase 0 … 1. */
type Shape = (phase: number) => number;

/**
 * A profile of the day: harmonics, hours of work with hard edges, or bumps. On some series only on weekdays, or weaker at
 * the weekend; on some each day has a height of its own.
 */
export const daily: Component = (random, events, { start, step }) => {
  const shape = pick(random, [harmonics, blocks, blocks, bumps])(random);
  const weekend = pick(random, [1, 1, 1, 0, between(random, 0.2, 0.9)]);
  const varies = chance(random, 0.3) ? between(random, 0.05, 0.4) : 0;
  let day = -1;
  let height = 1;
  return generate(events, (t) => {
    const time = start + t * step;
    const today = Math.floor(time / DAY);
    if (today !== day) {
      day = today;
      height = 1 + varies * random.normal();
    }
    const isWeekend = (today + 3) % 7 > 4; // 1970-01-01 was a Thursday
    return shape((time % DAY) / DAY) * height * (isWeekend ? weekend : 1);
  });
};

/** A profile of the week. */
export const weekly: Component = (random, events, { start, step }) => {
  const shape = pick(random, [harmonics, blocks, bumps])(random);
  return generate(events, (t) => shape(((start + t * step) % WEEK) / WEEK));
};

/** A period of 4 to 300 events: sine, harmonics, sawtooth, square, bumps or blocks; some with a phase that wanders. */
export const periodic: Component = (random, events) => {
  const shape = pick(random, [sine, harmonics, sawtooth, square, blocks, bumps])(random);
  const period = chance(random, 0.5)
    ? pick(random, [6, 12, 24, 48, 60, 96, 144, 168, 288])
    : logBetween(random, 4, 300);
  const wander = chance(random, 0.4) ? logBetween(random, 0.002, 0.05) : 0;
  let phase = random.uniform();
  return generate(events, () => {
    phase += (1 + wander * Math.sqrt(period) * random.normal()) / period;
    return shape(phase - Math.floor(phase));
  });
};

/** AR(1) with a memory of 1 to 200 events. */
export const autoregression: Component = (random, events) => {
  const kept = Math.exp(-1 / logBetween(random, 1, 200));
  const noise = noiseOf(random);
  const size = Math.sqrt(1 - kept * kept);
  let level = random.normal();
  return generate(events, () => {
    level = kept * level + size * noise();
    return level;
  });
};

/** AR(2): an oscillator that noise keeps going, with a period of 5 to 100 events. */
export const oscillation: Component = (random, events) => {
  const period = logBetween(random, 5, 100);
  const radius = Math.exp(-1 / (period * logBetween(random, 0.5, 5)));
  const [first, second] = [2 * radius * Math.cos((2 * Math.PI) / period), -radius * radius];
  const noise = noiseOf(random);
  let [newest, before] = [0, 0];
  return standardised(
    generate(events, () => {
      const next = first * newest + second * before + noise();
      before = newest;
      newest = next;
      return next;
    }),
  );
};

/** A random walk with normal or Student-t steps; some stand still between their steps. */
export const walk: Component = (random, events) => {
  const noise = noiseOf(random);
  const moves = chance(random, 0.3) ? logBetween(random, 0.02, 0.5) : 1;
  let level = 0;
  return standardised(
    generate(events, () => {
      if (moves === 1 || random.uniform() < moves) level += noise();
      return level;
    }),
  );
};

/** Independent noise, normal or heavy-tailed. */
export const noise: Component = (random, events) => generate(events, noiseOf(random));

/** Noise whose size wanders: its logarithm is an AR(1). */
export const volatility: Component = (random, events) => {
  const draw = noiseOf(random);
  const kept = Math.exp(-1 / logBetween(random, 10, 300));
  const spread = between(random, 0.4, 1.2);
  let log = spread * random.normal();
  return generate(events, () => {
    log = kept * log + Math.sqrt(1 - kept * kept) * spread * random.normal();
    return draw() * Math.exp(log);
  });
};

/** Bursts: times of activity that take turns with rest, each of a random length and height. */
export const bursts: Component = (random, events) => {
  const [rest, active] = [logBetween(random, 10, 300), logBetween(random, 2, 50)];
  const varies = between(random, 0, 0.6);
  let [left, isActive, height] = [waiting(random, rest), false, 0];
  return generate(events, () => {
    if (left-- <= 0) {
      isActive = !isActive;
      left = waiting(random, isActive ? active : rest);
      height = isActive ? Math.exp(varies * random.normal()) : 0;
    }
    return 3 * height;
  });
};

/** Spikes, at regular intervals (some with jitter) or at random times, that end at once or decay. */
export const spikes: Component = (random, events) => {
  const interval = logBetween(random, 5, 150);
  const jitter = pick(random, [0, 0, between(random, 0.02, 0.2)]);
  const isRegular = chance(random, 0.6);
  const kept = chance(random, 0.5) ? 0 : between(random, 0.2, 0.9);
  const varies = pick(random, [0, between(random, 0.05, 0.7)]);
  const round = chance(random, 0.7) ? Math.round(interval) : interval;
  let next = between(random, 0, interval);
  let level = 0;
  return generate(events, (t) => {
    level *= kept;
    if (t >= next) {
      level += 4 * Math.exp(varies * random.normal());
      next += isRegular ? round * (1 + jitter * random.normal()) : waiting(random, interval);
    }
    return level;
  });
};

/** A level that shifts at random times: to new levels, or back and forth between a few. */
export const shifts: Component = (random, events) => {
  const interval = logBetween(random, 40, 800);
  const levels = chance(random, 0.5)
    ? Array.from({ length: 2 + random.below(3) }, () => random.normal())
    : [];
  const draw = (): number => (levels.length > 0 ? pick(random, levels) : random.normal());
  let [left, level] = [waiting(random, interval), draw()];
  return generate(events, () => {
    if (left-- <= 0) [left, level] = [waiting(random, interval), draw()];
    return level;
  });
};

/** Slopes: one over the whole series, or several that take turns; some fall back at their ends, as a memory that fills. */
export const trend: Component = (random, events) => {
  const interval = chance(random, 0.4) ? events : logBetween(random, 50, 600);
  const fallsBack = chance(random, 0.3);
  let [left, slope, level] = [waiting(random, interval), random.normal(), 0];
  return standardised(
    generate(events, () => {
      if (left-- <= 0) {
        [left, slope] = [waiting(random, interval), fallsBack ? Math.abs(slope) : random.normal()];
        if (fallsBack) level = 0;
      }
      level += slope;
      return level;
    }),
  );
};

/** Numbers of rare events, with pauses. */
export const rare: Component = (random, events) => {
  const rate = logBetween(random, 0.02, 1);
  return generate(events, () => poisson(random, rate));
};

/** Every family, by name. */
export const COMPONENTS: Readonly<Record<string, Component>> = {
  daily,
  weekly,
  periodic,
  autoregression,
  oscillation,
  walk,
  noise,
  volatility,
  bursts,
  spikes,
  shifts,
  trend,
  rare,
};

function sine(): Shape {
  return (phase) => Math.SQRT2 * Math.sin(2 * Math.PI * phase);
}

function sawtooth(random: Random): Shape {
  const sign = chance(random, 0.5) ? 1 : -1;
  return (phase) => sign * (3.46 * phase - 1.73);
}

function square(random: Random): Shape {
  const duty = between(random, 0.1, 0.9);
  return (phase) => (phase < duty ? 1 : -1) * 1.2;
}

/** Up to five harmonics whose amplitudes fall. */
function harmonics(random: Random): Shape {
  const count = 1 + random.below(5);
  const parts = Array.from({ length: count }, (_, k) => [random.normal() / (k + 1), random.uniform(), k + 1]);
  return tabulated((phase) =>
    parts.reduce((sum, [size, at, order]) => sum + size * Math.sin(2 * Math.PI * (order * phase + at)), 0),
  );
}

/** Constant between hard edges, as hours of work. */
function blocks(random: Random): Shape {
  const count = 2 + random.below(4);
  const edges = Array.from({ length: count }, () => Math.round(96 * random.uniform()) / 96).sort(
    (a, b) => a - b,
  );
  const levels = edges.map(() => random.normal());
  return tabulated((phase) => levels[(edges.findIndex((edge) => edge > phase) + count) % count]);
}

/** One to three bumps on a flat ground. */
function bumps(random: Random): Shape {
  const parts = Array.from({ length: 1 + random.below(3) }, () => [
    random.uniform(),
    logBetween(random, 0.01, 0.15),
    random.normal(),
  ]);
  return tabulated((phase) =>
    parts.reduce((sum, [at, width, height]) => {
      const distance = Math.abs(phase - at);
      return sum + height * Math.exp(-((Math.min(distance, 1 - distance) / width) ** 2 / 2));
    }, 0),
  );
}

const TABLE = 1440;

/** The shape at 1,440 phases, with a mean of 0 and a spread of 1. */
function tabulated(shape: Shape): Shape {
  const table = standardised(generate(TABLE, (k) => shape(k / TABLE)));
  return (phase) => table[Math.min(TABLE - 1, Math.floor(TABLE * phase))];
}

function generate(events: number, next: (t: number) => number): Float64Array {
  const values = new Float64Array(events);
  for (let t = 0; t < events; t++) values[t] = next(t);
  return values;
}

/** With a mean of 0 and a spread of 1, in place. */
function standardised(values: Float64Array): Float64Array {
  let [sum, squares] = [0, 0];
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  const spread = Math.sqrt(squares / values.length) || 1;
  for (let t = 0; t < values.length; t++) values[t] = (values[t] - mean) / spread;
  return values;
}
