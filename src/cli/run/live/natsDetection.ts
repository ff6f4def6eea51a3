import { Backlog } from '../../../clients/backlog.ts';
import { asJson, count, fields, nullOr, type State } from '../../../models/snapshot/state.ts';
import { fromNats, type NatsReading } from '../../../sources/nats/fromNats.ts';
import type { NatsOptions } from '../../options/natsOptions.ts';
import type { DetectionContext, OpenDetection } from '../detection.ts';
import { detectorOptions } from '../detectorOptions.ts';
import { openDetection } from '../openDetection.ts';
import type { DetectionOptions } from '../rowOptions.ts';
import { detectorConfig } from '../runConfig.ts';
import { natsLogin } from './natsLogin.ts';
import { sourceRetry } from './outages.ts';

/** Of the state in its store. */
const NAME = 'nats';
/** Messages that wait: no more are taken meanwhile. */
const MAX_WAITING = 20_000;

/** Undefined without a stream. */
type Position = number | undefined;

/** The messages of NATS subjects, until interrupted. */
export async function natsDetection(
  options: NatsOptions,
  detectionOptions: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  const { nats, subject, value, time, fromStart = false } = options;
  const { counts, log } = context;
  const backlog = new Backlog(MAX_WAITING);
  const login = await natsLogin(nats);
  return await openDetection<NatsReading, Position>(
    {
      name: NAME,
      config: {
        ...{ subject, value: value === undefined ? null : [...value], time: time ?? null },
        ...detectorConfig(detectionOptions),
      },
      detect: {
        ...detectorOptions<NatsReading>(detectionOptions, context, 'clock'),
        value: (message) => message.value,
      },
      readPosition: (state: State) => nullOr('position', fields(state, ['position']).position, count),
      source: (saved) => {
        const position = saved ?? (fromStart ? 0 : undefined);
        return fromNats({
          ...{ ...login, subject, backlog },
          ...(value === undefined ? {} : { value: value.length === 1 ? value[0]! : value }),
          ...(time === undefined ? {} : { time }),
          ...(position === undefined ? {} : { position }),
          retry: sourceRetry(context),
          onWarning: ({ message }) => log(`warning: ${message}`),
        });
      },
      place: ({ position }) => {
        counts.newRows++;
        return () => asJson({ position: position ?? null });
      },
      onWaiting: (change) => backlog.add(change),
      owns: () => true,
      dimensions: () => value ?? ['value'],
    },
    context,
  );
}
