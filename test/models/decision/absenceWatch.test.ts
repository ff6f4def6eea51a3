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

  it('forgets absent keys first where there are too many, in any dimensions', () => {
    const watch = new AbsenceWatch<unknown, readonly number[]>(100);
    const both = (key: string): Verdict<unknown, readonly number[]> => ({
      ...(verdictOf({ key }, false, { key }) as unknown as Verdict<unknown, readonly number[]>),
      ...{ value: [1, 2], attribution: [0.5, 0.5] },
    });
    watch.add(both('early'), 0);
    watch.add(both('gone'), 10);
    watch.add(both('early'), 60);
    const [absent] = watch.look(110);
    const none = [Number.NaN, Number.NaN];
    expect(absent).toMatchObject({ key: 'gone', value: none, expected: none, attribution: [0.5, 0.5] });
    const resumed = new AbsenceWatch<unknown, readonly number[]>(100);
    resumed.resume(structuredClone(watch.save(115)), 115);
    for (let n = 0; n < 9_999; n++) resumed.add(both(`k${n}`), 120);
    expect(resumed.look(160)).toMatchObject([{ key: 'early', lower: none, attribution: [0.5, 0.5] }]);
    expect(resumed.add(both('gone'), 161).ended).toBeUndefined(); // and not known
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

  describe.each<AbsentAfter>([100, 'auto'])('after %s', (after) => {
    it.each([1, 2, 3])(
      'finds what its definition finds of several keys, whose clocks are apart (seed %i)',
      (seed) => {
        const random = new Random(seed);
        const watch: Watch = new AbsenceWatch(after);
        const naive = new Naive(after);
        const [pace, long] = after === 'auto' ? [2_000, 400] : [20, 12];
        const ahead = { a: 0, b: 1e6, c: -300, d: 5 * pace };
        let [time, now, found] = [1e6, 50, 0];
        const [results, wanted]: unknown[][][] = [[], []];
        for (let n = 0; n < 700; n++) {
          time += Math.round(-pace * Math.log(random.uniform())) * (n % 90 === 89 ? long : 1);
          now += Math.round(-pace * Math.log(random.uniform())) * (n % 70 === 69 ? long : 1);
          // Each is silent for a while, and then is the only one.
          const only = 'abcd'[Math.floor(n / 60) % 4]!;
          const key = n % 60 < 30 ? 'abcd'[random.below(4)]! : n % 60 < 45 ? only : only === 'a' ? 'b' : 'a';
          const back = random.below(5) === 0 ? random.below(3 * pace) : 0;
          const at = key === 'd' && n > 300 ? undefined : time + ahead[key as keyof typeof ahead] - back;
          const act = random.below(12);
          const expected: string[] = [];
          let got: string[];
          if (act === 0) {
            got = watch.look(now).map(inShort);
            expected.push(...naive.look(now));
          } else {
            const event = { key, imputed: act === 1 };
            const { began, ended } = watch.add(verdictOf(event, false, { key, time: at }), now);
            got = [...began.map(inShort), `${key} ${ended?.phase} ${ended?.since}`];
            expected.push(...naive.add(key, at, now, act === 1));
          }
          results.push([n, ...got]);
          wanted.push([n, ...expected]);
          if (watch.due > naive.due + 1e-6) results.push(['too late', watch.due]);
          found += got.filter((each) => each.includes('@')).length;
        }
        expect(results).toEqual(wanted);
        expect(found).toBeGreaterThan(4);
      },
    );
  });
});

interface Known {
  last: number | undefined;
  mark: number;
  arrived: number;
  gaps: number[];
  usual: number;
  longest: number;
  isAbsent: boolean;
  readonly offset: number;
}

/** Silence as the documentation has it: every key is looked at with every event. */
class Naive {
  readonly #after: AbsentAfter;
  readonly #keys: Map<string, Known> = new Map(); // the one seen longest ago first
  #time = Number.NEGATIVE_INFINITY;

  constructor(after: AbsentAfter) {
    this.#after = after;
  }

  get due(): number {
    const present = [...this.#keys.values()].filter(({ isAbsent }) => !isAbsent);
    return Math.min(Number.POSITIVE_INFINITY, ...present.map((each) => each.arrived + this.#limit(each)));
  }

  add(key: string, time: number | undefined, now: number, isFilled: boolean): string[] {
    const known = this.#keys.get(key);
    const isFirst = this.#time === Number.NEGATIVE_INFINITY;
    const offset = known?.offset ?? (time === undefined || isFirst ? 0 : Math.min(0, this.#time - time));
    if (time !== undefined) this.#time = Math.max(this.#time, time + offset);
    const silent: [string, number | undefined][] = [];
    const fallsSilent = (name: string, each: Known): void => {
      silent.push([name, each.last === undefined ? undefined : Math.round(each.last + this.#limit(each))]);
      each.isAbsent = true;
    };
    let ended = 'undefined undefined';
    if (known !== undefined && !isFilled) {
      const own = time === undefined || known.last === undefined ? undefined : time - known.last;
      if (!known.isAbsent && own !== undefined && own > this.#limit(known)) fallsSilent(key, known);
      if (known.isAbsent) ended = `ended ${known.last}`;
      const gap = own === undefined ? now - known.arrived : Math.max(0, own, this.#time - known.mark);
      const bounded = Math.min(gap, this.#limit(known));
      known.gaps.push(gap);
      const count = known.gaps.length;
      const most = count > 20 ? Math.min(bounded, 4 * known.usual + 1) : bounded;
      known.usual += (most - known.usual) / Math.min(count, 100);
      known.longest = Math.max(0.999 * known.longest, bounded);
    }
    for (const [name, each] of this.#keys) {
      if (each.isAbsent || (name === key && !isFilled)) continue;
      if (this.#time - each.mark > this.#limit(each)) fallsSilent(name, each);
    }
    if (!isFilled) {
      this.#keys.delete(key);
      const fresh = { offset, gaps: [], usual: 0, longest: 0 };
      const rest = { last: time, mark: this.#time, arrived: now, isAbsent: false };
      this.#keys.set(key, { ...(known ?? fresh), ...rest });
    }
    silent.sort(([, a], [, b]) => (a ?? 0) - (b ?? 0));
    return [...silent.map(([name, at]) => `${name}@${at}`), `${key} ${ended}`];
  }

  look(now: number): string[] {
    const due = [...this.#keys].filter(
      ([, each]) => !each.isAbsent && now >= each.arrived + this.#limit(each),
    );
    return due.map(([name, each]) => {
      each.isAbsent = true;
      return `${name}@${each.last === undefined ? undefined : Math.round(each.last + this.#limit(each))}`;
    });
  }

  #limit({ gaps, usual, longest }: Known): number {
    if (this.#after !== 'auto') return this.#after;
    return gaps.length < 20 ? Number.POSITIVE_INFINITY : Math.max(10_000, 20 * usual, 2 * longest);
  }
}
