import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fan } from '../../src/charts/fan.ts';
import { LiveView } from '../../src/dashboard/page/liveView.ts';
import { real } from '../support/real.ts';

/** A stream of which records come. */
class Stream {
  x: Float64Array;
  fan: Fan | undefined;

  constructor(records: number) {
    this.x = Float64Array.from({ length: records }, (_, i) => i + 1);
  }

  grow(by: number): void {
    this.x = Float64Array.from({ length: this.x.length + by }, (_, i) => i + 1);
  }
}

function viewOf(stream: Stream, reported: boolean[] = []): LiveView {
  const view = new LiveView(stream, (follows) => reported.push(follows));
  view.advance();
  return view;
}

describe('the view of a live chart', () => {
  it('follows the end, of which it shows 1,500 records, or all while there are fewer', () => {
    const stream = new Stream(100);
    const view = viewOf(stream);
    expect(view.stretch).toEqual({ min: 1, max: 100 });
    stream.grow(3000);
    view.advance();
    expect(view.stretch).toEqual({ min: 1601, max: 3100 });
  });

  it('stays where somebody looked, and tells that it ceased to follow, once', () => {
    const stream = new Stream(3000);
    const reported: boolean[] = [];
    const view = viewOf(stream, reported);
    expect(view.show(100, 200)).toBe(true);
    view.pan(0.5);
    stream.grow(1000);
    view.advance();
    expect(view.stretch).toEqual({ min: 150, max: 250 });
    expect(reported).toEqual([false]);
  });

  it('keeps the length that was chosen while it follows, and forgets it when it comes back', () => {
    const stream = new Stream(3000);
    const reported: boolean[] = [];
    const view = viewOf(stream, reported);
    view.scale(0.5, 0);
    const length = (3000 - 1501) / 2;
    expect(view.stretch).toEqual({ min: 3000 - length, max: 3000 });
    stream.grow(10);
    view.advance();
    expect(view.stretch).toEqual({ min: 3010 - length, max: 3010 });
    view.show(1, 50);
    view.follow(true);
    view.advance();
    expect(view.stretch).toEqual({ min: 1511, max: 3010 });
    expect(reported).toEqual([false, true]);
  });

  it('shows the next events to the right of the end, with six records for each step', () => {
    const stream = new Stream(3000);
    stream.fan = {
      x: Float64Array.from({ length: 20 }, (_, h) => 3001 + h),
      times: undefined,
      dimensions: [],
    };
    const view = viewOf(stream);
    expect(view.stretch).toEqual({ min: 3000 - 119, max: 3020 });
    view.scale(0.1, 0);
    const { min, max } = view.stretch;
    expect((max - 3000) / (max - min)).toBeCloseTo(0.4, 10); // of the view at most
    expect(view.show(2990, 4000)).toBe(true);
    expect(view.stretch).toEqual({ min: 2990, max: 3020 });
  });

  it('leaves what is under the cursor where it is when it zooms', () => {
    const view = viewOf(new Stream(3000));
    view.show(1000, 2000);
    view.scale(0.5, 1200);
    expect(view.stretch).toEqual({ min: 1100, max: 1600 });
    view.scale(2, 1200);
    expect(view.stretch).toEqual({ min: 1000, max: 2000 });
  });

  it('never leaves the records, and never shows fewer than five steps of them', () => {
    const move = fc.oneof(
      fc.record({ kind: fc.constant('show' as const), low: fc.integer(), high: fc.integer() }),
      fc.record({ kind: fc.constant('pan' as const), by: real(-3, 3) }),
      fc.record({
        kind: fc.constant('scale' as const),
        factor: real(0.1, 10),
        about: fc.integer({ min: 1, max: 500 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const view = viewOf(new Stream(500));
        view.follow(false);
        for (const made of moves) {
          const before = view.stretch;
          const moved =
            made.kind === 'show'
              ? view.show(made.low, made.high)
              : made.kind === 'pan'
                ? view.pan(made.by)
                : view.scale(made.factor, made.about);
          const { min, max } = view.stretch;
          if (!moved) expect(view.stretch).toBe(before);
          expect(min).toBeGreaterThanOrEqual(1);
          expect(max).toBeLessThanOrEqual(500);
          expect(max - min).toBeGreaterThanOrEqual(5);
        }
      }),
    );
  });

  it('waits for the first record', () => {
    const stream = new Stream(0);
    const view = viewOf(stream);
    expect(view.pan(1)).toBe(false);
    view.follow(true);
    view.advance();
    expect(view.stretch).toEqual({ min: 0, max: 1 });
  });
});
