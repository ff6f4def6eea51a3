import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cells, Runs, valuesOf } from './rows.ts';

const MINUTE = 60_000;

/** Streams of one to three keys whose times stand still, go back and cannot be read now and then; no two rows are equal. */
const streams = fc
  .array(
    fc.record({
      key: fc.constantFrom(undefined, 'a', 'b'),
      step: fc.constantFrom(1, 1, 1, 1, 0, 0, -1, -4),
      readable: fc.integer({ min: 0, max: 7 }).map((n) => n > 0),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let time = 0;
    return steps.map(({ key, step, readable }, at): Cells => {
      time += step * MINUTE;
      return { ...(key === undefined ? {} : { key }), time: readable ? time : undefined, value: at };
    });
  });

/** A stream and places to cut it, ascending. */
const cutStreams = streams.chain((stream) =>
  fc.tuple(
    fc.constant(stream),
    fc
      .array(fc.nat({ max: stream.length }), { minLength: 1, maxLength: 4 })
      .map((cuts) => [...cuts.sort((a, b) => a - b), stream.length]),
  ),
);

describe('the same file, longer each time', () => {
  it('continues where it ended, whatever its times do', () => {
    fc.assert(
      fc.property(cutStreams, fc.boolean(), ([stream, cuts], hasTimes) => {
        const runs = new Runs(hasTimes);
        expect(cuts.flatMap((cut) => runs.over(stream.slice(0, cut)))).toEqual(valuesOf(stream));
      }),
    );
  });

  it('continues wherever a run broke off', () => {
    fc.assert(
      fc.property(
        cutStreams,
        fc.array(fc.nat({ max: 9 })),
        fc.boolean(),
        ([stream, cuts], stops, hasTimes) => {
          const runs = new Runs(hasTimes);
          const broken = stops.flatMap((stop) => runs.over(stream.slice(0, cuts[0]), stop));
          expect([...broken, ...runs.over(stream)]).toEqual(valuesOf(stream));
        },
      ),
    );
  });

  it('yields nothing when it has not grown, or was cut', () => {
    fc.assert(
      fc.property(cutStreams, fc.boolean(), ([stream, cuts], hasTimes) => {
        const runs = new Runs(hasTimes);
        runs.over(stream);
        for (const cut of cuts) expect(runs.over(stream.slice(0, cut))).toEqual([]);
        expect(runs.over([...stream, { time: undefined, value: 'more' }])).toEqual(['more']);
      }),
    );
  });

  it('is known again when its last row was still being written', () => {
    for (const hasTimes of [true, false]) {
      const rows = Array.from({ length: 30 }, (_, at): Cells => ({ time: at * MINUTE, value: at }));
      const runs = new Runs(hasTimes);
      runs.over([...rows, { time: 30 * MINUTE, value: '4.' }]);
      const completed = [...rows, { time: 30 * MINUTE, value: '4.25' }, { time: 31 * MINUTE, value: 'new' }];
      expect(runs.over(completed)).toEqual(['new']);
    }
  });

  it('is known again when it is long, with or without times', () => {
    for (const hasTimes of [true, false]) {
      const rows = Array.from({ length: 10_000 }, (_, at): Cells => ({ time: at * MINUTE, value: at % 7 }));
      const runs = new Runs(hasTimes);
      const detected = [9000, 9001, 10_000].map((cut) => runs.over(rows.slice(0, cut)).length);
      expect(detected).toEqual([9000, 1, 999]);
    }
  });
});

describe('the next file', () => {
  it('follows on, whatever its times do, in the middle of equal times too', () => {
    fc.assert(
      fc.property(cutStreams, fc.boolean(), ([stream, cuts], hasTimes) => {
        const runs = new Runs(hasTimes);
        const detected = cuts.flatMap((cut, at) => runs.over(stream.slice(cuts[at - 1] ?? 0, cut)));
        expect(detected).toEqual(valuesOf(stream));
      }),
    );
  });

  it('may begin with rows that were processed', () => {
    fc.assert(
      fc.property(cutStreams, fc.nat({ max: 30 }), ([stream, cuts], overlap) => {
        const runs = new Runs();
        const detected = cuts.flatMap((cut, at) =>
          runs.over(stream.slice(Math.max(0, (cuts[at - 1] ?? 0) - overlap), cut)),
        );
        expect(detected).toEqual(valuesOf(stream));
      }),
    );
  });

  it('may be sorted by key', () => {
    fc.assert(
      fc.property(cutStreams, fc.nat({ max: 30 }), ([stream, cuts], overlap) => {
        const byKey = (cells: readonly Cells[]): Cells[] =>
          cells.toSorted((a, b) => (a.key ?? '').localeCompare(b.key ?? ''));
        const runs = new Runs();
        const detected = cuts.flatMap((cut, at) =>
          runs.over(byKey(stream.slice(Math.max(0, (cuts[at - 1] ?? 0) - overlap), cut))),
        );
        expect(detected.toSorted()).toEqual(valuesOf(stream).toSorted());
      }),
    );
  });

  it('may be one that was processed before the last', () => {
    fc.assert(
      fc.property(cutStreams, ([stream, cuts]) => {
        const runs = new Runs();
        runs.over(stream.slice(0, cuts[0]));
        runs.over(stream.slice(cuts[0]));
        expect(runs.over(stream.slice(0, cuts[0]))).toEqual([]);
        expect(runs.over(stream.slice(cuts[0]))).toEqual([]);
      }),
    );
  });

  it('is new as a whole in a table without times, though it begins like the last', () => {
    const begins = Array.from({ length: 40 }, (): Cells => ({ value: 0 }));
    const runs = new Runs(false);
    runs.over([...begins, { value: 1 }, { value: 2 }, { value: 3 }]);
    const next = [...begins, { value: 2 }, { value: 2 }, { value: 3 }, { value: 4 }];
    expect(runs.over(next)).toEqual(valuesOf(next));
  });

  it('is new as a whole in a table without times, though it is a few rows that begin like the last', () => {
    const runs = new Runs(false);
    runs.over([5, 6, 7, 8, 9].map((value) => ({ value })));
    expect(runs.over([5, 6, 8].map((value) => ({ value })))).toEqual(['5', '6', '8']);
  });

  it('may overlap by more rows than are remembered, or begin before all of them', () => {
    const rows = Array.from({ length: 1000 }, (_, at): Cells => ({ time: at * MINUTE, value: at }));
    for (const begin of [0, 1, 100, 500, 770, 771, 772, 773, 870, 898, 899, 900]) {
      const runs = new Runs();
      runs.over(rows.slice(begin === 0 ? 50 : 0, 900));
      expect(runs.over(rows.slice(begin))).toEqual(valuesOf(rows.slice(900)));
    }
  });

  it('continues within equal times that are more than are remembered', () => {
    const rows = Array.from({ length: 1000 }, (_, at): Cells => ({ time: Math.floor(at / 500), value: at }));
    for (const begin of [0, 400, 499, 800, 899, 900]) {
      const runs = new Runs();
      runs.over(rows.slice(0, 900));
      expect(runs.over(rows.slice(begin))).toEqual(valuesOf(rows.slice(900)));
    }
  });

  it('continues after a clock that was set back long ago', () => {
    const time = (at: number): number => (at < 500 ? at : at - 400) * MINUTE;
    const rows = Array.from({ length: 900 }, (_, at): Cells => ({ time: time(at), value: at }));
    for (const begin of [600, 650, 700]) {
      const runs = new Runs();
      runs.over(rows.slice(0, 700));
      expect(runs.over(rows.slice(begin))).toEqual(valuesOf(rows.slice(700)));
    }
  });
});

describe('a file that overlaps with other values than were processed', () => {
  const detected = [1, 2, 3, 3, 4, 4].map((minute, at): Cells => ({ time: minute * MINUTE, value: at }));

  it('is passed over by time, and by count at equal times', () => {
    const runs = new Runs();
    runs.over(detected);
    const corrected = detected.map((row, at) => (at < 2 ? row : { ...row, value: `${row.value}.5` }));
    const more = [4, 4, 5].map((minute): Cells => ({ time: minute * MINUTE, value: 'new' }));
    expect(runs.over([...corrected, ...more])).toEqual(valuesOf(more));
  });

  it('is passed over where its times cannot be read, by the time before', () => {
    const runs = new Runs();
    runs.over([...detected, { time: undefined, value: 6 }]);
    const corrected = [...detected, { time: undefined, value: 6 }].map((row, at) => ({
      ...row,
      value: at < 2 ? at : `${at}.5`,
    }));
    expect(runs.over([...corrected, { time: 5 * MINUTE, value: 'new' }])).toEqual(['new']);
  });

  it('is passed over by time where it is older than what is remembered', () => {
    const rows = Array.from({ length: 300 }, (_, at): Cells => ({ time: at * MINUTE, value: at }));
    const runs = new Runs();
    runs.over(rows);
    const corrected = rows.map((row): Cells => ({ ...row, value: `${row.value}.5` }));
    expect(runs.over([...corrected, { time: 300 * MINUTE, value: 'new' }])).toEqual(['new']);
  });
});

describe('what is saved', () => {
  it('stays as it was while nothing is new', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        const [once, twice] = [new Runs(), new Runs()];
        once.over(stream);
        twice.over(stream);
        twice.over(stream.slice(0, stream.length >> 1));
        expect(twice.saved).toEqual(once.saved);
      }),
    );
  });

  it('does not grow with the stream', () => {
    const size = (rows: number): number => {
      const runs = new Runs();
      runs.over(Array.from({ length: rows }, (_, at) => ({ time: at * MINUTE, value: at })));
      return JSON.stringify(runs.saved).length;
    };
    expect(size(20_000)).toBeLessThan(2 * size(200));
  });
});
