import { type Incident, loudestDimension, toVector, type Value, type Verdict } from '../core/reading.ts';

/**
 * What kind of anomaly an incident is: `'spike'` (went off and came back), `'level'`, `'scale'` (rougher or calmer), `'stuck'` (no
 * longer moves), `'silence'` (no events), `'pulse'` (of unusual size, or a phase too long or too short), `'season'` (unusual at this
 * time of the day or the week, or at this phase of a period, as is a level that shifts in a stream with a cycle), `'joint'` (dimensions that no longer move together), `'new'` and
 * `'rare'` (of the category of an event, as `detectRare` finds), or `'value'`: nothing more is known than that the value was unusual.
 */
export type AnomalyKind =
  | 'spike'
  | 'level'
  | 'scale'
  | 'stuck'
  | 'silence'
  | 'pulse'
  | 'season'
  | 'joint'
  | 'new'
  | 'rare'
  | 'value';

/** What the evidence of an incident speaks for, and the event that shows it. */
export interface Finding<V extends Value = Value> {
  readonly kind: AnomalyKind;
  readonly shownBy: Verdict<unknown, V>;
}

/** Of the channels that tell what kind it is; what the others show may be the beginning of anything. */
const KINDS: Readonly<Record<string, AnomalyKind>> = {
  level: 'level',
  volatility: 'scale',
  calm: 'scale',
  stuck: 'stuck',
  duration: 'pulse',
  size: 'pulse',
  cycle: 'season',
  joint: 'joint',
  new: 'new',
  rare: 'rare',
  hours: 'season',
};

const FEW = 5; // flagged events; what is longer is no spike
const ENOUGH = 3; // flagged events of a kind that speaks at the end

/** Says no more than the evidence of most of its events, or of its last ones. */
export function findingOf<V extends Value>(incident: Incident<unknown, V>): Finding<V> {
  const { kind, first, peak, last, count, returned } = incident;
  if (kind === 'absence') return { kind: 'silence', shownBy: peak };
  const shows = (wanted: AnomalyKind): Finding<V> => ({
    kind: wanted,
    shownBy: shownBy(
      [peak, last, first].filter((verdict) => kindOf(verdict) === wanted),
      peak,
    ),
  });
  // Its events are of several categories; the rarest is named.
  if (peak.evidence?.rarity !== undefined) return { kind: kindOf(peak), shownBy: peak };
  // A value stands or it does not: whatever was noticed first, this is what it was.
  if (kindOf(last) === 'stuck') return { kind: 'stuck', shownBy: last };
  const counts = countsOf(incident);
  for (const [each, events] of counts) if (2 * events > count) return shows(each);
  const lasts = kindOf(last);
  const own = counts.get(lasts) ?? 0;
  const others = [...counts].filter(([each]) => each !== lasts).map(([, events]) => events);
  const isClear = own >= ENOUGH && own >= 2 * Math.max(0, ...others);
  if (isClear && !(lasts === 'level' && returned)) return shows(lasts);
  const isSpike = returned && count <= FEW && others.length + own === 0 && isOutside(peak);
  return { kind: isSpike ? 'spike' : 'value', shownBy: peak };
}

/** An event that is itself on the side that the evidence speaks of, where there is one: it may be of several events together. */
function shownBy<V extends Value>(
  candidates: readonly Verdict<unknown, V>[],
  otherwise: Verdict<unknown, V>,
): Verdict<unknown, V> {
  const isOnItsSide = ({ value, evidence }: Verdict<unknown, V>): boolean => {
    const { channel, dimension = 0, direction, usual } = evidence ?? {};
    if (channel !== 'cycle' || direction === undefined || usual === undefined) return true;
    return Math.sign((toVector(value)[dimension] ?? Number.NaN) - usual) === direction;
  };
  return candidates.find(isOnItsSide) ?? candidates[0] ?? otherwise;
}

/** Whether a value lies outside of the band, in the dimension that the event was flagged for. */
export function isOutside(verdict: Verdict<unknown, Value>): boolean {
  const d = loudestDimension(verdict);
  const [value, lower, upper] = [verdict.value, verdict.lower, verdict.upper].map(
    (part) => toVector(part)[d],
  );
  return value < lower || value > upper;
}

function kindOf({ evidence }: Verdict<unknown, Value>): AnomalyKind {
  return KINDS[evidence?.channel ?? ''] ?? 'value';
}

/** Flagged events by the kind that they show, `'value'` left out. */
function countsOf({ channels = {} }: Incident<unknown, Value>): Map<AnomalyKind, number> {
  const counts = new Map<AnomalyKind, number>();
  for (const [channel, events] of Object.entries(channels)) {
    const kind = Object.hasOwn(KINDS, channel) ? KINDS[channel] : undefined;
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + events);
  }
  return counts;
}
