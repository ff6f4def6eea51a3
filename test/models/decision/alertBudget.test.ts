import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlertBudget } from '../../../src/models/decision/alertBudget.ts';
import { Threshold } from '../../../src/models/decision/threshold.ts';
import { throughText } from '../../support/observations.ts';
import { real } from '../../support/real.ts';
import { expectDamageRefused, expectRefused } from '../../support/snapshotChecks.ts';
import { marks, times } from '../../support/thresholdMarks.ts';

/** The price at every event, and one more after the last, from the sum over all past alerts that the text describes. */
function naive(rise: number, memory: number, alerted: readonly boolean[]): number[] {
  return Array.from({ length: alerted.length + 1 }, (_, t) =>
    alerted
      .slice(0, t)
      .reduce((price, alert, s) => price + (alert ? rise * Math.exp(-(t - 1 - s) / memory) : 0), 1),
  );
}

describe('AlertBudget', () => {
  it('sums the rises of all past alerts, each worn off by its age', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (alerted) => {
        const budget = new AlertBudget({ rise: 0.1, memory: 20 });
        const prices = [budget.price];
        for (const alert of alerted) {
          budget.learn(alert);
          prices.push(budget.price);
        }
        for (const [t, price] of naive(0.1, 20, alerted).entries()) expect(prices[t]).toBeCloseTo(price, 12);
      }),
    );
  });
});

describe('Threshold with a budget', () => {
  const options = { warmUp: 0, hold: 1, budget: { rise: 0.5, memory: 10 } } as const;

  it('asks more for a second alert, and less again with time', () => {
    const barely = times(1.3);
    expect(marks(new Threshold({ warmUp: 0, hold: 1 }), [barely, 0, barely])).toBe('A.A');
    expect(marks(new Threshold(options), [barely, 0, barely])).toBe('A..');
    expect(marks(new Threshold(options), [barely, 0, times(1.6)])).toBe('A.A');
    const later = [barely, ...new Array<number>(8).fill(0), barely];
    expect(marks(new Threshold(options), later)).toBe('A........A');
  });

  it('asks more in evidence, whatever the threshold', () => {
    const high = { ...options, threshold: 0.8 }; // odds 4
    const [barely, more] = [5.2 / 6.2, 6.4 / 7.4]; // 1.3 and 1.6 times as much
    expect(marks(new Threshold(high), [barely, 0, barely])).toBe('A..');
    expect(marks(new Threshold(high), [barely, 0, more])).toBe('A.A');
  });

  it('does not cut short the incident that it has let open', () => {
    expect(marks(new Threshold(options), [times(1.3), times(1.1), times(0.9), times(1.1)])).toBe('Aaaa');
  });

  it('flags nothing that would not be flagged without it', () => {
    const scores = fc.array(real(0, 1), { maxLength: 200 });
    fc.assert(
      fc.property(scores, (given) => {
        const [frugal, free] = [options, { warmUp: 0, hold: 1 }].map((o) => marks(new Threshold(o), given));
        expect([...frugal].every((mark, t) => mark === '.' || free[t] !== '.')).toBe(true);
      }),
    );
  });

  it('restored at any index continues as before', () => {
    const scores = Array.from({ length: 80 }, (_, t) => (t % 7 === 0 ? times(1.4) : 0.1));
    const whole = marks(new Threshold(options), scores);
    for (let at = 0; at <= scores.length; at += 9) {
      const [first, second] = [new Threshold(options), new Threshold(options)];
      const start = marks(first, scores.slice(0, at));
      second.restore(throughText(first.snapshot()));
      expect(start + marks(second, scores.slice(at))).toBe(whole);
    }
    const threshold = new Threshold(options);
    expectRefused(threshold, new Threshold({ warmUp: 0, hold: 1 }).snapshot(), /config\.budget/);
    expectDamageRefused(threshold, 100);
  });

  it.each<[unknown, string]>([
    [{ rise: 0 }, 'Threshold: budget: expected rise to be a positive number, got 0'],
    [{ memory: -1 }, 'Threshold: budget: expected memory to be a positive number, got -1'],
    [
      { raise: 1 },
      'Threshold: budget: unknown option raise; did you mean rise? the options are rise, memory',
    ],
    ['small', 'Threshold: expected budget to be true, false or { rise, memory }, got "small"'],
  ])('refuses %j', (budget, message) => {
    expect(() => new Threshold({ budget: budget as never })).toThrow(message);
  });
});
