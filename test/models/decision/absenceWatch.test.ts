import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Verdict } from '../../../src/core/reading.ts';
import { AbsenceWatch, type AbsentAfter } from '../../../src/models/decision/absenceWatch.ts';
import { real } from '../../support/real.ts';
import { verdictOf } from '../../support/records.ts';

type Watch = AbsenceWatch<unknown, number>;

const seen = (key: string, time?: number): Verdict<unknown, number> =>
  verdictOf({ key }, false, { key, time });

/** `+a` for an event of a with which it returns, `a` for another; before it the keys that fell silent, `a@time`. */
function step(watch: Watch, key: string, time: number | undefined, now: number): string {
  const { began, ended } = watch.add(seen(key, time), now);
  return [...began.map(inShort), `${ended === undefined ? '' : '+'}${key}`].join(' ');
}

const inShort = ({ key, time }: Verdict<unknown, number>): string => `${key}@${time}`;

describe('AbsenceWatch', () => {
  it('knows when it has to look, and finds each silence once', () => {
    const watch: Watch = new AbsenceWatch(100);
    expect(watch.due).toBe(Number.POSITIVE_INFINITY);
    step(watch, 'a', undefined, 0);
    step(watch, 'b', undefined, 30);
    expect(watch.due).toBe(100);
    expect(watch.look(99)).toEqual([]);
    expect(watch.look(100).map(inShort)).toEqual(['a@undefined']);
    expect(watch.due).toBe(130);
    expect(watch.look(500).map(inShort)).toEqual(['b@undefined']);
    expect(watch.due).toBe(Number.POSITIVE_INFINITY);
    expect(step(watch, 'a', undefined, 600)).toBe('+a');
    expect(step(watch, 'a', undefined, 650)).toBe('a');
    expect(watch.due).toBeLessThanOrEqual(750);
  });

  it('finds what is due when it is due, whatever the limits and times', () => {
    fc.assert(
      fc.property(real(1e-3, 1e6), real(0, 1e13), (limit, now) => {
        const watch: Watch = new AbsenceWatch(limit);
        step(watch, 'a', undefined, now);
        expect(watch.look(watch.due)).toHaveLength(1);
        expect(watch.due).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });

  it('counts all silence from when whoever reads was held up', () => {
    const watch: Watch = new AbsenceWatch(100);
    step(watch, 'a', undefined, 0);
    watch.excuse(5_000);
    expect(watch.look(5_099)).toEqual([]);
    expect(watch.look(5_100)).toHaveLength(1);
  });

  it('is not confused by clocks that are apart: progress counts, not the time itself', () => {
    const watch: Watch = new AbsenceWatch(100);
    const ahead = 1e6;
    const steps = [0, 50, 100, 150, 200, 250].map((t) =>
      [step(watch, 'a', t, 0), step(watch, 'b', ahead + t, 0)].join(' '),
    );
    expect(steps).toEqual(new Array(6).fill('a b'));
    expect(step(watch, 'b', ahead + 400, 0)).toBe('a@350 b@1000350 +b');
  });

  it("'auto' is more than the usual gap, and learns long ones that recur", () => {
    const watch: Watch = new AbsenceWatch('auto');
    let time = 0;
    const next = (gap: number): string => {
      time += gap;
      return step(watch, 'a', time, 0);
    };
    for (let n = 0; n < 60; n++) expect(next(1_000)).toBe('a');
    expect(next(19_000)).toBe('a');
    for (let n = 0; n < 60; n++) next(1_000);
    const found: string[] = [];
    for (let night = 0; night < 8; night++) {
      found.push(next(300_000));
      for (let n = 0; n < 60; n++) next(1_000);
    }
    expect(found[0]).toMatch(/^a@\d+ \+a$/);
    expect(found.at(-1)).toBe('a');
  });

  it("'auto' is 20 usual gaps or twice the longest one lately, and a gap beyond it counts as that", () => {
    const watch: Watch = new AbsenceWatch('auto');
    const random = new Random(1);
    let [time, gaps, usual, longest, absences] = [0, 0, 0, 0, 0];
    step(watch, 'a', time, 0);
    for (let n = 0; n < 400; n++) {
      const limit = gaps < 20 ? Number.POSITIVE_INFINITY : Math.max(10_000, 20 * usual, 2 * longest);
      const pace = n < 200 ? 1_000 : 3_000;
      const gap = n % 60 === 59 ? 500_000 : Math.round(-pace * Math.log(random.uniform()));
      const isAbsent = gap > limit;
      if (isAbsent) absences++;
      const expected = isAbsent ? `a@${Math.round(time + limit)} +a` : 'a';
      time += gap;
      expect(step(watch, 'a', time, 0), String(n)).toBe(expected);
      const bounded = Math.min(gap, limit);
      gaps++;
      const most = gaps > 20 ? Math.min(bounded, 4 * usual + 1) : bounded;
      usual += Math.max(1 / gaps, 1 / 100) * (most - usual);
      longest = Math.max(0.999 * longest, bounded);
    }
    expect(absences).toBeGreaterThan(1);
  });

  it("'auto' is never less than ten seconds, and says nothing of a key that it does not know", () => {
    const watch: Watch = new AbsenceWatch('auto');
    for (let now = 1; now <= 20; now++) step(watch, 'a', undefined, now);
    expect(watch.look(1e9)).toEqual([]);
    for (let now = 21; now <= 40; now++) step(watch, 'a', undefined, now);
    expect(watch.look(10_039)).toEqual([]);
    expect(watch.look(10_040)).toHaveLength(1);
  });

  it('forgets the key that was silent for longest where there are too many', () => {
    const watch: Watch = new AbsenceWatch(100);
    for (let n = 0; n <= 10_000; n++) step(watch, `k${n}`, undefined, 0);
    const silent = watch.look(100);
    expect(silent).toHaveLength(10_000);
    expect(silent.some(({ key }) => key === 'k0')).toBe(false);
  });

  it('resumed anywhere continues as before', () => {
    const act = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      gap: fc.nat(80),
      wait: fc.nat(80),
      looks: fc.boolean(),
    });
    const after = fc.constantFrom<AbsentAfter>(100, 'auto');
    fc.assert(
      fc.property(
        fc.array(act, { minLength: 1, maxLength: 120 }),
        after,
        fc.boolean(),
        (acts, absentAfter, isTimed) => {
          const scale = absentAfter === 'auto' ? 500 : 1;
          const whole: Watch = new AbsenceWatch(absentAfter);
          let resumed: Watch = new AbsenceWatch(absentAfter);
          let [time, now] = [0, 0];
          for (const { key, gap, wait, looks } of acts) {
            time += gap * scale;
            now += wait * scale;
            const state = structuredClone(resumed.save(now));
            resumed = new AbsenceWatch(absentAfter);
            resumed.resume(state, now);
            const results = [whole, resumed].map((watch) =>
              looks ? watch.look(now).map(inShort) : step(watch, key, isTimed ? time : undefined, now),
            );
            expect(results[1]).toEqual(results[0]);
          }
          expect(resumed.save(now)).toEqual(whole.save(now));
        },
      ),
    );
  });

  it('has an absence between any two events of a key that are further apart, and nowhere else', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { minLength: 2, maxLength: 60 }), (gaps) => {
        const watch: Watch = new AbsenceWatch(100);
        let time = 0;
        step(watch, 'a', time, 0);
        for (const gap of gaps) {
          const expected = gap > 100 ? `a@${time + 100} +a` : 'a';
          time += gap;
          expect(step(watch, 'a', time, 0)).toBe(expected);
        }
      }),
    );
  });
});
