/** The services that alerts are written for; `json` is for any other. */
export type WebhookFormatName =
  | 'json'
  | 'slack'
  | 'teams'
  | 'pagerduty'
  | 'alertmanager'
  | 'opsgenie'
  | 'ntfy';

export const webhookFormatNames: readonly WebhookFormatName[] = [
  'json',
  'slack',
  'teams',
  'pagerduty',
  'alertmanager',
  'opsgenie',
  'ntfy',
];
