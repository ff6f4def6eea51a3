import { square } from '../../core/math/pow.ts';
import { pooled } from '../../numerics/pooled.ts';
import { RobustScaler } from '../scaling/robustScaler.ts';
import type { Vector } from '../snapshot/state.ts';
import { COUNT, type Layout, type Memory, orElse, ranged, SHARE, VALUE } from '../snapshot/vectors.ts';

/** What shows a change of regime: the level alone, or the spread, too. */
export type RegimeChange = 'level' | 'scale';

/** The result of a {@link RegimeWatch} for a value. */
export type RegimeFinding =
  /** In the known regime, or not far out for long. */
  | 'ordinary'
  /** Outside it for so long that it may be a new regime, or end as a glitch: not to be learnt from. Its first 29 values were ordinary. */
  | 'suspended'
  /** The latest values are a new regime: restart from `candidate`. */
  | RegimeChange;

/**
 * Detects changes of regime in one dimension: values beyond fifty deviations of all before, or a spread that has
 * collapsed to a three-hundredth. A scaler that bounds outliers takes thousands of records to
 * adapt to either, and detects nothing until then. It has its own scaler, whose unit is that before the change, but for the
 * first 29 values far out, which are learnt: single ones are spikes.
 */
export class RegimeWatch {
  readonly figures: Float64Array = pooled(FIGURES);
  readonly #scales: RobustScaler = new RobustScaler({ dimensions: 3 });
  readonly #lasting: number;

  /** @param lasting gross values minus others that make a new regime */
  constructor(lasting: number = LASTING) {
    this.#lasting = lasting;
    this.figures[LAST] = Number.NaN;
  }

  get mean(): number {
    return this.#scales.mean(USUAL);
  }

  get deviation(): number {
    return this.#scales.deviation(USUAL);
  }

  /** Level and spread of the regime that is known. */
  get scale(): Float64Array {
    return this.#scales.part(USUAL);
  }

  /** Level and spread of the values that were found to be a regime of their own. */
  get candidate(): Float64Array {
    return this.#scales.part(this.figures[LONGEST] >= this.#lasting ? FAR_OUT : THIS_BLOCK);
  }

  isGross(x: number): boolean {
    return this.figures[SEEN] > SETTLED && Math.abs(x - this.mean) > GROSS * this.deviation;
  }

  /** Learns a value. */
  learn(x: number): RegimeFinding {
    const f = this.figures;
    f[SEEN]++;
    const moved = x !== f[LAST] && !Number.isNaN(f[LAST]);
    f[LAST] = x;
    f[MOVES] += (Number(moved) - f[MOVES]) / MOVES_MEMORY;
    const finding = this.#follow(x);
    if (finding !== 'ordinary') return finding;
    f[USUAL_MOVES] += (Number(moved) - f[USUAL_MOVES]) * Math.max(1 / f[SEEN], 1 / USUAL_MEMORY);
    this.#scales.learnOne(USUAL, x, 1);
    return this.#collapses(x, moved) ? 'scale' : 'ordinary';
  }

  /** Restarts from level and spread. */
  restart(scale: Float64Array): void {
    this.#scales.setPart(USUAL, scale);
    this.figures[OPEN] = this.figures[GROSS_VALUES] = this.figures[LONGEST] = 0;
    this.#beginBlock();
  }

  carried(): Memory {
    return { figures: ranged(this.figures, LAYOUT, isPossible), scales: this.#scales.memory };
  }

  /** Values far outside all before: for how long, and whether they move. */
  #follow(x: number): RegimeFinding {
    const f = this.figures;
    const isGross = this.isGross(x);
    if (f[GROSS_VALUES] === 0) {
      if (!isGross) return 'ordinary';
      this.#scales.setPart(FAR_OUT, NOTHING);
      f[LONGEST] = f[OPEN] = 0;
    }
    f[OPEN]++;
    f[GROSS_VALUES] += isGross ? 1 : -1;
    f[LONGEST] = Math.max(f[LONGEST], f[GROSS_VALUES]);
    if (isGross) this.#scales.learnOne(FAR_OUT, x, 1);
    const lasts = f[LONGEST] >= this.#lasting;
    // A stream that seldom moves does so out there, too.
    const moves = f[MOVES] > square(f[USUAL_MOVES]) / 2;
    if (lasts && f[GROSS_VALUES] >= RETURNED && moves) return this.#kindOf();
    // A constant value out there, a sensor stuck at its limit, becomes a new regime only after a long time.
    if (lasts) f[GROSS_VALUES] = Math.min(f[GROSS_VALUES], RETURNED);
    return f[LONGEST] >= GLITCH && f[GROSS_VALUES] > 0 && f[OPEN] < FORGOTTEN ? 'suspended' : 'ordinary';
  }

  /** Whether the values of the block that ends here have a much smaller spread than usual, and yet move. */
  #collapses(x: number, moved: boolean): boolean {
    const f = this.figures;
    f[LOW] = Math.min(f[LOW], x);
    f[HIGH] = Math.max(f[HIGH], x);
    f[BLOCK_MOVES] += Number(moved);
    this.#scales.learnOne(THIS_BLOCK, x, 1);
    if (++f[BLOCK_VALUES] < BLOCK) return false;
    const isCalm = f[HIGH] - f[LOW] < COLLAPSED * this.deviation && f[BLOCK_MOVES] > BLOCK / 2;
    if (isCalm && f[SEEN] >= 3 * BLOCK) return true;
    this.#beginBlock();
    return false;
  }

  #beginBlock(): void {
    const f = this.figures;
    [f[BLOCK_VALUES], f[BLOCK_MOVES]] = [0, 0];
    [f[LOW], f[HIGH]] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    this.#scales.setPart(THIS_BLOCK, NOTHING);
  }

  #kindOf(): RegimeChange {
    const ratio = this.#scales.deviation(FAR_OUT) / this.deviation;
    return ratio > ALIKE || ratio < 1 / ALIKE ? 'scale' : 'level';
  }
}

// Whose level and spread there are:
const USUAL = 0;
const FAR_OUT = 1; // the gross values under way
const THIS_BLOCK = 2; // the block under way

const SEEN = 0; // values
const LAST = 1; // value
const MOVES = 2; // share of the newest values that were unlike the one before
const GROSS_VALUES = 3; // gross ones less others, since the first
const LONGEST = 4; // the most that was
const OPEN = 5; // values since the first gross one
const BLOCK_VALUES = 6;
const BLOCK_MOVES = 7;
const LOW = 8;
const HIGH = 9;
const USUAL_MOVES = 10; // share of the values of this regime that were unlike the one before
const FIGURES = 11;
const LAYOUT: Layout = [
  [1, COUNT],
  [1, orElse(VALUE, Number.NaN)],
  [1, SHARE],
  [5, COUNT],
  [1, orElse(VALUE, Number.POSITIVE_INFINITY)],
  [1, orElse(VALUE, Number.NEGATIVE_INFINITY)],
  [1, SHARE],
];

const GROSS = 50; // deviations; at 30 it fires into streams that are merely restless, at 100 it stays blind to smaller changes
const SETTLED = 50; // values
const GLITCH = 30; // gross values, less others, from which what ends leaves no trace
const LASTING = 100;
const RETURNED = 20; // values, less others, that end what lasted
const FORGOTTEN = 5000; // values after which what stands still is the stream's own
const MOVES_MEMORY = 50; // values
const USUAL_MEMORY = 1000; // values
const BLOCK = 200; // values; fewer may be calm by chance
const COLLAPSED = 6 / 300; // of a deviation: 6 is the range of some hundred normal values
const ALIKE = 5; // times the spread: still the same
const NOTHING = new Float64Array(RobustScaler.partLength);

function isPossible(figures: Vector): boolean {
  const isBegun = Number.isFinite(figures[LOW]) && Number.isFinite(figures[HIGH]);
  return Number.isNaN(figures[LAST]) === (figures[SEEN] === 0) && (isBegun || figures[BLOCK_VALUES] === 0);
}
