import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLabelTime } from '../../src/backtest/labelTime.ts';

const date = fc.date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });

describe('parseLabelTime', () => {
  it('reads NAB’s own form as UTC, whatever the zone of the machine', () => {
    fc.assert(
      fc.property(date, (moment) => {
        const nab = moment.toISOString().replace('T', ' ').replace('Z', '000');
        expect(parseLabelTime(nab)).toBe(moment.getTime());
      }),
    );
  });

  it('reads ISO 8601 with T and Z', () => {
    fc.assert(
      fc.property(date, (moment) => {
        expect(parseLabelTime(moment.toISOString())).toBe(moment.getTime());
      }),
    );
  });

  it.each([
    ['2014-04-11 09:00:00', '2014-04-11T09:00:00.000Z'],
    ['2014-04-11T09:00', '2014-04-11T09:00:00.000Z'],
    ['2014-04-11', '2014-04-11T00:00:00.000Z'],
    ['2014-04-11T09:00:00+02:00', '2014-04-11T07:00:00.000Z'],
    ['2014-04-11T09:00:00-0530', '2014-04-11T14:30:00.000Z'],
    ['2014-04-11 09:00:00.5', '2014-04-11T09:00:00.500Z'],
    ['2014-04-11 09:00:00.123999', '2014-04-11T09:00:00.123Z'],
    ['2016-02-29 00:00:00', '2016-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, iso) => {
    expect(new Date(parseLabelTime(text)!).toISOString()).toBe(iso);
  });

  it.each([
    '',
    'yesterday',
    '11/04/2014 09:00',
    '1397203200',
    '2014-13-01',
    '2014-02-30 00:00:00',
    '2014-00-10',
    '2014-04-11 24:00:00',
    '2014-04-11 09:60:00',
    '2014-04-11 09:00:00 CET',
  ])('refuses %j', (text) => {
    expect(parseLabelTime(text)).toBeUndefined();
  });
});
