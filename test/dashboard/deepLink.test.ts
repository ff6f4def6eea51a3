import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentLink } from '../../src/core/incidentLink.ts';
import { type DeepLink, formatLink, parseLink } from '../../src/dashboard/page/deepLink.ts';

const time = fc.integer({ min: -8.64e15, max: 8.64e15 });

describe('the address of the page', () => {
  it('reads the links of alerts', () => {
    const key = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(key, fc.integer({ min: 0, max: 4e12 }), fc.nat({ max: 1e7 }), (stream, start, length) => {
        const link = incidentLink('http://localhost:8080/', { key: stream, start, end: start + length });
        const read = parseLink(new URL(link).hash)!;
        expect(read).toMatchObject({ stream, incident: start });
        const [from, to] = read.window!;
        expect(from).toBeLessThan(start);
        expect(to).toBeGreaterThan(start + length);
      }),
    );
  });

  it('reads what it wrote', () => {
    const links: fc.Arbitrary<DeepLink> = fc.record({
      stream: fc.string(),
      incident: fc.option(time, { nil: undefined }),
      window: fc.option(
        fc
          .tuple(time, fc.integer({ min: 1, max: 1e9 }))
          .map(([from, length]) => [from, from + length] as const),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(links, (link) => {
        expect(parseLink(formatLink(link))).toEqual(link);
      }),
    );
  });

  it.each([
    ['', undefined],
    ['#', undefined],
    ['#stream', undefined], // the place in the page
    ['#pump', undefined],
    ['#stream=%E0%A4', { stream: '\ufffd', incident: undefined, window: undefined }],
    ['#stream=a&from=1', { stream: 'a', incident: undefined, window: undefined }],
    ['#stream=a&from=2&to=1', { stream: 'a', incident: undefined, window: undefined }],
    ['#stream=a&incident=soon&from=1e3&to=9', { stream: 'a', incident: undefined, window: undefined }],
    ['#incident=5', { stream: null, incident: 5, window: undefined }],
  ])('reads %s', (hash, link) => {
    expect(parseLink(hash)).toEqual(link);
  });
});
