import type { Alert, Severity } from 'rx-anomaly';

/** What the worker sends of each event. */
export interface Point {
  readonly sensor: string;
  readonly time: number;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
  readonly isAnomaly: boolean;
}

/** The beginning or the end of an incident. */
export interface IncidentMessage {
  readonly phase: Alert['phase'];
  readonly sensor: string;
  readonly start: number;
  readonly severity: Severity;
  readonly value: number;
  readonly expected: number;
}

/** All that the worker sends. */
export type Message =
  | { readonly kind: 'engine'; readonly engine: string }
  | { readonly kind: 'points'; readonly points: readonly Point[] }
  | { readonly kind: 'incident'; readonly incident: IncidentMessage }
  | { readonly kind: 'problem'; readonly text: string };
