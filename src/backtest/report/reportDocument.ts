import type { AheadStep, Severity, Value } from '../../core/reading.ts';
import type { IncidentReason } from '../../explain/explainIncident.ts';
import type { ChangeKind, ChangeSize } from '../../models/changes/changePoint.ts';
import type { Html } from './html.ts';

/** Everything a report shows. All text is data: it is shown as text, whatever it contains. */
export interface ReportDocument {
  readonly title: string;
  readonly subtitle?: string;
  /** IANA name of the time zone on whose clocks times are shown. @default 'UTC' */
  readonly timeZone?: string;
  /** The outcome in words, and where to look. */
  readonly verdict?: ReportVerdict;
  /** Facts about the run: version, seed, engine, configuration, durations … as name and value. */
  readonly run: readonly (readonly [name: string, value: string])[];
  /** One table over all streams. A first cell that is the name of a stream becomes a link to it. */
  readonly summary: {
    readonly header: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
  /** Measures over all streams as name and value. */
  readonly results?: readonly (readonly [name: string, value: string])[];
  /** Results at other thresholds. */
  readonly tradeOff?: TradeOff;
  /** The forecaster compared with simpler ones. */
  readonly forecasters?: ReportTable;
  readonly streams: readonly ReportStream[];
  /** Markup after the streams, from the caller. */
  readonly sections?: readonly Html[];
}

/** What a report begins with. */
export interface ReportVerdict {
  /** The outcome. */
  readonly sentences: readonly string[];
  /** Places to look at, such as what was missed and what was wrong. */
  readonly lists: readonly { readonly title: string; readonly spots: readonly ReportSpot[] }[];
}

/** A place in a stream: record indices, both ends included. */
export interface ReportSpot {
  /** The stream, by its index. */
  readonly stream: number;
  readonly first: number;
  readonly last: number;
  /** What the link to it says. */
  readonly name: string;
  readonly score?: number;
}

/** A table of text, with notes. */
export interface ReportTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Its result, in a sentence. */
  readonly verdict?: string;
  readonly notes: readonly string[];
}

/** One stream of n records, column by column, with the detector's results. */
export interface ReportStream {
  readonly name: string;
  readonly title?: string;
  readonly note?: string;
  /** The transform that was applied to the values, such as `logReturn`. */
  readonly transform?: string;
  /** Unit of the values, such as `°C`. */
  readonly unit?: string;
  /** (n) milliseconds since 1970 UTC, NaN where unknown; undefined in a stream without times. */
  readonly times: Float64Array | undefined;
  /** One or more. */
  readonly dimensions: readonly ReportDimension[];
  /** (n) 0 … 1, high = anomalous. */
  readonly score: Float64Array;
  /** The score at which a record is flagged, 0 … 1. */
  readonly threshold: number;
  readonly incidents: readonly ReportIncident[];
  /** Its change points. @default none */
  readonly changes?: readonly ReportChange[];
  /** What is expected of the next events: drawn after the last record. @default nothing */
  readonly ahead?: RecordedAhead;
  /** Records that were flagged, ascending: all of them are drawn, as long as they fit. @default none */
  readonly flags?: readonly number[];
  /** Where the residuals lie in the forecast's band. */
  readonly residuals?: ResidualHistogram;
  /** The forecast's errors compared with those of simpler forecasters. */
  readonly errors?: ReportTable;
  /** Labelled windows: an empty list for a clean stream, undefined where there are no labels. */
  readonly labels: readonly ReportLabel[] | undefined;
  /** Measures of this stream as name and value. */
  readonly metrics: readonly (readonly [name: string, value: string])[];
  /** How many readings could not be used as they were, by kind. */
  readonly problems: Readonly<Record<string, number>>;
}

/** What was expected of the events after a record. */
export interface RecordedAhead {
  /** The record, by its index from 0. */
  readonly record: number;
  /** The next event first. */
  readonly steps: readonly AheadStep<Value>[];
}

/** One dimension of a stream; NaN where there is none. */
export interface ReportDimension {
  readonly name: string;
  /** (n) */
  readonly value: Float64Array;
  /** (n) the median of the forecast */
  readonly expected: Float64Array;
  /** (n) lower end of the forecast's 95 % band */
  readonly lower: Float64Array;
  /** (n) upper end of the forecast's 95 % band */
  readonly upper: Float64Array;
}

/** A run of flagged records, merged; the records are named by their index, from 0, both ends included. */
export interface ReportIncident {
  readonly first: number;
  readonly last: number;
  /** The record with the highest score. */
  readonly peak: number;
  readonly severity: Exclude<Severity, 'none'>;
  /** The highest score. */
  readonly score: number;
  /** (dimensions) at the peak, like the three below */
  readonly value: readonly number[];
  readonly expected: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** Why it is one; left out where it is not known. */
  readonly reason?: IncidentReason;
}

/** A lasting change, as a `ChangePoint` by the records of a stream. */
export interface ReportChange extends ChangeSize {
  readonly kind: ChangeKind;
  /** The first record after it. */
  readonly record: number;
  readonly dimension: number;
  readonly certainty: number;
}

/** A labelled window: record indices, both ends included. */
export interface ReportLabel {
  readonly first: number;
  readonly last: number;
}

/** The distribution of a stream's residuals around its forecast, in halves of the 95 % band: −1 and 1 are its ends. */
export interface ResidualHistogram {
  /** Left edge of the first bin. */
  readonly from: number;
  /** Width of each bin. */
  readonly step: number;
  /** (bins) residuals in each. */
  readonly counts: readonly number[];
  /** Residuals below the first bin. */
  readonly below: number;
  /** Residuals above the last bin. */
  readonly above: number;
  /** Number of residuals. */
  readonly total: number;
  /** Number within the band. */
  readonly within: number;
}

/** Results at one threshold, over all streams. */
export interface ThresholdPoint {
  readonly threshold: number;
  /** Alerts per 1,000 records, true or false, labelled streams and others; null without records. */
  readonly alertsPer1000: number | null;
  /** Records of the labelled streams. */
  readonly labelledRecords: number;
  /** Of the labelled streams: labelled incidents, those in which an alert fell, and alerts outside of any. */
  readonly incidents: number;
  readonly found: number;
  readonly falseAlerts: number;
  /** null where the denominator is 0, as in `incidentMetrics`. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** Precision and recall against the threshold. */
export interface TradeOff {
  /** The threshold of the run, which is among the points. */
  readonly threshold: number;
  /** Ascending. */
  readonly points: readonly ThresholdPoint[];
  /** Whether the replay at the run's threshold gives exactly the alerts of the run. */
  readonly exact: boolean;
}
