import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessTimeFormat } from '../../../src/sources/csv/timeFormat.ts';

const epochMs = fc.integer({ min: Date.UTC(1980, 0), max: Date.UTC(2099, 0) });

describe('guessTimeFormat', () => {
  it.each([
    ['seconds', (ms: number) => (ms / 1e3).toFixed(3)],
    ['milliseconds', (ms: number) => `${ms}`],
    ['microseconds', (ms: number) => `${ms}000`],
    ['nanoseconds', (ms: number) => `${ms}000000`],
  ])('knows epoch %s by their size', (unit, write) => {
    fc.assert(
      fc.property(fc.array(epochMs, { minLength: 1 }), (times) => {
        const format = guessTimeFormat(times.map(write), false);
        expect(format.note).toBe(`epoch ${unit}`);
        for (const time of times) expect(format.read(write(time))).toBe(time);
      }),
    );
  });

  it('decides the unit once for the file: one odd value does not change it', () => {
    const { read, note } = guessTimeFormat(['1600000000', '1600000060', '1600000120000'], false);
    expect(note).toBe('epoch seconds');
    expect(read('1600000000')).toBe(1600000000_000);
  });

  it('reads a clock that starts at nought as seconds', () => {
    expect(guessTimeFormat(['0', '0.1', '0.2'], false).read('0.3')).toBe(300);
    expect(guessTimeFormat(['0', '0,1', '0,2'], true).read('0,3')).toBe(300);
  });

  it('takes 20140214 for a day only where all samples are such days', () => {
    expect(guessTimeFormat(['20140214', '20140215'], false).read('20140301')).toBe(Date.UTC(2014, 2, 1));
    expect(guessTimeFormat(['20140214', '20149999'], false).note).toBe('epoch seconds');
  });

  it('finds out whether day or month comes first', () => {
    const march2 = Date.UTC(2014, 2, 2);
    const write = (dayFirst: boolean) => (day: number) => (dayFirst ? `${day}/3/2014` : `3/${day}/2014`);
    for (const dayFirst of [true, false]) {
      // a 13th gives it away; without one, days that follow each other do
      for (const days of [
        [2, 13],
        [2, 3, 4, 5],
      ]) {
        const format = guessTimeFormat(days.map(write(dayFirst)), false);
        expect(format.read(write(dayFirst)(2))).toBe(march2);
        expect(format.note).toBe(`dates with the ${dayFirst ? 'day' : 'month'} first`);
      }
    }
  });

  it('gives NaN for what is no time, or beyond all dates', () => {
    const { read } = guessTimeFormat(['2014-01-01'], false);
    for (const text of ['', 'NA', 'soon', '5']) expect(read(text)).toBeNaN();
    expect(guessTimeFormat(['1600000000'], false).read('1e300')).toBeNaN();
    expect(guessTimeFormat(['1600000000'], false).read('inf')).toBeNaN();
  });
});
