import { badOption } from '../../core/options.ts';

/** A part of a detector in a configuration. */
export interface NamedPart<N extends string> {
  readonly name: N;
  /** Options of the part's class except the dimensions; the part checks them itself. */
  readonly options: object;
}

/**
 * Reads a part from data: a name, or an object with the name and options of the part.
 *
 * @param where the configuration, for messages
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
