import { describe, expect, it } from 'vitest';
import { detect } from './retrospect.js';

const SEEDS = [1, 2, 3];

describe('a bidirectional network in retrospect', () => {
  it('finds the typing errors among prices, all that the causal one finds, with at most one real move flagged, in three seeds', async () => {
    for (const seed of SEEDS) {
      const [late, atOnce] = [await detect(2, seed), await detect(undefined, seed)];
      expect([late.found, late.labelled]).toEqual([2, 2]);
      expect(atOnce.found).toBeGreaterThan(0);
      expect(late.wrong).toBeLessThanOrEqual(1);
    }
  });
});
