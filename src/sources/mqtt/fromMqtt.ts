import { catchError, defer, from, Observable, switchMap } from 'rxjs';
import { originOf } from '../../clients/mqtt/brokerName.ts';
import { loadMqtt } from '../../clients/mqtt/loadMqtt.ts';
import type { MqttPackage } from '../../clients/mqtt/mqttClient.ts';
import {
  type MqttMessage,
  type MqttVersion,
  mqttMessages,
  OlderProtocol,
} from '../../clients/mqtt/mqttMessages.ts';
import { PayloadReader } from '../../clients/payloadReader.ts';
import { retrying } from '../../clients/retry.ts';
import type { Value } from '../../core/reading.ts';
import { type CheckedMqtt, type FromMqttOptions, type MqttWarning, mqttOptions } from './mqttOptions.ts';

/** A message as a reading, which the operators take without selectors. */
export interface MqttReading<V extends Value = Value> {
  /** Its topic. */
  readonly key: string;
  /** Milliseconds since 1970-01-01T00:00:00Z: what `time` names, or when the message came. NaN where it cannot be read. */
  readonly time: number;
  /** What is there instead of a time, where `time` is NaN; it is in what is reported of it. */
  readonly timeText?: string;
  /** A number, or an array where `value` is a list; NaN for what is missing. */
  readonly value: V;
}

/**
 * The messages of an MQTT broker (3.1.1 or 5), one stream for each topic, forever. After a lost connection it connects again,
 * with growing pauses.
 *
 * At QoS 1 a message is acknowledged when it was processed, and, with `backlog`, when that has room: what was not comes again
 * after a crash or a lost connection, so that a message may come twice. With `clientId` the broker keeps what is sent meanwhile.
 *
 * Needs the package `mqtt` (an optional peer dependency). Unsubscribing disconnects.
 *
 * ```ts
 * fromMqtt({ url: 'mqtt://localhost', topics: 'plant/+/temperature' }).pipe(detectAnomalies())
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 * Errors of the stream: RxAnomalyError SERVER where the broker refuses, or is not reached as often as `retry` allows; BAD_INPUT
 * without the package.
 */
export function fromMqtt(
  options: FromMqttOptions & { readonly value: readonly string[] },
): Observable<MqttReading<readonly number[]>>;
export function fromMqtt(
  options: FromMqttOptions & { readonly value?: string },
): Observable<MqttReading<number>>;
export function fromMqtt(options: FromMqttOptions): Observable<MqttReading>;
export function fromMqtt(options: FromMqttOptions): Observable<MqttReading> {
  const checked = mqttOptions.resolve('fromMqtt', options);
  return defer(() => from(loadMqtt())).pipe(switchMap((mqtt) => readings(mqtt, checked)));
}

function readings(mqtt: MqttPackage, options: CheckedMqtt): Observable<MqttReading> {
  const { retry, random, scheduler, retained, backlog, session } = options;
  const reader = new PayloadReader({ value: options.value, time: options.time });
  const problems = new Problems(options);
  let version: MqttVersion = 5;
  let isKnown = false;
  const onConnect = (): void => {
    isKnown = true;
  };
  const onLess = (message: string): void => options.onWarning({ kind: 'granted', message });
  const messages = defer(() => mqttMessages(mqtt, session, version, onConnect, onLess)).pipe(
    catchError((error: unknown) => {
      if (!(error instanceof OlderProtocol)) throw error;
      version = 4;
      return mqttMessages(mqtt, session, version, onConnect, onLess);
    }),
    retrying(retry, random, scheduler, () => isKnown),
  );
  const read = ({ topic, payload, retain }: MqttMessage): MqttReading | undefined => {
    if (retain && !retained) return undefined;
    const found = reader.read(payload);
    if (!('problem' in found)) return { key: topic, ...found, time: found.time ?? scheduler.now() };
    problems.add(topic, found.problem);
    return undefined;
  };
  return new Observable((subscriber) => {
    const rooms = backlog === undefined ? undefined : backlog.room();
    return messages.subscribe({
      next: (message) => {
        const reading = read(message);
        if (reading !== undefined) subscriber.next(reading);
        if (rooms !== undefined && reading !== undefined)
          subscriber.add(rooms.subscribe({ complete: () => release(message) }));
        else release(message);
      },
      error: (error: unknown) => subscriber.error(error),
    });
  });
}

/** What was made of the message is written by the next turn of the event loop: only then it is acknowledged. */
function release({ qos, done }: MqttMessage): void {
  if (qos === 0) done();
  else setImmediate(done);
}

/** Counts messages that cannot be read. */
class Problems {
  readonly #report: (warning: MqttWarning) => void;
  readonly #broker: string;
  #count = 0;
  #reported = 0;

  constructor({ onWarning, session }: CheckedMqtt) {
    this.#report = onWarning;
    this.#broker = originOf(session.url);
  }

  add(topic: string, problem: string): void {
    const count = ++this.#count;
    if (count < 2 * this.#reported) return;
    this.#reported = count;
    const others = count === 1 ? '' : ` (${count} such messages so far)`;
    this.#report({
      kind: 'payload',
      message: `${this.#broker}: ${topic}: ${problem}; the message is left out${others}; name other topics, or the path of the value`,
      count,
    });
  }
}
