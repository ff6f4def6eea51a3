/**
 * Sinks of alerts; `rx-anomaly/influx` has the sink for verdicts.
 *
 * @module rx-anomaly/sinks
 */

export type { RetryOptions, RetryReport } from '../clients/retry.ts';
export { incidentLink, type LinkedIncident } from '../core/incidentLink.ts';
export type { Alert, Value } from '../core/reading.ts';
export type { AlertJson, GroupedJson } from './alertJson.ts';
export type { DimensionNames } from './alertText.ts';
export { type ToConsoleOptions, toConsole } from './console/toConsole.ts';
export type { DeliveryOptions } from './deliver.ts';
export { type Mail, type MailTransport, type ToEmailOptions, toEmail } from './email/toEmail.ts';
export type { WebhookFormatName } from './formats/webhookFormatNames.ts';
export { toWebhook } from './webhook/toWebhook.ts';
export type { ToWebhookOptions } from './webhook/toWebhookOptions.ts';
