import { Random } from '../../src/core/random.ts';
import { observed } from './observations.ts';

/** A stream whose values may depend on its covariates, half an hour between two events. */
export interface CovariateStream {
  /** (C) */
  readonly covariates: readonly number[];
  readonly value: number;
  readonly time: number;
}

/** How the values depend on temperature and flag. */
export type Effect = (temperature: number, flag: number) => number;

/** A load with a day of 48 events and noise that lasts; a temperature with a day and a weather of its own; days of promotion. */
export function loadOf(length: number, effect: Effect, seed = 1): CovariateStream[] {
  const random = new Random(seed);
  let [noise, weather, promotion] = [0, 0, 0];
  return Array.from({ length }, (_, t) => {
    const phase = (2 * Math.PI * t) / 48;
    noise = 0.8 * noise + random.normal();
    weather = 0.95 * weather + 0.3 * random.normal();
    if (promotion > 0) promotion--;
    else if (random.uniform() < 0.02) promotion = 3 + random.below(8);
    const temperature = 10 + 5 * Math.sin(phase - 1) + 4 * weather + 0.5 * random.normal();
    const flag = promotion > 0 ? 1 : 0;
    const value = 100 + 10 * Math.sin(phase) + noise + effect(temperature, flag);
    return { covariates: [temperature, flag], value, time: observed([0], t).time! };
  });
}
