import { badOption } from '../../core/options.ts';

/** A part of a detector as a configuration names it. */
export interface NamedPart<N extends string> {
  readonly name: N;
  /** Those of the part's class but the dimensions; what is wrong with them, the part itself says. */
  readonly options: object;
}

/**
 * Reads a part as data has it: a name, or an object with the name and options of the part.
 *
 * @param where which configuration, for the message
 * @param known by name
 * @throws RxAnomalyError BAD_OPTION where it is neither of them
 */
export function namedPart<N extends string>(
  where: string,
  kind: string,
  known: Readonly<Record<N, unknown>>,
  given: unknown,
): NamedPart<N> {
  const fields = typeof given === 'object' && given !== null ? given : { name: given };
  const { name, ...options } = { name: undefined, ...fields } as { name: unknown };
  const isKnown = (text: unknown): text is N => typeof text === 'string' && Object.hasOwn(known, text);
  if (isKnown(name)) return { name, options };
  const names = Object.keys(known).map((each) => `'${each}'`);
  throw badOption(where, kind, `${names.join(', ')}, or an object with such a name`, name ?? given);
}
