import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PayloadReader } from '../../src/clients/payloadReader.ts';

const read = (text: string, value?: string | readonly string[], time?: string) =>
  new PayloadReader({ value, time }).read(Buffer.from(text));

describe('a message that is one number', () => {
  it.each([
    ['21.5', 21.5],
    [' -3\n', -3],
    ['+.5e-3', 0.0005],
    ['"7.25"', 7.25],
    ['0', 0],
  ])('reads %j', (text, value) => expect(read(text)).toEqual({ value, time: undefined }));

  it.each(['', 'nan', 'NaN', 'null', 'None', 'n/a', '"NaN"'])('takes %j for a missing value', (text) =>
    expect(read(text)).toEqual({ value: Number.NaN, time: undefined }),
  );

  it.each([
    ['online', 'expected a number, got "online"'],
    ['21,5', 'expected a number, got "21,5"'],
    ['21.5 °C', 'expected a number, got "21.5 °C"'],
    ['0x10', 'expected a number, got "0x10"'],
    ['true', 'expected a number, got true'],
    ['[1]', 'expected a number, got a list; its numbers are in 0'],
    ['{"temp":21.5,"on":true}', 'expected a number, got an object; its numbers are in temp'],
    ['{"temp":"21.5","on":"yes","gap":null}', 'expected a number, got an object; its numbers are in temp'],
    [
      '{"data":{"temp":21.5},"rssi":-70}',
      'expected a number, got an object; its numbers are in data.temp, rssi',
    ],
  ])('reports %j', (text, problem) => expect(read(text)).toEqual({ problem }));

  it('reads every number as JavaScript writes it', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const expected = { value: value === 0 ? 0 : value, time: undefined }; // text has no -0
        expect(read(String(value))).toEqual(expected);
        expect(read(JSON.stringify({ a: { b: [0, value] } }), 'a.b.1')).toEqual(expected);
      }),
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(undefined, 'a', ['a', 'b.0']), (bytes, value) => {
        const found = new PayloadReader({ value, time: undefined }).read(bytes);
        expect('problem' in found || found.value !== undefined).toBe(true);
      }),
    );
  });
});

describe('a message that is JSON', () => {
  const text =
    '{"temp":21.5,"data":{"hum":"40.5","pm":null},"a.b":3,"ts":1700000000,"at":"2026-01-02T03:04:05Z","on":"yes"}';

  it.each([
    ['temp', 21.5],
    ['data.hum', 40.5],
    ['data.pm', Number.NaN],
    ['a.b', 3],
  ])('has a value at %s', (path, value) => expect(read(text, path)).toEqual({ value, time: undefined }));

  it('has several values, of which some may be missing', () => {
    expect(read(text, ['temp', 'data.co2', 'data.hum'])).toEqual({
      value: [21.5, Number.NaN, 40.5],
      time: undefined,
    });
  });

  it('has a time in any unit, or as text', () => {
    expect(read(text, 'temp', 'ts')).toEqual({ value: 21.5, time: 1.7e12 });
    expect(read(text, 'temp', 'at')).toEqual({ value: 21.5, time: Date.UTC(2026, 0, 2, 3, 4, 5) });
  });

  it.each([
    ['nothing', 'nothing at nothing'],
    ['on', 'yes'],
    ['data', '{"hum":"40.5","pm":null}'],
    ['data.pm', 'null'],
  ])('has the text of what is no time at %s', (path, timeText) =>
    expect(read(text, 'temp', path)).toEqual({ value: 21.5, time: Number.NaN, timeText }),
  );

  it('has the unit of a time in another one than before, in words that are no time', () => {
    const timeText = '1700000001000 where a time in seconds as before, not in milliseconds is expected';
    const reader = new PayloadReader({ value: 'v', time: 'at' });
    reader.readJson({ at: 1_700_000_000, v: 1 });
    expect(reader.readJson({ at: 1_700_000_001_000, v: 1 })).toEqual({
      value: 1,
      time: Number.NaN,
      timeText,
    });
  });

  it('reports what is not there, with what is', () => {
    expect(read(text, 'temperature')).toEqual({
      problem: 'has no temperature; its numbers are in temp, data.hum, a.b, ts',
    });
    expect(read(text, 'on')).toEqual({ problem: 'expected on to be a number, got "yes"' });
    expect(read('21.5', 'temp')).toEqual({ problem: 'has no temp' });
    expect(read('oops', 'temp')).toEqual({ problem: 'expected JSON, got "oops"' });
  });

  it('never follows a path into what an object inherits', () => {
    expect(read('{}', 'constructor.length')).toEqual({ problem: 'has no constructor.length' });
  });
});
