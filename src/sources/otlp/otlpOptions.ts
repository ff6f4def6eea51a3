import type { Backlog } from '../../clients/backlog.ts';
import {
  accepts,
  aFunction,
  nonNegativeInteger,
  type OptionKind,
  positiveInteger,
  text,
} from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import type { OtlpPosition } from './otlpProgress.ts';

/** Where to listen for metrics, and what to read of them. */
export interface FromOtlpOptions {
  /** 0 to 65535; 0: any free one. Senders expect 4318. */
  readonly port: number;
  /** Address to listen at. @default '127.0.0.1' */
  readonly host?: string;
  /** Of the requests. @default '/v1/metrics' */
  readonly path?: string;
  /** Names of the metrics to read, with `*` for any characters: `http.server.*`. @default all */
  readonly metrics?: readonly string[];
  /**
   * Attributes of the resource that tell its streams from those of others, and are part of their keys; `otel.scope.name` is the
   * name of the scope, for two libraries that measure under one name.
   * @default ['service.namespace', 'service.name', 'service.instance.id']
   */
  readonly resource?: readonly string[];
  /** The key of a series. @default its name with `resource` and its attributes: `cpu{host="a",service.name="shop"}` */
  readonly keyOf?: (series: OtlpSeries) => string;
  /** What senders must send as `Authorization: Bearer …`. @default nothing */
  readonly token?: string;
  /** Bytes of a request, unpacked. Four times as much may wait; then senders are asked to come again. @default 8388608 */
  readonly maxBodySize?: number;
  /**
   * Resume after the reading that had this position: counters have a reading from the first point on, and points that were
   * read before and come again have none.
   * @default without
   */
  readonly position?: OtlpPosition | undefined;
  /** A request is answered when this has room again. @default when its readings were emitted */
  readonly backlog?: Backlog;
  /** Called once it listens, with the port. @default nothing */
  readonly onListening?: (port: number) => void;
  /** Called at the first warning of a kind, and whenever there are twice as many. @default a warning of the process */
  readonly onWarning?: (warning: OtlpWarning) => void;
}

/** A metric, and what tells its series from its others. */
export interface OtlpSeries {
  readonly metric: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** All attributes of its resource. */
  readonly resource: Readonly<Record<string, string>>;
  /** The name of the library that measures it; empty where it has none. */
  readonly scope: string;
}

/** Something about what is sent that its reader should know. */
export interface OtlpWarning {
  /**
   * `'request'`: one that was refused; `'point'`: a data point that was; `'sender'`: several senders with one key;
   * `'distribution'`: a histogram or summary, of which only count and mean are read; `'counter'`: a counter whose first point has
   * no reading.
   */
  readonly kind: 'request' | 'point' | 'sender' | 'distribution' | 'counter';
  /** One line, with what helps. */
  readonly message: string;
  /** Those of its kind so far. */
  readonly count: number;
}

/** FromOtlpOptions with every default filled in. */
export interface CheckedOtlp
  extends Required<Omit<FromOtlpOptions, 'keyOf' | 'token' | 'backlog' | 'metrics' | 'position'>> {
  readonly reads: (metric: string) => boolean;
  readonly keyOf: ((series: OtlpSeries) => string) | undefined;
  readonly token: string | undefined;
  readonly position: OtlpPosition | undefined;
  readonly backlog: Backlog | undefined;
}

const names: OptionKind = accepts(
  'a list of names',
  (value) => Array.isArray(value) && value.every((name) => text.expected(name) === undefined),
);

export const otlpTable: OptionSet<FromOtlpOptions, FromOtlpOptions>['table'] = {
  port: { kind: nonNegativeInteger(65_535), required: true, about: 'where to listen', when: 'always given' },
  host: {
    kind: text,
    defaultText: '127.0.0.1',
    about: 'address to listen at',
    when: 'senders are on other machines',
  },
  path: {
    kind: accepts('a path that begins with /', (value) => typeof value === 'string' && value.startsWith('/')),
    defaultText: '/v1/metrics',
    about: 'of the requests',
    when: 'a proxy changes it',
  },
  metrics: {
    kind: names,
    defaultText: 'all',
    about: 'names of the metrics to read, with *',
    when: 'not all matter',
  },
  resource: {
    kind: names,
    defaultText: 'the service and its instance',
    about: 'attributes of the resource that are part of a key',
    when: 'others tell senders apart',
  },
  keyOf: {
    kind: aFunction,
    defaultText: 'name and attributes',
    about: 'the key of a series',
    when: 'seldom',
  },
  token: {
    kind: text,
    defaultText: 'none',
    about: 'bearer token that senders must send',
    when: 'others can reach the port',
    isSecret: true,
  },
  maxBodySize: {
    kind: positiveInteger(2 ** 30),
    defaultText: '8388608',
    unit: 'bytes',
    about: 'of a request, unpacked',
    when: 'senders send more at a time',
  },
  position: {
    kind: accepts('the position of a reading', isPosition),
    defaultText: 'none',
    about: 'resume after the reading that had it',
    when: 'a state is kept',
  },
  backlog: {
    kind: accepts('a Backlog', (value) => typeof (value as Backlog | null)?.room === 'function'),
    defaultText: 'none',
    about: 'a request is answered when it has room',
    when: 'what follows works asynchronously',
  },
  onListening: { kind: aFunction, defaultText: 'nothing', about: 'called with the port', when: 'it is 0' },
  onWarning: {
    kind: aFunction,
    defaultText: 'a warning of the process',
    about: 'called with warnings',
    when: 'to log them',
  },
};

export const otlpOptions: OptionSet<FromOtlpOptions, FromOtlpOptions, CheckedOtlp> = new OptionSet<
  FromOtlpOptions,
  FromOtlpOptions,
  CheckedOtlp
>(otlpTable, (_, options) => ({
  port: options.port,
  host: options.host ?? '127.0.0.1',
  path: options.path ?? '/v1/metrics',
  reads: matcher(options.metrics),
  resource: options.resource ?? ['service.namespace', 'service.name', 'service.instance.id'],
  ...{ keyOf: options.keyOf, token: options.token, backlog: options.backlog },
  position: options.position,
  maxBodySize: options.maxBodySize ?? 2 ** 23,
  onListening: options.onListening ?? (() => {}),
  onWarning: options.onWarning ?? (({ message }) => process.emitWarning(message)),
}));

function isPosition(value: unknown): boolean {
  const { series } = (value ?? {}) as Partial<OtlpPosition>;
  const isNumber = (each: unknown): boolean => each === null || Number.isFinite(each);
  return (
    typeof series === 'object' &&
    series !== null &&
    Object.values(series).every((each) => Array.isArray(each) && each.length >= 2 && each.every(isNumber))
  );
}

function matcher(patterns: readonly string[] | undefined): (name: string) => boolean {
  if (patterns === undefined) return () => true;
  const escaped = patterns.map((each) => each.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*'));
  const all = new RegExp(`^(?:${escaped.join('|')})$`, 's');
  return (name) => all.test(name);
}
