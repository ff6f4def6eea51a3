import { describe, expect, it } from 'vitest';
import { type LaneOrder, NO_EVENTS, rankLanes } from '../../../src/dashboard/page/lanes/laneData.ts';

const NONE = NO_EVENTS;
const LANES: Readonly<Record<string, readonly number[]>> = {
  quiet: [10, 90, 10, 10],
  late: [10, 10, 10, 240],
  early: [10, 200, 10, 10],
  long: [10, 10, 240, 240],
  gone: [NONE, NONE, NONE, NONE],
};
const names = Object.keys(LANES);
const data = {
  rows: [0, 1, -1, 2, 3, 4],
  columns: () =>
    [0, 1, 2, 3].map((slice) =>
      Uint8Array.from([0, 1, -1, 2, 3, 4], (stream) => LANES[names[stream]!]?.[slice] ?? NONE),
    ),
};

function ranked(order: LaneOrder, window: readonly [number, number] = [0, 3]): string[] {
  return rankLanes(data, window, 125, order, (id) => names[id]!).map(({ stream }) => names[stream]!);
}

describe('the order of swim lanes', () => {
  it('has the worst first: the greatest score, then the longest', () => {
    expect(ranked('worst')).toEqual(['long', 'late', 'early', 'gone', 'quiet']);
  });

  it('has first who went wrong first', () => {
    expect(ranked('began')).toEqual(['early', 'long', 'late', 'quiet', 'gone']);
  });

  it('goes by the selected slices alone', () => {
    expect(ranked('worst', [0, 1])).toEqual(['early', 'gone', 'late', 'long', 'quiet']);
    expect(ranked('name')).toEqual(['early', 'gone', 'late', 'long', 'quiet']);
  });

  it('says what happened: the greatest score, where it began, how many slices', () => {
    const [first] = rankLanes(data, [0, 3], 125, 'worst', (id) => names[id]!);
    expect(first).toMatchObject({ greatest: 240, over: 2, began: 2 });
  });
});
