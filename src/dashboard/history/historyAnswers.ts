import type { Board } from '../board.ts';
import { LANE_RANGES } from '../page/lanes/wireLanes.ts';
import { historyWindow } from './historyWindow.ts';
import { recordsCsv } from './recordsCsv.ts';

/** What a request for kept data is answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** @default plain text */
  readonly type?: string;
}

const MOST_POINTS = 20_000;
const MOST_RECORDS = 100_000;

/** Answers to requests for what a board keeps; undefined where the path is of something else. */
export function historyAnswer(board: Board, path: string, asked: URLSearchParams): Answer | undefined {
  if (path === '/lanes') return lanes(board, asked);
  if (path === '/history') return window(board, asked);
  if (path === '/records.csv') return records(board, asked);
  if (path === '/labels.json') return labels(board);
  if (path === '/changes.json') return json(board.changes());
  return undefined;
}

/** In NAB's form, for `backtest --labels`. */
function labels(board: Board): Answer {
  return { status: 200, text: `${JSON.stringify(board.labels(), null, 1)}\n`, type: 'application/json' };
}

/** `?range=` selects the axis; `?since=` is the cursor of the last answer. */
function lanes(board: Board, asked: URLSearchParams): Answer {
  const range = LANE_RANGES.find((each) => each === asked.get('range'));
  if (range === undefined) return bad(`Expected range: ${LANE_RANGES.join(', ')}.`);
  return json(board.lanes.since(range, asked.get('since') ?? undefined));
}

/** `?stream=`, `?from=` and `?to=` (both may be left out), `?points=` at most, `?dimension=`. */
function window(board: Board, asked: URLSearchParams): Answer {
  const stream = board.stream(integer(asked, 'stream', -1));
  if (stream === undefined) return { status: 404, text: 'No such stream.' };
  const query = {
    from: integer(asked, 'from', Number.NEGATIVE_INFINITY),
    to: integer(asked, 'to', Number.POSITIVE_INFINITY),
    points: integer(asked, 'points', 2000),
    dimension: integer(asked, 'dimension', 0),
  };
  const { from, to, points, dimension } = query;
  const isPossible = from <= to && points >= 1 && points <= MOST_POINTS && dimension >= 0;
  if (!isPossible || dimension >= stream.dimensions.length)
    return bad('Expected integers: stream, from and to, points from 1 to 20000, dimension.');
  return json(historyWindow(stream, query));
}

/** `?stream=`, `?first=` and `?last=`: numbers of records, from 0. */
function records(board: Board, asked: URLSearchParams): Answer {
  const stream = board.stream(integer(asked, 'stream', -1));
  if (stream === undefined) return { status: 404, text: 'No such stream.' };
  const { oldest, records } = stream.history;
  const first = Math.max(oldest, integer(asked, 'first', oldest));
  const end = Math.min(records, integer(asked, 'last', records) + 1);
  if (!(first < end)) return { status: 410, text: 'These records are no longer kept.' };
  if (end - first > MOST_RECORDS)
    return { status: 413, text: 'Expected 100,000 records at most: name first and last.' };
  return { status: 200, text: recordsCsv(stream, first, end), type: 'text/csv; charset=utf-8' };
}

/** NaN for what is no integer. */
function integer(asked: URLSearchParams, name: string, without: number): number {
  const text = asked.get(name);
  if (text === null) return without;
  return /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
}

function bad(text: string): Answer {
  return { status: 400, text };
}

function json(value: object): Answer {
  return { status: 200, text: JSON.stringify(value), type: 'application/json' };
}
