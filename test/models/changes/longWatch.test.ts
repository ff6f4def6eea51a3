import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { ChangePoint } from '../../../src/models/changes/changePoint.ts';
import { ChangeTracker } from '../../../src/models/changes/changeTracker.ts';
import { verdictOf } from '../../support/records.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2026, 0, 5);

interface Stream {
  /** Minutes between two events. */
  readonly every?: number;
  readonly days?: number;
  readonly hasTimes?: boolean;
  readonly noise?: number;
  readonly seed?: number;
}

/** The value at some days since a Monday; `noise` is normal, of the stream's size. */
type Of = (days: number, noise: number) => number;

function verdicts(of: Of, { every = 5, days = 28, hasTimes = true, noise = 1, seed = 7 }: Stream) {
  const random = new Random(seed);
  return Array.from({ length: (days * 24 * 60) / every }, (_, n) => {
    const value = of((n * every * MINUTE) / DAY, noise * random.normal());
    return verdictOf(n, false, { value, time: hasTimes ? MONDAY + n * every * MINUTE : undefined });
  });
}

const tracker = (): ChangeTracker => new ChangeTracker({ minCertainty: 0.5, maxKeys: 10 });

/** But for the first two days: nobody can know a cycle then. */
function found(of: Of, stream: Stream = {}): ChangePoint[] {
  const changes = tracker();
  const all = verdicts(of, stream).flatMap((verdict) => changes.add(verdict));
  return all.filter(({ detectedAt }) => detectedAt === undefined || detectedAt >= MONDAY + 2 * DAY);
}

/** −8 … 8 in a day, highest at 14:00. */
const day: Of = (days) => 8 * Math.cos(2 * Math.PI * (days - 14 / 24));
/** From 8:00 to 18:00 10 higher, and half as much at weekends. */
const office: Of = (days) => {
  const hour = 24 * (days % 1);
  return hour >= 8 && hour < 18 ? (days % 7 < 5 ? 10 : 5) : 0;
};
const saw: Of = (days) => 20 * (days % 1);

/** Days since the Monday. */
const daysOf = ({ time }: ChangePoint): number => (time! - MONDAY) / DAY;

describe('change points of streams with long cycles', () => {
  it.each([
    ['5 minutes', { every: 5 }],
    ['1 minute', { every: 1, days: 21 }],
    ['15 minutes', { every: 15 }],
    ['an hour', { every: 60, days: 56 }],
    ['5 minutes without times', { every: 5, hasTimes: false }],
  ])('finds nothing in days and weeks that go on, of events every %s', (_, stream) => {
    for (const seed of [1, 2]) {
      for (const of of [day, office, saw])
        expect(found((days, noise) => of(days, 0) + noise, { ...stream, seed })).toEqual([]);
    }
  });

  it.each([
    ['5 minutes', { every: 5 }, 5],
    ['1 minute', { every: 1, days: 21 }, 1],
    ['15 minutes', { every: 15 }, 15],
    ['an hour', { every: 60 }, 60],
  ])('finds a step of 20 in a day from −8 to 8, of events every %s', (_, stream, minutes) => {
    const [change, ...more] = found((days, noise) => day(days, 0) + noise + (days < 15.3 ? 0 : 20), stream);
    expect(more).toEqual([]);
    expect(change).toMatchObject({ kind: 'level', dimension: 0, certainty: 0.8 });
    expect(Math.abs(daysOf(change!) - 15.3) * 24 * 60).toBeLessThanOrEqual(Math.max(5, minutes));
    expect(change!.size).toBeGreaterThan(19);
    expect(change!.size).toBeLessThan(21);
    expect(change!.after - change!.before).toBeCloseTo(change!.size, 9);
    expect(change!.detectedAt! - change!.time!).toBeLessThan(4 * DAY);
    const [ago, apart] = [change!.eventsAgo * minutes * MINUTE, change!.detectedAt! - change!.time!];
    expect(Math.abs(ago - apart)).toBeLessThanOrEqual(minutes * MINUTE);
  });

  it('finds a step that is smaller than the day is high, also where there are no times and where weekends are lower', () => {
    const step: Of = (days, noise) => (days < 18.4 ? 0 : -5) + noise;
    for (const of of [day, office, saw]) {
      const [change, ...more] = found((days, noise) => of(days, 0) + step(days, noise));
      expect(more).toEqual([]);
      expect(change).toMatchObject({ kind: 'level' });
      expect(daysOf(change!)).toBeCloseTo(18.4, 1);
      expect(change!.size).toBeGreaterThan(-6);
      expect(change!.size).toBeLessThan(-4);
    }
    const [change, ...more] = found((days, noise) => day(days, 0) + step(days, noise), { hasTimes: false });
    expect(more).toEqual([]);
    expect(change).toMatchObject({ kind: 'level', time: undefined });
    expect(change!.size).toBeGreaterThan(-6);
    expect(change!.size).toBeLessThan(-4);
  });

  it('finds a slope, in units of the value per event', () => {
    const perEvent = 4 / 288;
    const [change, ...more] = found(
      (days, noise) => saw(days, 0) + noise + perEvent * 288 * Math.max(0, days - 16),
    );
    expect(more).toEqual([]);
    expect(change).toMatchObject({ kind: 'slope' });
    expect(Math.abs(daysOf(change!) - 16)).toBeLessThan(0.5);
    expect(Math.abs(change!.before)).toBeLessThan(0.1 * perEvent);
    expect(change!.after / perEvent).toBeGreaterThan(0.8);
    expect(change!.after / perEvent).toBeLessThan(1.2);
  });

  it('finds another noise, and another height of the day, as a scale', () => {
    const [noisier, ...more] = found((days, noise) => day(days, 0) + noise * (days < 15.5 ? 1 : 3));
    expect(more).toEqual([]);
    expect(noisier).toMatchObject({ kind: 'scale' });
    expect(daysOf(noisier!)).toBeCloseTo(15.5, 1);
    expect(noisier!.before).toBeGreaterThan(0.8);
    expect(noisier!.before).toBeLessThan(1.2);
    expect(noisier!.after / noisier!.before).toBeGreaterThan(2.4);
    expect(noisier!.after / noisier!.before).toBeLessThan(3.6);
    const [higher, ...others] = found((days, noise) => day(days, 0) * (days < 15.5 ? 1 : 2) + noise);
    expect(others).toEqual([]);
    expect(higher).toMatchObject({ kind: 'scale' });
    expect(Math.abs(daysOf(higher!) - 15.5)).toBeLessThan(0.3);
    expect(higher!.before).toBeCloseTo(8 / Math.SQRT2, 0);
    expect(higher!.after / higher!.before).toBeGreaterThan(1.8);
    expect(higher!.after / higher!.before).toBeLessThan(2.2);
  });

  it('finds nothing in what comes back: a day without its cycle, some hours higher, a gap', () => {
    const holiday: Of = (days, noise) => (Math.floor(days) === 17 ? 0 : office(days, 0)) + noise;
    const outage: Of = (days, noise) => (days > 17 && days < 17.3 ? 40 : day(days, 0)) + noise;
    expect(found(holiday)).toEqual([]);
    expect(found(outage)).toEqual([]);
    const changes = tracker();
    const all = verdicts((days, noise) => day(days, 0) + noise, {});
    expect(all.filter((_, n) => n < 4000 || n > 4150).flatMap((verdict) => changes.add(verdict))).toEqual([]);
  });

  it.each<[string, Of]>([
    ['a clock that goes over to summer time', (days) => office(days < 21 ? days : days + 1 / 24, 0)],
    ['growth of a half a day', (days) => office(days, 0) + 0.5 * days],
    ['a week whose days have no height', (days) => (days % 7 < 5 ? 10 : 4)],
    ['work in three shifts', (days) => [10, 6, 8][Math.floor(3 * days) % 3]!],
    [
      'holidays of a week with one',
      (days) => ([16, 25, 39].includes(Math.floor(days)) ? 0 : office(days, 0)),
    ],
  ])('finds nothing in %s, once a week is known', (_, of) => {
    for (const seed of [1, 2, 3]) {
      const changes = found((days, noise) => of(days, 0) + noise, { every: 15, days: 49, seed });
      expect(changes.filter((change) => daysOf(change) > 7)).toEqual([]);
    }
  });

  it('finds nothing in days whose events come at any time, but for a step', () => {
    const random = new Random(3);
    const events: { time: number; value: number }[] = [];
    for (let days = 0; days < 28; days += (-Math.log(1 - random.uniform()) * 5) / (24 * 60)) {
      const value = day(days, 0) + random.normal() + (days < 20.2 ? 0 : 6);
      events.push({ time: MONDAY + Math.round(days * DAY), value });
    }
    const changes = tracker();
    const all = events.flatMap((event, n) => changes.add(verdictOf(n, false, event)));
    const late = all.filter(({ detectedAt }) => detectedAt! > MONDAY + 2 * DAY);
    expect(late).toMatchObject([{ kind: 'level' }]);
    expect(daysOf(late[0]!)).toBeCloseTo(20.2, 1);
  });

  it('finds each of two steps', () => {
    const steps: Of = (days, noise) => day(days, 0) + noise + (days < 14.5 ? 0 : 12) - (days < 21.5 ? 0 : 20);
    const changes = found(steps);
    expect(changes.map(({ kind }) => kind)).toEqual(['level', 'level']);
    expect(changes.map(({ size }) => Math.round(size))).toEqual([12, -20]);
    expect(changes.map(daysOf).map((days) => Math.round(10 * days) / 10)).toEqual([14.5, 21.5]);
  });

  it('finds the same after a state, with values missing, in each dimension by itself', () => {
    const random = new Random(5);
    const all = verdicts(day, { every: 15, days: 28 }).map((verdict, n) => {
      const [x, days] = [verdict.value + random.normal(), n / 96];
      const value = [n % 50 === 3 ? Number.NaN : x, n < 200 ? Number.NaN : x + (days < 16.4 ? 0 : 20)];
      return { ...verdict, value };
    });
    const whole = tracker();
    const expected = all.flatMap((verdict) => whole.add(verdict));
    expect(expected).toMatchObject([{ kind: 'level', dimension: 1 }]);
    for (const at of [10, 500, 1570, 1600]) {
      const before = tracker();
      const first = all.slice(0, at).flatMap((verdict) => before.add(verdict));
      const resumed = tracker();
      resumed.resume(structuredClone(before.save()));
      const rest = all.slice(at).flatMap((verdict) => resumed.add(verdict));
      expect([...first, ...rest]).toEqual(expected);
      expect(resumed.save()).toEqual(whole.save());
    }
  });

  it('knows nothing more of a stream whose times begin again', () => {
    const changes = tracker();
    const once = verdicts((days, noise) => day(days, 0) + noise, { days: 10 });
    const again = verdicts((days, noise) => day(days, 0) + noise + (days < 15.3 ? 0 : 20), {});
    expect([...once, ...again].flatMap((verdict) => changes.add(verdict))).toMatchObject([{ kind: 'level' }]);
  });
});
