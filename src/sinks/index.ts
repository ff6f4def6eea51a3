// The door to where alerts go; rx-anomaly/influx has what writes verdicts to an InfluxDB.
export type { RetryOptions, RetryReport } from '../clients/retry.ts';
export type { AlertJson } from './alertJson.ts';
export { type ToConsoleOptions, toConsole } from './console/toConsole.ts';
export { type ToWebhookOptions, toWebhook } from './webhook/toWebhook.ts';
