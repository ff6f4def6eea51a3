import { Backlog } from '../../../clients/backlog.ts';
import { isLoopback } from '../../../dashboard/access.ts';
import { asJson, fields, list, nullOr, number, type State, time } from '../../../models/snapshot/state.ts';
import { fromOtlp } from '../../../sources/otlp/fromOtlp.ts';
import type { OtlpPosition } from '../../../sources/otlp/otlpProgress.ts';
import type { OtlpReading } from '../../../sources/otlp/otlpReader.ts';
import type { OtlpOptions } from '../../options/otlpOptions.ts';
import type { DetectionContext, OpenDetection } from '../detection.ts';
import { detectorOptions } from '../detectorOptions.ts';
import { openDetection } from '../openDetection.ts';
import type { DetectionOptions } from '../rowOptions.ts';
import { detectorConfig } from '../runConfig.ts';

/** Of the state in its store. */
const NAME = 'otlp';

/**
 * The metrics that are sent by OTLP, until interrupted. A request is answered when its verdicts are on their way out; where a
 * state is kept, it has what the counters had counted, and the points that were read.
 */
export async function otlpDetection(
  { host, port, metric: metrics, resource, token }: OtlpOptions,
  detectionOptions: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  const { counts, log } = context;
  const backlog = new Backlog(1); // one after the other: what waits is not answered
  if (!isLoopback(host) && token === undefined)
    log('whoever reaches the port can send metrics; RX_ANOMALY_OTLP_TOKEN asks senders for a token');
  return await openDetection<OtlpReading, OtlpPosition>(
    {
      name: NAME,
      config: {
        metric: metrics === undefined ? null : [...metrics],
        resource: resource === undefined ? null : [...resource],
        ...detectorConfig(detectionOptions),
      },
      detect: {
        ...detectorOptions<OtlpReading>(detectionOptions, context, 'clock'),
        value: (reading) => reading.value,
      },
      readPosition,
      source: (position) =>
        fromOtlp({
          ...{ host, port, backlog, position },
          ...(metrics === undefined ? {} : { metrics }),
          ...(resource === undefined ? {} : { resource }),
          ...(token === undefined ? {} : { token }),
          onListening: (actual) =>
            log(
              `receiving metrics at http://${host.includes(':') ? `[${host}]` : host}:${actual}/v1/metrics`,
            ),
          onWarning: ({ message }) => log(`warning: ${message}`),
        }),
      place: (reading) => {
        counts.newRows++;
        return () => asJson(reading.position);
      },
      onWaiting: (change) => backlog.add(change),
      owns: () => true,
      dimensions: () => ['value'],
    },
    context,
  );
}

/** @throws RxAnomalyError BAD_SNAPSHOT where it is none of metrics */
function readPosition(state: State): OtlpPosition {
  const all = Object.entries(fields(fields(state, ['series']).series)).map(([key, saved]) => {
    const [at, start, ...values] = list(key, saved);
    return [
      key,
      [
        time(key, at),
        nullOr(key, start, time) ?? null,
        ...values.map((value) => number(key, value)),
      ] as const,
    ] as const;
  });
  return { series: Object.fromEntries(all) };
}
