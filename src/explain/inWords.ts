import { formatNumber } from '../charts/formatNumber.ts';
import { formatTime, timeResolution } from '../charts/formatTime.ts';
import { type Incident, toVector, type Value, type Verdict } from '../core/reading.ts';
import { type Finding, isOutside } from './findingOf.ts';
import { rareInWords } from './rareInWords.ts';

/**
 * The sentences of a finding, without the time unless it is a silence.
 *
 * @param d the dimension that they are of, and its name; undefined where there is only one
 */
export function inWords(
  incident: Incident<unknown, Value>,
  finding: Finding,
  d: number,
  name: string | undefined,
  timeZone: string,
): string {
  if (finding.kind === 'silence') return silence(incident, clock(incident, timeZone));
  const subject = name === undefined ? 'the value' : `“${name}”`;
  const found = `${what(incident, finding, d, subject)}.`;
  if (name === undefined) return found;
  return `${found} ${subject} has ${formatShare(toVector(finding.shownBy.attribution)[d])} of the score.`;
}

/** How many events were flagged, since when. */
export function sinceWhen(incident: Incident<unknown, Value>, timeZone: string): string {
  const { start, count } = incident;
  const flagged = count === 1 ? 'One event flagged' : `${count.toLocaleString('en')} events flagged`;
  if (start === undefined) return `${flagged}.`;
  return `${flagged}${count === 1 ? ', at' : ' since'} ${clock(incident, timeZone)(start)}.`;
}

/** `57 %`; `less than 1 %` of what is not nothing. */
export function formatShare(share: number): string {
  return share > 0 && share < 0.01 ? 'less than 1 %' : `${Math.round(100 * share)} %`;
}

type Clock = (time: number) => string;

/** What was found, without a full stop. */
function what(
  incident: Incident<unknown, Value>,
  { kind, shownBy }: Finding,
  d: number,
  subject: string,
): string {
  const { channel, direction, events, tooLong, cycle, usual = Number.NaN, rarity } = shownBy.evidence ?? {};
  if (rarity !== undefined) return rareInWords(rarity);
  const value = formatNumber(toVector(shownBy.value)[d]);
  const was = `${subject} was ${against(incident.peak, d)}`; // the peak is what rows and charts show
  switch (kind) {
    case 'spike':
      return `Spike: ${was}`;
    case 'level': {
      const where = direction === undefined ? 'other' : direction > 0 ? 'higher' : 'lower';
      return `Level ${where} than usual over the last hundred events: ${was}`;
    }
    case 'scale':
      return channel === 'calm'
        ? `Calmer than usual: ${subject} varied less about its forecast in the last fifty events than before`
        : `Rougher than usual: ${subject} varied more about its forecast in the last fifty events than before; it was ${against(incident.peak, d)}`;
    case 'stuck':
      return events === undefined
        ? `Stuck: ${subject} repeats itself`
        : `Stuck: ${subject} has been ${value} for ${stuckFor(incident, events)}, longer than usual${stoodAt(incident.peak, shownBy, d) ? '' : `; at the peak it was ${against(incident.peak, d)}`}`;
    case 'season': {
      const usually = Number.isFinite(usual) ? `, ${formatNumber(usual)} is usual then` : '';
      const now = `${subject} was ${value}${usually}`;
      const how =
        direction === undefined ? 'Unusual' : direction > 0 ? 'Higher than usual' : 'Lower than usual';
      const isOne = (events ?? 1) === 1;
      const over = isOne ? '' : `, over ${events} events together`;
      // The event that is shown ends those: it may have come back before the others count no more.
      const isBack = !isOne && Math.sign(Number(toVector(shownBy.value)[d]) - usual) !== direction;
      return `${how} ${PHASES[cycle ?? 'own']}${over}: ${isBack ? 'at their end ' : ''}${now}`;
    }
    case 'pulse': {
      if (channel !== 'duration') return `Unusual pulse: ${was}`;
      const side = direction === 1 ? 'high' : 'low';
      return tooLong
        ? `${direction === 1 ? 'High' : 'Low'} for too long: ${subject} has stayed on the ${side} side of its range for ${events} events, longer than usual`
        : `${direction === 1 ? 'High' : 'Low'} for too short a time: ${subject} left the ${side} side of its range after ${events} events, sooner than usual`;
    }
    case 'joint':
      return `Out of step: ${subject} no longer goes with the other dimensions as it did; it was ${against(incident.peak, d)}`;
    default: {
      const returned = incident.returned === false && !incident.open ? '; it did not come back at once' : '';
      const inside = isOutside(shownBy) ? '' : (INSIDE[channel ?? ''] ?? '');
      return `Unusual value: ${was}${inside}${returned}`;
    }
  }
}

/** How long a value has stood: where the last event does not say so, at least as long as was flagged. */
function stuckFor({ first, channels }: Incident, events: number): string {
  const flagged =
    first.evidence?.channel === 'stuck' ? (first.evidence.events ?? 1) + (channels?.stuck ?? 1) - 1 : 0;
  return flagged > events ? `at least ${flagged} events` : `${events} events`;
}

/** Whether the peak is of the value that stood. */
function stoodAt(peak: Verdict, shownBy: Verdict, d: number): boolean {
  return toVector(peak.value)[d] === toVector(shownBy.value)[d];
}

/** What is unusual about a value inside the band. */
const INSIDE: Readonly<Record<string, string>> = {
  value: ', but far from the mean of all before',
  'residual.1': ', but off what was forecast some events before',
  'residual.2': ', but off what was forecast some events before',
  novelty: ', but beyond all values before',
};
const MANY = 1000; // times as far out as the band
const PHASES = {
  day: 'for the time of day',
  week: 'for the time of the week',
  own: 'for this phase of its period',
};

/** The value, what was expected, and how far out it is. */
function against(verdict: Verdict<unknown, Value>, d: number): string {
  const [value, expected, lower, upper] = [verdict.value, verdict.expected, verdict.lower, verdict.upper].map(
    (part) => toVector(part)[d],
  );
  if (!Number.isFinite(expected)) return formatNumber(value);
  const band = `95 % band ${formatNumber(lower)} … ${formatNumber(upper)}`;
  const reach = value > expected ? upper - expected : expected - lower;
  const times = Math.abs(value - expected) / reach;
  if (!isOutside(verdict)) return `${formatNumber(value)}, within the ${band}`;
  const far =
    times < MANY ? `${formatNumber(Number(times.toPrecision(2)))} times` : 'a thousand times or more';
  const side = value > expected ? 'above' : 'below';
  const beyond = verdict.evidence?.channel === 'novelty' ? ', beyond all values before' : '';
  return `${formatNumber(value)}, ${side} the ${formatNumber(expected)} that was expected (${band}), ${far} as far out as the band reaches${beyond}`;
}

function silence({ start, end, open }: Incident<unknown, Value>, at: Clock): string {
  if (start === undefined) return 'Silence: no event for too long.';
  return open || end === undefined
    ? `Silence: no event since ${at(start)}.`
    : `Silence: no event from ${at(start)} to ${at(end)}.`;
}

/** Writes the times of an incident, with their zone. */
function clock({ start, end }: Incident<unknown, Value>, timeZone: string): Clock {
  const resolution = timeResolution(Float64Array.of(start ?? Number.NaN, end ?? Number.NaN));
  return (time) => `${formatTime(time, resolution === 'day' ? 'minute' : resolution, timeZone)} ${timeZone}`;
}
