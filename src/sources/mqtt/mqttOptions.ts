import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { Backlog } from '../../clients/backlog.ts';
import type { MqttSession } from '../../clients/mqtt/mqttClient.ts';
import { checkRetry, LIMIT_AT_FIRST, type RetryOptions, type RetryPolicy } from '../../clients/retry.ts';
import {
  accepts,
  aFunction,
  anObject,
  aScheduler,
  boolean,
  type OptionKind,
  text,
} from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import { badOption } from '../../core/options.ts';
import { liveSourceSpecs } from '../liveSourceSpecs.ts';

/** What to read from an MQTT broker, and how. */
export interface FromMqttOptions {
  /** `mqtt://localhost:1883`, `mqtts:` with TLS, `ws:` and `wss:` over WebSocket. */
  readonly url: string;
  /**
   * A topic, or several; with `+` for any one level and `#` for all below, such as `plant/+/temperature`.
   * `$share/group/plant/#` divides the messages among the clients of a group, where the broker can.
   */
  readonly topics: string | readonly string[];
  /**
   * The path of the value in messages that are JSON: `temperature`, `data.temp`, `readings.0`; several for a value of as many
   * dimensions. @default a message is one number, as text or JSON
   */
  readonly value?: string | readonly string[];
  /** The path of the time in messages that are JSON. @default the moment at which a message comes */
  readonly time?: string;
  /**
   * What the broker promises: 0, a message comes at most once; 1, at least once, where the sender has sent it so.
   * @default 1
   */
  readonly qos?: 0 | 1;
  /**
   * An id of this client that no other has. With it the broker keeps what is sent at QoS 1 while the client is away, as far
   * as its queue reaches. @default a random one, and nothing is kept
   */
  readonly clientId?: string;
  /**
   * Whether messages that the broker keeps of each topic (retained ones) are read. They come at each connection, and are as
   * old as their last change. @default false
   */
  readonly retained?: boolean;
  readonly username?: string;
  readonly password?: string;
  /** Of Node's TLS, for `mqtts:` and `wss:`. @default the certificates that Node trusts */
  readonly tls?: MqttTls;
  /** No message is taken from the broker while this is full. @default none */
  readonly backlog?: Backlog;
  /** When to connect again. @default without end, a broker that has never been reached 4 times */
  readonly retry?: RetryOptions;
  /**
   * Called for messages that cannot be read, and for what the broker does not grant: at the first one of a kind, and whenever
   * there are twice as many. @default a warning of the process
   */
  readonly onWarning?: (warning: MqttWarning) => void;
  /** The clock of all waiting; a virtual one in tests. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
  /** Uniform over [0, 1), for the jitter of retries. @default Math.random */
  readonly random?: () => number;
}

/** Certificates, as PEM. */
export interface MqttTls {
  /** Of the authority that has signed the broker's. */
  readonly ca?: string | Uint8Array;
  /** Of the client, where the broker asks for one. */
  readonly cert?: string | Uint8Array;
  /** The private key of `cert`. */
  readonly key?: string | Uint8Array;
}

/** Something about an MQTT broker, or about what it sends, that its reader should know. */
export interface MqttWarning {
  /** `'payload'`: a message without a value that can be read; `'granted'`: less than was asked for. */
  readonly kind: 'payload' | 'granted';
  /** One line, with the option that helps. */
  readonly message: string;
  /** Of messages, those so far. */
  readonly count?: number;
}

/** FromMqttOptions with every default filled in. */
export interface CheckedMqtt {
  readonly value: string | readonly string[] | undefined;
  readonly time: string | undefined;
  readonly backlog: Backlog | undefined;
  readonly session: MqttSession;
  readonly retained: boolean;
  readonly retry: RetryPolicy;
  readonly onWarning: (warning: MqttWarning) => void;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

const TLS: readonly string[] = ['ca', 'cert', 'key'];

const aBroker = accepts('a URL that begins with mqtt:, mqtts:, ws: or wss:', (value) => {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, host } = new URL(value);
  return ['mqtt:', 'mqtts:', 'ws:', 'wss:'].includes(protocol) && host !== '';
});

const aFilter = accepts(
  'topics: text whose + and # are levels of their own, # the last',
  (value) =>
    typeof value === 'string' &&
    /^(?:[^+#]*|\+)(?:\/(?:[^+#/]*|\+))*(?:\/#)?$|^#$/.test(value) &&
    value !== '',
);

function oneOrMore(kind: OptionKind, expectation: string): OptionKind {
  return accepts(expectation, (value) => {
    const list = Array.isArray(value) ? (value as unknown[]) : [value];
    return (
      list.length > 0 &&
      list.every((each) => kind.expected(each) === undefined) &&
      new Set(list).size === list.length
    );
  });
}

export const mqttTable: OptionSet<FromMqttOptions, FromMqttOptions>['table'] = {
  url: { kind: aBroker, required: true, about: 'the broker', when: 'always given', isSecret: true },
  topics: {
    kind: oneOrMore(aFilter, aFilter.range),
    required: true,
    about: 'topics to read, with + and #',
    when: 'always given',
  },
  value: {
    kind: oneOrMore(text, 'a path, or several that differ'),
    defaultText: 'a message is one number',
    about: 'path of the value in messages that are JSON',
    when: 'messages are JSON objects',
  },
  time: {
    kind: text,
    defaultText: 'the moment at which a message comes',
    about: 'path of the time in messages that are JSON',
    when: 'messages have times',
  },
  qos: {
    kind: accepts('0 or 1', (value) => value === 0 || value === 1),
    defaultText: '1',
    about: 'what the broker promises',
    when: '0 where a lost message does no harm',
  },
  clientId: {
    kind: text,
    defaultText: 'a random one',
    about: 'id of this client, for which the broker keeps messages while it is away',
    when: 'no message may be lost at a restart',
  },
  retained: {
    kind: boolean,
    defaultText: 'false',
    about: 'read what the broker keeps of each topic, too',
    when: 'topics change so seldom that their last value matters',
  },
  username: { kind: text, defaultText: 'none', about: 'user name', when: 'the broker asks for one' },
  password: {
    kind: text,
    defaultText: 'none',
    about: 'password',
    when: 'the broker asks for one',
    isSecret: true,
  },
  tls: {
    kind: anObject,
    defaultText: 'what Node trusts',
    about: 'certificates',
    when: 'the broker has its own',
    isSecret: true,
  },
  ...liveSourceSpecs,
  scheduler: { kind: aScheduler, defaultText: 'asyncScheduler', about: 'the clock', when: 'in tests' },
  random: { kind: aFunction, defaultText: 'Math.random', about: 'for jitter', when: 'in tests' },
};

export const mqttOptions: OptionSet<FromMqttOptions, FromMqttOptions, CheckedMqtt> = new OptionSet<
  FromMqttOptions,
  FromMqttOptions,
  CheckedMqtt
>(mqttTable, (where, options) => {
  const { url, topics, qos = 1, clientId, tls = {}, value, time, backlog, retained = false } = options;
  const unknown = Object.keys(tls).find((name) => !TLS.includes(name));
  if (unknown !== undefined) throw badOption(where, 'tls', `fields of ${TLS.join(', ')}`, unknown);
  if (Object.keys(tls).length > 0 && !/^(?:mqtts|wss):/.test(url))
    throw badOption(where, 'tls', 'left out, or a url with mqtts: or wss:', '…');
  return {
    session: {
      ...{ url, topics: typeof topics === 'string' ? [topics] : topics, qos, clientId, tls },
      ...{ username: options.username, password: options.password },
    },
    ...{ value, time, backlog, retained },
    retry: checkRetry(where, options.retry ?? {}, {
      limit: Number.POSITIVE_INFINITY,
      limitAtFirst: LIMIT_AT_FIRST,
    }),
    onWarning: options.onWarning ?? (({ message }) => process.emitWarning(message)),
    scheduler: options.scheduler ?? asyncScheduler,
    random: options.random ?? Math.random,
  };
});
