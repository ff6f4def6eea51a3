import { type OptionKind, positiveInteger } from './optionKinds.ts';
import { badOption, requireKnown, requireObject } from './options.ts';

/** What is known of one option, in addition to its type and the docstring in its interface. */
export interface OptionSpec<T = unknown> {
  /** The values that it takes. */
  readonly kind: OptionKind;
  /** Its value where it is left out; undefined where there is none, or where it depends on something else. */
  readonly default?: T;
  /** The default in words, where it is not a value. */
  readonly defaultText?: string;
  /** Of its numbers: `events`, `milliseconds`. */
  readonly unit?: string;
  /** What it is, in one line without a full stop, for help and tables. */
  readonly about: string;
  /** When to change it, in one line. */
  readonly when: string;
  /** `'basic'`: of use to everyone; `'expert'`: the rest. @default 'expert' */
  readonly level?: 'basic' | 'expert';
  /** Whether its value is kept out of messages, which end up in logs. @default false */
  readonly isSecret?: boolean;
  /** Whether it must be given. @default false */
  readonly required?: boolean;
}

/** The spec of an option that may be left out and has no constant default. */
export type OptionalSpec<T> = OptionSpec<T> & { readonly required?: false };

/** The spec of an option with a default. */
export type DefaultedSpec<T> = OptionalSpec<T> & { readonly default: T };

/**
 * A spec for each option of an interface.
 *
 * @typeParam O the options as they are given
 * @typeParam R the same with the defaults filled in: what may be undefined there needs no default
 */
export type OptionTable<O, R = Required<O>> = {
  readonly [K in keyof O]-?: OptionSpec<Exclude<O[K], undefined>> & Need<O, R, K>;
};

type Need<O, R, K extends keyof O> =
  object extends Pick<O, K>
    ? K extends keyof R
      ? object extends Pick<R, K>
        ? { readonly required?: false }
        : { readonly default: Exclude<O[K], undefined>; readonly required?: false }
      : { readonly required?: false }
    : { readonly required: true };

/**
 * The options of one operator or model, described once by a table: names, checks and defaults come from it. Resolved
 * options are marked, and resolving them again costs nothing: so they are checked at the door and passed on.
 *
 * @typeParam O the options as they are given
 * @typeParam P the same with the defaults of the table filled in
 * @typeParam R what is made of them
 */
export class OptionSet<O extends object, P extends object = Required<O>, R extends object = P> {
  readonly table: OptionTable<O, P>;
  readonly names: readonly string[];
  readonly #specs: readonly (readonly [name: string, OptionSpec])[];
  readonly #elsewhere: Readonly<Record<string, string>> | undefined;
  readonly #finish: (where: string, checked: P, given: O) => R;
  readonly #resolved: WeakSet<object> = new WeakSet();

  /**
   * @param finish checks what one option asks of another and derives what depends on them
   * @param elsewhere what to do instead, by names that are no options here
   */
  constructor(
    table: NoInfer<OptionTable<O, P>>,
    finish: (where: string, checked: NoInfer<P>, given: NoInfer<O>) => NoInfer<R> = (_, checked) =>
      checked as unknown as R,
    elsewhere?: Readonly<Record<string, string>>,
  ) {
    this.table = table;
    this.names = Object.keys(table);
    this.#specs = Object.entries(table) as [string, OptionSpec][];
    this.#finish = finish;
    this.#elsewhere = elsewhere;
  }

  /**
   * Checks the options and fills in the defaults. What was resolved before is returned as it is.
   *
   * @param where whose options they are, for messages
   * @throws RxAnomalyError BAD_OPTION naming the option, what was expected and what came
   */
  resolve(where: string, options: O | R): R {
    if (this.#resolved.has(options)) return options as R;
    requireKnown(where, options, this.names, this.#elsewhere);
    const checked: Record<string, unknown> = {};
    for (const [name, spec] of this.#specs) {
      const given = (options as Record<string, unknown>)[name];
      if (given !== undefined || spec.required) checked[name] = this.#accepted(where, name, spec, given);
      else if (spec.default !== undefined) checked[name] = spec.default;
    }
    return this.#mark(this.#finish(where, checked as P, options as O));
  }

  /** {@link resolve} for an object that holds other options too, which are ignored. */
  resolvePart(where: string, options: object): R {
    if (this.#resolved.has(options)) return options as R;
    requireObject(where, options);
    return this.resolve(where, this.pick(options));
  }

  /** Resolved options with some changes, which are trusted. */
  with(resolved: R, changes: Partial<R>): R {
    return this.#mark({ ...resolved, ...changes });
  }

  /** Of an object that holds other options too, those of this set that were given. */
  pick(options: object): O {
    const given = Object.entries(options).filter(
      ([name, value]) => value !== undefined && this.names.includes(name),
    );
    return Object.fromEntries(given) as O;
  }

  #accepted(where: string, name: string, { kind, isSecret }: OptionSpec, value: unknown): unknown {
    const expected = kind.expected(value);
    if (expected !== undefined)
      throw badOption(where, name, expected, isSecret && value !== undefined ? '…' : value);
    return value;
  }

  #mark(resolved: R): R {
    this.#resolved.add(resolved);
    return Object.freeze(resolved);
  }
}

/**
 * Refuses what are no options of a factory of models, before it is made.
 *
 * @param where whose options they are, for messages
 * @throws RxAnomalyError BAD_OPTION
 */
export function requireFactoryOptions(
  where: string,
  { names }: { readonly names: readonly string[] },
  options: object,
): void {
  if (typeof options === 'number')
    throw badOption(
      where,
      'the options',
      'an object (is a call missing, as in namedScorers.tail()?)',
      options,
    );
  requireObject(where, options);
  const { dimensions } = options as { readonly dimensions?: unknown };
  if (dimensions !== undefined)
    throw badOption(where, 'dimensions', 'left out: the first event shows how many there are', dimensions);
  requireKnown(
    where,
    options,
    names.filter((name) => name !== 'dimensions'),
  );
}

/**
 * A factory of models whose options are checked once for each number of dimensions, and not for each model.
 *
 * @param where whose options they are, for messages
 * @throws RxAnomalyError BAD_OPTION for what are no options of it; the values of options are checked when it is called
 */
export function factoryOf<O extends Sized, P extends object, R extends Sized, M>(
  where: string,
  set: OptionSet<O, P, R>,
  options: Omit<O, 'dimensions'>,
  create: (options: R) => M,
): (dimensions: number) => M {
  requireFactoryOptions(where, set, options);
  let newest: R | undefined;
  return (dimensions) => {
    if (newest?.dimensions !== dimensions) newest = set.resolve(where, { ...options, dimensions } as O);
    return create(newest);
  };
}

/** The option that every model of a stream needs. */
export const DIMENSIONS: OptionSpec<number> & { readonly required: true } = {
  kind: positiveInteger(),
  required: true,
  about: 'numbers per event',
  when: 'always given',
};

interface Sized {
  readonly dimensions: number;
}
