import { Backlog } from '../../../clients/backlog.ts';
import { asJson, fields, type State } from '../../../models/snapshot/state.ts';
import { fromMqtt, type MqttReading } from '../../../sources/mqtt/fromMqtt.ts';
import type { MqttOptions } from '../../options/mqttOptions.ts';
import type { DetectionContext, OpenDetection } from '../detection.ts';
import { detectorOptions } from '../detectorOptions.ts';
import { openDetection } from '../openDetection.ts';
import type { DetectionOptions } from '../rowOptions.ts';
import { detectorConfig } from '../runConfig.ts';
import { sourceRetry } from './outages.ts';

/** Of the state in its store. */
const NAME = 'mqtt';

/** A broker has no positions: it keeps what a client has not acknowledged. */
const POSITION = {};

/**
 * The messages of an MQTT broker, until interrupted. A message is acknowledged when its verdict is on its way out, so that after a
 * crash none is without one.
 */
export async function mqttDetection(
  options: MqttOptions,
  detectionOptions: DetectionOptions,
  context: DetectionContext,
): Promise<OpenDetection> {
  const { mqtt: url, topic: topics, value, clientId, qos } = options;
  const { persistence, counts, log } = context;
  const backlog = new Backlog(1); // one after the other: what waits is not acknowledged
  if (persistence.store !== undefined && qos === 1 && clientId === undefined)
    log('messages that come while this does not run are lost; give --client-id, and the broker keeps them');
  return await openDetection<MqttReading, typeof POSITION>(
    {
      name: NAME,
      config: {
        ...{ topic: [...topics], value: value === undefined ? null : [...value], time: options.time ?? null },
        ...detectorConfig(detectionOptions),
      },
      detect: {
        ...detectorOptions<MqttReading>(detectionOptions, context, 'clock'),
        value: (message) => message.value,
      },
      readPosition: (state: State) => fields(state, []) && POSITION,
      source: () =>
        fromMqtt({
          ...{ url, topics, qos, backlog, retained: options.retained ?? false },
          ...(value === undefined ? {} : { value: value.length === 1 ? value[0]! : value }),
          ...(options.time === undefined ? {} : { time: options.time }),
          ...(clientId === undefined ? {} : { clientId }),
          ...(options.username === undefined ? {} : { username: options.username }),
          ...(options.password === undefined ? {} : { password: options.password }),
          retry: sourceRetry(context),
          onWarning: ({ message }) => log(`warning: ${message}`),
        }),
      place: () => {
        counts.newRows++;
        return () => asJson(POSITION);
      },
      onWaiting: (change) => backlog.add(change),
      owns: () => true,
      dimensions: () => value ?? ['value'],
    },
    context,
  );
}
