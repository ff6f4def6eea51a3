import { expect, it } from 'vitest';
import { EventClock } from '../../src/distributed/eventClock.ts';

const KEEP = 100_000_000;
const NOON = Date.UTC(2026, 0, 5, 12);
const clock = (now?: number) => new EventClock<unknown>(KEEP, (event) => event, now);

it('the time of a partition is the latest of its events, in whatever unit each is', () => {
  const times = clock();
  expect(times.now).toBeUndefined();
  times.advance(undefined);
  times.advance('no time');
  expect(times.now).toBeUndefined();
  times.advance(new Date(NOON));
  times.advance((NOON + 1000) / 1000);
  expect(times.now).toBe(NOON + 1000);
  times.advance(NOON - 5000);
  expect(times.now).toBe(NOON + 1000);
  times.advance(new Date(NOON + 3000).toISOString());
  expect(times.now).toBe(NOON + 3000);
});

it('a wrong clock moves it by a hundredth of the time of keeping', () => {
  const times = clock(NOON);
  times.advance(NOON + 1e10);
  expect(times.now).toBe(NOON + KEEP / 100);
  expect(times.isExpired(NOON)).toBe(false);
  for (let k = 0; k < 100; k++) times.advance(NOON + 1e10);
  expect(times.isExpired(NOON)).toBe(true);
  expect(times.isExpired(NOON + KEEP / 100)).toBe(false);
  expect(times.isExpired(undefined)).toBe(false);
});
