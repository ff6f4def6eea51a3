import { incidentLink } from '../core/incidentLink.ts';
import type { Alert, Severity, Value } from '../core/reading.ts';
import {
  type AlertText,
  alertSeverity,
  alertText,
  type DimensionNames,
  leadingIncident,
} from './alertText.ts';

/** One alert, as it is written for a service or for people. */
export interface AlertMessage {
  readonly alert: Alert<unknown, Value>;
  /** The same for all alerts of an incident or a group, and for no other: 32 or 36 characters of ASCII. */
  readonly id: string;
  readonly text: AlertText;
  /** The worst of its incidents. */
  readonly severity: Severity;
  /** Address at which the dashboard opens it; undefined where none is known. */
  readonly link: string | undefined;
  readonly dimensions: DimensionNames;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Characters: services cut longer addresses off, or refuse them. */
const LONGEST = 2000;

/** What a sink knows of the streams and of the dashboard. */
export interface AlertContext {
  /** Address of the dashboard. */
  readonly publicUrl?: string | undefined;
  readonly dimensions?: DimensionNames | undefined;
}

/** @param now milliseconds since 1970 */
export function alertMessage<E, V extends Value>(
  alert: Alert<E, V>,
  id: string,
  { publicUrl, dimensions = () => undefined }: AlertContext,
  now: number,
): AlertMessage {
  const first = leadingIncident(alert);
  const address = publicUrl === undefined ? '' : incidentLink(publicUrl, first, alert.group);
  const link = address === '' || address.length > LONGEST ? undefined : address;
  return {
    alert,
    id,
    text: alertText(alert, dimensions),
    severity: alertSeverity(alert),
    link,
    dimensions,
    now,
  };
}
