import { describe, expect, it } from 'vitest';
import type { Alert, Incident } from '../../../src/core/reading.ts';
import { AlertGroups } from '../../../src/models/decision/alertGroups.ts';
import { verdictOf } from '../../support/records.ts';

const PLAN = { window: 100, wait: 10 };
const MOST = 1000;

function incident(key: string, start: number | undefined): Incident<number, number> {
  const first = verdictOf(start ?? 0, true, { key, time: start });
  return {
    ...{ kind: 'value', key, first, last: first, peak: first, start, end: start },
    ...{ count: 1, severity: 'low', open: false },
  };
}

const began = (key: string, start?: number): Alert<number, number> => ({
  phase: 'began',
  incident: incident(key, start),
});
const ended = (key: string, start?: number): Alert<number, number> => ({
  phase: 'ended',
  incident: incident(key, start),
});

/** `began a: a b` */
function lines(alerts: readonly Alert<number, number>[]): string[] {
  return alerts.map(({ phase, incident: { key }, group = [] }) =>
    [`${phase} ${key}${group.length > 0 ? ':' : ''}`, ...group.map((each) => each.key)].join(' '),
  );
}

function newGroups(most = MOST): AlertGroups<number, number> {
  return new AlertGroups<number, number>(PLAN, most);
}

describe('alerts of groups', () => {
  it('come after the wait, with all that began by then, the first one first', () => {
    const groups = newGroups();
    expect(groups.add(began('b', 1005), 0)).toEqual([]);
    expect(groups.add(began('a', 1000), 5)).toEqual([]);
    expect(groups.due).toBe(10);
    expect(groups.look(9)).toEqual([]);
    expect(lines(groups.look(10))).toEqual(['began a: a b']);
    expect(groups.look(11)).toEqual([]);
  });

  it('come at once where no wait is wanted', () => {
    const groups = new AlertGroups<number, number>({ window: 100, wait: 0 }, MOST);
    expect(lines(groups.add(began('a', 0), 0))).toEqual(['began a']);
    expect(groups.add(began('b', 1), 1)).toEqual([]);
    expect(lines(groups.look(100))).toEqual(['updated a: a b']);
  });

  it('wait for the streams seen last where there are more than are remembered', () => {
    const groups = newGroups(2);
    groups.see('busy', 900, 0);
    groups.see('idle', 900, 0);
    groups.see('busy', 950, 0);
    groups.add(began('a', 1000), 0); // idle is forgotten, not busy, which was seen first
    expect(groups.see('a', 1200, 1)).toEqual([]);
    expect(lines(groups.see('busy', 1200, 1))).toEqual(['began a']);
  });

  it('report what joins after that once, when the group is complete, and keep the first one that was named', () => {
    const groups = newGroups();
    groups.add(began('b', 1005), 0);
    groups.look(10);
    expect(groups.add(began('c', 1050), 20)).toEqual([]);
    expect(groups.add(began('a', 1000), 30)).toEqual([]);
    expect(groups.due).toBe(100);
    expect(lines(groups.look(100))).toEqual(['updated b: a b c']);
    expect(groups.due).toBe(Number.POSITIVE_INFINITY);
  });

  it('come without the clock once all streams have passed the window, and only one of it', () => {
    const groups = newGroups();
    groups.see('calm', 900, 0);
    groups.see('ended', -9000, 0); // long ago: it will not come
    groups.add(began('a', 1000), 0);
    groups.add(began('b', 1001), 0);
    expect(groups.see('new', 9000, 0)).toEqual([]); // its clock may be wrong
    expect(groups.see('b', 1101, 0)).toEqual([]);
    expect(groups.see('calm', 1101, 0)).toEqual([]);
    expect(groups.see('a', 1100, 0)).toEqual([]);
    expect(lines(groups.see('a', 1101, 0))).toEqual(['began a: a b']);
    expect(groups.see('b', 1200, 0)).toEqual([]);
  });

  it('report what comes late of other streams together, after the wait', () => {
    const groups = newGroups();
    groups.add(began('a', 1000), 0);
    expect(lines(groups.look(100))).toEqual(['began a']);
    expect(groups.add(began('b', 1001), 200)).toEqual([]);
    expect(groups.add(began('c', 1002), 205)).toEqual([]);
    expect(groups.due).toBe(210);
    expect(lines(groups.look(210))).toEqual(['updated a: a b c']);
    groups.add(began('d', 1003), 220);
    for (const key of ['a', 'b', 'c', 'd']) expect(groups.add(ended(key, 1000), 221)).toEqual([]);
    expect(lines(groups.look(230))).toEqual(['updated a: a b c d', 'ended a: a b c d']);
  });

  it('end when all have ended and no more can join', () => {
    const groups = newGroups();
    for (const each of [began('a', 1000), began('b', 1001)]) groups.add(each, 0);
    groups.look(10);
    expect(groups.add(ended('a', 1000), 20)).toEqual([]);
    expect(groups.look(100)).toEqual([]);
    expect(lines(groups.add(ended('b', 1001), 120))).toEqual(['ended a: a b']);
    expect(lines(groups.add(ended('b', 1001), 130))).toEqual(['ended b']); // of no group
  });

  it('are not lost where all is over before the wait', () => {
    const groups = newGroups();
    groups.add(began('a', 1000), 0);
    groups.add(ended('a', 1000), 1);
    expect(lines(groups.look(10))).toEqual(['began a']);
    expect(lines(groups.look(100))).toEqual(['ended a']);
    groups.add(began('a', 5000), 200);
    groups.add(ended('a', 5000), 201);
    expect(lines(groups.flush(202))).toEqual(['began a', 'ended a']);
  });

  it('name a stream again that goes wrong again within the window', () => {
    const groups = newGroups();
    groups.add(began('a', 1000), 0);
    groups.look(10);
    groups.add(ended('a', 1000), 20);
    groups.add(began('a', 1040), 40);
    expect(lines(groups.look(100))).toEqual(['updated a: a a']);
    expect(lines(groups.add(ended('a', 1040), 110))).toEqual(['ended a: a a']);
  });

  it('go by the clock in streams without times', () => {
    const groups = newGroups();
    groups.add(began('a'), 0);
    groups.add(began('b'), 5);
    expect(groups.see('a', undefined, 60)).toEqual([]);
    expect(lines(groups.look(100))).toEqual(['began a: a b']);
    groups.add(began('c'), 106);
    expect(lines(groups.look(116))).toEqual(['began c']);
  });

  it('have incidents as they are when they are sent', () => {
    const groups = newGroups();
    groups.add(began('a', 1000), 0);
    groups.update({ ...incident('a', 1000), severity: 'critical', count: 7 });
    expect(groups.look(10)[0]!.incident).toMatchObject({ severity: 'critical', count: 7, open: true });
  });

  it('are bounded: the oldest group is ended', () => {
    const groups = newGroups(2);
    groups.add(began('a', 1000), 0);
    groups.add(began('b', 1001), 0);
    expect(lines(groups.add(began('c', 5000), 0))).toEqual(['began a: a b', 'ended a: a b']);
    expect(groups.save(() => true)).toHaveLength(1);
  });

  it('survive a restart, though streams of a group are saved apart', () => {
    const groups = newGroups();
    for (const each of [began('a', 1000), began('b', 1001)]) groups.add(each, 0);
    groups.look(10);
    groups.add(began('c', 1002), 20);
    const parts = ['c', 'a', 'b'].map((owned) => groups.save((key) => key === owned));
    const resumed = newGroups();
    for (const part of parts) resumed.resume(JSON.parse(JSON.stringify(part)), 500);
    expect(resumed.look(599)).toEqual([]);
    expect(lines(resumed.look(600))).toEqual(['updated a: a b c']);
    for (const key of ['a', 'b']) expect(resumed.add(ended(key, 1000), 610)).toEqual([]);
    expect(lines(resumed.add(ended('c', 1002), 610))).toEqual(['ended a: a b c']);
  });

  it('say which stream usually began first, once there was an earlier group of them, restarts included', () => {
    let groups = newGroups();
    const alertsOf = (first: string, second: string, start: number): Alert<number, number>[] => {
      groups.add(began(first, start), start);
      groups.add(began(second, start + 1), start);
      const found = groups.look(start + 10);
      groups.add(ended(first, start), start + 20);
      groups.add(ended(second, start + 1), start + 20);
      return [...found, ...groups.look(start + 100)];
    };
    for (const { leads } of alertsOf('a', 'b', 1000)) expect(leads).toBeUndefined();
    expect(alertsOf('a', 'b', 2000).map(({ leads }) => leads)).toEqual(
      Array(2).fill([
        { first: 3 / 4, seen: 1 },
        { first: 1 / 4, seen: 1 },
      ]),
    );
    const saved = ['b', 'a'].map((owned) => groups.saveOrder((key) => key === owned));
    expect(saved.map((pairs) => pairs.length)).toEqual([0, 1]);
    groups = newGroups();
    for (const part of saved) groups.resume([], 2500, JSON.parse(JSON.stringify(part)));
    const [third] = alertsOf('b', 'a', 3000);
    expect(third).toMatchObject({ incident: { key: 'b' }, group: [{ key: 'b' }, { key: 'a' }] });
    expect(third!.leads).toEqual([
      { first: 2 / 5, seen: 2 },
      { first: 3 / 5, seen: 2 },
    ]);
  });

  it('count a stream once that went wrong twice in one group', () => {
    const groups = newGroups();
    for (const start of [1000, 2000]) {
      groups.add(began('a', start), start);
      groups.add(ended('a', start), start + 1);
      groups.add(began('b', start + 2), start + 2);
      groups.add(began('a', start + 3), start + 3);
      groups.look(start + 20);
      groups.add(ended('a', start + 3), start + 30);
      groups.add(ended('b', start + 2), start + 30);
      const [last] = groups.look(start + 200);
      expect(last!.group!.map(({ key }) => key)).toEqual(['a', 'b', 'a']);
      if (start === 2000) expect(last!.leads!.map(({ first }) => first)).toEqual([3 / 4, 1 / 4, 3 / 4]);
    }
  });

  it('of which nothing was sent are sent after a restart, once', () => {
    const groups = newGroups();
    groups.add(began('a', 1000), 0);
    const resumed = newGroups();
    resumed.resume(
      groups.save(() => true),
      500,
    );
    expect(lines(resumed.look(510))).toEqual(['began a']);
    expect(resumed.look(700)).toEqual([]);
  });

  it('are known as they are from the first report on', () => {
    const groups = newGroups();
    expect(groups.current('a')).toBeUndefined();
    groups.add(began('a', 1000), 0);
    groups.add(began('b', 1001), 0);
    expect(groups.current('a')).toBeUndefined();
    groups.look(10);
    groups.update({ ...incident('b', 1001), count: 7 });
    groups.update({ ...incident('x', 1001), count: 7 }); // of no group
    const current = groups.current('b')!;
    expect(lines([current])).toEqual(['began a: a b']);
    expect(current.group![1]).toMatchObject({ count: 7, open: true });
    groups.add(ended('b', 1001), 20);
    expect(groups.current('b')).toBeUndefined();
  });

  it('wait for a stream that is less than ten windows behind, and for none that is further', () => {
    for (const [behind, waits] of [
      [1000, true],
      [1001, false],
    ] as const) {
      const groups = newGroups();
      groups.see('calm', 5000 - behind, 0);
      groups.add(began('a', 5000), 0);
      expect(lines(groups.see('a', 5101, 1))).toEqual(waits ? [] : ['began a']);
    }
  });

  it('go by the newest time of a stream, also where its times go back', () => {
    const groups = newGroups();
    groups.see('calm', 1200, 0);
    groups.see('calm', 900, 0);
    groups.see('calm', undefined, 0);
    groups.add(began('a', 1000), 0);
    expect(lines(groups.see('a', 1101, 1))).toEqual(['began a']);
  });

  it('of incidents without times are complete by the clock alone', () => {
    const groups = newGroups();
    groups.see('a', 500, 0);
    groups.add(began('a'), 0);
    groups.add(began('b'), 1);
    expect(groups.see('a', 9000, 2)).toEqual([]);
    expect(lines(groups.look(10))).toEqual(['began a: a b']);
    for (const key of ['a', 'b']) expect(groups.add(ended(key), 20)).toEqual([]);
    expect(groups.see('a', 9900, 99)).toEqual([]);
    expect(lines(groups.look(100))).toEqual(['ended a: a b']);
  });

  it('end though the end of an incident was not reported, when the stream begins another in them', () => {
    const groups = newGroups();
    groups.add(began('a', 1000), 0);
    groups.look(10);
    groups.add(began('a', 1002), 20);
    expect(lines(groups.look(100))).toEqual(['updated a: a a']);
    expect(lines(groups.add(ended('a', 1002), 110))).toEqual(['ended a: a a']);
  });

  it('beyond the most incidents end at once, the oldest first, with all that was not named', () => {
    const groups = newGroups(3);
    // What has ended counts no longer.
    for (let start = 1000; start < 9000; start += 1000) {
      groups.add(began('a', start), start);
      groups.add(ended('a', start), start + 1);
      expect(lines(groups.look(start + 500))).toEqual(['began a', 'ended a']);
    }
    groups.add(began('a', 10_000), 0);
    expect(lines(groups.look(10))).toEqual(['began a']);
    groups.add(began('b', 10_001), 20);
    expect(groups.add(began('c', 20_000), 30)).toEqual([]);
    expect(lines(groups.add(began('d', 20_001), 30))).toEqual(['updated a: a b', 'ended a: a b']);
    expect(lines(groups.add(ended('a', 10_000), 40))).toEqual(['ended a']); // of no group any more
    expect(lines(groups.look(50))).toEqual(['began c: c d']);
    expect(groups.save((key) => key === 'a')).toEqual([]);
    expect(groups.save((key) => key === 'c')).toMatchObject([{ from: 20_000, to: 20_001 }]);
  });

  it('resumed with an incident that has ended do not take the end of another one of its stream', () => {
    const groups = newGroups();
    for (const each of [began('a', 1000), began('b', 1001)]) groups.add(each, 0);
    groups.look(10);
    groups.add(ended('a', 1000), 20);
    const resumed = newGroups();
    resumed.resume(
      groups.save(() => true),
      500,
    );
    expect(lines(resumed.add(ended('a', 3000), 510))).toEqual(['ended a']);
    expect(resumed.look(600)).toEqual([]);
    expect(lines(resumed.add(ended('b', 1001), 610))).toEqual(['ended a: a b']);
  });
});
