import type { PackedColumn, PackedFan } from '../../charts/packed.ts';

// Messages between server and page.

export type StreamState = 'warmingUp' | 'normal' | 'incident' | 'absent' | 'stale';

export type SeverityName = 'none' | 'low' | 'medium' | 'high' | 'critical';

/** A stream as the overview shows it. */
export interface WireStream {
  readonly id: number;
  /** Null where there is only one, without a key. */
  readonly name: string | null;
  /** Names of its dimensions. */
  readonly dimensions: readonly string[];
  readonly state: StreamState;
  /** Of the open incident. */
  readonly severity: SeverityName;
  /** Events so far. */
  readonly records: number;
  /** Incidents so far. */
  readonly incidents: number;
  /** (D) the newest; null where there is no number. */
  readonly value: readonly (number | null)[];
  readonly score: number;
  /** Milliseconds; null in a stream without times. */
  readonly time: number | null;
  /** How rare categories are: the value of each event is −log10 of a chance then. Null where values are measurements. */
  readonly rarity: WireRarity | null;
  /** The first dimension, oldest first: the least and greatest value since each of the last refreshes. */
  readonly spark: readonly (number | null)[];
}

/** What a stream of categories has. */
export interface WireRarity {
  /** The newest category. */
  readonly newest: string;
  /** That of the last flagged event; '' where there was none. */
  readonly flagged: string;
}

/** The categories of consecutive records: each once, and the number of its own for each record. '' is none. */
export interface WireCategories {
  readonly names: readonly string[];
  readonly of: PackedColumn;
}

/** An incident; numbers are those of its peak. */
export interface WireIncident {
  readonly kind: 'value' | 'absence';
  readonly id: number;
  readonly stream: number;
  /** Of those that began within the same minutes: the id of the first. */
  readonly group: number;
  /** Numbers of its records in the stream, from 0. */
  readonly first: number;
  readonly last: number;
  readonly peak: number;
  /** Milliseconds; null in a stream without times. */
  readonly start: number | null;
  readonly end: number | null;
  readonly count: number;
  readonly severity: SeverityName;
  readonly open: boolean;
  readonly score: number;
  readonly value: readonly (number | null)[];
  readonly expected: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly attribution: readonly number[];
  /** Why it is one, in a sentence or two. */
  readonly why: string;
  /** The channel of evidence that counted most at the peak; null where it is not known. */
  readonly channel: string | null;
  /** What was rare at the peak, where values are of categories; else null. */
  readonly category: string | null;
  /** The dimension that it is of. */
  readonly dimension: number;
  readonly feedback: 'normal' | 'missed' | null;
  /** Whether that is not applied yet. */
  readonly waiting: boolean;
  /** Why the newest feedback was not applied; '' where it was. */
  readonly refused: string;
  readonly acknowledged: boolean;
  /** What people have written about it; '' where nobody has. */
  readonly note: string;
}

/** A stream whose alerts are held back. */
export interface WireMute {
  /** Null for the stream without a key. */
  readonly name: string | null;
  /** Milliseconds of the server's clock. */
  readonly until: number;
  /** Incidents whose alerts were held back. */
  readonly held: number;
}

/** A stretch in which, according to a user, an anomaly was missed. */
export interface WireMark {
  readonly id: number;
  readonly stream: number;
  readonly first: number;
  readonly last: number;
  /** Milliseconds; null in a stream without times. */
  readonly start: number | null;
  readonly end: number | null;
  /** Whether that was taken back. */
  readonly cleared: boolean;
  /** Whether it is not applied yet. */
  readonly waiting: boolean;
  /** Why it was not applied; '' where it was. */
  readonly refused: string;
}

/** A lasting change of a stream. */
export interface WireChange {
  readonly kind: 'level' | 'slope' | 'scale';
  /** Number of the first record after it, from 0. */
  readonly record: number;
  /** Of that record, as estimated, and of the one at which it was detected: milliseconds; null in a stream without times. */
  readonly time: number | null;
  readonly detectedAt: number | null;
  /** How many events before that one the first event after the change came. */
  readonly eventsAgo: number;
  readonly dimension: number;
  /** In the unit of the stream, of a slope per event. */
  readonly before: number;
  readonly after: number;
  readonly size: number;
  /** 0 … 0.8 */
  readonly certainty: number;
}

/** The newest lasting changes of the selected stream, oldest first: all that are kept. */
export interface WireChanges {
  readonly stream: number;
  readonly changes: readonly WireChange[];
}

/** Records of the selected stream. */
export interface WirePoints {
  readonly stream: number;
  /** Number of the first of them, from 0. */
  readonly first: number;
  /** Whether they replace all earlier ones. */
  readonly fresh: boolean;
  readonly times: PackedColumn;
  readonly dimensions: readonly {
    readonly value: PackedColumn;
    readonly expected: PackedColumn;
    readonly lower: PackedColumn;
    readonly upper: PackedColumn;
  }[];
  readonly score: PackedColumn;
  readonly categories?: WireCategories;
}

/** What is expected of the next events of the selected stream. */
export interface WireAhead extends PackedFan {
  readonly stream: number;
}

/** The gates of the selected stream. */
export interface WireGates {
  readonly stream: number;
  readonly forget: readonly number[];
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly halfLife: readonly number[];
}

/** Constant as long as the server runs. */
export interface WireHello {
  /** Changes with each start of the server. */
  readonly instance: string;
  readonly title: string;
  readonly threshold: number;
  /** Records of each stream that are kept. */
  readonly history: number;
  /** Incidents that are kept. */
  readonly incidents: number;
  /** Whether feedback is enabled. */
  readonly feedback: boolean;
}

export interface WireStatus {
  readonly events: number;
  readonly perSecond: number;
  /** State of the source. */
  readonly source: 'running' | 'completed' | 'failed';
  /** Why it failed. */
  readonly error: string | null;
}

/** One message: what has changed since the last. */
export interface WireUpdate {
  /** In the first message, and whenever the page has to start over: then the message has everything. */
  readonly hello?: WireHello;
  readonly status: WireStatus;
  readonly streams?: readonly WireStream[];
  readonly incidents?: readonly WireIncident[];
  readonly marks?: readonly WireMark[];
  /** All there are, where they have changed. */
  readonly mutes?: readonly WireMute[];
  readonly points?: WirePoints;
  readonly ahead?: WireAhead;
  readonly changes?: WireChanges;
  readonly gates?: WireGates;
}

/** What the page sends. */
export type WireFeedback =
  | { readonly kind: 'normal' | 'missed' | 'clear'; readonly incident: number }
  | { readonly kind: 'clear'; readonly mark: number }
  | { readonly kind: 'missed'; readonly stream: number; readonly first: number; readonly last: number };

/** What the page is answered. */
export interface WireFeedbackAnswer {
  /** Whether it is not applied yet. */
  readonly waiting: boolean;
}

/** What else the page sends. */
export type WireAction =
  | { readonly kind: 'acknowledge'; readonly incident: number; readonly on: boolean }
  | { readonly kind: 'note'; readonly incident: number; readonly text: string }
  /** `for`: milliseconds from now; 0 ends the mute. */
  | { readonly kind: 'mute'; readonly name: string | null; readonly for: number };
