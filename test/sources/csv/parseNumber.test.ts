import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessDecimalComma, isMissing, parseNumber } from '../../../src/sources/csv/parseNumber.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('parseNumber', () => {
  it('reads back every double that JavaScript writes, with a point or a comma', () => {
    fc.assert(
      fc.property(finite, (number) => {
        expect(parseNumber(`${number}`, false)).toBe(number === 0 ? 0 : number);
        const text = `${number}`.replace('.', ',');
        expect(parseNumber(text, true)).toBe(number === 0 ? 0 : number);
      }),
    );
  });

  it.each(['inf', 'Infinity', '+INF', '-inf', '-Infinity'])('reads %s as infinite', (text) => {
    expect(parseNumber(text, false)).toBe(text.startsWith('-') ? -Infinity : Infinity);
  });

  it.each([
    '',
    'abc',
    '0x10',
    '0b1',
    '1_000',
    '1 000',
    '5 °C',
    '12:00',
    '1.2.3',
    '--5',
    'true',
    '1,5',
    '1,234',
  ])('refuses %j', (text) => expect(parseNumber(text, false)).toBeNaN());

  it('refuses thousands separators whichever the decimal sign is', () => {
    for (const text of ['1,234', '1,234,567', '1,234.5']) expect(parseNumber(text, false)).toBeNaN();
    for (const text of ['1.234', '1.234.567', '1.234,5']) expect(parseNumber(text, true)).toBeNaN();
    expect(parseNumber('0.25', true)).toBe(0.25); // no thousand begins with a nought
  });
});

describe('isMissing', () => {
  it.each(['', 'NA', 'n/a', 'NaN', 'nan', 'null', 'NULL', 'None', '-'])('knows %j', (text) => {
    expect(isMissing(text)).toBe(true);
    expect(parseNumber(text, false)).toBeNaN();
  });

  it.each(['0', 'abc', 'inf', '-1', 'nano'])('leaves %j alone', (text) =>
    expect(isMissing(text)).toBe(false),
  );
});

describe('guessDecimalComma', () => {
  it.each([
    [';', ['1,5', '2'], true],
    [';', ['1', '2'], true],
    [';', ['1.5', '2'], false],
    ['\t', ['1,5'], true],
    ['\t', ['1', '2'], false],
    [',', ['0,5', '21,25'], true],
    [',', ['1,234', '2,345'], false],
    [',', ['1', '2.5'], false],
  ])('between %j, cells %j: %s', (delimiter, cells, expected) => {
    expect(guessDecimalComma(cells, delimiter)).toBe(expected);
  });
});
