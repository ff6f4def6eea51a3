import { describe, expect, it } from 'vitest';
import { formatTime, timeResolution } from '../../src/charts/formatTime.ts';

const NOON = Date.UTC(2014, 6, 1, 12, 30, 15, 250);

describe('formatTime', () => {
  it.each([
    ['day', '2014-07-01'],
    ['minute', '2014-07-01 12:30'],
    ['second', '2014-07-01 12:30:15'],
    ['millisecond', '2014-07-01 12:30:15.250'],
  ] as const)('shows the %s in UTC', (resolution, text) => {
    expect(formatTime(NOON, resolution)).toBe(text);
  });

  it('shows the clocks of a time zone, and the hour of midnight in UTC', () => {
    expect(formatTime(NOON, 'millisecond', 'Europe/Berlin')).toBe('2014-07-01 14:30:15.250');
    expect(formatTime(NOON, 'minute', 'Asia/Kolkata')).toBe('2014-07-01 18:00');
    expect(formatTime(Date.UTC(2014, 0, 1), 'day', 'America/New_York')).toBe('2013-12-31 19:00');
    // The hour that comes twice.
    expect(formatTime(Date.UTC(2014, 9, 26, 0, 30), 'minute', 'Europe/Berlin')).toBe('2014-10-26 02:30');
    expect(formatTime(Date.UTC(2014, 9, 26, 1, 30), 'minute', 'Europe/Berlin')).toBe('2014-10-26 02:30');
    expect(formatTime(NOON, 'second', 'UTC')).toBe('2014-07-01 12:30:15');
  });

  it.each([Number.NaN, 1e300, Number.POSITIVE_INFINITY])('shows a dash for %d', (time) => {
    expect(formatTime(time, 'day')).toBe('–');
  });
});

describe('timeResolution', () => {
  it.each([
    [[0, 86_400_000], 'day'],
    [[0, 300_000], 'minute'],
    [[0, 1000], 'second'],
    [[0, 1], 'millisecond'],
    [[Number.NaN, 300_000], 'minute'],
  ] as const)('is as coarse as the times %j allow: %s', (times, resolution) => {
    expect(timeResolution(Float64Array.from(times))).toBe(resolution);
  });
});
