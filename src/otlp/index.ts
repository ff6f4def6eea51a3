/**
 * Readings from OpenTelemetry: a receiver of metrics by OTLP/HTTP. Node only.
 *
 * @module rx-anomaly/otlp
 */

export { Backlog } from '../clients/backlog.ts';
export { fromOtlp } from '../sources/otlp/fromOtlp.ts';
export type { FromOtlpOptions, OtlpSeries, OtlpWarning } from '../sources/otlp/otlpOptions.ts';
export type { OtlpPosition } from '../sources/otlp/otlpProgress.ts';
export type { OtlpReading } from '../sources/otlp/otlpReader.ts';
