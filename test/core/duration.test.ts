import { describe, expect, it } from 'vitest';
import { parseDuration, spanText } from '../../src/core/duration.ts';

describe('a duration', () => {
  it.each([
    ['90s', 90_000, '90s'],
    ['1h30m', 5_400_000, '90m'],
    ['5m', 300_000, '5m'],
    ['1H', 3_600_000, '1h'],
    ['1d', 86_400_000, '1d'],
    ['14d', 1_209_600_000, '2w'],
    ['1500ms', 1500, '1500ms'],
    [' 60s ', 60_000, '1m'],
  ])('%j has %d ms and is written %j', (text, ms, written) => {
    expect(parseDuration(text)).toBe(ms);
    expect(spanText(ms)).toBe(written);
  });

  it.each(['1M', '60', '5 m', '1.5h', '-5m', '', '1mo', '1y'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
