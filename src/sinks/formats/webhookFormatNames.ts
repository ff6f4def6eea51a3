/** The services that alerts are written for; `json` is for any other. */
export const webhookFormatNames = [
  'json',
  'slack',
  'teams',
  'pagerduty',
  'alertmanager',
  'opsgenie',
  'ntfy',
] as const;

/** What a service that takes alerts is. */
export type WebhookFormatName = (typeof webhookFormatNames)[number];
