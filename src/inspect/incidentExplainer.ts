import { formatNumber, formatScore } from '../charts/formatNumber.ts';
import { formatTime, timeResolution } from '../charts/formatTime.ts';
import { optionChecks } from '../core/options.ts';
import { type Incident, type Severity, toVector, type Value, type Verdict } from '../core/reading.ts';
import { IncidentMerger } from '../models/decision/incidentMerger.ts';
import { thresholdTable } from '../models/decision/thresholdOptions.ts';
import type { InspectedStep } from './inspectedForecaster.ts';
import { memoryOrigin } from './memoryOrigin.ts';

/** An incident in numbers and in words. Positions are those of `add`, from 0. */
export interface IncidentExplanation {
  /** The whole text. */
  readonly text: string;
  readonly first: number;
  readonly peak: number;
  readonly last: number;
  /** Event time of the first flagged event, milliseconds since 1970; undefined in a stream without times. */
  readonly since: number | undefined;
  /** Flagged events. */
  readonly count: number;
  readonly severity: Severity;
  /** At the peak, like the fields below. */
  readonly score: number;
  /** The dimension with the largest share of the score, from 0, and its share, 0 … 1. */
  readonly dimension: number;
  readonly share: number;
  readonly actual: number;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
  /** |actual − expected| in half widths of the 95 % band. */
  readonly bandWidths: number;
  /** Flagged events whose value in that dimension lay above what was expected, and below. */
  readonly above: number;
  readonly below: number;
  /** Events between warm-up and incident that lay as far out, by that measure … */
  readonly asFarOut: number;
  /** … and the number compared. */
  readonly compared: number;
  /**
   * The content of the top layer when it made the forecast for the first flagged event; undefined where there was
   * none.
   */
  readonly memory: IncidentMemory | undefined;
}

/** What a layer remembered. */
export interface IncidentMemory {
  /** Events in which half of its content was written; Infinity where more is older than what is kept. */
  readonly halfAge: number;
  /** Share of the content that was older than the last `events` events, 0 … 1. */
  readonly olderShare: number;
  /** Events that are kept. */
  readonly events: number;
}

interface Opened {
  readonly compared: readonly number[]; // (D) number of ratios
  readonly above: number[]; // (D) flagged events
  readonly below: number[]; // (D)
  readonly memory: IncidentMemory | undefined;
}

/** Options of {@link IncidentExplainer}. */
export interface IncidentExplainerOptions {
  /** Names, for the text; may be left out for one dimension. */
  readonly dimensions?: readonly string[];
  /** Unflagged events that end an incident. @default 15, as the threshold's */
  readonly hold?: number;
  /** On whose clocks the text has times, as an IANA name. @default 'UTC' */
  readonly timeZone?: string;
}

/**
 * Explains the incidents of one stream: what was expected and what came, how unusual that is compared with all
 * earlier events, in which dimension, since when, and how old the memory was from which the forecast was made.
 */
export class IncidentExplainer<E, V extends Value> {
  readonly #names: readonly string[];
  readonly #merger: IncidentMerger<Place, V>;
  readonly #ratios: number[][] = []; // (D) lists of |residual| in half widths of the band
  #opened: Opened = { compared: [], above: [], below: [], memory: undefined };
  readonly #timeZone: string;
  #events = 0;

  /** @throws RxAnomalyError BAD_OPTION */
  constructor(options: IncidentExplainerOptions = {}) {
    const check = optionChecks('IncidentExplainer');
    check.known(options, ['dimensions', 'hold', 'timeZone']);
    const { dimensions = [], hold = thresholdTable.hold.default, timeZone = 'UTC' } = options;
    this.#names = dimensions;
    this.#timeZone = timeZone;
    check.positiveInteger('hold', hold);
    this.#merger = new IncidentMerger({ hold, maxOpen: 1 });
  }

  /**
   * Adds the next verdict and returns the explanations of the incidents that ended with it. The beginning of an absence is
   * of no event, and is passed over.
   *
   * @param steps of the forecaster after the event
   */
  add(verdict: Verdict<E, V>, steps: readonly InspectedStep[]): IncidentExplanation[] {
    if (verdict.absence?.phase === 'began') return [];
    const at = this.#events++;
    const before = this.#opened;
    if (verdict.startOfIncident) {
      this.#opened = {
        compared: this.#ratios.map(({ length }) => length),
        above: [],
        below: [],
        memory: memoryBefore(steps),
      };
    }
    if (verdict.isAnomaly) {
      const { above, below } = this.#opened;
      for (const [d, e] of toVector(verdict.residual).entries()) {
        above[d] = (above[d] ?? 0) + (e > 0 ? 1 : 0);
        below[d] = (below[d] ?? 0) + (e < 0 ? 1 : 0);
      }
    }
    const place = { at, ratios: ratiosOf(verdict) };
    const ended = this.#merger.add({ ...verdict, key: undefined, event: place });
    for (const [d, ratio] of place.ratios.entries()) {
      this.#ratios[d] ??= [];
      // Bands mean nothing yet while the detector warms up.
      if (Number.isFinite(ratio) && !verdict.warmingUp) this.#ratios[d].push(ratio);
    }
    return ended.map((incident) => this.#explain(incident, before));
  }

  /** Explains the open incident, if there is one, at the end of the stream. */
  flush(): IncidentExplanation[] {
    return this.#merger.flush().map((incident) => this.#explain(incident, this.#opened));
  }

  #explain({ first, last, peak, count, severity }: Incident<Place, V>, opened: Opened): IncidentExplanation {
    const shares = toVector(peak.attribution);
    const dimension = shares.indexOf(Math.max(...shares));
    const [actual, expected, lower, upper] = [peak.value, peak.expected, peak.lower, peak.upper].map(
      (value) => toVector(value)[dimension],
    );
    const bandWidths = peak.event.ratios[dimension];
    const known = (this.#ratios[dimension] ?? []).slice(0, opened.compared[dimension] ?? 0);
    const explained = {
      first: first.event.at,
      peak: peak.event.at,
      last: last.event.at,
      since: first.time,
      count,
      severity,
      score: peak.score,
      dimension,
      share: shares[dimension],
      actual,
      expected,
      lower,
      upper,
      bandWidths,
      above: opened.above[dimension],
      below: opened.below[dimension],
      asFarOut: known.filter((ratio) => ratio >= bandWidths).length,
      compared: known.length,
      memory: opened.memory,
    };
    const name = shares.length === 1 ? undefined : (this.#names[dimension] ?? `dimension ${dimension + 1}`);
    return { text: inWords(explained, name, first.time, peak.time, this.#timeZone), ...explained };
  }
}

interface Place {
  readonly at: number;
  readonly ratios: readonly number[]; // (D)
}

function ratiosOf({ residual, lower, upper, imputed }: Verdict<unknown, Value>): number[] {
  const [low, high] = [toVector(lower), toVector(upper)];
  return toVector(residual).map((e, d) => (imputed ? Number.NaN : (2 * Math.abs(e)) / (high[d] - low[d])));
}

function memoryBefore(steps: readonly InspectedStep[]): IncidentMemory | undefined {
  const known = steps.slice(0, -1);
  if (known.length === 0) return undefined;
  const { halfAge, olderShare } = memoryOrigin(known);
  return { halfAge, olderShare, events: known.length };
}

function inWords(
  incident: Omit<IncidentExplanation, 'text'>,
  name: string | undefined,
  firstTime: number | undefined,
  peakTime: number | undefined,
  timeZone: string,
): string {
  const { actual, expected, lower, upper, count, memory } = incident;
  const resolution = timeResolution(Float64Array.of(firstTime ?? Number.NaN, peakTime ?? Number.NaN));
  const at = (index: number, time: number | undefined): string =>
    time === undefined || Number.isNaN(time) ? `event ${index + 1}` : formatTime(time, resolution, timeZone);
  const where = actual > expected ? 'above' : actual < expected ? 'below' : 'as';
  return [
    `At ${at(incident.peak, peakTime)} ${name === undefined ? 'the value' : `“${name}”`} was ${formatNumber(actual)},`,
    `${where} the ${formatNumber(expected)} that was expected (95 % band ${formatNumber(lower)} … ${formatNumber(upper)}):`,
    `${howUnusual(incident)}.`,
    name === undefined ? '' : `“${name}” has ${percent(incident.share)} of the score.`,
    `Score ${formatScore(incident.score)} (${incident.severity}),`,
    `${count === 1 ? 'one event' : `${count} events`} flagged since ${at(incident.first, firstTime)}.`,
    memory === undefined ? '' : memoryInWords(memory),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function howUnusual({
  bandWidths,
  asFarOut,
  compared,
  count,
  above,
  below,
}: Omit<IncidentExplanation, 'text'>): string {
  if (bandWidths >= 1) {
    const than = asFarOut === 0 ? 'any' : `all but ${asFarOut.toLocaleString('en')}`;
    const times = formatNumber(Number(bandWidths.toPrecision(2)));
    return `${times} times as far out as the band reaches, further than ${than} of the ${compared.toLocaleString('en')} events before`;
  }
  const side =
    count === 1
      ? ''
      : ` (${Math.max(above, below)} of the ${count} flagged lay ${above > below ? 'above' : 'below'})`;
  return `by itself within the band; the evidence is in the events together${side} and in what was forecast longer ago`;
}

function memoryInWords({ halfAge, olderShare, events }: IncidentMemory): string {
  const half = Number.isFinite(halfAge)
    ? `Of what the network remembered then, half had been written in the last ${halfAge === 1 ? 'event' : `${halfAge} events`}`
    : `Of what the network remembered then, less than half had been written in the last ${events} events`;
  return `${half}; ${percent(olderShare)} was older than ${events} events.`;
}

function percent(share: number): string {
  return share > 0 && share < 0.01 ? 'less than 1 %' : `${Math.round(100 * share)} %`;
}
