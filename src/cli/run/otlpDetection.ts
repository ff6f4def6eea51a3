import { Backlog } from '../../clients/backlog.ts';
import { isLoopback } from '../../dashboard/access.ts';
import { asJson, fields, type State } from '../../models/snapshot/state.ts';
import { fromOtlp } from '../../sources/otlp/fromOtlp.ts';
import type { OtlpReading } from '../../sources/otlp/otlpReader.ts';
import type { OtlpOptions } from '../options/otlpOptions.ts';
import type { DetectionContext, OpenDetection } from './detection.ts';
import { detectorOptions } from './detectorOptions.ts';
import { openDetection } from './openDetection.ts';
import type { DetectionOptions } from './rowOptions.ts';
import { detectorConfig } from './runConfig.ts';

/** Of the state in its store. */
const NAME = 'otlp';

/** Senders have no positions: they send again what was not answered. */
const POSITION = {};

/** The metrics that are sent by OTLP, until interrupted. A request is answered when its verdicts are on their way out. */
export async function otlpDetection(
  { host, port, metric: metrics, token }: OtlpOptions,
  detectionOptions: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  const { counts, log } = context;
  const backlog = new Backlog(1); // one after the other: what waits is not answered
  if (!isLoopback(host) && token === undefined)
    log('whoever reaches the port can send metrics; RX_ANOMALY_OTLP_TOKEN asks senders for a token');
  return await openDetection<OtlpReading, typeof POSITION>(
    {
      name: NAME,
      config: { metric: metrics === undefined ? null : [...metrics], ...detectorConfig(detectionOptions) },
      detect: {
        ...detectorOptions<OtlpReading>(detectionOptions, context, 'clock'),
        value: (reading) => reading.value,
      },
      readPosition: (state: State) => fields(state, []) && POSITION,
      source: () =>
        fromOtlp({
          ...{ host, port, backlog },
          ...(metrics === undefined ? {} : { metrics }),
          ...(token === undefined ? {} : { token }),
          onListening: (actual) =>
            log(
              `receiving metrics at http://${host.includes(':') ? `[${host}]` : host}:${actual}/v1/metrics`,
            ),
          onWarning: ({ message }) => log(`warning: ${message}`),
        }),
      place: () => {
        counts.newRows++;
        return () => asJson(POSITION);
      },
      onWaiting: (change) => backlog.add(change),
      owns: () => true,
      dimensions: () => ['value'],
    },
    context,
  );
}
