import { LeadLag } from '../../../models/decision/leadLag.ts';
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
  /** The stream that most likely began first, by this group and earlier ones; undefined where there were none of its streams. */
  readonly usual: { readonly stream: number; readonly first: number; readonly seen: number } | undefined;
}

/** Pairs of streams whose order in earlier groups counts. */
const PAIRS = 10_000;

/** The groups of several streams, the newest first: by time, as a replay may come to them in any order. */
export function groupsOf(incidents: readonly WireIncident[]): GroupedIncidents[] {
  const groups = new Map<number, WireIncident[]>();
  for (const incident of incidents) {
    if (incident.feedback === 'normal') continue;
    const group = groups.get(incident.group) ?? [];
    groups.set(incident.group, group);
    group.push(incident);
  }
  const found = [...groups]
    .map(([id, all]) => {
      const sorted = all.sort((a, b) => (a.start ?? 0) - (b.start ?? 0) || a.id - b.id);
      const starts = sorted.map(({ start }) => start).filter((start) => start !== null);
      const streams = [...new Set(sorted.map(({ stream }) => stream))];
      return { id, incidents: sorted, streams, from: starts[0], to: starts.at(-1) };
    })
    .filter(({ streams }) => streams.length > 1)
    .sort((a, b) => (a.from ?? 0) - (b.from ?? 0) || a.id - b.id);
  const order = new LeadLag(PAIRS);
  return found.map((group) => ({ ...group, usual: usualOf(group, order) })).reverse();
}

/** What the order in earlier groups, which are those before it, says of a group. */
function usualOf(
  { incidents, streams }: Pick<GroupedIncidents, 'incidents' | 'streams'>,
  order: LeadLag,
): GroupedIncidents['usual'] {
  const leads = order.add(
    streams.map((stream) => {
      const start = incidents.find((each) => each.stream === stream)?.start ?? undefined;
      return { key: String(stream), start };
    }),
  );
  const most = leads.reduce((at, { first }, n) => (first > leads[at]!.first ? n : at), 0);
  const { first, seen } = leads[most]!;
  return seen === 0 ? undefined : { stream: streams[most]!, first, seen };
}
