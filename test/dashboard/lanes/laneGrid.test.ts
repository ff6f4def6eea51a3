import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LaneGrid, NO_EVENTS, scoreByte, thresholdByte } from '../../../src/dashboard/lanes/laneGrid.ts';
import { real } from '../../support/real.ts';

const events = (most: number) =>
  fc.array(
    fc.record({
      row: fc.nat({ max: 100 }),
      time: fc.integer({ min: 0, max: most }),
      byte: fc.integer({ min: 0, max: 250 }),
    }),
    { maxLength: 200 },
  );

/** What the grid has in the slice of a time. */
function cell(grid: LaneGrid, row: number, time: number): number {
  return grid.row(row)[Math.floor(time / grid.width) - grid.start] ?? NO_EVENTS;
}

describe('the grid of swim lanes', () => {
  it('has the greatest score of every slice, however wide the slices have become', () => {
    fc.assert(
      fc.property(events(1e9), (added) => {
        const grid = new LaneGrid(20);
        // In order: what comes before all that is kept may find no room.
        const sorted = [...added].sort((a, b) => a.time - b.time);
        for (const { row, time, byte } of sorted) grid.add(row, time, byte);
        for (const { row, time } of sorted) {
          const same = sorted.filter(
            (other) =>
              other.row === row && Math.floor(other.time / grid.width) === Math.floor(time / grid.width),
          );
          expect(cell(grid, row, time)).toBe(Math.max(...same.map(({ byte }) => byte)));
        }
        expect(grid.row(0).length).toBeLessThanOrEqual(20);
      }),
      { numRuns: 60 },
    );
  });

  it('becomes wider for a stream of the past, but not for one of another decade', () => {
    const DAY = 86_400_000;
    const now = Date.UTC(2026, 10, 1);
    const grid = new LaneGrid(20);
    for (let n = 0; n < 100; n++) grid.add(0, now + 60_000 * n, 10);
    expect(grid.add(1, now - 15 * DAY, 200)).toBe(true);
    expect(cell(grid, 1, now - 15 * DAY)).toBe(200);
    expect(cell(grid, 0, now)).toBe(10);
    const { width } = grid;
    expect(width).toBeLessThanOrEqual(DAY);
    expect(grid.add(2, 0, 250)).toBe(false);
    expect(grid.width).toBe(width);
    expect(grid.row(0).length).toBeLessThanOrEqual(20);
  });

  it('forgets the oldest where its width is fixed, and takes late events that it has room for', () => {
    fc.assert(
      fc.property(events(60_000), (added) => {
        const grid = new LaneGrid(10, 1000);
        const kept = new Map<string, number>();
        let newest = -1;
        let oldest = Number.POSITIVE_INFINITY;
        for (const { row, time, byte } of added) {
          grid.add(row, time, byte);
          const slice = Math.floor(time / 1000);
          const fits = newest < 0 || slice >= oldest || newest - slice < 10;
          if (!fits) continue;
          newest = Math.max(newest, slice);
          oldest = Math.max(Math.min(oldest, slice), newest - 9);
          const key = `${row} ${slice}`;
          kept.set(key, Math.max(kept.get(key) ?? 0, byte));
        }
        for (const [key, byte] of kept) {
          const [row, slice] = key.split(' ').map(Number);
          expect(cell(grid, row!, slice! * 1000)).toBe(slice! < oldest ? NO_EVENTS : byte);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('sends a page that follows what one that comes last receives', () => {
    const steps = fc.array(
      fc.record({
        row: fc.nat({ max: 5 }),
        time: fc.integer({ min: 0, max: 1e7 }),
        byte: fc.nat({ max: 250 }),
        hear: fc.boolean(),
      }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(steps, fc.boolean(), (all, isFixed) => {
        const grid = isFixed ? new LaneGrid(20, 60_000) : new LaneGrid(20);
        const page = new Map<number, Uint8Array>();
        let clock = 0;
        const receive = () => {
          const { isFresh, start, slices } = grid.since(clock, 6);
          if (isFresh) page.clear();
          for (const slice of page.keys()) if (slice < start) page.delete(slice);
          for (const [slice, cells] of slices) page.set(slice, cells);
          clock = grid.clock;
        };
        for (const { row, time, byte, hear } of all) {
          grid.add(row, time, byte);
          if (hear) receive();
        }
        receive();
        expect(page).toEqual(new Map(grid.since(0, 6).slices));
      }),
      { numRuns: 60 },
    );
  });

  it('rounds scores, but never across the threshold', () => {
    const score = real(0, 1);
    fc.assert(
      fc.property(score, real(0.01, 0.99), (each, threshold) => {
        const byte = scoreByte(each, threshold);
        expect(byte >= thresholdByte(threshold)).toBe(each >= threshold);
        expect(Math.abs(byte / 250 - each)).toBeLessThan(0.0081);
      }),
    );
    expect([scoreByte(Number.NaN, 0.5), scoreByte(1, 0.5)]).toEqual([0, 250]);
  });
});
