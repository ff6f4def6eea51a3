import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessNumberFormat, type NumberFormat } from '../../../src/sources/csv/numbers/numberFormat.ts';
import { separatorEvidence } from '../../../src/sources/csv/numbers/separators.ts';
import { isMissing } from '../../../src/sources/csv/numbers/writtenNumber.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

/** The format of a column that stands by itself in its file. */
function formatOf(cells: readonly string[], delimiter = ',', decimal?: '.' | ','): NumberFormat {
  const evidence = separatorEvidence(cells);
  return guessNumberFormat(cells, evidence, evidence, delimiter, decimal);
}

describe('the numbers of a column', () => {
  it('are every double that JavaScript writes, with a point or a comma', () => {
    fc.assert(
      fc.property(finite, (number) => {
        expect(formatOf(['0.5']).read(`${number}`)).toBe(number === 0 ? 0 : number);
        const text = `${number}`.replace('.', ',');
        expect(formatOf(['0,5'], ';').read(text)).toBe(number === 0 ? 0 : number);
      }),
    );
  });

  it.each(['inf', 'Infinity', '+INF', '-inf', '-Infinity'])('may be infinite: %s', (text) => {
    expect(formatOf(['1.5']).read(text)).toBe(text.startsWith('-') ? -Infinity : Infinity);
  });

  it.each([
    '',
    'abc',
    '0x10',
    '0b1',
    '1_000',
    '5 °C',
    '12:00',
    '1.2.3',
    '--5',
    'true',
    '1,5',
    '12,34',
    '1,2345',
    '(5',
    '<5',
  ])('are not %j, where they are written with a point', (text) =>
    expect(formatOf(['1.5', '20.25']).read(text)).toBeNaN(),
  );

  it.each<[string[], string, number[]]>([
    [['1,234.5', '12.25', '1,234,567'], ',', [1234.5, 12.25, 1234567]],
    [['1.234,5', '12,25', '1.234.567'], ';', [1234.5, 12.25, 1234567]],
    [['900', '2,449', '905', '1000'], ',', [900, 2449, 905, 1000]],
    [["1'234.50", "12'345'678", '5'], ';', [1234.5, 12345678, 5]],
    [['1’234.50', '7.25'], ';', [1234.5, 7.25]],
    [['1 234,56', '1\u00a0234,5', '1\u202f234\u202f567', '2,5'], ';', [1234.56, 1234.5, 1234567, 2.5]],
    [['1,23,456.78', '12,34,567', '9.5'], ',', [123456.78, 1234567, 9.5]],
    [['19.92 °C', '-3 °C', '20 °C'], ',', [19.92, -3, 20]],
    [['45%', '7.5%'], ',', [45, 7.5]],
    [['$1,234.50', '-$3.00', '$0.99'], ',', [1234.5, -3, 0.99]],
    [['1.234,50 €', '-2,00 €'], ';', [1234.5, -2]],
    [['(12.30)', '4.50'], ',', [-12.3, 4.5]],
    [['\u22120.08', '0.5'], ',', [-0.08, 0.5]],
    [['1.234,5-', '2,5'], ';', [-1234.5, 2.5]],
    [['+5', '.5', '5.', '1e3'], ',', [5, 0.5, 5, 1000]],
    [['12 kB', '7 kB'], ',', [12, 7]],
    [['5 m/s', '7.5 m/s'], ',', [5, 7.5]],
    [['TRUE', 'FALSE', 'true'], ',', [1, 0, 1]],
    [['on', 'off'], ',', [1, 0]],
    [['WAHR', 'FALSCH'], ';', [1, 0]],
  ])('%j between %j', (cells, delimiter, expected) => {
    const format = formatOf(cells, delimiter);
    expect(cells.map((cell) => format.read(cell))).toEqual(expected);
    expect(format.share).toBe(1);
  });

  it.each<[string[], string]>([
    [['19.92 °C', '20.1 °C', '20.2 °C'], '68 °F'],
    [['19.92 °C', '20.1 °C', '20.2 °C'], '20.3'],
    [['12 kB', '13 kB', '14 kB'], '1 MB'],
    [['1.5', '2.5'], '2,5'],
    [['1,5', '2,5'], '2.55'],
    [['1.5', '2.5'], '5 °C'],
    [['1,5', '2,75'], '+0050,1'],
    [['1,234.5', '10,234.5'], '1,2345'],
  ])('of a column such as %j are not %j: it is written in another way', (cells, other) => {
    expect(formatOf(cells, ';').read(other)).toBeNaN();
  });

  it('are open where a single separator stands before three digits: that is reported', () => {
    expect(formatOf(['1,234', '2,345'], ';').warning).toContain(
      '"1,234" can be read as a fraction or as thousands',
    );
    expect(formatOf(['1,234', '2,345'], ',').read('1,234')).toBe(1234);
    expect(formatOf(['1,234', '2,345'], ';').read('1,234')).toBe(1.234);
    expect(formatOf(['1,234', '2,345'], ';', '.').read('1,234')).toBe(1234);
    expect(formatOf(['1.234', '2.345'], ';', ',').read('1.234')).toBe(1234);
    expect(formatOf(['1.234', '2.345'], ',').warning).toBeUndefined();
    expect(formatOf(['980', '990', '1.002'], ';').read('1.002')).toBe(1002);
    expect(formatOf(['980', '990', '1.002'], ';').warning).toContain('--decimal');
  });

  it('take thousands for what they are, even if the sample showed none', () => {
    expect(formatOf(['900', '905']).read('2,449')).toBe(2449);
    expect(formatOf(['19.5', '20.25']).read('2,449.75')).toBe(2449.75);
    expect(formatOf(['19,5', '20,25'], ';').read('2.449,75')).toBe(2449.75);
    expect(formatOf(['900', '905'], ';').read('2,449')).toBeNaN(); // a fraction or thousands: nothing tells
  });

  it('are read back however they are written', () => {
    const styles: readonly [string, (n: number) => string][] = [
      [',', (n) => n.toLocaleString('en-US', { minimumFractionDigits: 2 })],
      [';', (n) => n.toLocaleString('de-DE', { minimumFractionDigits: 2 })],
      [';', (n) => n.toLocaleString('fr-FR', { minimumFractionDigits: 2 })],
      [';', (n) => n.toLocaleString('de-CH', { minimumFractionDigits: 2 })],
      [',', (n) => n.toLocaleString('en-IN', { minimumFractionDigits: 2 })],
    ];
    const cents = fc.integer({ min: -(10 ** 10), max: 10 ** 10 }).map((n) => n / 100);
    fc.assert(
      fc.property(
        fc.array(cents, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(...styles),
        (numbers, [delimiter, write]) => {
          const cells = numbers.map(write);
          const format = formatOf(cells, delimiter);
          expect(cells.map(format.read)).toEqual(
            numbers.map((n) => (n === 0 ? (cells.includes('-0.00') ? n : 0) : n)),
          );
        },
      ),
    );
  });
});

describe('isMissing', () => {
  it.each([
    '',
    'NA',
    'n/a',
    'NaN',
    'nan',
    'null',
    'NULL',
    'None',
    '-',
    'unavailable',
    '#DIV/0!',
    'No Data',
    '1.#QNAN',
    '-nan(ind)',
  ])('knows %j', (text) => {
    expect(isMissing(text)).toBe(true);
    expect(formatOf(['1.5']).read(text)).toBeNaN();
  });

  it.each(['0', 'abc', 'inf', '-1', 'nano'])('leaves %j alone', (text) =>
    expect(isMissing(text)).toBe(false),
  );
});
