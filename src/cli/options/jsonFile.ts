import { readFile } from 'node:fs/promises';
import { fileFault, messageOf, RxAnomalyError } from '../../core/errors.ts';
import { type FormedParser, TEXT, takes } from './optionForm.ts';
import { path } from './parsers.ts';

/** What a configuration has in the place of a file of JSON. */
export interface InlineJson {
  /** The key in its file, for messages. */
  readonly where: string;
  readonly json: unknown;
}

/** A parser for the path of a file of JSON, whose contents may be in a configuration. */
export const jsonFile: FormedParser<string | InlineJson> = takes(
  { schema: { anyOf: [TEXT, { type: 'object' }] }, isJsonFile: true },
  (text: string): string | InlineJson => path(text),
);

/**
 * The contents of a file of JSON, and what messages call it.
 *
 * @param flag that names the file
 * @throws RxAnomalyError BAD_INPUT when the file cannot be read, BAD_OPTION when it is no JSON
 */
export async function readJsonFile(flag: string, given: string | InlineJson): Promise<InlineJson> {
  if (typeof given !== 'string') return given;
  const text = await readFile(given, 'utf8').catch((error: unknown) => {
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${flag}: ${given}: cannot be read: ${fileFault(error) ?? messageOf(error)}; give a JSON file`,
    );
  });
  try {
    return { where: given, json: JSON.parse(text) as unknown };
  } catch (error) {
    throw new RxAnomalyError('BAD_OPTION', `${flag}: ${given}: expected JSON: ${messageOf(error)}`);
  }
}
