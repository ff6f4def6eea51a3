import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSince } from '../../../src/cli/options/parseSince.ts';
import { toNanoseconds } from '../../../src/clients/influx/nanoseconds.ts';

const NOW = Date.UTC(2026, 0, 8, 12);

describe('--since', () => {
  it.each([
    ['7d', '2026-01-01T12:00:00.000Z'],
    ['now() - 7d', '2026-01-01T12:00:00.000Z'],
    ['now()-1h30m', '2026-01-08T10:30:00.000Z'],
    ['1w', '2026-01-01T12:00:00.000Z'],
    ['500ms', '2026-01-08T11:59:59.500Z'],
    ['now()', '2026-01-08T12:00:00.000Z'],
    ['2026-01-05T00:00:00Z', '2026-01-05T00:00:00Z'],
    ['2026-01-05', '2026-01-05'],
    ['1767571200', '2026-01-05T00:00:00.000000000Z'],
  ])('takes %s', (text, moment) => {
    expect(parseSince(text, NOW)).toBe(moment);
  });

  it('takes epochs of every unit, to the last digit', () => {
    const ns = fc.bigInt({ min: 500_000_000_000_000_000n, max: 4_999_999_999_000_000_000n });
    fc.assert(
      fc.property(ns, fc.constantFrom(1n, 1_000n, 1_000_000n, 1_000_000_000n), (time, unit) => {
        const text = String(time / unit);
        expect(toNanoseconds(parseSince(text, NOW)!)).toBe(String((time / unit) * unit));
      }),
    );
  });

  it.each(['soon', '7', '7x', '-7d', 'now() + 7d', '12345', '99999999999999999999', ''])(
    'refuses %j',
    (text) => {
      expect(parseSince(text, NOW)).toBeUndefined();
    },
  );
});
