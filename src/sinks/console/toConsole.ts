import { from, type MonoTypeOperatorFunction, tap } from 'rxjs';
import { aFunction } from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import { type Alert, toVector, type Value } from '../../core/reading.ts';
import { leadingIncident, nameOf, rarestCategory } from '../alertText.ts';

/** Options of {@link toConsole}. */
export interface ToConsoleOptions {
  /** Writes a line. @default to standard error */
  readonly write?: (line: string) => void;
}

const toConsoleOptions: OptionSet<ToConsoleOptions> = new OptionSet({
  write: {
    kind: aFunction,
    default: (line: string) => void process.stderr.write(`${line}\n`),
    about: 'writes a line',
    when: 'to write elsewhere than to standard error',
  },
});

/**
 * A line for each alert: `2026-01-05T10:00:00.000Z pump-7: high incident began, 42.1, expected 38.2, score 0.93`, or of a key
 * that fell silent `2026-01-05T10:05:00.000Z pump-7: absence began, no event since 2026-01-05T10:00:00.000Z`. A group has the
 * line of its first incident, with the other streams: `…; with 9 more streams: pump-8, pump-9, …`.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function toConsole<E, V extends Value>(
  options: ToConsoleOptions = {},
): MonoTypeOperatorFunction<Alert<E, V>> {
  const { write } = toConsoleOptions.resolve('toConsole', options);
  return (source) => from(source).pipe(tap((alert) => write(alertLine(alert))));
}

function alertLine<E, V extends Value>(alert: Alert<E, V>): string {
  return `${incidentLine(alert)}${others(alert)}`;
}

const NAMED = 5;

/** The other streams of a group. */
function others<E, V extends Value>(alert: Alert<E, V>): string {
  const { group = [] } = alert;
  const incident = leadingIncident(alert);
  const keys = [...new Set(group.map(({ key }) => key))].filter((key) => key !== incident.key);
  if (keys.length === 0) return '';
  const named = keys.slice(0, NAMED).map(nameOf);
  const rest = keys.length > NAMED ? ', …' : '';
  return `; with ${keys.length} more ${keys.length === 1 ? 'stream' : 'streams'}: ${named.join(', ')}${rest}`;
}

function incidentLine<E, V extends Value>(alert: Alert<E, V>): string {
  const { phase } = alert;
  const incident = leadingIncident(alert);
  const { kind, key, start, end, count, severity, peak } = incident;
  const isAbsence = kind === 'absence';
  const time = phase === 'began' && !isAbsence ? start : end;
  const where = [time === undefined ? '' : new Date(time).toISOString(), nameOf(key)].filter(Boolean);
  const prefix = `${where.join(' ')}${where.length > 0 ? ': ' : ''}`;
  const since = start === undefined ? '' : ` since ${new Date(start).toISOString()}`;
  if (isAbsence)
    return `${prefix}absence ${phase}, no event${phase === 'ended' && incident.open ? ' yet' : ''}${since}`;
  const [value, expected] = [peak.value, peak.expected].map((part) => toVector(part).map(short).join(' '));
  const lasted = phase === 'ended' ? ` after ${count} flagged ${count === 1 ? 'event' : 'events'}` : '';
  const by = incident.endedBy === undefined ? '' : ENDED_BY[incident.endedBy];
  const what = rarestCategory(peak) ?? `${value}, expected ${expected}`;
  return `${prefix}${severity} incident ${phase}${lasted}${by}, ${what}, score ${peak.score.toFixed(3)}`;
}

const ENDED_BY = { expired: ' as no more came', evicted: ' as its model was evicted' } as const;

function short(x: number): string {
  return String(Number(x.toPrecision(5)));
}
