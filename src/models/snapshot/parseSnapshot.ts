import { requireWhole, type Snapshot } from './snapshot.ts';
import { badSnapshot, DEEPEST } from './state.ts';

/** The most characters of JSON that are taken for a snapshot: 256 Mi. A key of the default detector takes some 65,000. */
export const LONGEST_TEXT: number = 2 ** 28;

/**
 * The snapshot in a JSON text, as `JSON.stringify` made it. Unlike `JSON.parse` it refuses at once what is too long or
 * nested too deeply, which could take minutes and gigabytes to parse.
 *
 * @throws RxAnomalyError BAD_SNAPSHOT when the text is no snapshot, damaged, or longer than 256 Mi characters
 */
export function parseSnapshot(text: string): Snapshot {
  if (typeof text !== 'string') throw badSnapshot('snapshot: expected the JSON text of a snapshot');
  if (text.length > LONGEST_TEXT)
    throw badSnapshot(`snapshot: expected at most ${LONGEST_TEXT} characters, got ${text.length}`);
  if (isTooDeep(text)) throw badSnapshot(`snapshot: expected parts nested at most ${DEEPEST} deep`);
  let parsed: Snapshot;
  try {
    parsed = JSON.parse(text) as Snapshot;
  } catch (cause) {
    throw badSnapshot('snapshot: it is damaged: this is not JSON', cause);
  }
  return requireWhole(parsed);
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfText(text, at);
    } else if (code === BRACKET || code === BRACE) {
      if (++depth > DEEPEST) return true;
    } else if (code === BRACKET + 2 || code === BRACE + 2) depth--;
  }
  return false;
}

/** Where the text that begins at a quote ends: at its quote, or with the input. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

const QUOTE = 0x22;
const BRACKET = 0x5b; // [, and ] two further
const BRACE = 0x7b; // {, and } two further
