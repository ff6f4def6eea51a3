/**
 * InfluxDB sources and sinks. Node only.
 *
 * @module rx-anomaly/influx
 */

export { Backlog } from '../clients/backlog.ts';
export type { InfluxConnection } from '../clients/influx/connection.ts';
export type { InfluxField } from '../clients/influx/formatPoint.ts';
export type { InfluxTime, Nanoseconds } from '../clients/influx/nanoseconds.ts';
export type { InfluxCell } from '../clients/influx/parseAnswer.ts';
export type { RetryOptions, RetryReport } from '../clients/retry.ts';
export type { Value, Verdict } from '../core/reading.ts';
export type { StopSignal } from '../core/stopSignal.ts';
export type { LostVerdicts, ToInfluxOptions } from '../sinks/influx/checkToInflux.ts';
export { toInflux } from '../sinks/influx/toInflux.ts';
export { fromInflux } from '../sources/influx/fromInflux.ts';
export type { FollowOptions, FromInfluxOptions, InfluxWarning } from '../sources/influx/influxOptions.ts';
export type { InfluxPosition, InfluxReading } from '../sources/influx/influxReading.ts';
export type { PushOptions } from '../sources/influx/push/checkPush.ts';
export { readInflux } from '../sources/influx/readInflux.ts';
