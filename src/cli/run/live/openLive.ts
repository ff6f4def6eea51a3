import type { LiveSource } from '../../options/liveSources.ts';
import type { ColumnOptions } from '../../options/options.ts';
import type { DetectionContext, OpenDetection } from '../detection.ts';
import type { DetectionOptions } from '../rowOptions.ts';

/** Milliseconds without any event, after which it is reported. */
const QUIET = 10_000;

/** Why nothing may come. */
const WHY: Readonly<Record<LiveSource['kind'], string>> = {
  influx: 'no such point was written so far',
  mqtt: 'no message with a value came to --topic; --retained reads retained ones',
  prometheus: '--query has no result so far',
  nats: 'no message with a value came to --subject; --from-start reads what a stream has kept',
  otlp: 'no sender reaches the port, or --metric names none of its metrics',
  redis: 'no entry with a value was added to --stream',
};

/** What is made of its events, as the options say. */
export function liveDerivation({
  rate,
  resample,
}: Pick<ColumnOptions, 'rate' | 'resample'>): Pick<DetectionContext, 'derivation'> {
  if (rate === undefined && resample === undefined) return {};
  return { derivation: { ...(rate && { rate }), ...(resample && { resample }) } };
}

/** Opens a source that is no table, and reports where nothing comes. Only what reads this kind is loaded. */
export async function openLive(
  live: LiveSource,
  options: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  const detection = await open(live, options, context);
  const { counts, log, stop } = context;
  const timer = setInterval(() => {
    if (counts.waitingFor !== undefined) return; // that was reported, and is the reason
    clearInterval(timer);
    if (counts.newRows === 0) log(`nothing to detect yet: ${WHY[live.kind]}`);
  }, QUIET).unref();
  stop?.addEventListener('abort', () => clearInterval(timer), { once: true });
  return detection;
}

async function open(
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
