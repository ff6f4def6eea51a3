import { timeZoneSpec } from '../core/calendar.ts';
import { accepts } from '../core/optionKinds.ts';
import { OptionSet, type OptionTable } from '../core/optionSet.ts';
import { type EndedBy, type Incident, loudestDimension, toVector, type Value } from '../core/reading.ts';
import { type AnomalyKind, findingOf } from './findingOf.ts';
import { inWords, sinceWhen } from './inWords.ts';

/** Options of {@link explainIncident}. */
export interface ExplainOptions {
  /** Names of the dimensions, for the text. @default none for one dimension, else `dimension 1` and so on */
  readonly dimensions?: readonly string[];
  /** On whose clocks the text has times, as an IANA name. @default 'UTC' */
  readonly timeZone?: string;
}

/** Why an incident is one. */
export interface IncidentReason {
  /** What the evidence speaks for; `'value'` where it speaks for nothing more. */
  readonly kind: AnomalyKind;
  /** The channel of evidence that counted most at the peak; undefined where the scorer names none. */
  readonly channel: string | undefined;
  /** The dimension that the text is of, from 0. */
  readonly dimension: number;
  /**
   * Plain text, a sentence or two: what it was, what was expected, how unusual that is, in which dimension and since when. What is not
   * known is left out.
   */
  readonly text: string;
  /** The same without the number of events and the time, for a row that has them. */
  readonly what: string;
}

type Resolved = ExplainOptions & Required<Pick<ExplainOptions, 'timeZone'>>;

const table: OptionTable<ExplainOptions, Resolved> = {
  dimensions: {
    kind: accepts('a list of names', isNames),
    defaultText: 'none for one dimension, else their numbers',
    about: 'names of the dimensions',
    when: 'where there are several',
  },
  timeZone: { ...timeZoneSpec, about: 'on whose clocks the text has times', when: 'for readers elsewhere' },
};
const explainOptions: OptionSet<ExplainOptions, Resolved> = new OptionSet(table);

/**
 * An incident in words: `Spike: the value was 25.1, above the 10.2 that was expected (95 % band 8.1 … 12.3), 7.1 times as far out as
 * the band reaches. 2 events flagged since 2026-01-05 10:00 UTC.` Of an incident that has just begun it says less than of one that
 * has ended: whether a value comes back is not known yet.
 *
 * ```ts
 * verdicts$.pipe(alerts()).subscribe(({ incident }) => console.log(explainIncident(incident).text));
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION
 */
export function explainIncident<V extends Value>(
  incident: Incident<unknown, V>,
  options: ExplainOptions = {},
): IncidentReason {
  const { dimensions, timeZone } = explainOptions.resolve('explainIncident', options);
  const { kind, shownBy } = findingOf(incident);
  const dimension = loudestDimension(shownBy);
  const isOne = toVector(shownBy.value).length === 1;
  const name = isOne ? undefined : (dimensions?.[dimension] ?? `dimension ${dimension + 1}`);
  const by = incident.endedBy === undefined ? '' : ` ${ENDED_BY[incident.endedBy]}`;
  const what = `${inWords(incident, { kind, shownBy }, dimension, name, timeZone)}${by}`;
  const text = kind === 'silence' ? what : `${what} ${sinceWhen(incident, timeZone)}`;
  return { kind, channel: incident.peak.evidence?.channel, dimension, text, what };
}

const ENDED_BY: Readonly<Record<EndedBy, string>> = {
  expired: 'It ended as no more events came.',
  evicted: 'It ended as its model gave way to those of other streams.',
};

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
