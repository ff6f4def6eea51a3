import { Backlog } from '../../clients/backlog.ts';
import { asJson, fields, nullOr, type State, text, time } from '../../models/snapshot/state.ts';
import { fromPrometheus } from '../../sources/prometheus/fromPrometheus.ts';
import type { PrometheusPosition, PrometheusReading } from '../../sources/prometheus/prometheusReading.ts';
import { namedModels } from '../options/namedModels.ts';
import { DEFAULT_MODELS } from '../options/options.ts';
import type { PrometheusOptions } from '../options/prometheusOptions.ts';
import type { DetectionContext, OpenDetection } from './detection.ts';
import { openDetection } from './openDetection.ts';
import { outages } from './outages.ts';
import type { DetectionOptions } from './rowOptions.ts';
import { detectorConfig } from './runConfig.ts';

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
  const { persistence, counts, log } = context;
  const {
    forecaster,
    scorer,
    seed,
    adapt,
    fleet = false,
    absentAfter,
    ...detect
  } = {
    ...DEFAULT_MODELS,
    ...detectionOptions,
  };
  const backlog = new Backlog(MAX_WAITING);
  const onEvict = (): void => counts.problems.addEviction();
  return await openDetection<PrometheusReading, PrometheusPosition>(
    {
      name: NAME,
      config: { query, step: step ?? null, ...detectorConfig(detectionOptions) },
      detect: {
        ...{ ...detect, ...namedModels({ forecaster, scorer, seed, fleet, ...(adapt && { adapt }) }) },
        value: (sample) => sample.value,
        ...(absentAfter === undefined ? {} : { absentAfter, absentBy: follow ? 'clock' : 'time' }),
        onProblem: ({ kind, message }) => counts.problems.add(kind, message),
        ...(persistence.store === undefined ? { onEvict } : {}),
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
          retry: { onRetry: outages(log) },
          onWarning: ({ message }) => log(`warning: ${message}`),
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
