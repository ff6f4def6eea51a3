import { describe, expect, it } from 'vitest';
import { CASES, errorOf, learnOnline, pretrain } from './echo.js';

const SEEDS = 2; // of a case; `npm run experiments` tries them all

describe('echo', () => {
  it.each(
    CASES.filter(({ lag, solved }) => solved && lag < 100).map((one) => [one.lag, one.who, one] as const),
  )('of the value %i events ago is learnt online: %s', (lag, _who, { learner, events, seeds }) => {
    for (const seed of seeds.slice(0, SEEDS)) {
      const learnt = learnOnline(lag, learner, events, seed);
      expect(learnt.events, `seed ${seed}, error ${learnt.error}`).toBeLessThanOrEqual(events);
    }
  });

  it.each(CASES.filter(({ solved }) => !solved).map((one) => [one.who, one] as const))(
    'of the value 20 events ago is not: %s',
    (_who, { lag, learner, events }) => {
      expect(learnOnline(lag, learner, events, 1).events).toBe(Number.POSITIVE_INFINITY);
    },
  );

  it('is known from the first answer on after pre-training on other streams', () => {
    const parameters = pretrain(1000, 1);
    for (const lag of [20, 50]) expect(errorOf(parameters, lag, 50, 9), `${lag}`).toBeLessThan(0.15);
  });
});
