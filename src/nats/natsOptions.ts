import { loginOf, type NatsLogin, natsLoginTable } from '../clients/nats/natsLogin.ts';
import { accepts, aFunction, within } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { badOption } from '../core/options.ts';
import { engineSpecs } from '../distributed/engineSpecs.ts';
import type { NatsCodec, NatsMessage } from './natsLog.ts';

/** Where the events of a fleet of workers are in NATS, and where it keeps its own data. */
export interface NatsEngineOptions<E> extends NatsLogin {
  /**
   * Of the verdicts: they are on the subjects `NAME.0`, `NAME.1`, … The streams `NAME-out-0` …,
   * `NAME-states-0` …, `NAME-states`, `NAME-leases` and, with a mapping, `NAME-in-0` … are made where they are not there. Letters, digits, `-` and `_`.
   */
  readonly name: string;
  /** Subjects of the events, such as `readings.*` or `plant.*.temperature.*`: each `*` is a part of the key. */
  readonly in: string;
  /**
   * Parts of the log that are worked on by themselves, 1 to 1024: at least as many as there will be workers.
   * @default those of the workers that have run under this name, or 8
   */
  readonly partitions?: number;
  /** Copies that a cluster keeps of new streams: 1, 3 or 5. @default 3 in a cluster of 3 or more, else 1 */
  readonly replicas?: number;
  /** After which the partitions of a process that has died are taken over, milliseconds, 500 to 600000. @default 5000 */
  readonly lease?: number;
  /** For how long new streams of events keep them, milliseconds, 60000 or more. @default 7 days */
  readonly keep?: number;
  /**
   * For how long verdicts are kept, milliseconds, 60000 or more; the last ones of a partition longer, as they say what was delivered.
   * Whoever appends removes what is older, once in an hour at most.
   * @default 7 days
   */
  readonly keepVerdicts?: number;
  /** Reads an event; throws for what is none. It must give the same each time. */
  readonly decode: (message: NatsMessage) => E;
  /** Writes an event that is published. @default JSON.stringify */
  readonly encode?: (event: E) => Uint8Array | string;
  /** Called with what should be known: a lost connection, a server without a mapping. @default a warning of the process */
  readonly onProblem?: (message: string) => void;
}

/** NatsEngineOptions with every default filled in. */
export interface CheckedNats<E> extends NatsCodec<E> {
  readonly login: NatsLogin;
  readonly name: string;
  readonly in: string;
  readonly partitions: number | undefined;
  readonly replicas: number | undefined;
  readonly lease: number;
  readonly keep: number;
  readonly keepVerdicts: number;
  readonly onProblem: (message: string) => void;
}

const subjects = accepts(
  "a subject with a * for each part of the key, such as 'readings.*'",
  (value) =>
    typeof value === 'string' &&
    value.includes('*') &&
    value.split('.').every((token) => token === '*' || /^[^\s*>$]+$/.test(token)),
);

const WEEK = 7 * 86_400_000;

// biome-ignore lint/suspicious/noExplicitAny: the options of events of any kind
type Any = any;

const natsTable: OptionSet<NatsEngineOptions<Any>, NatsEngineOptions<Any>>['table'] = {
  ...natsLoginTable,
  name: {
    kind: accepts(
      "letters, digits, '-' and '_'",
      (value) => typeof value === 'string' && /^[\w-]+$/.test(value),
    ),
    required: true,
    about: 'name of the verdicts',
    when: 'always given',
  },
  in: { kind: subjects, required: true, about: 'subjects of the events', when: 'always given' },
  ...engineSpecs,
  replicas: {
    kind: accepts('1, 3 or 5', (value) => value === 1 || value === 3 || value === 5),
    defaultText: '3 in a cluster, else 1',
    about: 'copies that a cluster keeps',
    when: 'seldom',
  },
  keep: {
    kind: within(60_000, 1e13),
    defaultText: '7 days',
    unit: 'milliseconds',
    about: 'for how long new streams of events keep them',
    when: 'keys are silent for longer, or disks small',
  },
  decode: { kind: aFunction, required: true, about: 'reads an event', when: 'always given' },
  encode: { kind: aFunction, defaultText: 'JSON.stringify', about: 'writes an event', when: 'seldom' },
};

export const natsOptions: OptionSet<
  NatsEngineOptions<Any>,
  NatsEngineOptions<Any>,
  CheckedNats<Any>
> = new OptionSet<NatsEngineOptions<Any>, NatsEngineOptions<Any>, CheckedNats<Any>>(
  natsTable,
  (where, options) => {
    const { name, in: pattern, partitions, replicas, lease = 5000, decode } = options;
    const { keep = WEEK, keepVerdicts = WEEK } = options;
    if (pattern.split('.')[0] === name)
      throw badOption(
        where,
        'in',
        `subjects that do not begin with the name of the verdicts, ${name}`,
        pattern,
      );
    return {
      ...{ name, in: pattern, partitions, replicas, lease, keep, keepVerdicts, decode },
      login: loginOf(options),
      encode: options.encode ?? ((event: unknown) => JSON.stringify(event)),
      onProblem: options.onProblem ?? ((message) => process.emitWarning(message)),
    };
  },
);
