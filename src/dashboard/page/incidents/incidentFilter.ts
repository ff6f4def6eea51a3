import { pageTimeZone } from '../../../charts/formatTime.ts';
import { momentAt } from '../../../charts/wallClock.ts';
import { find } from '../dom.ts';
import { severityRank } from '../severityRank.ts';
import type { SeverityName, WireIncident } from '../wire.ts';

const LENGTHS: Readonly<Record<string, number>> = { hour: 3_600_000, day: 86_400_000 }; // ms

/** Which incidents are asked for: by severity, text, time and stream. */
export class IncidentFilter {
  readonly #only: HTMLInputElement = find<HTMLInputElement>('.only');
  readonly #least: HTMLSelectElement = find<HTMLSelectElement>('select.least');
  readonly #text: HTMLInputElement = find<HTMLInputElement>('.incident-text');
  readonly #when: HTMLSelectElement = find<HTMLSelectElement>('select.when');
  readonly #range: HTMLElement = find('.range');
  readonly #from: HTMLInputElement = find<HTMLInputElement>('.range .from-time');
  readonly #to: HTMLInputElement = find<HTMLInputElement>('.range .to-time');
  /** The selected stream. */
  stream: number | undefined;

  constructor(onChange: () => void) {
    this.#text.addEventListener('input', onChange);
    const choices = [this.#only, this.#least, this.#when, this.#from, this.#to];
    for (const choice of choices)
      choice.addEventListener('change', () => {
        this.#range.hidden = this.#when.value !== 'range';
        onChange();
      });
  }

  /**
   * A test of whether an incident is asked for.
   *
   * @param textOf what a text is searched in
   * @param newest from where the last hour and the last day are counted back, milliseconds
   */
  test(textOf: (incident: WireIncident) => string, newest: number): (incident: WireIncident) => boolean {
    const least = severityRank(this.#least.value as SeverityName);
    const wanted = this.#text.value.trim().toLowerCase();
    const [from, to] = this.#span(newest);
    const isAnyTime = from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY;
    return (incident) => {
      if (this.#only.checked && incident.stream !== this.stream) return false;
      if (severityRank(incident.severity) < least) return false;
      if (!isAnyTime && !isWithin(incident, from, to)) return false;
      return wanted === '' || textOf(incident).toLowerCase().includes(wanted);
    };
  }

  #span(newest: number): [from: number, to: number] {
    const length = LENGTHS[this.#when.value];
    if (length !== undefined) return [newest - length, Number.POSITIVE_INFINITY];
    if (this.#when.value !== 'range') return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    return [momentOf(this.#from) ?? Number.NEGATIVE_INFINITY, momentOf(this.#to) ?? Number.POSITIVE_INFINITY];
  }
}

/** Of the time in a field, on the page's clocks; undefined where there is none. */
function momentOf({ value }: HTMLInputElement): number | undefined {
  const shown = Date.parse(`${value}Z`);
  return Number.isNaN(shown) ? undefined : momentAt(shown, pageTimeZone());
}

/** Whether a part of it lies between two times; false where its time is not known. */
function isWithin({ start, end }: WireIncident, from: number, to: number): boolean {
  return start !== null && start <= to && (end ?? start) >= from;
}
