import type { Severity } from '../../core/reading.ts';
import type { AlertMessage } from '../alertMessage.ts';

/** Where a service is, and what it knows us by. */
export interface WebhookReceiver {
  readonly url: string;
  /** Its secret: an integration key, an API key, an access token. */
  readonly token: string | undefined;
}

/** A request that a service takes. */
export interface WebhookRequest {
  readonly url: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How the alerts of one kind of service are written. */
export interface WebhookFormat {
  /** `'required'`, `'optional'`, or that it has none. */
  readonly token: 'required' | 'optional' | 'none';
  /** What is expected of the address, where its path is not that of such a service. */
  expectedUrl?(path: string): string | undefined;
  request(message: AlertMessage, receiver: WebhookReceiver): WebhookRequest;
}

/** By severity; `'none'` is no severity of an incident. */
export type BySeverity<T> = Readonly<Record<Severity, T>>;

export function jsonRequest(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): WebhookRequest {
  return { url, body: JSON.stringify(body), headers };
}
