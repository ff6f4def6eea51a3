const NAMES = 'emerg|emergency|alert|panic|fatal|crit|critical|err|error|severe';

/**
 * The level of a line of text, where it is one of an error or worse: in capitals, in brackets, or as logfmt has it. Elsewhere in lower case
 * it is a word like any other.
 */
const FORMS: readonly RegExp[] = [
  new RegExp(`(?:^|[\\s:|\\[(<])(${NAMES.toUpperCase()})(?=[\\s:|\\])>,]|$)`),
  new RegExp(`(?:[\\[<(]|\\b(?:level|lvl|severity)="?)(${NAMES})(?=[\\])>"\\s,]|$)`, 'i'),
];
const FAR = 500; // characters

export function lineLevel(text: string): string | undefined {
  // What loggedMessage writes at the end is looked for there.
  const parts = text.length > FAR ? [text.slice(0, FAR), text.slice(-40)] : [text];
  for (const part of parts)
    for (const form of FORMS) {
      const found = form.exec(part);
      if (found !== null) return found[1]!.toLowerCase();
    }
  return undefined;
}
