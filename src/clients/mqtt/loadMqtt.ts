import { messageOf, RxAnomalyError } from '../../core/errors.ts';
import type { MqttPackage } from './mqttClient.ts';

const PACKAGE = 'mqtt';

/**
 * Imports `mqtt`, the client (an optional peer dependency).
 *
 * @throws RxAnomalyError BAD_INPUT, one line: why it cannot be loaded and which command helps
 */
export async function loadMqtt(): Promise<MqttPackage> {
  try {
    const module = (await import(PACKAGE)) as MqttPackage & { readonly default?: MqttPackage };
    return module.default ?? module;
  } catch (error) {
    const isMissing = messageOf(error).includes(`'${PACKAGE}'`);
    const reason = isMissing ? 'is not installed' : `does not load (${messageOf(error).split('\n')[0]})`;
    throw new RxAnomalyError('BAD_INPUT', `fromMqtt: the package mqtt ${reason}; run npm install mqtt@5`, {
      cause: error,
    });
  }
}
