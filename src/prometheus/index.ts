/**
 * Readings from a Prometheus. Node only.
 *
 * @module rx-anomaly/prometheus
 */

export { Backlog } from '../clients/backlog.ts';
export type { RetryOptions, RetryReport } from '../clients/retry.ts';
export { fromPrometheus } from '../sources/prometheus/fromPrometheus.ts';
export type { FromPrometheusOptions, PrometheusWarning } from '../sources/prometheus/prometheusOptions.ts';
export type { PrometheusPosition, PrometheusReading } from '../sources/prometheus/prometheusReading.ts';
