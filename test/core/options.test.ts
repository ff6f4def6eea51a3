import { describe, expect, it } from 'vitest';
import { RxAnomalyError } from '../../src/core/errors.ts';
import { optionChecks, show } from '../../src/core/options.ts';

const check = optionChecks('lstmForecast');

describe('an option check', () => {
  it.each<[string, () => unknown, string]>([
    [
      'a negative size',
      () => check.positiveInteger('hidden', -3),
      'expected hidden to be a positive integer, got -3',
    ],
    [
      'a size beyond 2^53',
      () => check.positiveInteger('hidden', 2 ** 53),
      'expected hidden to be a positive integer, got 9007199254740992',
    ],
    [
      'half an event',
      () => check.nonNegativeInteger('lags', 0.5),
      'expected lags to be an integer of 0 or more, got 0.5',
    ],
    ['a rate of nothing', () => check.positive('rate', 0), 'expected rate to be a positive number, got 0'],
    [
      'an infinite rate',
      () => check.positive('rate', Number.POSITIVE_INFINITY),
      'expected rate to be a positive number, got Infinity',
    ],
    [
      'no number',
      () => check.nonNegative('gap', Number.NaN),
      'expected gap to be a number of 0 or more, got NaN',
    ],
    [
      'too much',
      () => check.within('alpha', 1.5, 0, 1),
      'expected alpha to be a number from 0 to 1, got 1.5',
    ],
    [
      'another word',
      () => check.oneOf<string>('loss', 'mae', ['mse', 'huber']),
      `expected loss to be one of 'mse', 'huber', got "mae"`,
    ],
    ['no function', () => check.optionalFunction('value', 7), 'expected value to be a function, got 7'],
    [
      'a misspelt option',
      () => check.known({ hiden: 3 }, ['hidden', 'layers']),
      'unknown option hiden; did you mean hidden? the options are hidden, layers',
    ],
    [
      'a misspelt one of many',
      () => check.known({ hiden: 3 }, ['hidden', ...'abcdefghijklmno']),
      'unknown option hiden; did you mean hidden? the options are hidden, a, b, c, d, e, f, g, h, i, j, k and 4 more',
    ],
    [
      'one that is like none of many',
      () => check.known({ zebra: 3 }, ['hidden', ...'abcdefghijklmno']),
      'unknown option zebra; the options are hidden, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o',
    ],
    [
      'no options',
      () => check.known(JSON.parse('null'), ['hidden']),
      'expected the options to be an object, got null',
    ],
  ])('refuses %s, in one line that names where, what and the value', (_, act, message) => {
    expect(act).toThrow(RxAnomalyError);
    expect(act).toThrow(expect.objectContaining({ code: 'BAD_OPTION', message: `lstmForecast: ${message}` }));
  });

  it('lets through and returns what is right, at the ends of ranges too', () => {
    expect(check.positiveInteger('n', 1)).toBe(1);
    expect(check.nonNegativeInteger('n', 0)).toBe(0);
    expect(check.positive('n', 5e-324)).toBe(5e-324);
    expect(check.nonNegative('n', 0)).toBe(0);
    expect([check.within('n', 0, 0, 1), check.within('n', 1, 0, 1)]).toEqual([0, 1]);
    expect(check.oneOf('n', 'a', ['a', 'b'])).toBe('a');
    expect(check.optionalFunction('n', undefined)).toBeUndefined();
    expect(check.optionalFunction('n', show)).toBe(show);
    check.known({ a: 1 }, ['a', 'b']);
  });

  it('takes text for no number', () => {
    const text: number = JSON.parse('"3"');
    for (const name of ['positiveInteger', 'nonNegativeInteger', 'positive', 'nonNegative'] as const) {
      expect(() => check[name]('n', text)).toThrow('got "3"');
    }
    expect(() => check.within('n', text, 0, 9)).toThrow('got "3"');
  });
});

/** A list that contains itself. */
const ENDLESS: unknown[] = [];
ENDLESS.push(ENDLESS);

describe('show', () => {
  it.each<[unknown, string]>([
    ['a\nb', String.raw`"a\nb"`],
    ['x'.repeat(70), `"${'x'.repeat(57)}..."`],
    [undefined, 'undefined'],
    [null, 'null'],
    [-0.5, '-0.5'],
    [[1, 'a', [2]], '[1, "a", [2]]'],
    [ENDLESS, '[[[[...]]]]'],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9], '[1, 2, 3, 4, 5, 6, 7, 8, ...]'],
    [{ a: 1, b: 2 }, 'an object with a, b'],
    [{}, 'an object with no fields'],
    [() => 1, 'a function'],
    [10n, '10'],
    [Symbol('s'), 'Symbol(s)'],
  ])('reads %s in one line', (value, text) => {
    expect(show(value)).toBe(text);
  });
});
