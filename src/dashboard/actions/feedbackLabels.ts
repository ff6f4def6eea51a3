import type { LoggedIncident } from '../loggedIncident.ts';
import type { WireMark } from '../page/wire.ts';

/** Windows of anomalies by stream, in NAB's form: `[["2026-01-10 03:00:00.000000", "2026-01-10 05:00:00.000000"]]`, in UTC. */
export type FeedbackLabels = Readonly<Record<string, readonly (readonly [start: string, end: string])[]>>;

/** The name of a stream that has no key. */
const UNNAMED = 'stream';

/**
 * What people have reported, as labels. A window is an incident that was acknowledged or reported as an anomaly, or a stretch
 * that was reported as missed; one that was marked as normal is none. Streams on whose incidents nothing was reported are left
 * out, and so is what has no time.
 *
 * @param nameOf the key of a stream, by its number; undefined where it is no longer kept
 */
export function feedbackLabels(
  incidents: Iterable<LoggedIncident>,
  marks: readonly WireMark[],
  nameOf: (stream: number) => { readonly key: string | undefined } | undefined,
): FeedbackLabels {
  const windows = new Map<string, [start: number, end: number][]>();
  const add = (stream: number, start: number | null | undefined, end: number | null | undefined): void => {
    const of = nameOf(stream);
    if (of === undefined) return;
    const list = windows.get(of.key ?? UNNAMED) ?? [];
    windows.set(of.key ?? UNNAMED, list);
    if (typeof start === 'number' && typeof end === 'number') list.push([start, end]);
  };
  for (const { stream, incident, feedback, acknowledged } of incidents) {
    if (feedback === 'normal') add(stream, undefined, undefined);
    else if (feedback === 'missed' || acknowledged) add(stream, incident.start, incident.end);
  }
  for (const { stream, start, end, cleared } of marks) if (!cleared) add(stream, start, end);
  return Object.fromEntries(
    [...windows]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, list]) => [
        name,
        list.toSorted(([a], [b]) => a - b).map(([start, end]) => [text(start), text(end)] as const),
      ]),
  );
}

function text(time: number): string {
  return new Date(time).toISOString().replace('T', ' ').replace('Z', '000');
}
