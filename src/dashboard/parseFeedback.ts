import type { WireFeedback } from './page/wire.ts';

/** Feedback that a page has sent; undefined for anything else. */
export function parseFeedback(body: string): WireFeedback | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { kind, incident, stream, first, last } = parsed as Readonly<Record<string, unknown>>;
  if ((kind === 'normal' || kind === 'missed') && isCount(incident)) return { kind, incident };
  if (kind === 'missed' && isCount(stream) && isCount(first) && isCount(last) && first <= last)
    return { kind, stream, first, last };
  return undefined;
}

function isCount(x: unknown): x is number {
  return typeof x === 'number' && Number.isSafeInteger(x) && x >= 0;
}
