import type { WireIncident } from '../wire.ts';

/** Incidents that began within one window, of two streams or more. */
export interface GroupedIncidents {
  /** Of the group: the number of its first incident. */
  readonly id: number;
  /** Who began first is first. */
  readonly incidents: readonly WireIncident[];
  /** Each once, who began first is first. */
  readonly streams: readonly number[];
  /** When the first and the last of them began; undefined in streams without times. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** The groups of several streams, the newest first: by time, as a replay may come to them in any order. */
export function groupsOf(incidents: readonly WireIncident[]): GroupedIncidents[] {
  const groups = new Map<number, WireIncident[]>();
  for (const incident of incidents) {
    if (incident.feedback === 'normal') continue;
    const group = groups.get(incident.group) ?? [];
    groups.set(incident.group, group);
    group.push(incident);
  }
  return [...groups]
    .map(([id, all]) => {
      const sorted = all.sort((a, b) => (a.start ?? 0) - (b.start ?? 0) || a.id - b.id);
      const starts = sorted.map(({ start }) => start).filter((start) => start !== null);
      const streams = [...new Set(sorted.map(({ stream }) => stream))];
      return { id, incidents: sorted, streams, from: starts[0], to: starts.at(-1) };
    })
    .filter(({ streams }) => streams.length > 1)
    .sort((a, b) => (b.from ?? 0) - (a.from ?? 0) || b.id - a.id);
}
