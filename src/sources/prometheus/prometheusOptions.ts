import type { Backlog } from '../../clients/backlog.ts';
import type { PrometheusServer } from '../../clients/prometheus/queryRange.ts';
import { checkRetry, LIMIT_AT_FIRST, type RetryOptions, type RetryPolicy } from '../../clients/retry.ts';
import {
  accepts,
  aFunction,
  anObject,
  boolean,
  LONGEST_TIMER,
  nonNegative,
  positive,
  text,
} from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import { badOption } from '../../core/options.ts';
import { TimeReader } from '../../core/timeReader.ts';
import type { PrometheusPosition } from './prometheusReading.ts';

/** What to read from a Prometheus, or from what has its API: Thanos, Mimir, VictoriaMetrics. */
export interface FromPrometheusOptions {
  /** `http://localhost:9090`; with a path where a proxy adds one. */
  readonly url: string;
  /** PromQL. A counter is of use only as `rate(…)` or `increase(…)`, which know its resets. */
  readonly query: string;
  /**
   * Milliseconds between two readings of a series, above 0: the interval at which it is scraped, or a multiple. With a
   * shorter one each sample comes several times. @default 60000
   */
  readonly step?: number;
  /** From when on: a Date, ISO 8601 or an epoch. @default an hour ago; with `position` that */
  readonly from?: Date | string | number;
  /** Until when, that moment included. @default now; with `follow` without end */
  readonly to?: Date | string | number;
  /** Continue with what is to come. @default false */
  readonly follow?: boolean;
  /** Milliseconds, 0 or more, after which a moment is taken to be complete: scrapes take time. @default 10000 */
  readonly allowedLateness?: number;
  /** Resume after the reading that had this position; `from` is then ignored. */
  readonly position?: PrometheusPosition | undefined;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  /** Milliseconds until a whole answer must have arrived, above 0 and below 2^31. @default 30000 */
  readonly requestTimeout?: number;
  /** Nothing is asked for while this is full. @default none */
  readonly backlog?: Backlog;
  /** When a failed request is repeated. @default 10 times; with `follow` without end; a server never reached 4 times */
  readonly retry?: RetryOptions;
  /** Called with what Prometheus remarks, once each. @default a warning of the process */
  readonly onWarning?: (warning: PrometheusWarning) => void;
}

/** Something that the reader of a Prometheus should know. */
export interface PrometheusWarning {
  /** `'server'`: what Prometheus remarks; `'counter'`: a counter is read as it is. */
  readonly kind: 'server' | 'counter';
  readonly message: string;
}

/** FromPrometheusOptions with every default filled in; times in milliseconds. */
export interface CheckedPrometheus {
  readonly server: PrometheusServer;
  readonly query: string;
  readonly step: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly follow: boolean;
  readonly allowedLateness: number;
  readonly position: PrometheusPosition | undefined;
  readonly backlog: Backlog | undefined;
  readonly retry: RetryPolicy;
  readonly onWarning: (warning: PrometheusWarning) => void;
}

const LIMIT = 10;
const aMoment = accepts(
  'a Date, ISO 8601 or an epoch',
  (value) => !Number.isNaN(new TimeReader().read(value)),
);

export const prometheusTable: OptionSet<FromPrometheusOptions, FromPrometheusOptions>['table'] = {
  url: {
    kind: accepts(
      'an address such as http://localhost:9090, without user and password',
      (value) => typeof value === 'string' && URL.canParse(value) && isPlain(new URL(value)),
    ),
    required: true,
    isSecret: true,
    about: 'the server',
    when: 'always given',
  },
  query: { kind: text, required: true, about: 'what to read, in PromQL', when: 'always given' },
  step: {
    kind: positive(),
    defaultText: '60000',
    unit: 'milliseconds',
    about: 'between two readings of a series',
    when: 'the interval of its scrapes is another',
  },
  from: {
    kind: aMoment,
    defaultText: 'an hour ago',
    about: 'from when on',
    when: 'there is more to learn from',
  },
  to: { kind: aMoment, defaultText: 'now', about: 'until when', when: 'a past incident is looked at' },
  follow: { kind: boolean, defaultText: 'false', about: 'read what is to come, too', when: 'live' },
  allowedLateness: {
    kind: nonNegative(),
    defaultText: '10000',
    unit: 'milliseconds',
    about: 'after which a moment is complete',
    when: 'scrapes take longer',
  },
  position: {
    kind: anObject,
    defaultText: 'none',
    about: 'resume after it',
    when: 'an earlier run has read a part',
  },
  token: {
    kind: text,
    defaultText: 'none',
    about: 'bearer token',
    when: 'the server asks for one',
    isSecret: true,
  },
  username: { kind: text, defaultText: 'none', about: 'user name', when: 'the server asks for one' },
  password: {
    kind: text,
    defaultText: 'none',
    about: 'password',
    when: 'the server asks for one',
    isSecret: true,
  },
  requestTimeout: {
    kind: positive(LONGEST_TIMER),
    defaultText: '30000',
    unit: 'milliseconds',
    about: 'until an answer must have arrived',
    when: 'queries take longer',
  },
  backlog: {
    kind: accepts('a Backlog', (value) => typeof (value as Backlog | null)?.room === 'function'),
    defaultText: 'none',
    about: 'nothing is asked for while it is full',
    when: 'what follows works asynchronously',
  },
  retry: { kind: anObject, defaultText: '10 times', about: 'when a request is repeated', when: 'seldom' },
  onWarning: {
    kind: aFunction,
    defaultText: 'a warning of the process',
    about: 'called with warnings',
    when: 'to log them',
  },
};

export const prometheusOptions: OptionSet<FromPrometheusOptions, FromPrometheusOptions, CheckedPrometheus> =
  new OptionSet<FromPrometheusOptions, FromPrometheusOptions, CheckedPrometheus>(
    prometheusTable,
    (where, options) => {
      const { follow = false, token, username, password, step = 60_000, position } = options;
      if (username !== undefined && token !== undefined)
        throw badOption(where, 'token', 'left out with username', '…');
      if ((username === undefined) !== (password === undefined))
        throw badOption(where, 'password', 'given with username', '…');
      if (follow && options.to !== undefined)
        throw badOption(where, 'to', 'left out with follow', options.to);
      return {
        server: {
          url: new URL(options.url),
          authorization:
            token !== undefined
              ? `Bearer ${token}`
              : username !== undefined
                ? `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
                : undefined,
          requestTimeout: options.requestTimeout ?? 30_000,
        },
        ...{ query: options.query, step, follow, position, backlog: options.backlog },
        from: options.from === undefined ? undefined : new TimeReader().read(options.from),
        to: options.to === undefined ? undefined : new TimeReader().read(options.to),
        allowedLateness: options.allowedLateness ?? 10_000,
        retry: checkRetry(where, options.retry ?? {}, {
          limit: follow ? Number.POSITIVE_INFINITY : LIMIT,
          limitAtFirst: LIMIT_AT_FIRST,
        }),
        onWarning: options.onWarning ?? (({ message }) => process.emitWarning(message)),
      };
    },
  );

function isPlain({ protocol, username, password }: URL): boolean {
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
