import type { LiveSource } from '../options/liveSources.ts';
import type { DetectionContext, OpenDetection } from './detection.ts';
import type { DetectionOptions } from './rowOptions.ts';

/** Opens a source that is no table. Only what reads this kind is loaded. */
export async function openLive(
  live: LiveSource,
  options: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  switch (live.kind) {
    case 'influx':
      return await (await import('./influxDetection.ts')).influxDetection(live.options, options, context);
    case 'mqtt':
      return await (await import('./mqttDetection.ts')).mqttDetection(live.options, options, context);
    case 'prometheus':
      return await (await import('./prometheusDetection.ts')).prometheusDetection(
        live.options,
        options,
        context,
      );
    case 'nats':
      return await (await import('./natsDetection.ts')).natsDetection(live.options, options, context);
    case 'otlp':
      return await (await import('./otlpDetection.ts')).otlpDetection(live.options, options, context);
    case 'redis':
      return await (await import('./redisDetection.ts')).redisDetection(live.options, options, context);
  }
}
