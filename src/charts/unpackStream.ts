import type { PackedColumn, PackedSteps, PackedStream } from './packed.ts';

export interface Dimension {
  readonly name: string;
  readonly value: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
}

/** A stream as the charts read it: columns of `records` numbers, NaN where there is no number. */
export interface Columns {
  /** Milliseconds, or undefined in a stream without times. */
  readonly times: Float64Array | undefined;
  /** Whether {@link Columns.x} are the times: all known, never going back, not all the same. */
  readonly xIsTime: boolean;
  /** The number of each record in the stream, from 1. */
  readonly numbers: Float64Array;
  /** What the x axis shows: the times, or the number of the record from 1. Never decreases. */
  readonly x: Float64Array;
  readonly dimensions: readonly Dimension[];
  readonly score: ArrayLike<number>;
}

export function unpackStream(packed: PackedStream): Columns {
  const times = packed.times === null ? undefined : unpackTimes(packed.times);
  const xIsTime = times !== undefined && spansTime(times);
  const numbers =
    packed.numbers === null
      ? Float64Array.from({ length: packed.records }, (_, i) => i + 1)
      : Float64Array.from(unpackColumn(packed.numbers));
  return {
    times,
    xIsTime,
    numbers,
    x: xIsTime ? times : numbers,
    dimensions: packed.dimensions.map(({ name, value, expected, lower, upper }) => ({
      name,
      value: unpackColumn(value),
      expected: unpackColumn(expected),
      lower: unpackColumn(lower),
      upper: unpackColumn(upper),
    })),
    score: unpackColumn(packed.score),
  };
}

function spansTime(times: Float64Array): boolean {
  const inOrder = times.every((time, i) => i === 0 || time >= times[i - 1]!); // false next to a NaN
  return inOrder && !Number.isNaN(times[0]!) && (times.length === 1 || times[0]! < times.at(-1)!);
}

function unpackTimes(times: PackedColumn | PackedSteps): Float64Array {
  if ('base64' in times) return Float64Array.from(unpackColumn(times));
  const unpacked = [times.start];
  let time = times.start;
  for (const [step, count] of times.runs) {
    for (let i = 0; i < count; i++) {
      time += step;
      unpacked.push(time);
    }
  }
  return Float64Array.from(unpacked);
}

/** The numbers that were packed. */
export function unpackColumn({ bytes, base64 }: PackedColumn): Float32Array | Float64Array {
  const { buffer } = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return bytes === 4 ? new Float32Array(buffer) : new Float64Array(buffer);
}
