import type { WireAction, WireFeedback } from '../page/wire.ts';

/** Characters of a note. */
export const LONGEST_NOTE = 500;

/** Milliseconds: a mute that is forgotten ends within a week. */
export const LONGEST_MUTE: number = 7 * 24 * 3_600_000;

/** What {@link parseFeedback} takes, for messages. */
export const FEEDBACK_FORMS: string = '{kind, incident}, {kind, mark} or {kind, stream, first, last}';

/** What {@link parseAction} takes, for messages. */
export const ACTION_FORMS: string =
  `{kind: "acknowledge", incident, on}, {kind: "note", incident, text} of at most ${LONGEST_NOTE} characters, ` +
  'or {kind: "mute", name, for} in milliseconds, at most a week';

/** Feedback that a page has sent; undefined for anything else. */
export function parseFeedback(body: string): WireFeedback | undefined {
  const { kind, incident, mark, stream, first, last } = parse(body);
  if ((kind === 'normal' || kind === 'missed' || kind === 'clear') && isCount(incident))
    return { kind, incident };
  if (kind === 'clear' && isCount(mark)) return { kind, mark };
  if (kind === 'missed' && isCount(stream) && isCount(first) && isCount(last) && first <= last)
    return { kind, stream, first, last };
  return undefined;
}

/** Another action that a page has sent; undefined for anything else. */
export function parseAction(body: string): WireAction | undefined {
  const { kind, incident, on, text, name, for: length } = parse(body);
  if (kind === 'acknowledge' && isCount(incident) && typeof on === 'boolean') return { kind, incident, on };
  if (kind === 'note' && isCount(incident) && typeof text === 'string' && text.length <= LONGEST_NOTE)
    return { kind, incident, text };
  if (kind === 'mute' && (name === null || typeof name === 'string') && isCount(length))
    return length <= LONGEST_MUTE ? { kind, name, for: length } : undefined;
  return undefined;
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function isCount(x: unknown): x is number {
  return typeof x === 'number' && Number.isSafeInteger(x) && x >= 0;
}
