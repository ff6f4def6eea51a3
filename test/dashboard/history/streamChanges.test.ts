import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Verdict } from '../../../src/core/reading.ts';
import { Board } from '../../../src/dashboard/board.ts';
import { historyAnswer } from '../../../src/dashboard/history/historyAnswers.ts';
import { StreamChanges, watchesBy } from '../../../src/dashboard/history/streamChanges.ts';
import type { WireWindow } from '../../../src/dashboard/page/history/wireWindow.ts';
import type { WireChange, WireUpdate } from '../../../src/dashboard/page/wire.ts';
import type { BoardOptions } from '../../../src/dashboard/pageUpdate.ts';
import type { ChangePoint } from '../../../src/models/changes/changePoint.ts';
import { schemaNamed, validatorOf } from '../../schemas/validator.ts';
import { CHANGED_AT, CHANGED_EVENTS, changingStream } from '../../support/changingStream.ts';

const OPTIONS: BoardOptions = {
  hello: { instance: 'one', title: 'test', threshold: 0.5, incidents: 100, history: 5000, feedback: true },
  ...{ hold: 3, group: '5m', maxStreams: 3, maxIncidents: 100 },
  ...{ staleAfter: undefined, dimensions: () => ['flow'], gates: undefined },
  newWatch: watchesBy({ minCertainty: 0.5 }),
};

const STREAM = changingStream('pump');

function boardOf(verdicts: readonly Verdict<number, number>[], options: Partial<BoardOptions> = {}): Board {
  const board = new Board({ ...OPTIONS, ...options });
  for (const verdict of verdicts) board.add(verdict, 0);
  board.refresh(0);
  return board;
}

const changesOf = (board: Board): readonly WireChange[] => board.stream(0)!.changes.all;

function ask(board: Board, path: string): unknown {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  return JSON.parse(historyAnswer(board, pathname, searchParams)!.text);
}

/** One that was found elsewhere. */
const GIVEN: ChangePoint = {
  ...{ key: 'pump', kind: 'slope', dimension: 0, time: 60_000 * 5, detectedAt: 60_000 * 19 },
  ...{ eventsAgo: 14, before: 1, after: 2, size: 1, certainty: 0.6 },
};

describe('the lasting changes of a stream on the board', () => {
  it('are found, with the record at which they began', () => {
    const [change, ...more] = changesOf(boardOf(STREAM));
    expect(more).toEqual([]);
    expect(change).toMatchObject({ kind: 'level', record: CHANGED_AT, time: 60_000 * CHANGED_AT });
    expect(change?.before).toBeCloseTo(20, 0);
    expect(change?.after).toBeCloseTo(30, 0);
    expect(boardOf(STREAM).measures().changes).toBe(1);
  });

  it('count the record of a silence, which is no event', () => {
    const none = { value: Number.NaN, expected: Number.NaN, lower: Number.NaN, upper: Number.NaN };
    const silent = (at: number): Verdict<number, number> => ({
      ...STREAM[at]!,
      ...{ ...none, time: 60_000 * at - 1, isAnomaly: false, absence: { phase: 'began', since: 0 } },
    });
    // One before the change, one between it and the event at which it is detected.
    const with2 = [
      ...STREAM.slice(0, 100),
      silent(100),
      ...STREAM.slice(100, 303),
      silent(303),
      ...STREAM.slice(303),
    ];
    expect(changesOf(boardOf(with2))).toMatchObject([{ record: CHANGED_AT + 1, time: 60_000 * CHANGED_AT }]);
  });

  it('are sent to a page once, and to one that comes later; not to one that shows another stream', () => {
    const board = boardOf([]);
    let cursor = board.start(0);
    const sent: unknown[] = [];
    for (const [n, verdict] of STREAM.slice(0, 60).entries()) {
      board.add({ ...verdict, changes: n === 19 || n === 40 ? [GIVEN] : [] }, 0);
      board.refresh(0);
      const update = board.since(cursor, 0);
      cursor = update.cursor;
      const { changes } = JSON.parse(update.update) as WireUpdate;
      if (changes !== undefined) sent.push(changes);
    }
    const all = changesOf(board);
    expect(all).toHaveLength(2);
    expect(sent).toEqual([1, 2].map((count) => ({ stream: 0, changes: all.slice(0, count) })));
    const later = JSON.parse(board.since(board.start(0), 0).update) as WireUpdate;
    expect(later.changes).toEqual({ stream: 0, changes: all });
    const other = JSON.parse(board.since(board.start(1), 0).update) as WireUpdate;
    expect(other.changes).toBeUndefined();
  });

  it.each([20, 31, 32, CHANGED_AT + 5, CHANGED_EVENTS - 1])(
    'are the same after a restart at event %i',
    (at) => {
      const first = boardOf(STREAM.slice(0, at));
      const second = new Board(OPTIONS);
      second.restore(structuredClone(first.snapshot(() => true)), 0);
      for (const verdict of STREAM.slice(at)) second.add(verdict, 0);
      const [change, ...more] = changesOf(second);
      expect(more).toEqual([]);
      const [whole] = changesOf(boardOf(STREAM));
      // What came before the 32nd event of a run is not in its state.
      if (at >= 32) expect(change).toEqual(whole);
      else expect(change).toMatchObject({ kind: 'level', record: CHANGED_AT });
    },
  );

  it('refuse a damaged state', () => {
    const changes = new StreamChanges(() => OPTIONS.newWatch!(1));
    expect(() => changes.resume({ all: [{ kind: 'level' }] })).toThrow(/is missing/);
    expect(() => changes.resume({ all: [], watch: {} })).toThrow(/is missing|cannot be/);
  });

  it('are those of the verdicts, where these have them', () => {
    const verdicts = STREAM.map((verdict, n) => ({ ...verdict, changes: n === 19 ? [GIVEN] : [] }));
    expect(changesOf(boardOf(verdicts))).toMatchObject([{ kind: 'slope', record: 5, certainty: 0.6 }]);
  });

  it('are not looked for without what finds them', () => {
    const board = boardOf(STREAM, { newWatch: undefined });
    expect(changesOf(board)).toEqual([]);
    const later = new Board({ ...OPTIONS, newWatch: undefined });
    later.restore(
      boardOf(STREAM).snapshot(() => true),
      0,
    );
    expect(changesOf(later)).toEqual([]);
  });

  it('are bounded: the newest hundred are kept', () => {
    const verdicts = Array.from({ length: 250 }, (_, n) => ({
      ...STREAM[n]!,
      changes: [{ ...GIVEN, size: n, eventsAgo: 1, time: 60_000 * (n - 1) }],
    }));
    const all = changesOf(boardOf(verdicts));
    expect(all).toHaveLength(100);
    expect(all[0]).toMatchObject({ size: 150, record: 149 });
  });

  it('are in the window that they are in, of the dimension that is shown', () => {
    const board = boardOf(STREAM);
    const at = 60_000 * CHANGED_AT;
    const within = (from: number, to: number) =>
      (ask(board, `/history?stream=0&from=${from}&to=${to}`) as WireWindow).changes;
    expect(within(at - 1000, at + 1000)).toEqual(changesOf(board));
    expect(within(at, at)).toHaveLength(1);
    expect(within(at + 1, at + 60_000)).toEqual([]);
    expect((ask(board, '/history?stream=0') as WireWindow).changes).toHaveLength(1);
  });

  it('are answered for all streams, as detect writes them', () => {
    const board = boardOf([...STREAM, ...changingStream('fan')]);
    const changes = ask(board, '/changes.json') as readonly Readonly<Record<string, unknown>>[];
    const fits = validatorOf(schemaNamed('change'));
    for (const change of changes) expect(fits(change), JSON.stringify(fits.errors)).toBe(true);
    expect(changes.map(({ key, column, time }) => [key, column, time])).toEqual(
      ['pump', 'fan'].map((key) => [key, 'flow', new Date(60_000 * CHANGED_AT).toISOString()]),
    );
  });

  it('find nothing in a stream that does not change', () => {
    const random = new Random(9);
    const quiet = Array.from({ length: 600 }, (_, n) => ({
      ...STREAM[n % 200]!,
      time: 60_000 * n,
      value: 20 + random.normal(),
    }));
    expect(changesOf(boardOf(quiet))).toEqual([]);
  });
});
