import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFields, formatPoint } from '../../../src/clients/influx/formatPoint.ts';
import {
  linesOf,
  parseLine,
  seriesOf,
  wholeLines,
  withFields,
} from '../../../src/clients/influx/parseLines.ts';

const name = fc.string({ minLength: 1 }).filter((text) => !/[\\\r\n]/.test(text) && text.trim() === text);
const field = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string().filter((text) => !text.includes('\r')),
);
const point = fc.record({
  measurement: name.filter((text) => !text.startsWith('#')),
  tags: fc.dictionary(name, name, { noNullPrototype: true }),
  fields: fc.dictionary(name, field, { minKeys: 1, noNullPrototype: true }),
  timeNs: fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String),
});

describe('a line of line protocol', () => {
  it('gets more fields, and keeps everything else', () => {
    fc.assert(
      fc.property(point, fc.dictionary(name, field, { minKeys: 1, noNullPrototype: true }), (known, more) => {
        const line = formatPoint(known)!;
        const longer = withFields(line, formatFields(more));
        const read = parseLine(longer)!;
        expect(read.fields).toEqual(
          parseLine(formatPoint({ ...known, fields: { ...known.fields, ...more } })!)!.fields,
        );
        expect({ ...read, fields: known.fields }).toEqual({ ...parseLine(line)!, fields: known.fields });
        expect(seriesOf(longer)).toBe(seriesOf(line));
      }),
    );
  });

  it('comes whole, wherever what has come of it was cut', () => {
    fc.assert(
      fc.property(
        fc.array(point, { maxLength: 4 }),
        fc.array(fc.nat(40), { maxLength: 20 }),
        (points, cuts) => {
          const lines = points.map((each) => formatPoint(each)!);
          const body = lines.map((line) => `${line}\n`).join('');
          const found: string[] = [];
          let rest = '';
          let at = 0;
          for (const size of [...cuts, body.length]) {
            rest += body.slice(at, at + size);
            at += size;
            const whole = wholeLines(rest);
            rest = rest.slice(whole.length);
            found.push(...linesOf(whole));
          }
          expect(found).toEqual(lines.map((line) => line.trim()));
          expect(rest).toBe('');
        },
      ),
    );
  });
});
