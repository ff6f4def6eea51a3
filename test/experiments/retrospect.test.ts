import { describe, expect, it } from 'vitest';
import { detect } from './retrospect.js';

const SEEDS = [1, 2, 3, 4, 5, 6];

describe('a bidirectional network in retrospect', () => {
  it('finds the typing errors among prices, and flags fewer real moves than the causal one, in six seeds', async () => {
    let [wrongLate, wrongAtOnce] = [0, 0];
    for (const seed of SEEDS) {
      const [late, atOnce] = [await detect(2, seed), await detect(undefined, seed)];
      expect(late.found).toBe(late.labelled);
      expect(late.wrong).toBeLessThanOrEqual(atOnce.wrong);
      wrongLate += late.wrong;
      wrongAtOnce += atOnce.wrong;
    }
    expect(wrongLate).toBeLessThan(wrongAtOnce);
  });
});
