import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupPlan, groupSpec, groupWaitSpec } from '../../../src/models/decision/groupOptions.ts';
import { byStart, IncidentGroups } from '../../../src/models/decision/incidentGroups.ts';

const MINUTE = 60_000;

/** The groups that incidents with these starts, in minutes, were put in. */
function groupsOf(starts: readonly (number | undefined)[], window = 5, now = 0, most = 100): number[] {
  const groups = new IncidentGroups(window * MINUTE, most);
  return starts.map((start) => groups.add(start === undefined ? undefined : start * MINUTE, now).id);
}

describe('groups of incidents', () => {
  it('hold those that began within one window of each other', () => {
    expect(groupsOf([10, 11, 15, 15.1, 20])).toEqual([0, 0, 0, 1, 1]);
  });

  it('take one that comes late and began first', () => {
    expect(groupsOf([10, 8, 13])).toEqual([0, 0, 0]);
    expect(groupsOf([10, 8, 13.1])).toEqual([0, 0, 1]); // the window begins at 8
  });

  it('take one that is so late that a newer group is there', () => {
    expect(groupsOf([10, 30, 11])).toEqual([0, 1, 0]);
  });

  it('hold incidents of streams without times by the clock, and not with the others', () => {
    expect(groupsOf([undefined, 0, undefined])).toEqual([0, 1, 0]);
    const groups = new IncidentGroups(MINUTE, 100);
    const ids = [0, 1, 3].map((minute) => groups.add(undefined, minute * MINUTE).id);
    expect(ids).toEqual([0, 0, 1]);
  });

  it('are bounded: the oldest is closed', () => {
    expect(groupsOf([10, 30, 50, 10], 5, 0, 2)).toEqual([0, 1, 2, 3]);
  });

  it('take nothing once they are closed', () => {
    const groups = new IncidentGroups(MINUTE, 100);
    const first = groups.add(0, 0);
    groups.close(first);
    expect(groups.add(1, 0).id).not.toBe(first.id);
  });

  it('never span more than the window, in whatever order incidents come', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100 })),
        fc.integer({ min: 1, max: 30 }),
        (starts, window) => {
          const groups = new IncidentGroups(window, 1000);
          const members = new Map<number, number[]>();
          for (const start of starts) {
            const { id, from, to } = groups.add(start, 0);
            const all = [...(members.get(id) ?? []), start];
            members.set(id, all);
            expect([from, to]).toEqual([Math.min(...all), Math.max(...all)]);
            expect(to - from).toBeLessThanOrEqual(window);
          }
        },
      ),
    );
  });

  it('are ranked by who began first; those at the same time as they came', () => {
    const all = [{ start: 2, n: 0 }, { start: 1, n: 1 }, { start: 2, n: 2 }]; // biome-ignore format: a line
    expect(byStart(all).map(({ n }) => n)).toEqual([1, 0, 2]);
  });

  it.each([
    [{ group: 1000 }, 1000, 100],
    [{ group: '5m' }, 300_000, 30_000], // a tenth, which is the most
    [{ group: '1h' }, 3_600_000, 30_000],
    [{ group: '1h', groupWait: '1h' }, 3_600_000, 3_600_000],
    [{ group: '1h', groupWait: 0 }, 3_600_000, 0],
  ])(
    'have alerts that wait a tenth of the window, 30 seconds at most, unless they have one of their own: %j',
    (options, window, wait) => {
      expect(groupPlan('here', options)).toEqual({ window, wait });
    },
  );

  it('have a window above 0 and a wait of 0 or more, as long as timers are', () => {
    const isRight = (value: unknown) =>
      [groupSpec, groupWaitSpec].map(({ kind }) => kind.expected(value) === undefined);
    expect(isRight(1)).toEqual([true, true]);
    expect(isRight(0)).toEqual([false, true]);
    for (const wrong of [-1, 'soon', Number.NaN, 2 ** 31]) expect(isRight(wrong)).toEqual([false, false]);
    expect(isRight(2 ** 31 - 1)).toEqual([true, true]);
  });
});
