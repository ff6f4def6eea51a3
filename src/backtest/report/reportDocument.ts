import type { Severity } from '../../core/reading.ts';
import type { Html } from './html.ts';

/** Everything a report shows. All text is data: it is shown as text, whatever it contains. */
export interface ReportDocument {
  readonly title: string;
  readonly subtitle?: string;
  /** What was run: version, seed, engine, configuration, durations … as name and value. */
  readonly run: readonly (readonly [name: string, value: string])[];
  /** One table over all streams. A first cell that is the name of a stream becomes a link to it. */
  readonly summary: {
    readonly header: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
  /** Measures over all streams as name and value. */
  readonly results?: readonly (readonly [name: string, value: string])[];
  /** What other thresholds would have done. */
  readonly tradeOff?: TradeOff;
  /** The forecaster beside simpler ones. */
  readonly forecasters?: ReportTable;
  readonly streams: readonly ReportStream[];
  /** What stands after the streams: markup of whoever makes the report. */
  readonly sections?: readonly Html[];
}

/** A table of text, with what a reader must know about it. */
export interface ReportTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What it comes to, in a sentence. */
  readonly verdict?: string;
  readonly notes: readonly string[];
}

/** One stream of n records, column by column, and what the detector said of it. */
export interface ReportStream {
  readonly name: string;
  readonly title?: string;
  readonly note?: string;
  /** What was done to the values before they were judged, such as `logReturn`. */
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
  /** Records that were flagged, ascending: all of them are drawn, as long as they fit. @default none */
  readonly flags?: readonly number[];
  /** Where the residuals lie in the forecast's band. */
  readonly residuals?: ResidualHistogram;
  /** The forecast's errors beside those of simpler forecasters. */
  readonly errors?: ReportTable;
  /** What is known to be anomalous: none in a clean stream, undefined where nothing is known. */
  readonly labels: readonly ReportLabel[] | undefined;
  /** Measures of this stream as name and value. */
  readonly metrics: readonly (readonly [name: string, value: string])[];
  /** How many readings could not be used as they were, by kind. */
  readonly problems: Readonly<Record<string, number>>;
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
}

/** A window that is known to be anomalous: record indices, both ends included. */
export interface ReportLabel {
  readonly first: number;
  readonly last: number;
}

/** How the residuals of a stream lie about its forecast, in halves of the 95 % band: −1 and 1 are its ends. */
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
  /** All of them. */
  readonly total: number;
  /** Those within the band. */
  readonly within: number;
}

/** What would have come of one threshold, over all streams. */
export interface ThresholdPoint {
  readonly threshold: number;
  /** Alerts per 1,000 records, right or wrong, labelled streams and others; null without records. */
  readonly alertsPer1000: number | null;
  /** Records of the labelled streams. */
  readonly labelledRecords: number;
  /** Of the labelled streams: labelled incidents, those in which an alert fell, and alerts outside of any. */
  readonly incidents: number;
  readonly found: number;
  readonly falseAlerts: number;
  /** null where there is nothing to divide by, as in `incidentMetrics`. */
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
  /** Whether the replay at the threshold of the run gives the very alerts of the run. */
  readonly exact: boolean;
}
