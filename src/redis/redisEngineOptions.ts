import type { RedisLogin } from '../clients/redis/connectRedis.ts';
import type { RedisEntry } from '../clients/redis/streamReader.ts';
import { accepts, aFunction, within } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { engineSpecs } from '../distributed/engineSpecs.ts';
import { loginTable } from '../sources/redis/redisOptions.ts';
import type { RedisCodec } from './redisLog.ts';

/** Where the events of a fleet of workers are in a Redis, and where it keeps its own data. */
export interface RedisEngineOptions<E> extends RedisLogin {
  /** All keys begin with `{NAME:`. Letters, digits, `-` and `_`. */
  readonly name: string;
  /** Name of the streams of events, `{IN:0}:in`, …, which several fleets may read. @default `name` */
  readonly in?: string;
  /** Parts of the log that are worked on by themselves, 1 to 1024: at least as many as there will be workers. @default as before, or 8 */
  readonly partitions?: number;
  /** After which the partitions of a process that has died are taken over, milliseconds, 500 to 600000. @default 5000 */
  readonly lease?: number;
  /** For how long events that `publish` adds are kept, milliseconds, 60000 or more. @default a day */
  readonly keep?: number;
  /**
   * For how long verdicts are kept, milliseconds, 60000 or more; the last ones of a partition longer, as they say what was delivered.
   * @default `keep`
   */
  readonly keepVerdicts?: number;
  /** Reads an event; throws for what is none. It must give the same each time. @default JSON in the field `event` */
  readonly decode?: (entry: RedisEntry) => E;
  /** Writes an event that is published, as fields. @default JSON in the field `event` */
  readonly encode?: (event: E) => Readonly<Record<string, string>>;
  /** Called with what should be known, such as a lost connection. @default a warning of the process */
  readonly onProblem?: (message: string) => void;
}

/** RedisEngineOptions with every default filled in. */
export interface CheckedRedisEngine<E> extends RedisCodec<E> {
  readonly login: RedisLogin;
  readonly name: string;
  readonly in: string;
  /** Undefined: as before, or 8. */
  readonly partitions: number | undefined;
  readonly lease: number;
  readonly keep: number;
  readonly keepVerdicts: number;
  readonly onProblem: (message: string) => void;
}

// biome-ignore lint/suspicious/noExplicitAny: the options of events of any kind
type Any = any;

const aName = accepts(
  "letters, digits, '-' and '_'",
  (value) => typeof value === 'string' && /^[\w-]+$/.test(value),
);

const engineTable: OptionSet<RedisEngineOptions<Any>, RedisEngineOptions<Any>>['table'] = {
  ...loginTable,
  name: {
    kind: aName,
    required: true,
    about: 'name of the keys',
    when: 'always given',
  },
  in: {
    kind: aName,
    defaultText: 'name',
    about: 'name of the streams of events',
    when: 'several fleets read them',
  },
  ...engineSpecs,
  keep: {
    kind: within(60_000, 1e13),
    defaultText: 'a day',
    unit: 'milliseconds',
    about: 'for how long events that are published, and verdicts, are kept',
    when: 'memory is small, or keys are silent for longer',
  },
  decode: { kind: aFunction, defaultText: 'JSON', about: 'reads an event', when: 'entries are others' },
  encode: { kind: aFunction, defaultText: 'JSON', about: 'writes an event', when: 'seldom' },
};

export const redisEngineOptions: OptionSet<
  RedisEngineOptions<Any>,
  RedisEngineOptions<Any>,
  CheckedRedisEngine<Any>
> = new OptionSet<RedisEngineOptions<Any>, RedisEngineOptions<Any>, CheckedRedisEngine<Any>>(
  engineTable,
  (_, options) => {
    const { url, username, password, tls, name, partitions, lease = 5000 } = options;
    const { keep = 86_400_000, keepVerdicts = keep } = options;
    return {
      login: { url, username, password, tls },
      ...{ name, in: options.in ?? name, partitions, lease, keep, keepVerdicts },
      decode: options.decode ?? jsonOf,
      encode: options.encode ?? ((event: unknown) => ({ event: JSON.stringify(event) })),
      onProblem: options.onProblem ?? ((message) => process.emitWarning(message)),
    };
  },
);

function jsonOf({ fields }: RedisEntry): unknown {
  if (fields.event === undefined) throw new Error('has no field event');
  return JSON.parse(fields.event);
}
