import type { ChangeKind, ChangePoint } from './changePoint.ts';

/** A change point in JSON: a line of `detect --output changes`, an item of `/changes.json` of a dashboard. */
export interface ChangeLine {
  readonly kind: ChangeKind;
  readonly key: string | null;
  readonly time: string | null;
  readonly detectedAt: string | null;
  readonly eventsAgo: number;
  /** The name of its value. */
  readonly column: string | null;
  readonly before: number;
  readonly after: number;
  readonly size: number;
  readonly certainty: number;
}

/** @param names of the values */
export function changeLine(change: ChangePoint, names: readonly string[]): ChangeLine {
  const { kind, key, time, detectedAt, eventsAgo, dimension, before, after, size, certainty } = change;
  const isoTime = (at: number | undefined): string | null =>
    at === undefined ? null : new Date(at).toISOString();
  return {
    ...{ kind, key: key ?? null, time: isoTime(time), detectedAt: isoTime(detectedAt), eventsAgo },
    ...{ column: names[dimension] ?? null, before, after, size, certainty },
  };
}
