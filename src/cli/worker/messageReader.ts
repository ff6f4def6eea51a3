import { PayloadReader } from '../../clients/payloadReader.ts';
import type { BrokerSettings, WorkerEvent } from './broker.ts';

const FEEDBACK = new TextEncoder().encode('{"feedback":');

/**
 * Reads messages: what comes out depends on the message alone, so that it is the same when it is read again.
 *
 * @returns a function of the key, the payload and the time at which the broker has stored it; it throws what is wrong
 */
export function messageReader({
  value,
  time,
}: Pick<BrokerSettings, 'value' | 'time'>): (
  key: string,
  payload: Uint8Array,
  stored: number,
) => WorkerEvent {
  const paths = { value: value?.length === 1 ? value[0]! : value, time };
  const shared = new PayloadReader(paths);
  return (key, payload, stored) => {
    if (FEEDBACK.every((byte, k) => payload[k] === byte))
      return JSON.parse(new TextDecoder().decode(payload)) as WorkerEvent;
    // A reader of times learns their unit from the first that it sees.
    const found = (time === undefined ? shared : new PayloadReader(paths)).read(payload);
    if ('problem' in found) throw new Error(found.problem);
    return { key, ...found, time: found.time ?? stored };
  };
}
