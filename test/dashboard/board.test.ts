import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpackColumn } from '../../src/charts/unpackStream.ts';
import { Board } from '../../src/dashboard/board.ts';
import type { WireIncident, WireStream, WireUpdate } from '../../src/dashboard/page/wire.ts';
import type { BoardOptions, Cursor } from '../../src/dashboard/pageUpdate.ts';
import type { Snapshot } from '../../src/models/snapshot/snapshot.ts';
import { spike, verdict } from './verdicts.ts';

const OPTIONS: BoardOptions = {
  hello: { instance: 'one', title: 'test', threshold: 0.5, incidents: 1000, history: 50, feedback: true },
  hold: 3,
  group: '5m',
  maxStreams: 100,
  maxIncidents: 100,
  staleAfter: 60_000,
  dimensions: undefined,
  gates: undefined,
};

/** What a page knows that uses every update. */
class Page {
  cursor: Cursor;
  greeted = 0;
  streams = new Map<number, WireStream>();
  incidents = new Map<number, WireIncident>();
  values: number[] = [];
  status: WireUpdate['status'] | undefined;

  constructor(board: Board, stream?: number) {
    this.cursor = board.start(stream);
  }

  hear(board: Board, now: number): WireUpdate {
    const { update, cursor } = board.since(this.cursor, now);
    this.cursor = cursor;
    const reported = JSON.parse(update) as WireUpdate;
    if (reported.hello !== undefined) {
      this.greeted++;
      this.streams.clear();
      this.incidents.clear();
    }
    this.status = reported.status;
    for (const stream of reported.streams ?? []) this.streams.set(stream.id, stream);
    for (const incident of reported.incidents ?? []) this.incidents.set(incident.id, incident);
    if (reported.points?.fresh === true) this.values = [];
    if (reported.points !== undefined)
      this.values.push(...[...unpackColumn(reported.points.dimensions[0]!.value)].map(Math.fround));
    return reported;
  }
}

describe('the board', () => {
  it('sends what is expected of the next events once: to a page that watches, and to one that comes later', () => {
    const board = new Board(OPTIONS);
    const ahead = [{ step: 1, time: undefined, expected: 4, quantiles: [3, 5] }];
    const page = new Page(board, 0);
    board.add(verdict(0), 0);
    board.refresh(0);
    expect(page.hear(board, 0).ahead).toBeUndefined();
    board.add(verdict(1, { ahead }), 0);
    board.add(verdict(2, { key: 'other', ahead }), 0);
    board.refresh(0);
    const { ahead: sent } = page.hear(board, 0);
    expect(sent).toMatchObject({ stream: 0, record: 1, times: null });
    expect([...unpackColumn(sent!.dimensions[0]!.quantiles[1]!)]).toEqual([5]);
    expect(page.hear(board, 0).ahead).toBeUndefined();
    board.add(verdict(3), 0);
    board.refresh(0);
    expect(page.hear(board, 0).ahead).toBeUndefined();
    expect(new Page(board, 0).hear(board, 0).ahead).toEqual(sent);
    board.add(verdict(4, { ahead }), 0);
    board.refresh(0);
    expect(page.hear(board, 0).ahead).toMatchObject({ record: 3 });
  });

  it('tells a page that received everything, or only now and then, what one that comes last receives', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('add' as const),
        key: fc.constantFrom('a', 'b', 'c'),
        flagged: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('hear' as const), page: fc.nat({ max: 2 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const board = new Board(OPTIONS);
        const pages = [new Page(board), new Page(board, 0), new Page(board, 0)];
        let now = 0;
        for (const [n, each] of steps.entries()) {
          now += 400;
          if (each.kind === 'add') board.add((each.flagged ? spike : verdict)(n, { key: each.key }), now);
          board.refresh(now);
          if (each.kind === 'hear') pages[each.page]!.hear(board, now);
        }
        board.refresh(now + 1000);
        const last = new Page(board, 0);
        last.hear(board, now);
        for (const page of pages) page.hear(board, now);
        for (const { streams, incidents } of pages) {
          expect(streams).toEqual(last.streams);
          expect(incidents).toEqual(last.incidents);
        }
        for (const page of pages.slice(1)) expect(page.values.slice(-50)).toEqual(last.values);
      }),
      { numRuns: 60 },
    );
  });

  it('shows a spike and a dip in a sparkline, however many events come between two refreshes', () => {
    const board = new Board(OPTIONS);
    const page = new Page(board, 0);
    for (let tick = 0; tick < 4; tick++) {
      for (let n = 0; n < 500; n++) {
        const value = tick === 1 && n === 100 ? 90 : tick === 2 && n === 400 ? -70 : Math.sin(n);
        board.add(verdict(500 * tick + n, { value }), 1000 * tick);
      }
      board.refresh(1000 * (tick + 1));
      page.hear(board, 1000 * (tick + 1));
    }
    const { spark } = [...page.streams.values()][0]!;
    expect(spark).toHaveLength(8);
    expect([Math.max(...spark.slice(2, 4).map(Number)), Math.min(...spark.slice(4, 6).map(Number))]).toEqual([
      90, -70,
    ]);
  });

  it('shows after restarts what it would have shown without, ids and feedback included', () => {
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.record({ key: fc.constantFrom('a', 'b', 'c'), flagged: fc.boolean() }) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
      {
        weight: 2,
        arbitrary: fc.record({
          incident: fc.nat({ max: 20 }),
          kind: fc.constantFrom('normal' as const, 'clear' as const),
        }),
      },
    );
    const options = { ...OPTIONS, staleAfter: 1e9 };
    const pictureOf = (board: Board, now: number) => {
      board.refresh(now);
      const page = new Page(board, 0);
      const { marks } = page.hear(board, now);
      const streams = [...page.streams].map(([id, { spark, ...stream }]) => [id, stream] as const);
      const places = marks?.map(({ stream, first, start, end }) => `${stream}: ${first} ${start} ${end}`);
      return {
        ...{ marks: places?.sort(), streams: new Map(streams) },
        ...{ incidents: [...page.incidents.values()], values: page.values },
      };
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const whole = new Board(options);
        let board = new Board(options);
        for (const [n, each] of steps.entries()) {
          if (each === 'restart') {
            const parts = [(key?: string) => key === 'b', (key?: string) => key !== 'b'];
            const saved = parts.map((owns) => JSON.stringify(board.snapshot(owns)));
            board = new Board(options);
            for (const text of saved) board.restore(JSON.parse(text), n);
          } else if ('incident' in each) {
            const given = { kind: each.kind, incident: each.incident };
            expect(board.takeFeedback(given)?.pieces).toEqual(whole.takeFeedback(given)?.pieces);
            const missed = { kind: 'missed' as const, stream: 0, first: n - 5, last: n };
            if (each.kind === 'clear')
              expect(board.takeFeedback({ kind: 'clear', mark: each.incident })?.pieces).toEqual(
                whole.takeFeedback({ kind: 'clear', mark: each.incident })?.pieces,
              );
            else expect(board.takeFeedback(missed)?.pieces).toEqual(whole.takeFeedback(missed)?.pieces);
          } else {
            const startOfIncident = n % 5 === 0;
            const detected = (each.flagged ? spike : verdict)(n, { key: each.key, startOfIncident });
            for (const one of [whole, board]) one.add(detected, n);
          }
        }
        expect(pictureOf(board, 1e6)).toEqual(pictureOf(whole, 1e6));
        const { perSecond, ...measures } = board.measures();
        expect({ ...measures, perSecond: 0 }).toEqual(whole.measures());
      }),
      { numRuns: 100 },
    );
  });

  it('refuses what another configuration showed, or what is damaged', () => {
    const board = new Board(OPTIONS);
    board.add(spike(0), 0);
    const snapshot = board.snapshot(() => true);
    const other = new Board({ ...OPTIONS, hold: 4 });
    expect(() => other.restore(snapshot, 0)).toThrow('config.hold is 3 there and 4 here');
    const refused = (state: object): void => {
      const damaged = { ...snapshot, state: { ...(snapshot.state as object), ...state } } as Snapshot;
      expect(() => new Board(OPTIONS).restore(damaged, 0)).toThrow(
        expect.objectContaining({ code: 'BAD_SNAPSHOT' }),
      );
    };
    const [each] = (snapshot.state as { streams: readonly { stream: object; lanes: object }[] }).streams;
    const changed = (fields: object): object => ({ ...each, stream: { ...each!.stream, ...fields } });
    expect(() => new Board(OPTIONS).restore(snapshot, 0)).not.toThrow();
    refused({ nextId: -1 });
    refused({ streams: null });
    refused({ streams: [{}] });
    refused({ streams: [new Uint8Array(8)] });
    refused({ streams: [changed({ id: 0.5 })] });
    refused({ streams: [changed({ spark: 'x' })] });
    refused({ streams: [changed({ newest: { value: [], score: 0, warmingUp: false } })] });
    refused({ streams: [changed({ history: { records: 0, columns: [] } })] });
    refused({ incidents: { total: 0, going: [{ incident: {}, quiet: 0 }], entries: [] } });
    refused({ marks: [{ stream: 0, first: 0.5, last: 2 }] });
  });

  it('shows a stream that is silent, and the incident until it returns', () => {
    const board = new Board(OPTIONS);
    const absence = (phase: 'began' | 'ended') => ({ absence: { phase, since: verdict(0).time } });
    const none = { value: Number.NaN, expected: Number.NaN, lower: Number.NaN, upper: Number.NaN };
    const silent = { ...none, ...absence('began'), time: verdict(5).time, score: 1, attribution: 1 };
    board.add(verdict(0), 0);
    board.add(spike(0, silent), 5);
    board.refresh(5);
    const page = new Page(board, 0);
    page.hear(board, 5);
    expect(page.streams.get(0)).toMatchObject({
      state: 'absent',
      severity: 'high',
      value: [0],
      incidents: 1,
    });
    const start = verdict(0).time;
    expect(page.incidents.get(0)).toMatchObject({ kind: 'absence', open: true, start, value: [null] });
    expect(board.takeFeedback({ kind: 'normal', incident: 0 })).toBeUndefined();
    expect(board.measures()).toMatchObject({ events: 1, anomalies: 0, incidents: 1, absences: 1 });
    expect(board.measures().states).toMatchObject({ absent: 1, stale: 0 });

    const restarted = new Board(OPTIONS);
    restarted.restore(
      board.snapshot(() => true),
      6,
    );
    for (const each of [board, restarted]) {
      each.add(verdict(9, absence('ended')), 9);
      each.refresh(9);
      const late = new Page(each, 0);
      late.hear(each, 9);
      expect(late.streams.get(0)).toMatchObject({ state: 'normal', severity: 'none' });
      expect(late.incidents.get(0)).toMatchObject({
        kind: 'absence',
        open: false,
        start,
        end: verdict(9).time,
      });
    }
  });

  it('tells a page that has nothing of streams and incidents that have come since the last refresh', () => {
    const board = new Board(OPTIONS);
    board.add(verdict(0), 0);
    board.refresh(0);
    board.add(spike(0, { key: 'fan' }), 1);
    board.refresh(1); // too soon after the last for another row of the overview
    board.add(spike(1, { key: 'belt' }), 1);
    const page = new Page(board);
    const { status, streams } = page.hear(board, 1);
    expect(status.events).toBe(3);
    expect(streams?.map(({ name }) => name)).toEqual(['pump', 'fan', 'belt']);
    expect([...page.incidents.values()].map(({ stream }) => stream)).toEqual([1, 2]);
  });

  it('does not repeat itself', () => {
    const board = new Board(OPTIONS);
    board.add(verdict(0), 0);
    board.refresh(0);
    const page = new Page(board, 0);
    page.hear(board, 0);
    expect(page.hear(board, 1)).toEqual({ status: page.status });
    expect(board.since(page.cursor, 1).isIdle).toBe(true);
  });

  it('sends all that is kept, marked fresh, to a page that has fallen behind it', () => {
    const board = new Board(OPTIONS);
    board.add(verdict(0), 0);
    board.refresh(0);
    const page = new Page(board, 0);
    page.hear(board, 0);
    for (let n = 1; n < 200; n++) board.add(verdict(n, { value: n }), n);
    board.refresh(200);
    const { points } = page.hear(board, 200);
    expect(points).toMatchObject({ fresh: true, first: 150 });
    expect(page.values).toEqual(Array.from({ length: 50 }, (_, i) => 150 + i));
  });

  it('begins anew with a page that comes from another server', () => {
    const board = new Board(OPTIONS);
    board.add(verdict(0), 0);
    board.refresh(0);
    const page = new Page(board, 0);
    page.cursor = { instance: 'another', revision: 99, stream: 0, records: 99 };
    expect(page.hear(board, 0)).toMatchObject({
      hello: { instance: 'one' },
      points: { fresh: true, first: 0 },
    });
  });

  it('shows an incident while it continues, and that it has ended', () => {
    const board = new Board(OPTIONS);
    const page = new Page(board);
    const state = (n: number) => {
      board.refresh(n * 1000);
      page.hear(board, n * 1000);
      return page.streams.get(0)!.state;
    };
    board.add(verdict(0, { warmingUp: true }), 0);
    expect(state(0)).toBe('warmingUp');
    board.add(verdict(1), 1000);
    expect(state(1)).toBe('normal');
    board.add(spike(2), 2000);
    expect(state(2)).toBe('incident');
    board.add(spike(3, { startOfIncident: false, score: 0.95, severity: 'critical' }), 3000);
    expect(state(3)).toBe('incident');
    for (let n = 4; n < 7; n++) board.add(verdict(n), n * 1000);
    expect(state(6)).toBe('normal');
    expect([...page.incidents.values()]).toMatchObject([
      { first: 2, last: 3, peak: 3, count: 2, severity: 'critical', open: false, value: [8], score: 0.95 },
    ]);
    expect(state(70)).toBe('stale');
  });

  it('holds no more streams and incidents than it may', () => {
    const board = new Board({ ...OPTIONS, maxStreams: 3, maxIncidents: 5, hold: 1 });
    const page = new Page(board);
    for (let n = 0; n < 40; n++) {
      board.add(spike(n, { key: `k${n % 8}` }), n);
      board.refresh(n * 1000);
      page.hear(board, n * 1000);
      expect(page.streams.size).toBeLessThanOrEqual(3);
    }
    expect([...page.streams.values()].map(({ name }) => name).sort()).toEqual(['k5', 'k6', 'k7']);
    const late = new Page(board);
    late.hear(board, 99);
    expect(late.incidents.size).toBeLessThanOrEqual(5);
  });

  it('makes of feedback on an incident what the detector needs', () => {
    const board = new Board(OPTIONS);
    for (let n = 0; n < 10; n++) board.add(verdict(n), n);
    board.add(spike(10, { value: 8, expected: 1, lower: 0, upper: 2 }), 10);
    board.add(spike(11, { value: 9, expected: 1, lower: 0, upper: 2, startOfIncident: false }), 11);
    const given = { kind: 'normal', key: 'pump', value: [[7, 10]], residual: [[6, 9]], score: 0.9 };
    expect(board.takeFeedback({ kind: 'normal', incident: 0 })?.pieces).toEqual([given]);
    const page = new Page(board);
    const shown = (now: number) => {
      board.refresh(now);
      page.hear(board, now);
      return page.incidents.get(0)!.feedback;
    };
    expect(shown(12)).toBe('normal');
    board.add(spike(12, { value: 20, expected: 1, lower: 0, upper: 2, startOfIncident: false }), 12);
    const more = { ...given, kind: 'missed', value: [[7, 21]], residual: [[6, 20]] };
    // What was given before, though the incident has grown.
    const clear = { ...given, kind: 'clear' };
    expect(board.takeFeedback({ kind: 'missed', incident: 0 })?.pieces).toEqual([clear, more]);
    expect(shown(13)).toBe('missed');
    expect(board.takeFeedback({ kind: 'clear', incident: 0 })?.pieces).toEqual([{ ...more, kind: 'clear' }]);
    expect(shown(14)).toBeNull();
    expect(board.takeFeedback({ kind: 'clear', incident: 0 })?.pieces).toEqual([]);
    expect(board.takeFeedback({ kind: 'normal', incident: 7 })).toBeUndefined();
  });

  it('ends an incident with a verdict that has ended it, where those between were left out', () => {
    const board = new Board(OPTIONS);
    const page = new Page(board);
    const first = spike(0);
    const incident = { kind: 'value', key: 'pump', first, last: first, peak: first, count: 1 } as const;
    const ended = [
      { ...incident, start: first.time, end: first.time, severity: 'high', open: false } as const,
    ];
    board.add(first, 0);
    board.add({ ...verdict(3), ended: [] }, 1);
    board.refresh(1);
    page.hear(board, 1);
    expect([...page.incidents.values()]).toMatchObject([{ open: true }]);
    board.add({ ...verdict(4), ended }, 2);
    board.refresh(2);
    page.hear(board, 2);
    expect([...page.incidents.values()]).toMatchObject([{ open: false, count: 1 }]);
    board.add({ ...spike(5), ended }, 3); // the one that begins with it is another one
    board.refresh(3);
    page.hear(board, 3);
    expect([...page.incidents.values()]).toMatchObject([{ open: false }, { open: true }]);
  });

  it('ends the incident of a stream whose model is gone, with the verdict of another one, and why', () => {
    const board = new Board(OPTIONS);
    const page = new Page(board);
    const first = spike(0);
    board.add(first, 0);
    const ended = [{ kind: 'value', key: 'pump', first, last: first, peak: first, count: 1 }] as const;
    const known = { start: first.time, end: first.time, severity: 'high', open: false } as const;
    board.add(
      {
        ...verdict(3),
        key: 'other',
        ended: ended.map((each) => ({ ...each, ...known, endedBy: 'expired' })),
      },
      1,
    );
    board.refresh(1);
    page.hear(board, 1);
    expect([...page.incidents.values()]).toMatchObject([
      { open: false, why: expect.stringMatching(/ It ended as no more events came\.$/) },
    ]);
    expect(board.measures().states).toMatchObject({ incident: 0 });
  });

  it('takes the highest score of a stretch that was missed, and shows the stretch to all', () => {
    const board = new Board(OPTIONS);
    for (let n = 0; n < 20; n++) board.add(verdict(n, { score: n === 7 ? 0.45 : 0.1, value: n }), n);
    board.refresh(1);
    const page = new Page(board);
    page.hear(board, 1);
    const given = board.takeFeedback({ kind: 'missed', stream: 0, first: 5, last: 9 })?.pieces;
    expect(given).toMatchObject([{ kind: 'missed', key: 'pump', score: 0.45 }]);
    board.refresh(2);
    const [start, end] = [verdict(5).time, verdict(9).time];
    const mark = {
      id: 0,
      stream: 0,
      first: 5,
      last: 9,
      start,
      end,
      cleared: false,
      waiting: false,
      refused: '',
    };
    expect(page.hear(board, 2).marks).toEqual([mark]);
    expect(board.takeFeedback({ kind: 'clear', mark: 0 })?.pieces).toEqual([{ ...given![0], kind: 'clear' }]);
    board.refresh(3);
    expect(page.hear(board, 3).marks).toEqual([{ ...mark, cleared: true }]);
    expect(new Page(board).hear(board, 3).marks).toBeUndefined();
    expect(board.takeFeedback({ kind: 'clear', mark: 0 })?.pieces).toEqual([]);
    expect(board.takeFeedback({ kind: 'missed', stream: 4, first: 5, last: 9 })).toBeUndefined();
  });

  it('reads gates once a second for a stream that is watched, and few at once', () => {
    let read = 0;
    const half = Float64Array.of(0.5);
    const gates = [{ forget: half, input: half, output: half, halfLife: Float64Array.of(1) }];
    const look = () => {
      read++;
      return gates;
    };
    const board = new Board({ ...OPTIONS, gates: look });
    for (let n = 0; n < 10; n++) board.add(verdict(n, { key: `k${n}` }), n);
    const pages = Array.from({ length: 20 }, (_, n) => new Page(board, n % 10));
    for (let tick = 0; tick < 10; tick++) {
      board.refresh(tick * 100);
      const before = read;
      for (const page of pages) page.hear(board, tick * 100);
      expect(read - before).toBeLessThanOrEqual(2);
    }
    expect(read).toBe(10);
  });

  it('tells that the source has failed, and why', () => {
    const board = new Board(OPTIONS);
    const page = new Page(board);
    board.end('the cable was cut');
    board.refresh(1);
    expect(page.hear(board, 1).status).toMatchObject({ source: 'failed', error: 'the cable was cut' });
  });
});
