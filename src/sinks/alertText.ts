import {
  type Alert,
  type Incident,
  loudestDimension,
  SEVERITIES,
  type Severity,
  toVector,
  type Value,
  type Verdict,
} from '../core/reading.ts';
import { explainIncident } from '../explain/explainIncident.ts';

/** An alert in words, without control characters: names come from data. */
export interface AlertText {
  /** One line: which stream, how bad, what was seen against what was expected. */
  readonly title: string;
  /** Why it is one; until when; of a group the streams, the first 20, in the order in which they began, and which is usually first. */
  readonly lines: readonly string[];
}

const STREAMS = 20;
const NAME = 200;

/** The names of a stream's dimensions, by its key; undefined where they have none. */
export type DimensionNames = (key: string | undefined) => readonly string[] | undefined;

/** What people are sent of an alert. */
export function alertText<E, V extends Value>(
  alert: Alert<E, V>,
  dimensions: DimensionNames = () => undefined,
): AlertText {
  const { phase, group } = alert;
  const incident = leadingIncident(alert);
  const severity = alertSeverity(alert);
  const streams = streamsOf(alert);
  const isGroup = streams.length > 1;
  const noun = !isGroup && incident.kind === 'absence' ? 'absence' : `${severity} incident`;
  const what = `${noun}${isGroup ? 's' : ''} ${phase}`;
  const where = isGroup ? `${streams.length} streams, ${nameOf(incident.key)} first` : nameOf(incident.key);
  return {
    title: `${where === '' ? '' : `${where}: `}${what}, ${seen(incident, dimensions)}`,
    lines: [
      printable(inWords(incident, dimensions)),
      ...(phase === 'ended' ? [duration(alert)] : []),
      ...(group === undefined ? [] : members(group, dimensions)),
      ...usuallyFirst(alert),
    ],
  };
}

/** The incident that an alert is shown as: of a group the one that began first. */
export function leadingIncident<E, V extends Value>({ incident, group }: Alert<E, V>): Incident<E, V> {
  return group?.[0] ?? incident;
}

/** Why it is one, with the names of its dimensions. */
export function inWords<E, V extends Value>(incident: Incident<E, V>, dimensions: DimensionNames): string {
  const names = dimensions(incident.key);
  return explainIncident(incident, names === undefined ? {} : { dimensions: names }).text;
}

/** The worst severity of an alert's incidents. */
export function alertSeverity<E, V extends Value>({ incident, group = [] }: Alert<E, V>): Severity {
  return [incident, ...group]
    .map(({ severity }) => severity)
    .reduce((a, b) => (SEVERITIES.indexOf(b) > SEVERITIES.indexOf(a) ? b : a));
}

/** The keys of an alert's streams, the one that began first in front. */
export function streamsOf<E, V extends Value>({ incident, group = [] }: Alert<E, V>): (string | undefined)[] {
  return [...new Set([incident.key, ...group.map(({ key }) => key)])];
}

/** A key as a name: of at most 200 characters, none of which controls a terminal. */
export function nameOf(key: string | undefined): string {
  return printable(clip(key ?? '', NAME));
}

/** Without control characters, which could move a cursor or break a line: names come from data. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, '\ufffd');
}

/** At most so many UTF-16 units, with an ellipsis where something is left out. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** At most so many bytes of UTF-8, with an ellipsis where something is left out. */
export function clipBytes(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text;
  let low = 0;
  let high = Math.min(text.length, bytes);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (byteLength(clip(text, middle)) <= bytes) low = middle;
    else high = middle - 1;
  }
  return clip(text, low);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** What was seen against what was expected. */
function seen<E, V extends Value>(
  { kind, key, start, peak }: Incident<E, V>,
  dimensions: DimensionNames,
): string {
  if (kind === 'absence') return start === undefined ? 'no event' : `no event since ${iso(start)}`;
  const category = rarestCategory(peak);
  if (category !== undefined) return category;
  const d = loudestDimension(peak);
  const [value, expected, lower, upper] = [peak.value, peak.expected, peak.lower, peak.upper].map((part) =>
    inShort(toVector(part)[d] ?? Number.NaN),
  );
  const isOne = toVector(peak.value).length === 1;
  const name = isOne ? '' : `${nameOf(dimensions(key)?.[d] ?? `dimension ${d + 1}`)} `;
  return `${name}${value}, expected ${expected} (${lower} to ${upper})`;
}

const RARE = { new: 'new', rare: 'rare', hours: 'unusual for the time of day' } as const;

/** `new: “disk failed”` of a category that is rare; undefined where the value is a measurement. */
export function rarestCategory({ evidence }: Pick<Verdict<unknown, Value>, 'evidence'>): string | undefined {
  const rarity = evidence?.rarity;
  return rarity && `${RARE[rarity.kind]}: “${nameOf(rarity.category)}”`;
}

/** From when to when, and how long. */
function duration<E, V extends Value>(alert: Alert<E, V>): string {
  const { start, open, kind } = leadingIncident(alert);
  const all = alert.group ?? [alert.incident];
  const count = all.reduce((sum, each) => sum + each.count, 0);
  const most = Math.max(...all.map(({ peak }) => peak.score));
  const score = kind === 'absence' ? '' : `, score ${most.toFixed(3)}`;
  const flagged = `${count} flagged ${count === 1 ? 'event' : 'events'}${all.length > 1 ? ' of all' : ''}${score}`;
  if (start === undefined) return flagged;
  if (open && kind === 'absence') return `From ${iso(start)}, not back yet`;
  const ends = all.flatMap(({ end }) => end ?? []);
  return `From ${iso(start)} to ${iso(Math.max(...ends))}, ${flagged}`;
}

/** Which stream began first in earlier groups, where there were any. */
function usuallyFirst<E, V extends Value>({ group = [], leads = [] }: Alert<E, V>): string[] {
  const most = Math.max(...leads.map(({ first }) => first));
  const at = leads.findIndex(({ first }) => first === most);
  const [incident, lead] = [group[at], leads[at]];
  if (incident === undefined || lead === undefined || lead.seen === 0) return [];
  const groups = lead.seen === 1 ? '1 earlier group' : `${lead.seen} earlier groups`;
  return [`Usually first: ${nameOf(incident.key)}, ${Math.round(100 * most)} % by ${groups} and this one`];
}

function members<E, V extends Value>(group: readonly Incident<E, V>[], dimensions: DimensionNames): string[] {
  const lines = group.slice(0, STREAMS).map((incident, at) => {
    const { key, severity, start } = incident;
    return `${at + 1}. ${nameOf(key)}: ${severity}${start === undefined ? '' : `, ${iso(start)}`}, ${seen(incident, dimensions)}`;
  });
  return group.length > STREAMS ? [...lines, `… and ${group.length - STREAMS} more`] : lines;
}

function inShort(x: number): string {
  return Number.isFinite(x) ? String(Number(x.toPrecision(5))) : '–';
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
