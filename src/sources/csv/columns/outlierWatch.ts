/** Values that lie as many times the range of the others outside of it are far outside. */
const FAR = 3;
/** So often one must come, exactly the same, to look like a code. */
const RECURS = 3;
/** Any other number must lie so many times farther out: values of few levels recur too. */
const FARTHER = 10;
/** -9999, 999.9, those of -127 and 85 of thermometers and the like need no third time. */
const USUAL = /^-?(?:9{2,}(?:\.9+)?|127|85|200|850|[67]999|8888|32767|32768|65535)$/;
/** Such values are codes next to any others, and the first in a column that is never negative. */
const SURE = /^-9{2,}(?:\.9+)?$|^9{4,}(?:\.9+)?$|^(?:32767|65535)$/;
/** Values that are followed: a column that strays everywhere is no column with a code. */
const MOST = 50;
const LEAST_SAMPLE = 10;

/**
 * Watches one column for a code that stands for missing values, such as -9999: one value, far outside of all others,
 * that recurs exactly.
 */
export class OutlierWatch {
  #low = Number.NEGATIVE_INFINITY;
  #high = Number.POSITIVE_INFINITY;
  /** Whether -1 is the only negative number: then it is a code where counts or levels are read. */
  #isNonNegative = false;
  /** Whether all others are the same: then only a sure code is one, and what else comes is a pulse. */
  #isStill = false;
  #isNeverNegative = false;
  readonly #counts: Map<number, number> = new Map();

  /** @param sample values of the column, codes among them */
  constructor(sample: readonly number[]) {
    const sorted = withoutCodes(sample.filter(Number.isFinite).sort((a, b) => a - b));
    if (sorted.length < LEAST_SAMPLE) return;
    this.#isNeverNegative = sorted.every((value) => value >= 0 || SURE.test(`${value}`));
    const others = sample.filter((value) => Number.isFinite(value) && value !== -1);
    this.#isNonNegative = others.length >= LEAST_SAMPLE && others.every((value) => value > 1);
    // The middle nine tenths are what the column measures, wherever a code lies.
    const cut = Math.floor(sorted.length * 0.05);
    const core = sorted.slice(cut, sorted.length - cut);
    const range = core.at(-1)! - core[0]!;
    this.#isStill = range === 0;
    this.#low = core[0]! - FAR * range;
    this.#high = core.at(-1)! + FAR * range;
  }

  /** How often the value has come, where it is far outside and that has just become conspicuous. */
  add(value: number): number | undefined {
    if (value === -1 && this.#isNonNegative) {
      const count = (this.#counts.get(-1) ?? 0) + 1;
      this.#counts.set(-1, count);
      return count === RECURS ? count : undefined;
    }
    const isNegativeCode = value <= -99 && this.#isNeverNegative && SURE.test(`${value}`);
    if (value >= this.#low && value <= this.#high && !isNegativeCode) return undefined;
    if (!Number.isFinite(value) || (this.#isStill && !SURE.test(`${value}`))) return undefined;
    const isUsual = isNegativeCode || USUAL.test(`${value}`);
    const distance = value > this.#high ? value - this.#high : this.#low - value;
    if (!isUsual && distance < FARTHER * (this.#high - this.#low)) return undefined;
    const count = (this.#counts.get(value) ?? 0) + 1;
    if (count === 1 && this.#counts.size >= MOST) return undefined;
    this.#counts.set(value, count);
    return count === (isUsual ? RECURS - 1 : RECURS) ? count : undefined;
  }
}

/** The sample without its lowest and its highest value, where those lie far from all others: a code may fill half of it. */
function withoutCodes(sorted: readonly number[]): readonly number[] {
  let rest = sorted;
  for (const isCode of [(value: number) => value === sorted[0], (value: number) => value === sorted.at(-1)]) {
    const others = rest.filter((value) => !isCode(value));
    if (others.length < LEAST_SAMPLE) continue;
    const range = others.at(-1)! - others[0]!;
    const code = rest.find(isCode)!;
    const distance = code < others[0]! ? others[0]! - code : code - others.at(-1)!;
    if (range > 0 ? distance > FAR * range : SURE.test(`${code}`)) rest = others;
  }
  return rest;
}
