import { describe, expect, it } from 'vitest';
import { Lanes, laneScore } from '../../../src/dashboard/lanes/lanes.ts';
import { LaneData, leftOut, NO_EVENTS } from '../../../src/dashboard/page/lanes/laneData.ts';

const T = 1_700_000_000_000;
const HOUR = 3_600_000;

/** A page that asks. */
class Page {
  readonly data = new LaneData();
  readonly range: 'hour' | 'all';
  cursor: string | undefined;
  answered = 0; // slices

  constructor(range: 'hour' | 'all' = 'all') {
    this.range = range;
  }

  ask(lanes: Lanes): boolean {
    const wire = lanes.since(this.range, this.cursor);
    this.cursor = wire.cursor;
    this.answered += wire.slices.length;
    return this.data.take(wire);
  }

  /** The greatest scores of a stream, oldest slice first; null without events. */
  of(stream: number): (number | null)[] {
    const row = this.data.rows.indexOf(stream);
    return Array.from({ length: this.data.count }, (_, slice) => {
      const byte = this.data.cell(row, slice);
      return byte === NO_EVENTS ? null : byte / 250;
    });
  }
}

describe('the score that lanes show', () => {
  it.each([
    ['a flagged one', { isAnomaly: true }, 0.9],
    ['one in warm-up', { warmingUp: true }, 0],
    ['a suppressed one', { suppressed: 'maintenance' }, 0],
    ['one that is not confirmed yet', {}, 0.5 - Number.EPSILON],
  ])('of %s', (_, more, expected) => {
    const verdict = { score: 0.9, isAnomaly: false, warmingUp: false, ...more };
    expect(laneScore(verdict, 0.5)).toBe(expected);
  });

  it('of one flagged below the threshold, as feedback can have it, is the threshold', () => {
    const verdict = { score: 0.3, isAnomaly: true, warmingUp: false };
    expect(laneScore(verdict, 0.5)).toBe(0.5);
  });
});

describe('the lanes of a board', () => {
  const made = (instance = 'one') => new Lanes({ instance, threshold: 0.5 });

  it('are sent once, and then as far as they change', () => {
    const lanes = made();
    const page = new Page();
    for (let n = 0; n < 10; n++)
      for (const id of [7, 8]) lanes.add(id, T + 1000 * n, n === 4 && id === 8 ? 0.9 : 0.1, T);
    expect(page.ask(lanes)).toBe(true);
    expect(page.answered).toBe(10);
    expect(page.of(8)).toEqual(
      [0.1, 0.1, 0.1, 0.1, 0.9, 0.1, 0.1, 0.1, 0.1, 0.1].map((x) => expect.closeTo(x, 2)),
    );
    expect(page.ask(lanes)).toBe(false);
    lanes.add(7, T + 9500, 0.6, T);
    expect(page.ask(lanes)).toBe(true);
    expect(page.answered).toBe(11);
    expect(page.of(7).at(-1)).toBeCloseTo(0.6, 2);
  });

  it('start over with another server, another range, and a cursor that is none', () => {
    const lanes = made();
    lanes.add(1, T, 0.5, T);
    const { cursor } = lanes.since('all', undefined);
    expect(lanes.since('all', cursor).fresh).toBe(false);
    for (const other of [
      undefined,
      '',
      'x',
      cursor.replace('one', 'two'),
      lanes.since('day', undefined).cursor,
    ])
      expect(lanes.since('all', other)).toMatchObject({ fresh: true, rows: [1] });
  });

  it('give the row of a stream that was removed to the next, without its past', () => {
    const lanes = made();
    const page = new Page();
    for (const id of [1, 2]) lanes.add(id, T, 0.9, T);
    page.ask(lanes);
    lanes.forget(1);
    page.ask(lanes);
    expect(page.data.rows).toEqual([-1, 2]);
    lanes.add(3, T + 1000, 0.2, T);
    page.ask(lanes);
    expect(page.data.rows).toEqual([3, 2]);
    expect(page.of(3)).toEqual([null, expect.closeTo(0.2, 2)]);
    expect(page.of(2)).toEqual([expect.closeTo(0.9, 2), null]);
  });

  it('are the same after restarts', () => {
    const lanes = made();
    for (let n = 0; n < 5000; n++) for (const id of [1, 2]) lanes.add(id, T + 1000 * n, (n % 97) / 100, T);
    const again = made('two');
    for (const id of [1, 2]) again.resume(id, structuredClone(lanes.save(id)));
    for (const range of ['hour', 'all'] as const) {
      const [before, after] = [new Page(range), new Page(range)];
      before.ask(lanes);
      after.ask(again);
      const known = (page: Page, id: number) => page.of(id).filter((x) => x !== null);
      for (const id of [1, 2]) expect(known(after, id)).toEqual(known(before, id));
    }
  });

  it('keep the last hour in detail, and all of a week in as many slices', () => {
    const lanes = made();
    for (let n = 0; n < 7 * 24 * 60; n++) lanes.add(1, T + 60_000 * n, 0.1, T);
    const [hour, all] = [new Page('hour'), new Page('all')];
    hour.ask(lanes);
    all.ask(lanes);
    expect([hour.data.width, hour.data.count]).toEqual([15_000, 240]);
    expect(all.data.width * all.data.count).toBeGreaterThanOrEqual(7 * 24 * HOUR);
    expect(all.data.count).toBeLessThanOrEqual(400);
  });

  it('pass over clocks that are days ahead or years behind, and count such streams, and those without times', () => {
    const lanes = made();
    const page = new Page();
    lanes.add(1, T, 0.1, T);
    lanes.add(2, T + 3 * 24 * HOUR, 0.1, T);
    lanes.add(3, undefined, 0.1, T);
    lanes.add(4, 0, 0.1, T);
    page.ask(lanes);
    expect(page.data.rows).toEqual([1, 4]);
    expect(page.of(4)).toEqual([null]);
    expect(page.data.count).toBe(1);
    expect(page.data.untimed).toBe(1);
    expect(page.data.unplaced).toBe(2);
    expect(leftOut(page.data)).toBe(
      '1 stream has no times and no row. 2 streams have events a day ahead of all others, or 400 days behind, which are not shown.',
    );
  });
});
