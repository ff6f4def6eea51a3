import { concat, concatMap, defer, EMPTY, from, map, type OperatorFunction } from 'rxjs';
import { spanOf } from '../core/duration.ts';
import { accepts, aFunction, falseOr } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { badOption } from '../core/options.ts';
import type { Problem, Reading, Shape, Value, Verdict } from '../core/reading.ts';
import { type KeySelector, keyOf } from '../core/selectors.ts';
import { RecentKeys } from '../models/derived/recentKeys.ts';
import { SampleReader } from '../models/derived/sampleReader.ts';
import { LEAST_PEERS, OUTLIER, outlierRule, outlierVerdict } from '../models/population/outlierVerdict.ts';
import { type PeerComparison, PeerGroup } from '../models/population/peerComparison.ts';
import { type PeerWindow, PeerWindows } from '../models/population/peerWindows.ts';
import { type DetectAnomaliesOptions, detection } from './detectAnomalies.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';
import { problemReporter } from './problemReporter.ts';

/** Options of {@link detectPopulation}: its own, and those of `detectAnomalies` but `transform`, `covariates` and `history`. */
export interface DetectPopulationOptions<E, V extends Value>
  extends Omit<DetectAnomaliesOptions<E, V>, 'transform' | 'covariates' | 'history' | 'passes'> {
  /** The length of the windows in which streams are compared by their means: `'1m'`, or milliseconds; each stream should have a value in most of them. */
  readonly every: number | string;
  /** The group that an event's stream belongs to; streams are compared with others of their group. @default one group */
  readonly group?: KeySelector<E>;
  /** Peers without which a stream is not compared, 4 or more. @default 4 */
  readonly minPeers?: number;
  /**
   * From which distance on, in three of five windows, a stream is an outlier, whatever it was before; see
   * {@link PeerComparison.distance}. At 9 about one healthy group of a hundred has one. False for none: then only what changes is found.
   * @default 9
   */
  readonly outlier?: number | false;
}

/** The verdict on a stream in one window, by how it differs from its peers. */
export interface PopulationVerdict<E, V extends Value> extends Verdict<E, V> {
  readonly peers: PeerComparison;
}

type AnyOptions = DetectPopulationOptions<unknown, Value>;
type OwnOptions = Pick<AnyOptions, 'every' | 'group' | 'minPeers' | 'outlier'>;

const populationOptions: OptionSet<
  OwnOptions,
  OwnOptions & Required<Pick<OwnOptions, 'minPeers' | 'outlier'>>
> = new OptionSet({
  every: {
    kind: accepts("a time of 1 millisecond or more such as '1m'", (value) => (spanOf(value) ?? 0) >= 1),
    required: true,
    unit: 'milliseconds',
    about: 'the length of the windows in which streams are compared',
    when: 'always given',
    level: 'basic',
  },
  group: {
    kind: aFunction,
    defaultText: 'one group',
    about: "the group that an event's stream belongs to",
    when: 'where streams of several kinds come together',
    level: 'basic',
  },
  minPeers: {
    kind: accepts(
      'an integer of 4 or more',
      (value) => Number.isSafeInteger(value) && (value as number) >= 4,
    ),
    default: LEAST_PEERS,
    unit: 'streams',
    about: 'peers without which a stream is not compared',
    when: 'more where a few peers say little',
  },
  outlier: {
    kind: falseOr(accepts('a positive number', (value) => typeof value === 'number' && value > 0)),
    default: OUTLIER,
    about: 'from which distance to its peers on a stream is an outlier, whatever it was before',
    when: 'less to find smaller differences, false where streams differ by nature',
    level: 'basic',
  },
});

const NO_OPTIONS = ['transform', 'covariates', 'history', 'passes'] as const;

/** A stream's deviation in one window, as its detector gets it. */
interface Deviation<E> extends Reading<E, Value> {
  readonly peers: PeerComparison;
}

/**
 * Each stream against its peers: the odd pump of twelve. What all of them do together, such as the load of the day, is no
 * anomaly; a stream is flagged when its deviation from the median of its peers is not as it has been (a model per stream, as
 * `detectAnomalies` has it), and when it is far outside their spread, also from the beginning on. One verdict for each stream and
 * window, once the window has ended for the whole group: `value`, `expected` and the band are deviations, in units of the
 * value; `peers` has the median to add. The values of a window are averaged, so that streams may come at different moments.
 * With fewer than `minPeers` the deviation is missing, which is reported (`onProblem`), and the verdict `imputed`.
 *
 * ```ts
 * readings$.pipe(detectPopulation({ every: '5m', key: (r) => r.pump, group: (r) => r.model, value: (r) => r.bar, time: (r) => r.at }))
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function detectPopulation<E, V extends Value>(
  options: DetectPopulationOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, PopulationVerdict<E, Shape<V>>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function detectPopulation<E extends Measured>(
  options: DetectPopulationOptions<E, ValueOf<E>>,
): OperatorFunction<E, PopulationVerdict<E, ValueOf<E>>>;
export function detectPopulation<E, V extends Value>(
  options: DetectPopulationOptions<E, V>,
): OperatorFunction<E, PopulationVerdict<E, V>> {
  const where = 'detectPopulation';
  const { every, minPeers, outlier } = populationOptions.resolvePart(where, options);
  for (const name of NO_OPTIONS)
    if (name in options)
      throw badOption(
        where,
        name,
        'left out, as deviations from peers are detected',
        (options as never)[name],
      );
  const { every: _e, group, minPeers: _m, outlier: _o, value, time, key, ...others } = options;
  const { onProblem: report } = options;
  const detect = detection<Deviation<E>, Value>(where, {
    ...(others as object),
    // Its events are deviations; the user knows those that they were made of.
    ...(typeof report === 'function' && {
      onProblem: (problem: Problem<Deviation<E>>) =>
        report({ ...problem, event: problem.event?.event } as Problem<E>),
    }),
  } as DetectAnomaliesOptions<Deviation<E>, Value>);
  for (const [name, select] of Object.entries({ value, time, key }))
    if (select !== undefined && typeof select !== 'function')
      throw badOption(where, name, 'a function', select);
  const rule = outlierRule(outlier === false ? Number.POSITIVE_INFINITY : outlier);
  const { maxKeys = 1000 } = options;
  const selectors = { ...(value && { value }), ...(time && { time }), ...(key && { key }) };

  return (source) =>
    defer(() => {
      const { onProblem, finish } = problemReporter<E>(where, options.onProblem as never);
      const reader = new SampleReader<E>({ ...selectors, onProblem });
      const groupOf = group === undefined ? () => undefined : keyOf(group);
      const groups = new RecentKeys(
        maxKeys,
        () => ({ windows: new PeerWindows<E>(spanOf(every)!), peers: new PeerGroup(rule, minPeers) }),
        () => {},
      );
      const dimensions = new RecentKeys(
        maxKeys,
        () => ({ count: 0 }),
        () => {},
      );
      let isScalar = true;
      const add = (event: E): readonly Deviation<E>[] => {
        const sample = reader.read(event, (name) => dimensions.peek(name)?.count ?? 0);
        if (sample === undefined) return [];
        if (sample.value !== undefined) {
          dimensions.use(sample.key).count = sample.value.length;
          isScalar = sample.isScalar;
        }
        const { windows, peers } = groups.use(groupOf(event));
        if (sample.time < windows.start) {
          const [now, start] = [sample.time, windows.start].map((ms) => new Date(ms).toISOString());
          reader.report(
            event,
            sample.key,
            'timeBackwards',
            `expected a time not before ${start}, got ${now}`,
          );
          return [];
        }
        const ended = windows.add(sample, event);
        if (ended === undefined) return [];
        const made = deviations(ended, peers, isScalar);
        for (const { event: last, key: name, peers: found } of made) {
          if (found.count >= minPeers) continue;
          const when = new Date(ended.start).toISOString();
          const detail = `expected ${minPeers} peers in the window of ${when}, got ${found.count}`;
          reader.report(last, name, 'missing', detail, undefined, 'not compared');
        }
        return made;
      };
      const end = defer(() => {
        finish();
        return EMPTY;
      });
      const flagged = new RecentKeys(
        maxKeys,
        () => ({ before: false }),
        () => {},
      );
      return concat(from(source).pipe(concatMap(add)), end).pipe(
        detect,
        map((verdict) => {
          const last = flagged.use(verdict.key);
          const { event, peers } = verdict.event;
          const all = { ...verdict, event, peers } as PopulationVerdict<E, V>;
          const result = outlierVerdict(all, peers, rule.distance, !last.before);
          last.before = result.isAnomaly;
          return result;
        }),
      );
    });
}

function deviations<E>(
  { start, values }: PeerWindow<E>,
  peers: PeerGroup,
  isScalar: boolean,
): Deviation<E>[] {
  return peers.compare(values).map(({ deviation, peers: found }, at) => {
    const { key, event } = values[at]!;
    const value = isScalar ? (deviation[0] ?? Number.NaN) : deviation;
    return { event, time: start, key, value, imputed: deviation.every(Number.isNaN), peers: found };
  });
}
