import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { Suppression, type SuppressionRule } from '../../../src/models/decision/suppression.ts';

interface Change {
  readonly time?: number;
  readonly key?: string;
  readonly expected?: number | readonly number[];
  readonly residual: number | readonly number[];
  readonly attribution?: number | readonly number[];
}

const EVENT = { key: 'a', expected: 100, residual: 5, attribution: 1 };

/** The name of the rule that an event falls under. */
function ruleFor(rules: readonly SuppressionRule[], change: Change): string | undefined {
  const { time, key, expected = 100, residual, attribution = 1 } = change;
  return new Suppression('here', rules).ruleFor({ time, key, expected, residual, attribution });
}

describe('Suppression', () => {
  it('ignores changes below an amount, either way, and none at it', () => {
    const rules = [{ below: 5 }];
    expect([-4.9, 4.9, 5, -5, 1e9].map((residual) => ruleFor(rules, { residual }))).toEqual([
      'rule 1',
      'rule 1',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('ignores changes below a share of what was expected, whatever its sign', () => {
    const rules = [{ name: 'small', belowShare: 0.1 }];
    expect(ruleFor(rules, { expected: -100, residual: 9 })).toBe('small');
    expect(ruleFor(rules, { expected: 100, residual: -11 })).toBeUndefined();
    expect(ruleFor(rules, { expected: 0, residual: 1e-9 })).toBeUndefined();
  });

  it('ignores a direction', () => {
    const [up, down] = [[{ direction: 'up' }], [{ direction: 'down' }]] as const;
    expect([5, -5, 0].map((residual) => ruleFor(up, { residual }))).toEqual(['rule 1', undefined, undefined]);
    expect([5, -5, 0].map((residual) => ruleFor(down, { residual }))).toEqual([
      undefined,
      'rule 1',
      undefined,
    ]);
  });

  it('ignores hours of the week, stretches of time and keys', () => {
    const sunday = Date.parse('2026-01-04T03:00Z');
    expect(ruleFor([{ weekly: { days: ['sun'] } }], { time: sunday, residual: 5 })).toBe('rule 1');
    expect(ruleFor([{ weekly: { days: ['sat'] } }], { time: sunday, residual: 5 })).toBeUndefined();
    expect(ruleFor([{ between: { end: sunday + 1 } }], { time: sunday, residual: 5 })).toBe('rule 1');
    expect(ruleFor([{ keys: ['a', 'b'] }], { key: 'b', residual: 5 })).toBe('rule 1');
    expect(ruleFor([{ keys: ['a', 'b'] }], { key: 'c', residual: 5 })).toBeUndefined();
    expect(ruleFor([{ keys: ['a'] }], { residual: 5 })).toBeUndefined();
  });

  it('wants every condition of a rule and one of the rules, the first of which is named', () => {
    const rules: SuppressionRule[] = [
      { name: 'small drops of a', below: 5, direction: 'down', keys: ['a'] },
      { name: 'drops of a', direction: 'down', keys: ['a'] },
    ];
    expect(ruleFor(rules, { key: 'a', residual: -3 })).toBe('small drops of a');
    expect(ruleFor(rules, { key: 'a', residual: -30 })).toBe('drops of a');
    expect(ruleFor(rules, { key: 'a', residual: 3 })).toBeUndefined();
    expect(ruleFor(rules, { key: 'b', residual: -3 })).toBeUndefined();
  });

  it('without a time is in no window, and what was not forecast is neither small nor of a direction', () => {
    expect(ruleFor([{ weekly: {} }], { residual: 5 })).toBeUndefined();
    expect(ruleFor([{ between: { start: 0 } }], { residual: 5 })).toBeUndefined();
    for (const rule of [{ below: 1e9 }, { belowShare: 9 }, { direction: 'up' }] as const) {
      expect(ruleFor([rule], { expected: Number.NaN, residual: Number.NaN })).toBeUndefined();
    }
  });

  describe('in several dimensions', () => {
    const plane = { expected: [100, 10] };

    it('looks at those that the score is attributed to', () => {
      const loud = { ...plane, residual: [50, 0.1] };
      expect(ruleFor([{ below: 1 }], { ...loud, attribution: [0.1, 0.9] })).toBe('rule 1');
      expect(ruleFor([{ below: 1 }], { ...loud, attribution: [0.9, 0.1] })).toBeUndefined();
      expect(ruleFor([{ below: 1 }], { ...loud, attribution: [0.5, 0.5] })).toBeUndefined();
    });

    it('takes an amount for each, and ignores none beyond the list', () => {
      const both = { ...plane, residual: [4, 0.4], attribution: [0.5, 0.5] };
      expect(ruleFor([{ below: [5, 0.5] }], both)).toBe('rule 1');
      expect(ruleFor([{ below: [5, 0.3] }], both)).toBeUndefined();
      expect(ruleFor([{ below: [5] }], both)).toBeUndefined();
      expect(ruleFor([{ below: [5] }], { ...both, attribution: [1, 0] })).toBe('rule 1');
    });

    it('wants all of them to go the same way', () => {
      const rules = [{ direction: 'up' }] as const;
      const half = { ...plane, attribution: [0.5, 0.5] };
      expect(ruleFor(rules, { ...half, residual: [1, 1] })).toBe('rule 1');
      expect(ruleFor(rules, { ...half, residual: [1, -1] })).toBeUndefined();
    });

    it('finds an equal share among many, for all its rounding', () => {
      for (let D = 1; D <= 50; D++) {
        const attribution = new Array<number>(D).fill(1 / D);
        const residual = new Array<number>(D).fill(9);
        const expected = new Array<number>(D).fill(0);
        expect(ruleFor([{ below: 5 }], { expected, residual, attribution })).toBeUndefined();
      }
    });
  });

  it('knows dates by the clocks of its zone, UTC without one', () => {
    const rules: SuppressionRule[] = [{ dates: ['2026-12-25'] }];
    const at = (time: string, zone?: string): string | undefined =>
      new Suppression('here', rules, zone).ruleFor({ ...EVENT, time: Date.parse(time) });
    expect([at('2026-12-24T23:59Z'), at('2026-12-25T00:00Z')]).toEqual([undefined, 'rule 1']);
    expect([at('2026-12-24T23:00Z', 'Europe/Berlin'), at('2026-12-25T23:00Z', 'Europe/Berlin')]).toEqual([
      'rule 1',
      undefined,
    ]);
    expect(new Suppression('here', rules).ruleFor({ ...EVENT, time: undefined })).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [{ below: 5 }, 'here: expected suppress to be a list of rules, got an object with below'],
    [[{ below: 0 }], 'here: suppress[0]: expected below to be a positive number, got 0'],
    [[{ below: [1, -1] }], 'here: suppress[0]: expected below to be a positive number, got -1'],
    [[{ below: [] }], 'here: suppress[0]: expected below to be a positive number or a list of them, got []'],
    [
      [{ below: '5' }],
      'here: suppress[0]: expected below to be a positive number or a list of them, got "5"',
    ],
    [[{ belowShare: -0.1 }], 'here: suppress[0]: expected belowShare to be a positive number, got -0.1'],
    [
      [{ below: 1 }, { direction: 'left' }],
      `here: suppress[1]: expected direction to be one of 'up', 'down', got "left"`,
    ],
    [[{ keys: 'a' }], 'here: suppress[0]: expected keys to be a list of texts, got "a"'],
    [[{ keys: [] }], 'here: suppress[0]: expected keys to be a list of texts, got []'],
    [[{ keys: ['a', 5] }], 'here: suppress[0]: expected keys to be a list of texts, got'],
    [[{ name: 5, below: 1 }], 'here: suppress[0]: expected name to be a text, got 5'],
    [[{ weekly: { from: 'noon' } }], 'here: suppress[0].weekly: expected from to be a time of day'],
    [[{ between: { end: 'later' } }], 'here: suppress[0].between: expected end to be a time such as'],
    [[{ name: '' }], 'here: suppress[0]: expected name to be a text, got ""'],
    [
      [{ name: 'all' }],
      'here: suppress[0]: expected the rule to be one with a condition: below, belowShare, direction, weekly, between, dates, keys',
    ],
    [[{ above: 5 }], 'here: suppress[0]: unknown option above; the options are name, below,'],
    [[null], 'here: suppress[0]: expected the options to be an object, got null'],
  ])('refuses %j', (rules, message) => {
    const make = (): Suppression => new Suppression('here', rules as SuppressionRule[]);
    expect(make).toThrow(RxAnomalyError);
    expect(make).toThrow(message);
  });
});
