import { describe, expect, it } from 'vitest';
import { judge } from './retrospect.js';

describe('a bidirectional network in retrospect', () => {
  it('tells typing errors among prices from real moves better than the causal one, with each of three seeds', async () => {
    let [alarmsLate, alarmsAtOnce] = [0, 0];
    for (const seed of [1, 2, 3]) {
      const [late, atOnce] = [await judge(2, seed), await judge(undefined, seed)];
      expect(late.found).toBeGreaterThanOrEqual(atOnce.found);
      expect(late.precision).toBeGreaterThan(1.05 * atOnce.precision);
      alarmsLate += late.wrong;
      alarmsAtOnce += atOnce.wrong;
    }
    expect(alarmsLate).toBeLessThan(alarmsAtOnce);
  });
});
