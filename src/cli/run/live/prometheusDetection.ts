import { Backlog } from '../../../clients/backlog.ts';
import { asJson, fields, nullOr, type State, text, time } from '../../../models/snapshot/state.ts';
import { fromPrometheus } from '../../../sources/prometheus/fromPrometheus.ts';
import type { PrometheusPosition, PrometheusReading } from '../../../sources/prometheus/prometheusReading.ts';
import type { PrometheusOptions } from '../../options/prometheusOptions.ts';
import type { DetectionContext, OpenDetection } from '../detection.ts';
import { detectorOptions } from '../detectorOptions.ts';
import { openDetection } from '../openDetection.ts';
import type { DetectionOptions } from '../rowOptions.ts';
import { detectorConfig } from '../runConfig.ts';
import { sourceRetry } from './outages.ts';

/** Of the state in its store. */
const NAME = 'prometheus';
/** Samples that wait: no more are asked for meanwhile. */
const MAX_WAITING = 20_000;

/** The samples of a query to a Prometheus, with `follow` also those that are to come. */
export async function prometheusDetection(
  options: PrometheusOptions,
  detectionOptions: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  const { prometheus: url, query, step, since, follow = false, allowedLateness } = options;
  const { counts, log } = context;
  const backlog = new Backlog(MAX_WAITING);
  return await openDetection<PrometheusReading, PrometheusPosition>(
    {
      name: NAME,
      config: { query, step: step ?? null, ...detectorConfig(detectionOptions) },
      detect: {
        ...detectorOptions<PrometheusReading>(detectionOptions, context, follow ? 'clock' : 'time'),
        value: (sample) => sample.value,
      },
      readPosition,
      source: (position) =>
        fromPrometheus({
          ...{ url, query, follow, backlog, position },
          ...(step === undefined ? {} : { step }),
          ...(since === undefined ? {} : { from: since }),
          ...(allowedLateness === undefined ? {} : { allowedLateness: 1000 * allowedLateness }),
          ...(options.token === undefined ? {} : { token: options.token }),
          ...(options.username === undefined ? {} : { username: options.username }),
          ...(options.password === undefined ? {} : { password: options.password }),
          retry: sourceRetry(context),
          onWarning: ({ kind, message }) => {
            if (kind !== 'counter' || context.derivation?.rate === undefined) log(`warning: ${message}`);
          },
        }),
      place: ({ position }) => {
        counts.newRows++;
        return () => asJson({ position });
      },
      onWaiting: (change) => backlog.add(change),
      owns: () => true,
      dimensions: () => ['value'],
    },
    context,
  );
}

/** @throws RxAnomalyError BAD_SNAPSHOT where it is none of a Prometheus */
function readPosition(state: State): PrometheusPosition {
  const saved = fields(fields(state, ['position']).position, ['time', 'key']);
  return { time: time('time', saved.time), key: nullOr('key', saved.key, text) ?? null };
}
