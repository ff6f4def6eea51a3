import { ValueType } from '@opentelemetry/api';
import {
  OTLPMetricExporter,
  OTLPMetricExporterBase,
  type OTLPMetricExporterOptions,
} from '@opentelemetry/exporter-metrics-otlp-http';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import { MetricsExporterMetricsHelper, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

export type Protocol = 'json' | 'protobuf';

type Options = Partial<OTLPMetricExporterOptions> & { readonly compression?: 'gzip' };

/**
 * The exporter of the SDK of npm, for either protocol. That for protobuf is made of the same parts as in
 * `@opentelemetry/exporter-metrics-otlp-proto`, which has no others.
 */
export function exporterOf(protocol: Protocol, url: string, options: Options = {}): OTLPMetricExporterBase {
  if (protocol === 'json') return new OTLPMetricExporter({ url, ...options } as never);
  const http = convertLegacyHttpOptions({ url, ...options } as never, 'METRICS', 'v1/metrics', {
    'Content-Type': 'application/x-protobuf',
  });
  const delegate = createOtlpHttpExportDelegate(
    ...([http, ProtobufMetricsSerializer, 'test', MetricsExporterMetricsHelper, undefined] as const),
  );
  return new OTLPMetricExporterBase(delegate, options);
}

/** One moment of a service: seconds since 1970, and what its instruments show. */
export interface Moment {
  readonly time: number;
  /** Since when it counts. */
  readonly start: number;
  readonly load: number;
  /** Since the start. */
  readonly jobs: number;
  readonly latency: { readonly count: number; readonly sum: number };
}

/** What the SDK collects then: a gauge, a counter, and histograms of both forms. */
export function collected({ time, start, load, jobs, latency }: Moment): ResourceMetrics {
  const point = <T>(value: T) => [
    {
      ...{ startTime: [start, 0] as [number, number], endTime: [time, 0] as [number, number] },
      attributes: { zone: 'a', replica: 3, hot: true, tags: ['x', 'y'], ratio: -0.5 },
      value,
    },
  ];
  const metric = (name: string, valueType: ValueType) => ({
    descriptor: { name, description: 'of a service', unit: '1', valueType },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  });
  const bounds = { min: 0, max: 9 };
  return {
    resource: resourceFromAttributes({ 'service.name': 'shop', 'process.pid': 70_000 }),
    scopeMetrics: [
      {
        scope: { name: 'lib', version: '1.2' },
        metrics: [
          {
            ...metric('load', ValueType.DOUBLE),
            dataPointType: DataPointType.GAUGE,
            dataPoints: point(load),
          },
          {
            ...metric('jobs', ValueType.INT),
            dataPointType: DataPointType.SUM,
            isMonotonic: true,
            dataPoints: point(jobs),
          },
          {
            ...metric('latency', ValueType.DOUBLE),
            dataPointType: DataPointType.HISTOGRAM,
            dataPoints: point({
              ...{ ...latency, ...bounds },
              buckets: { boundaries: [5], counts: [latency.count, 0] },
            }),
          },
          {
            ...metric('size', ValueType.DOUBLE),
            dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
            dataPoints: point({
              ...{ ...latency, ...bounds, scale: 1, zeroCount: 0 },
              positive: { offset: 0, bucketCounts: [latency.count] },
              negative: { offset: 0, bucketCounts: [] },
            }),
          },
        ],
      },
    ],
  };
}

/** Sends once, and again as the SDK does; resolves with the error that it ends with, if any. */
export function send(exporter: OTLPMetricExporterBase, metrics: ResourceMetrics): Promise<Error | undefined> {
  return new Promise((resolve) =>
    exporter.export(metrics, ({ code, error }) =>
      resolve(code === 0 ? undefined : (error ?? new Error('not sent'))),
    ),
  );
}
