import { describe, expect, it } from 'vitest';
import { Board } from '../../src/dashboard/board.ts';
import { groupsOf } from '../../src/dashboard/page/incidents/groupsOf.ts';
import { remaining, wordsOf } from '../../src/dashboard/page/incidents/whatIf.ts';
import { stretchesBetween } from '../../src/dashboard/page/lanes/laneData.ts';
import type { WireUpdate } from '../../src/dashboard/page/wire.ts';
import { spike, verdict } from './verdicts.ts';

function boardOf(group: number | string = '5m'): Board {
  return new Board({
    hello: { instance: 'one', title: 'test', threshold: 0.5, incidents: 100, history: 50, feedback: true },
    ...{ hold: 3, group, maxStreams: 100, maxIncidents: 100, staleAfter: undefined },
    ...{ dimensions: undefined, gates: undefined },
  });
}

/** Ten streams that one cause hits, `s3` first, and much later `s0` alone. */
function hit(): Board {
  const board = boardOf();
  const keys = Array.from({ length: 10 }, (_, k) => `s${k}`);
  for (let n = 0; n < 1000; n++)
    for (const [k, key] of keys.entries()) {
      const isHit = n === 200 + ((k + 7) % 10) * 5 || (n === 900 && k === 0);
      board.add((isHit ? spike : verdict)(n, { key, ...(isHit ? { score: 0.6 + k / 50 } : {}) }), 0);
    }
  board.refresh(0);
  return board;
}

function shownBy(board: Board) {
  const { update } = board.since(board.start(undefined), 0);
  const { incidents = [], streams = [] } = JSON.parse(update) as WireUpdate;
  return { incidents, names: new Map(streams.map(({ id, name }) => [id, name])) };
}

describe('incidents that began together', () => {
  it('say which stream was usually first by the groups before', () => {
    const board = boardOf(20_000);
    const keys = ['a', 'b'];
    for (let n = 0; n < 300; n++)
      for (const [k, key] of keys.entries()) {
        const isHit = n % 100 === 50 + (n < 200 ? k : 1 - k); // `b` is first in the third group
        board.add((isHit ? spike : verdict)(n, { key }), 0);
      }
    board.refresh(0);
    const { incidents, names } = shownBy(board);
    const usual = groupsOf(incidents).map((group) => group.usual && { ...group.usual, stream: names.get(group.usual.stream) }); // biome-ignore format: a line
    expect(usual).toEqual([
      { stream: 'a', first: 3 / 5, seen: 2 },
      { stream: 'a', first: 3 / 4, seen: 1 },
      undefined,
    ]);
  });

  it('are one group, who began first first', () => {
    const { incidents, names } = shownBy(hit());
    const groups = groupsOf(incidents);
    expect(groups).toHaveLength(1);
    const [{ streams, from, to }] = groups as [(typeof groups)[number]];
    expect(streams.map((id) => names.get(id))).toEqual([
      's3',
      's4',
      's5',
      's6',
      's7',
      's8',
      's9',
      's0',
      's1',
      's2',
    ]);
    expect([from, to]).toEqual([verdict(200).time, verdict(245).time]);
  });

  it('are listed the newest first by their time, in whatever order a replay came to them', () => {
    const board = boardOf();
    for (const at of [500_000, 900_000, 100_000])
      for (const key of ['a', 'b']) board.add(spike(at, { key: `${key}${at}` }), 0);
    board.refresh(0);
    expect(groupsOf(shownBy(board).incidents).map(({ from }) => from)).toEqual(
      [900_000, 500_000, 100_000].map((n) => verdict(n).time),
    );
  });

  it('are a group within the time that the board was given', () => {
    const apart = (group: number | string): number => {
      const board = boardOf(group);
      for (let n = 0; n < 400; n++)
        for (const key of ['a', 'b'])
          board.add((n === (key === 'a' ? 200 : 230) ? spike : verdict)(n, { key }), n);
      return groupsOf(shownBy(board).incidents).length;
    };
    expect([apart('29s'), apart('30s'), apart(29_000), apart(30_000)]).toEqual([0, 1, 0, 1]);
  });

  it('are the same group after a restart', () => {
    const board = hit();
    const again = boardOf();
    again.restore(
      board.snapshot(() => true),
      0,
    );
    again.refresh(0);
    expect(groupsOf(shownBy(again).incidents)).toEqual(groupsOf(shownBy(board).incidents));
  });

  it('are a group of several streams only, without those that are normal', () => {
    const { incidents } = shownBy(hit());
    const normal = incidents.map((each) =>
      each.start === verdict(200).time ? { ...each, feedback: 'normal' as const } : each,
    );
    expect(groupsOf(normal)[0]!.streams).toHaveLength(9);
    expect(groupsOf(incidents.filter(({ stream }) => stream === 0))).toEqual([]);
  });
});

describe('another threshold', () => {
  it('leaves the incidents whose peak reaches it, and silences', () => {
    const { incidents } = shownBy(hit());
    expect(remaining(incidents, 0.5).stay).toBe(11);
    const { stay, go } = remaining(incidents, 0.7);
    expect(stay).toBe(5); // s5 … s9
    expect(go.size).toBe(6);
    const silent = incidents.map((each) => ({ ...each, kind: 'absence' as const }));
    expect(remaining(silent, 0.99).stay).toBe(11);
  });

  it('says what it cannot know', () => {
    expect(wordsOf(0.7, 0.5, 5, 6, undefined)).toBe(
      'At 0.70 (now 0.50) 5 of 11 kept incidents would stay, by their peaks; the others are dimmed. Some would begin later, end sooner or be several.',
    );
    expect(wordsOf(0.4, 0.5, 11, 0, 12)).toMatch(/^At 0.40 .* 11 of 11 .* 12 more stretches .* is not known/);
  });

  it('counts stretches that reach a lower one, and not the present one', () => {
    const rows = [
      [10, 110, 120, 10, 255, 110],
      [110, 200, 110, 10, 10, 10],
      [10, 10, 10, 10, 10, 10],
    ];
    const columns = () => [0, 1, 2, 3, 4, 5].map((slice) => Uint8Array.from(rows, (row) => row[slice]!));
    expect(stretchesBetween({ rows: [1, 2, 3], columns }, 100, 125)).toBe(2);
    expect(stretchesBetween({ rows: [1, -1, 3], columns }, 100, 255)).toBe(2);
  });
});
