import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { Backlog } from '../../clients/backlog.ts';
import { loginOf, type NatsLogin, natsLoginTable } from '../../clients/nats/natsLogin.ts';
import type { PayloadOptions } from '../../clients/payloadReader.ts';
import { checkRetry, LIMIT_AT_FIRST, type RetryOptions, type RetryPolicy } from '../../clients/retry.ts';
import { accepts, aScheduler, nonNegativeInteger, text } from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import { liveSourceSpecs } from '../liveSourceSpecs.ts';

/** What to read from NATS, and how. */
export interface FromNatsOptions extends NatsLogin {
  /** A subject, with `*` for any one token and `>` for all that follow, such as `plant.*.temperature`. */
  readonly subject: string;
  /**
   * The path of the value in messages that are JSON: `temperature`, `data.temp`, `readings.0`; several for a value of as many
   * dimensions. @default a message is one number, as text or JSON
   */
  readonly value?: string | readonly string[];
  /** The path of the time in messages that are JSON. @default when the server has stored the message, or when it comes */
  readonly time?: string;
  /**
   * Of a stream, the position of the last reading that is not needed again: what follows it is read first. 0: all that the
   * stream has. @default what comes from now on
   */
  readonly position?: number;
  /** No message is taken from the stream while this is full. @default none */
  readonly backlog?: Backlog;
  /** When to connect again. @default without end, a server that has never been reached 4 times */
  readonly retry?: RetryOptions;
  /**
   * Called for messages that cannot be read, at the first one and whenever there are twice as many, and for what is lost.
   * @default a warning of the process
   */
  readonly onWarning?: (warning: NatsWarning) => void;
  /** The clock of all waiting; a virtual one in tests. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/** Something about NATS, or about what it sends, that its reader should know. */
export interface NatsWarning {
  /**
   * `'payload'`: a message without a value that can be read; `'gone'`: messages after `position` that the stream has no more;
   * `'noStream'`: no stream keeps these subjects, so that what is sent while nobody listens is lost; `'lost'`: the connection to
   * such a server was lost, and is made again.
   */
  readonly kind: 'payload' | 'gone' | 'noStream' | 'lost';
  /** One line, with what helps. */
  readonly message: string;
  /** Of messages, those so far. */
  readonly count?: number;
}

/** FromNatsOptions with every default filled in. */
export interface CheckedFromNats extends PayloadOptions {
  readonly login: NatsLogin;
  readonly subject: string;
  readonly position: number | undefined;
  readonly backlog: Backlog | undefined;
  readonly retry: RetryPolicy;
  readonly onWarning: (warning: NatsWarning) => void;
  readonly scheduler: SchedulerLike;
}

export const fromNatsTable: OptionSet<FromNatsOptions, FromNatsOptions>['table'] = {
  ...natsLoginTable,
  subject: {
    kind: accepts(
      'a subject whose * and > are tokens of their own, > the last',
      (value) =>
        typeof value === 'string' && /^(?:\*|[^\s.*>]+)(?:\.(?:\*|[^\s.*>]+))*(?:\.>)?$|^>$/.test(value),
    ),
    required: true,
    about: 'subject to read, with * and >',
    when: 'always given',
  },
  value: {
    kind: accepts(
      'a path, or several that differ',
      (value) =>
        (typeof value === 'string' && value !== '') ||
        (Array.isArray(value) &&
          value.length > 0 &&
          value.every((each) => typeof each === 'string' && each !== '') &&
          new Set(value).size === value.length),
    ),
    defaultText: 'a message is one number',
    about: 'path of the value in messages that are JSON',
    when: 'messages are JSON objects',
  },
  time: {
    kind: text,
    defaultText: 'when the server has stored the message',
    about: 'path of the time in messages that are JSON',
    when: 'messages have times',
  },
  position: {
    kind: nonNegativeInteger(),
    defaultText: 'from now on',
    about: 'of the last reading of a stream that is not needed again',
    when: 'to resume, or 0 for all that there is',
  },
  ...liveSourceSpecs,
  scheduler: { kind: aScheduler, defaultText: 'asyncScheduler', about: 'the clock', when: 'in tests' },
};

export const fromNatsOptions: OptionSet<FromNatsOptions, FromNatsOptions, CheckedFromNats> = new OptionSet<
  FromNatsOptions,
  FromNatsOptions,
  CheckedFromNats
>(fromNatsTable, (where, options) => {
  const { subject, value, time, position, backlog } = options;
  return {
    ...{ subject, value, time, position, backlog },
    login: loginOf(options),
    retry: checkRetry(where, options.retry ?? {}, {
      limit: Number.POSITIVE_INFINITY,
      limitAtFirst: LIMIT_AT_FIRST,
    }),
    onWarning: options.onWarning ?? (({ message }) => process.emitWarning(message)),
    scheduler: options.scheduler ?? asyncScheduler,
  };
});
