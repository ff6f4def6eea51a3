import type { ReportStream } from './reportDocument.ts';

/** Maximum numbers that a report draws, over all streams: about 8 MB of it. */
const MOST_NUMBERS = 1_500_000;
/** Records that every stream may draw, however many streams there are. */
const FEWEST_RECORDS = 200;

/**
 * Which records of each stream are drawn: all of them where they fit into the report, otherwise those that show its
 * shape. Short streams are drawn whole, and long ones share the rest.
 *
 * @param most numbers over all streams, five and more a record
 * @returns (streams) ascending record indices; undefined for a stream that is drawn whole
 */
export function drawnRecords(
  streams: readonly ReportStream[],
  most: number = MOST_NUMBERS,
): (Uint32Array | undefined)[] {
  const whole = streams.map((stream) => stream.score.length * numbersPerRecord(stream));
  const share = evenShare(whole, most);
  return streams.map((stream, at) => {
    if (whole[at]! <= share) return undefined;
    const room = Math.max(FEWEST_RECORDS, Math.floor(share / numbersPerRecord(stream)));
    return stream.score.length <= room ? undefined : outline(stream, room);
  });
}

/** Four columns per dimension, the score, the record's index and, at double width, its time. */
function numbersPerRecord({ dimensions, times }: ReportStream): number {
  return 4 * dimensions.length + 2 + (times === undefined ? 0 : 2);
}

/** The largest share for which all of them together do not exceed `most`; none gets more than it needs. */
function evenShare(wanted: readonly number[], most: number): number {
  let left = most;
  const ascending = [...wanted].sort((a, b) => a - b);
  for (const [at, want] of ascending.entries()) {
    const share = left / (ascending.length - at);
    if (want > share) return share;
    left -= want;
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * The ends, the ends and peaks of incidents, the ends of labels, changes and, as long as they fill no more than half of the
 * room, every flagged record; and for equal stretches, as many as the rest of the room allows, the minimum and
 * maximum of every dimension and the highest score. So no extreme value is left out.
 */
function outline(
  { dimensions, score, incidents, labels = [], flags = [], changes = [] }: ReportStream,
  room: number,
): Uint32Array {
  const isDrawn = new Uint8Array(score.length);
  isDrawn[0] = isDrawn[score.length - 1] = 1;
  for (const { first, last, peak } of incidents) isDrawn[first] = isDrawn[last] = isDrawn[peak] = 1;
  for (const { record } of changes) isDrawn[record] = 1;
  for (const { first, last } of labels) isDrawn[first] = isDrawn[last] = 1;
  const hasFlags = flags.length <= room / 2;
  if (hasFlags) for (const at of flags) isDrawn[at] = 1;
  const rest = room - (hasFlags ? flags.length : 0);
  const stretches = Math.max(1, Math.floor(rest / (2 * dimensions.length + 1)));
  for (let stretch = 0; stretch < stretches; stretch++) {
    const from = Math.floor((stretch * score.length) / stretches);
    const to = Math.floor(((stretch + 1) * score.length) / stretches);
    for (const { value } of dimensions) {
      isDrawn[furthest(value, from, to, -1)] = 1;
      isDrawn[furthest(value, from, to, 1)] = 1;
    }
    isDrawn[furthest(score, from, to, 1)] = 1;
  }
  const drawn = new Uint32Array(isDrawn.reduce((sum, one) => sum + one, 0));
  let count = 0;
  for (let at = 0; at < isDrawn.length; at++) if (isDrawn[at] === 1) drawn[count++] = at;
  return drawn;
}

/** Index of the greatest number from `from` to before `to`, of the least where `sign` is −1; `from` where all are NaN. */
function furthest(column: Float64Array, from: number, to: number, sign: 1 | -1): number {
  let found = from;
  for (let at = from; at < to; at++) {
    if (sign * column[at]! > sign * column[found]! || Number.isNaN(column[found])) found = at;
  }
  return found;
}

/** Index of a record among the drawn ones; the record itself where all are drawn. */
export function placeAmong(drawn: Uint32Array | undefined): (record: number) => number {
  if (drawn === undefined) return (record) => record;
  return (record) => {
    let [low, high] = [0, drawn.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (drawn[middle]! < record) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
