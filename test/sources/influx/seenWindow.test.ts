import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PointIdentity, SeenWindow } from '../../../src/sources/influx/seenWindow.ts';

const FAR = '9000000000000000000';

/** A store that is written to between sweeps: times small, so that much is late, doubled and of one moment. */
const writes = fc.array(
  fc.array(fc.record({ at: fc.nat(30), series: fc.constantFrom('a', 'b', 'c'), isPushed: fc.boolean() }), {
    maxLength: 8,
  }),
  { maxLength: 8 },
);

const text = ({ ns, series }: PointIdentity): string => `${ns} ${series}`;
const inOrder = (a: PointIdentity, b: PointIdentity): number =>
  Number(a.ns) - Number(b.ns) || (a.series < b.series ? -1 : 1);

describe('the window over what was handed out', () => {
  it('lets each point through once, all of those that are swept in time, and resumes from any position', () => {
    fc.assert(
      fc.property(writes, fc.integer({ min: 0, max: 12 }), fc.nat(40), (rounds, lateness, restart) => {
        const create = (position?: { from: string; seen: readonly string[] }) =>
          new SeenWindow({ lateness: BigInt(lateness), from: undefined, now: FAR, position });
        let window = create();
        const stored = new Map<string, PointIdentity>();
        const out: string[] = [];
        const owed = new Set<string>(); // what must come: written when a sweep could still see it
        const hand = (point: PointIdentity, arrival: 'swept' | 'pushed'): void => {
          if (!window.accept(point, arrival)) return;
          out.push(text(point));
          if (out.length === restart) window = create(JSON.parse(JSON.stringify(window.position())));
        };
        let swept = -Infinity;
        for (const round of rounds) {
          for (const { at, series, isPushed } of round) {
            const point = { ns: String(at), series };
            stored.set(text(point), point);
            if (at >= swept - lateness) owed.add(text(point));
            if (isPushed) hand(point, 'pushed');
          }
          window.advance(FAR);
          const from = window.from;
          const seen = [...stored.values()].filter(
            ({ ns }) => from === undefined || Number(ns) >= Number(from),
          );
          for (const point of seen.sort(inOrder)) {
            hand(point, 'swept');
            swept = Math.max(swept, Number(point.ns));
          }
        }
        expect(new Set(out).size).toBe(out.length);
        const missing = [...owed].filter((id) => !out.includes(id));
        expect(missing).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
