/** Which values an option takes. */
export interface OptionKind {
  /** The values that are accepted, as messages, help and tables name them: `a positive integer`. */
  readonly range: string;
  /** The names that are accepted, where there is a list of them. */
  readonly choices?: readonly string[];
  /** The upper bound, where there is one. */
  readonly most?: number;
  /** What was expected, where `value` is not accepted; undefined where it is. */
  expected(value: unknown): string | undefined;
}

/** Values that a test accepts. @param range what messages say was expected */
export function accepts(range: string, test: (value: unknown) => boolean): OptionKind {
  return { range, expected: (value) => (test(value) ? undefined : range) };
}

/**
 * An integer of 1 or more.
 *
 * @param most upper bound, a guard against a slip that would exhaust memory or time
 * @param why what grows with the option
 */
export function positiveInteger(most: number = Number.MAX_SAFE_INTEGER, why = ''): OptionKind {
  return bounded('a positive integer', (value) => Number.isSafeInteger(value) && value > 0, most, why);
}

/** An integer of 0 or more; bounds as in {@link positiveInteger}. */
export function nonNegativeInteger(most: number = Number.MAX_SAFE_INTEGER, why = ''): OptionKind {
  return bounded('an integer of 0 or more', (value) => Number.isSafeInteger(value) && value >= 0, most, why);
}

/** A finite number above 0; bounds as in {@link positiveInteger}. */
export function positive(most: number = Number.POSITIVE_INFINITY, why = ''): OptionKind {
  return bounded('a positive number', (value) => Number.isFinite(value) && value > 0, most, why);
}

/** A finite number, 0 or above; bounds as in {@link positiveInteger}. */
export function nonNegative(most: number = Number.POSITIVE_INFINITY, why = ''): OptionKind {
  return bounded('a number of 0 or more', (value) => Number.isFinite(value) && value >= 0, most, why);
}

/** A finite number in [low, high]. */
export function within(low: number, high: number): OptionKind {
  const range = `a number from ${low} to ${high}`;
  return accepts(range, (value) => isNumber(value) && value >= low && value <= high);
}

/** A number above 0 and below 1. */
export const fraction: OptionKind = accepts(
  'a number above 0 and below 1',
  (value) => isNumber(value) && value > 0 && value < 1,
);

/** A number above 0, at most 1. */
export const share: OptionKind = {
  range: 'a number above 0, at most 1',
  expected: (value) => positive().expected(value) ?? within(0, 1).expected(value),
};

export const finite: OptionKind = accepts('a number', isNumber);

export const integer: OptionKind = accepts('an integer', Number.isSafeInteger);

export const boolean: OptionKind = accepts('true or false', (value) => typeof value === 'boolean');

export const aFunction: OptionKind = accepts('a function', (value) => typeof value === 'function');

/** A function that makes a model of so many dimensions; a class is none, as it cannot be called without `new`. */
export const aFactory: OptionKind = {
  range: 'a function',
  expected: (value) => {
    if (typeof value !== 'function') return 'a function that creates one';
    return isClass(value) ? `(dimensions) => new ${value.name}({ dimensions })` : undefined;
  },
};

/** Whether `new` is needed to call it. */
export function isClass(value: unknown): boolean {
  return typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));
}

/** Text with at least one character. */
export const text: OptionKind = accepts('text', (value) => typeof value === 'string' && value !== '');

/** A scheduler of RxJS: what has its method `now`. */
export const aScheduler: OptionKind = accepts(
  'a scheduler',
  (value) => typeof (value as { readonly now?: unknown } | null)?.now === 'function',
);

/** An object of any fields, which are checked elsewhere. */
export const anObject: OptionKind = accepts(
  'an object',
  (value) => typeof value === 'object' && value !== null,
);

/** One of these names. */
export function oneOf(choices: readonly string[]): OptionKind {
  const range = `one of ${choices.map((choice) => `'${choice}'`).join(', ')}`;
  return { ...accepts(range, (value) => choices.includes(value as string)), choices };
}

/** `false`, or what another kind accepts; anything else is measured by the other. */
export function falseOr(kind: OptionKind): OptionKind {
  return {
    range: `false or ${kind.range}`,
    expected: (value) => (value === false ? undefined : kind.expected(value)),
  };
}

/** What timers can hold, 24.8 days in milliseconds: beyond, they would go off at once. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;

/** Keys that a Map can hold. */
export const MOST_KEYS: number = 2 ** 24;

function bounded(range: string, test: (value: number) => boolean, most: number, why: string): OptionKind {
  const isOpen = most === Number.MAX_SAFE_INTEGER || most === Number.POSITIVE_INFINITY;
  const bound = `at most ${most}${why === '' ? '' : ` (${why})`}`;
  return {
    range: isOpen ? range : `${range}, at most ${most}`,
    ...(isOpen ? {} : { most }),
    expected: (value) => {
      if (!test(value as number)) return range;
      return (value as number) > most ? bound : undefined;
    },
  };
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}
