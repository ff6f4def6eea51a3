import { describe, expect, it } from 'vitest';
import { Board } from '../../../src/dashboard/board.ts';
import { historyAnswer } from '../../../src/dashboard/history/historyAnswers.ts';
import { spike, verdict } from '../verdicts.ts';

function boardOf(records: number, history?: number): Board {
  const board = new Board({
    hello: {
      instance: 'one',
      title: 'test',
      threshold: 0.5,
      incidents: 100,
      history: 10_000,
      feedback: false,
    },
    ...{ hold: 3, group: '5m', maxStreams: 3000, maxIncidents: 100, history },
    ...{ staleAfter: undefined, dimensions: () => ['a "b", c'], gates: undefined },
  });
  for (let n = 0; n < records; n++) board.add(n === 7 ? spike(n) : verdict(n), 0);
  return board;
}

function ask(board: Board, path: string) {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  return historyAnswer(board, pathname, searchParams);
}

describe('requests for what a board keeps', () => {
  it.each([
    ['/lanes', 400],
    ['/lanes?range=year', 400],
    ['/lanes?range=all&since=nonsense', 200],
    ['/history', 404],
    ['/history?stream=1', 404],
    ['/history?stream=0&from=2&to=1', 400],
    ['/history?stream=0&from=soon', 400],
    ['/history?stream=0&points=0', 400],
    ['/history?stream=0&points=1e9', 400],
    ['/history?stream=0&dimension=1', 400],
    ['/history?stream=0', 200],
    ['/records.csv?stream=x', 404],
    ['/records.csv?stream=0&first=100', 410],
    ['/records.csv?stream=0&first=x', 410],
    ['/records.csv?stream=0', 200],
  ])('%s: %i', (path, status) => {
    expect(ask(boardOf(20), path)?.status).toBe(status);
  });

  it('leaves other paths to others', () => {
    expect(ask(boardOf(1), '/metrics')).toBeUndefined();
  });

  it('gives at most 100,000 records at a time', () => {
    const board = boardOf(100_001, 1_000_000);
    expect(ask(board, '/records.csv?stream=0')?.status).toBe(413);
    expect(ask(board, '/records.csv?stream=0&first=1')?.status).toBe(200);
  });

  it('gives records as CSV', () => {
    const { text, type } = ask(boardOf(20), '/records.csv?stream=0&first=6&last=7')!;
    expect(type).toBe('text/csv; charset=utf-8');
    expect(text.split('\r\n')).toEqual([
      'record,time,dimension,value,expected,lower,upper,score,flagged',
      `7,2023-11-14T22:13:26.000Z,"a ""b"", c",${verdict(6).value},${verdict(6).value},${verdict(6).lower},${verdict(6).upper},0.1,false`,
      `8,2023-11-14T22:13:27.000Z,"a ""b"", c",8,${verdict(7).expected},${verdict(7).lower},${verdict(7).upper},0.9,true`,
      '',
    ]);
  });

  it('keeps fewer records of each stream where there are many, unless a number is asked for', () => {
    const [shared, asked] = [boardOf(0), boardOf(0, 1500)];
    for (const board of [shared, asked])
      for (let n = 0; n < 1200; n++)
        for (let k = 0; k < 2500; k += n < 2 ? 1 : 2499) board.add(verdict(n, { key: `${k}` }), 0);
    const kept = (board: Board) => {
      const { records, oldest } = board.stream(0)!.history;
      return records - oldest;
    };
    expect([kept(shared), kept(asked)]).toEqual([800, 1200]);
  });
});
