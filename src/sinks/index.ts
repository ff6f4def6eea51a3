/**
 * Sinks of alerts; `rx-anomaly/influx` has the sink for verdicts.
 *
 * @module rx-anomaly/sinks
 */

export type { RetryOptions, RetryReport } from '../clients/retry.ts';
export type { Alert, Value } from '../core/reading.ts';
export type { AlertJson } from './alertJson.ts';
export { type ToConsoleOptions, toConsole } from './console/toConsole.ts';
export { type ToWebhookOptions, toWebhook } from './webhook/toWebhook.ts';
