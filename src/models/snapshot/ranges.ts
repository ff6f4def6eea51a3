import { badSnapshot, type Vector } from './state.ts';

/** Which numbers a model can hold in some place. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  /** @default false */
  readonly isWhole?: boolean;
  /** A number that may be there, too: NaN, an infinity. */
  readonly or?: number;
}

/** What is in a vector: so many numbers of a range, then so many of the next, and again from the first to its end. */
export type Layout = readonly (readonly [count: number, range: NumberRange])[];

/** @throws RxAnomalyError BAD_SNAPSHOT where a number is outside of its range */
export function requireWithin(name: string, numbers: Vector, layout: Layout): void {
  for (let start = 0; start < numbers.length; ) {
    for (const [length, range] of layout) {
      const end = Math.min(numbers.length, start + length);
      const k =
        numbers instanceof Float64Array
          ? outside(numbers, start, end, range)
          : otherOutside(numbers, start, end, range);
      if (k < end) throw badSnapshot(`snapshot: ${name} has ${numbers[k]} where ${describe(range)} must be`);
      start = end;
    }
  }
}

/** Where the first number is that is not in a range; `end` where there is none. */
function outside(numbers: Float64Array, start: number, end: number, range: NumberRange): number {
  const { least, most, isWhole = false, or } = range;
  let k = start;
  for (; k < end; k++) {
    const x = numbers[k];
    if (x >= least && x <= most && (!isWhole || x === Math.floor(x))) continue;
    if (or === undefined || !Object.is(x, or)) break;
  }
  return k;
}

/** The same in code of its own: V8 reads five kinds of vectors in one loop ten times as slowly as one. */
function otherOutside(numbers: Vector, start: number, end: number, range: NumberRange): number {
  const { least, most, isWhole = false, or } = range;
  let k = start;
  for (; k < end; k++) {
    const x = numbers[k];
    if (x >= least && x <= most && (!isWhole || x === Math.floor(x))) continue;
    if (or === undefined || !Object.is(x, or)) break;
  }
  return k;
}

function describe({ least, most, isWhole, or }: NumberRange): string {
  if (most === Number.MAX_VALUE) return 'a finite number';
  const kind = isWhole ? 'a whole number' : 'a number';
  return `${kind} from ${least} to ${most}${or === undefined ? '' : ` or ${or}`}`;
}
