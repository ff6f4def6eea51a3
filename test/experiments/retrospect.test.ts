import { describe, expect, it } from 'vitest';
import { judge } from './retrospect.js';

const SEEDS = [1, 2, 3, 4, 5, 6];

describe('a bidirectional network in retrospect', () => {
  // The causal one is at its best: it watches for drift and learns faster after one, which the other does not.
  it('tells typing errors among prices from real moves better than the causal one, with each of six seeds', async () => {
    let [foundLate, foundAtOnce] = [0, 0];
    for (const seed of SEEDS) {
      const [late, atOnce] = [await judge(2, seed), await judge(undefined, seed)];
      expect(late.found).toBeGreaterThanOrEqual(atOnce.found);
      expect(late.precision).toBeGreaterThan(atOnce.precision);
      foundLate += late.found;
      foundAtOnce += atOnce.found;
    }
    expect(foundLate).toBeGreaterThan(foundAtOnce);
  });
});
