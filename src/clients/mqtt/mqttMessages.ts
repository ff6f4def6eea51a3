import { Observable } from 'rxjs';
import { messageOf } from '../../core/errors.ts';
import { ServerFailure } from '../retry.ts';
import { originOf } from './brokerName.ts';
import type { MqttPackage, MqttPacket, MqttSession } from './mqttClient.ts';

/** One message. The next one comes, and the broker takes this one for received, when `done` was called. */
export interface MqttMessage extends MqttPacket {
  readonly done: () => void;
}

/** Version 5 of the protocol, and 3.1.1 for brokers that refuse it. */
export type MqttVersion = 5 | 4;

/** Reasons of a broker that does not know version 5. */
const WRONG_VERSION: readonly unknown[] = [1, 132];
/** Reasons that another attempt may change: the server is unavailable (3 in version 3.1.1), busy, or has a quota. */
const TRANSIENT: readonly unknown[] = [3, 136, 137, 151, 159];
/** Another client has connected with the same id. */
const TAKEN_OVER = 142;
/** A filter that the broker refuses. */
const REFUSED = 128;
/** Seconds for which a broker of version 5 keeps a session: until the client returns. 3.1.1 knows nothing else. */
const FOR_EVER = 0xffffffff;
const CONNECT_TIMEOUT = 30_000; // milliseconds

/**
 * The messages of one connection. It never completes; where the connection fails or is lost, it ends with a
 * {@link ServerFailure}. Unsubscribing disconnects.
 *
 * @param onConnect called when the broker has accepted the filters
 * @param onWarning called with what was asked for and not granted
 */
export function mqttMessages(
  mqtt: MqttPackage,
  session: MqttSession,
  version: MqttVersion,
  onConnect: () => void,
  onWarning: (message: string) => void,
): Observable<MqttMessage> {
  const { url, topics, qos, clientId, username, password, tls } = session;
  const broker = originOf(url);
  return new Observable((subscriber) => {
    const client = mqtt.connect(url, {
      ...tls,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(clientId === undefined ? { clean: true } : { clientId, clean: false }),
      ...(version === 5 && clientId !== undefined ? { properties: { sessionExpiryInterval: FOR_EVER } } : {}),
      ...{ protocolVersion: version, connectTimeout: CONNECT_TIMEOUT },
      ...{ reconnectPeriod: 0, resubscribe: false }, // the one who subscribes connects again
    });
    const other = clientId === undefined ? '' : `, or another client has connected as ${clientId}`;
    const fail = (what: string, isTransient: boolean): void =>
      subscriber.error(new ServerFailure(`${broker}: ${what}`, isTransient));
    client.handleMessage = (packet, done) => {
      const { topic, payload, retain } = packet;
      subscriber.next({ topic, payload, retain, qos: packet.qos, done: () => done() });
    };
    client.on('connect', () => {
      client.subscribe(topics, { qos }, (error, granted = []) => {
        const refused = granted.find((grant) => grant.qos >= REFUSED);
        if (refused !== undefined || error !== null) {
          const which = refused === undefined ? topics.join(', ') : refused.topic;
          fail(
            `the topic ${which} is refused${reasonOf(error)}; check the user's rights, and the filter`,
            false,
          );
          return;
        }
        const lower = granted.find((grant) => grant.qos < qos);
        if (lower !== undefined)
          onWarning(
            `${broker}: the topic ${lower.topic} is granted with QoS ${lower.qos} only: messages may be lost`,
          );
        onConnect();
      });
    });
    client.on('error', (error: Error) => {
      const { code } = error as { readonly code?: unknown };
      const isRefusal = typeof code === 'number';
      if (isRefusal && version === 5 && WRONG_VERSION.includes(code)) subscriber.error(new OlderProtocol());
      else fail(reasonFor(error, url), isRefusal ? TRANSIENT.includes(code) : !isOfCertificate(error));
    });
    client.on('disconnect', ({ reasonCode }: { readonly reasonCode?: number }) => {
      if (reasonCode === TAKEN_OVER)
        fail(`another client has connected as ${clientId}; give each process an id of its own`, false);
      else fail(`the broker has closed the connection, reason ${reasonCode}`, true);
    });
    client.on('close', () => fail(`the connection was lost${other}`, true));
    return () => {
      client.handleMessage = () => {}; // what is not taken any more comes again
      // Behind `done` of a message that was processed now, which a turn of the event loop may still be due to.
      setImmediate(() => setImmediate(() => client.end(false)));
    };
  });
}

/** The broker speaks 3.1.1 only. */
export class OlderProtocol extends Error {}

function reasonFor(error: Error, url: string): string {
  const { code } = error as { readonly code?: unknown };
  const isUser = code === 4 || code === 5 || code === 134 || code === 135;
  const isUnanswered = /^(?:mqtts|wss):/.test(url) && (code === 'ECONNRESET' || code === 'EPROTO');
  const remedy = isUser
    ? '; check user name and password'
    : isOfCertificate(error)
      ? '; give tls.ca'
      : isUnanswered
        ? '; has that port TLS?'
        : '';
  return `${reasonOf(error).slice(2) || String(code ?? 'unknown error')}${remedy}`;
}

/** `: text`, in one line; nothing where there is none. An attempt at several addresses has its reasons inside. */
function reasonOf(error: Error | null): string {
  const inner = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const message =
    inner === null || inner === undefined ? '' : messageOf(inner).replaceAll(/\s+/g, ' ').trim();
  return message === '' ? '' : `: ${message}`;
}

function isOfCertificate(error: Error): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code);
}
