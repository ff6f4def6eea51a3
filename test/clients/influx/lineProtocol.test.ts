import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPoint, type InfluxPoint } from '../../../src/clients/influx/formatPoint.ts';
import { parseLines } from '../../../src/clients/influx/parseLines.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';

const NASTY = ['a', 'B', '7', ' ', ',', '=', '"', "'", '#', 'ä', '😀', '%', ';', '(', '\t', '/'];
/** Names and tags that line protocol can say. */
const name = fc
  .array(fc.constantFrom(...NASTY), { minLength: 1, maxLength: 8 })
  .map((chars) => chars.join(''))
  .filter((text) => !['time', '_field', '_measurement'].includes(text) && text.trim() === text);
/** What it cannot say, too. */
const anyTag = fc
  .array(fc.constantFrom(...NASTY, '\\', '\n', '\r'), { minLength: 1, maxLength: 8 })
  .map((chars) => chars.join(''));
const field = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.array(fc.constantFrom(...NASTY, '\\', '\n'), { maxLength: 8 }).map((chars) => chars.join('')),
);
const point = fc.record({
  measurement: name,
  tags: fc.dictionary(name, name, { maxKeys: 3, noNullPrototype: true }),
  fields: fc.dictionary(name, field, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
  timeNs: fc.bigInt(-(2n ** 62n), 2n ** 62n).map(String),
});

describe('line protocol', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 5 }), (points) => {
        const parsed = parseLines(points.map(formatPoint).join('\n'));
        expect(parsed).toEqual({ points: points.map(positiveZeros), bad: 0 });
      }),
    );
  });

  it('stays one line with one point, whatever the tags hold', () => {
    fc.assert(
      fc.property(anyTag, anyTag, (tag, value) => {
        const line = formatPoint({
          measurement: 'm',
          tags: { [tag]: value, z: 'last' },
          fields: { v: 1 },
          timeNs: '5',
        });
        const { points, bad } = parseLines(line!);
        expect(bad).toBe(0);
        expect(points).toMatchObject([{ measurement: 'm', fields: { v: 1 }, timeNs: '5' }]);
        expect(points[0]!.tags.z).toBe('last');
        expect(Object.keys(points[0]!.tags).length).toBe(tag === 'z' ? 1 : 2);
      }),
    );
  });

  it('never throws, and reads on after what it cannot read', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...NASTY, '\\', '1', 'i', '.') }), (rubbish) => {
        const body = `ok v=1 1\n${rubbish.replaceAll('"', '')}\nok v=2 2`;
        const values = parseLines(body).points.filter(({ measurement }) => measurement === 'ok');
        expect(values.map(({ fields }) => fields.v)).toEqual([1, 2]);
      }),
    );
  });

  it.each([
    ['m v=1', { measurement: 'm', tags: {}, fields: { v: 1 }, timeNs: undefined }],
    ['m v=1i,w=2u,x=-3.5e2,y=.5,z=+1', { fields: { v: 1, w: 2, x: -350, y: 0.5, z: 1 } }],
    [
      'm a=t,b=T,c=true,d=TRUE,e=f,f=False',
      { fields: { a: true, b: true, c: true, d: true, e: false, f: false } },
    ],
    ['m s="a, b=c \\"q\\" \\\\ e"  12 ', { fields: { s: 'a, b=c "q" \\ e' }, timeNs: '12' }],
    ['m\\,x\\ y,a\\=b=c\\ d v=1 -7', { measurement: 'm,x y', tags: { 'a=b': 'c d' }, timeNs: '-7' }],
    ['m,p=C:\\dir v=1', { tags: { p: 'C:\\dir' } }],
    ['m s="two\nlines" 3', { fields: { s: 'two\nlines' }, timeNs: '3' }],
  ])('reads %s', (line, expected) => {
    expect(parseLines(line)).toMatchObject({ points: [expected], bad: 0 });
  });

  it.each([
    'm',
    'm ',
    'm,a=b',
    'm v',
    'm v=',
    'm v=x',
    'm v="open',
    'm v=1 soon',
    ',a=b v=1',
    'm,a v=1',
    'm v=1 2 3',
  ])('counts %j as bad', (line) => {
    expect(parseLines(`${line}\n# a comment\n\n`)).toEqual({ points: [], bad: 1 });
  });
});

describeWithInfluxd('line protocol as InfluxDB reads it', (influxd) => {
  const run = async (points: readonly InfluxPoint[]) => {
    const database = await influxd().freshDatabase();
    await influxd().write(
      database,
      points.map((each) => formatPoint(each)!),
    );
    return await influxd().query('SELECT * FROM "m" GROUP BY *', database);
  };

  it('keeps text of fields and names as they are', async () => {
    await fc.assert(
      fc.asyncProperty(name, name, fc.tuple(name, field), async (tag, value, [key, stored]) => {
        fc.pre(key !== tag);
        const [series] = await run([
          { measurement: 'm', tags: { [tag]: value }, fields: { [key]: stored }, timeNs: '5' },
        ]);
        expect(series).toMatchObject({ tags: { [tag]: value }, columns: ['time', key] });
        expect(series!.values).toEqual([
          ['1970-01-01T00:00:00.000000005Z', Object.is(stored, -0) ? 0 : stored],
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it('makes one point of one line, whatever the tag holds', async () => {
    await fc.assert(
      fc.asyncProperty(anyTag, async (value) => {
        const series = await run([
          { measurement: 'm', tags: { a: value, z: 'last' }, fields: { v: 1 }, timeNs: '5' },
        ]);
        expect(series).toMatchObject([
          { tags: { z: 'last' }, values: [['1970-01-01T00:00:00.000000005Z', 1]] },
        ]);
      }),
      { numRuns: 60 },
    );
  });
});

function positiveZeros({ fields, ...rest }: InfluxPoint): InfluxPoint {
  const pairs = Object.entries(fields).map(
    ([key, value]) => [key, Object.is(value, -0) ? 0 : value] as const,
  );
  return { ...rest, fields: Object.fromEntries(pairs) };
}
