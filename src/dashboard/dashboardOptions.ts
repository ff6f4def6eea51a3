import { timeZoneSpec } from '../core/calendar.ts';
import { accepts, aFunction, positive, positiveInteger, text, within } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { badOption } from '../core/options.ts';
import type { Alert, Value } from '../core/reading.ts';
import { isRecord } from '../core/selectors.ts';
import type { LayerGates } from '../inspect/layerGates.ts';
import { SHOWN_CERTAINTY } from '../models/changes/certainty.ts';
import { type ChangeOptions, changeOptions } from '../models/changes/changeTracker.ts';
import type { Feedback } from '../models/decision/feedback.ts';
import { groupSpec } from '../models/decision/groupOptions.ts';
import { thresholdOf, thresholdTable } from '../models/decision/thresholdOptions.ts';
import type { Snapshot } from '../models/snapshot/snapshot.ts';
import { isLoopback } from './access.ts';

/** What is shown of the gates of one layer. */
export type ShownGates = Pick<LayerGates, 'forget' | 'input' | 'output' | 'halfLife'>;

/** Where a dashboard is served, and how much it keeps. */
export interface DashboardOptions<E = unknown, V extends Value = Value> {
  /** 0 for any that is free. @default 8080 */
  readonly port?: number;
  /** The address to listen at. Any but one of this machine needs a `token`. @default '127.0.0.1' */
  readonly host?: string;
  /** Token that a browser must send to see anything: 16 characters or more. @default none */
  readonly token?: string;
  /** Title of the page. @default 'rx-anomaly' */
  readonly title?: string;
  /** IANA name of the time zone on whose clocks times are shown. @default 'UTC' */
  readonly timeZone?: string;
  /** The threshold to draw: the detector's. @default 0.5 */
  readonly threshold?: number;
  /** Unflagged events that end an incident, 1 to 1000000: those of the detector. @default 15 */
  readonly hold?: number;
  /**
   * Records of each stream that are kept, 1 to 10000000, some 50 bytes each per dimension. Further back summaries of them are.
   * @default 10000, with many streams an equal share of 2 million, at least 500
   */
  readonly history?: number;
  /** Streams shown, 1 to 1000000; beyond that the one without events for longest is removed. @default 1000 */
  readonly maxStreams?: number;
  /** Incidents that are kept, 1 to 1000000. @default 1000 */
  readonly maxIncidents?: number;
  /** Incidents of several streams that begin within so long are one group: `'5m'`, or milliseconds, as of `alerts()`. @default '5m' */
  readonly group?: number | string;
  /** Connected clients at a time, 1 to 10000. @default 200 */
  readonly maxClients?: number;
  /**
   * Milliseconds without an event after which a stream is stale, up to a year.
   * @default 20 times its usual interval, at least 10 s
   */
  readonly staleAfter?: number;
  /**
   * Which lasting changes are shown of each stream, up to 10,000 of them, as `changePoints` finds them: it takes some 32 kB and a few µs an event.
   * `false`: none. Verdicts that have them (`changePoints` of `checkpoint`) are shown with their own.
   * @default { minCertainty: 0.7 }
   */
  readonly changePoints?: ChangeOptions | false;
  /** Milliseconds between two updates of the pages, 1 to 60000. @default 100 */
  readonly refresh?: number;
  /** Names of the dimensions of a stream. @default value; dimension 1, dimension 2 … */
  readonly dimensions?: (key: string | undefined) => readonly string[] | undefined;
  /**
   * The gates of a stream's network, lowest layer first: `gatesNow` or the newest of `inspectGates`, of `rx-anomaly/inspect`.
   * Called once a second for a stream that is shown.
   * @default not shown
   */
  readonly gates?: (key: string | undefined) => readonly ShownGates[] | undefined;
  /** What the source waits for, such as a server that is away, for `/healthz` and `/metrics`; undefined where it is there. @default nothing */
  readonly waitingFor?: () => string | undefined;
  /** Name of what makes the forecasts, for `/metrics`. */
  readonly engine?: string;
  /**
   * Called with each piece of feedback on an incident. The page confirms it when the promise that this returns has
   * resolved, and shows what it throws. Where that gives an object with a promise `applied`, pages show until it has resolved that
   * the feedback is not applied yet; where it rejects, that it was refused, and why. With a `place`, any JSON, `resumeFeedback`
   * finds it again after a restart.
   * @default feedback is not enabled
   */
  readonly onFeedback?: (feedback: Feedback) => unknown;
  /**
   * Called with the `place` of each piece of feedback that was not applied yet when a snapshot in `restore` was taken; returns its
   * promise `applied` anew.
   * @default it is taken to be applied
   */
  readonly resumeFeedback?: (place: unknown) => PromiseLike<unknown>;
  /**
   * Called with the key of a stream when a user has acknowledged an incident of it, made a note, muted it, or given feedback that is
   * applied later: its `snapshot` has changed. The page is answered when the promise that this returns has resolved.
   */
  readonly onAction?: (key: string | undefined) => unknown;
  /** Snapshots of earlier dashboards, each of different streams. @default nothing */
  readonly restore?: readonly Snapshot[];
  /** Called when an incident begins and when it has ended, but for streams that are muted. */
  readonly onIncident?: (alert: Alert<E, V>) => void;
  /**
   * Called when a mute has ended, with what began meanwhile and is still open; of what
   * `restore` has brought back the events are undefined.
   *
   * @default onIncident
   */
  readonly onMuteEnd?: (alert: Alert<E, V>) => void;
}

/** {@link DashboardOptions} with every default filled in. */
export interface CheckedDashboard<E, V extends Value>
  extends Required<Omit<DashboardOptions<E, V>, Optional>>,
    Pick<DashboardOptions<E, V>, Optional> {}

/** Records of a stream that are kept where nothing is asked for, and there are few streams. */
export const HISTORY = 10_000;

type Optional =
  | 'token'
  | 'history'
  | 'staleAfter'
  | 'dimensions'
  | 'gates'
  | 'waitingFor'
  | 'engine'
  | 'onFeedback'
  | 'resumeFeedback'
  | 'onAction'
  | 'onIncident'
  | 'onMuteEnd';

type AnyOptions = DashboardOptions<unknown, Value>;

/** Milliseconds: no stream has a longer interval than a year. */
const LONGEST = 366 * 24 * 3_600_000;

export const dashboardOptions: OptionSet<AnyOptions, CheckedDashboard<unknown, Value>> = new OptionSet(
  {
    port: {
      kind: accepts(
        'an integer from 0 to 65535',
        (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535,
      ),
      default: 8080,
      about: 'port of the server; 0 for any that is free',
      when: 'where 8080 is in use',
    },
    host: {
      kind: accepts('an address', (value) => typeof value === 'string' && value !== ''),
      default: '127.0.0.1',
      about: 'address to listen at',
      when: 'for other machines',
    },
    token: {
      kind: accepts('16 characters or more', (value) => typeof value === 'string' && value.length >= 16),
      isSecret: true,
      about: 'what a browser must know to see anything',
      when: 'for other machines',
    },
    title: {
      kind: accepts('text', (value) => typeof value === 'string'),
      default: 'rx-anomaly',
      about: 'title of the page',
      when: 'to distinguish several dashboards',
    },
    timeZone: {
      ...timeZoneSpec,
      about: 'the time zone on whose clocks times are shown',
      when: 'where its readers follow local time',
    },
    threshold: { ...thresholdTable.threshold, default: thresholdOf('medium') },
    hold: { ...thresholdTable.hold, kind: positiveInteger(1_000_000) },
    group: {
      ...{ kind: groupSpec.kind, default: '5m', unit: 'milliseconds' },
      about: 'incidents of several streams that begin within so long are shown as one group',
      when: 'where one cause takes longer to show everywhere',
    },
    history: {
      kind: positiveInteger(10_000_000, 'some 50 bytes each per dimension'),
      unit: 'records',
      about: 'records of each stream that are kept',
      when: 'more to look back further',
    },
    maxStreams: {
      kind: positiveInteger(1_000_000, 'each has a history'),
      default: 1000,
      unit: 'streams',
      about: 'streams that are shown',
      when: 'as many as there are',
    },
    maxIncidents: {
      kind: positiveInteger(1_000_000, 'each new page receives them'),
      default: 1000,
      unit: 'incidents',
      about: 'incidents that are kept',
      when: 'more to look back further',
    },
    maxClients: {
      kind: positiveInteger(10_000, 'each has a connection'),
      default: 200,
      unit: 'pages',
      about: 'pages that are connected at a time',
      when: 'for many viewers',
    },
    staleAfter: {
      kind: positive(LONGEST, 'a year'),
      unit: 'milliseconds',
      about: 'time without an event after which a stream is stale',
      when: 'where events are irregular',
    },
    changePoints: {
      kind: accepts(
        'false, or options such as { minCertainty: 0.7 }',
        (value) => value === false || (isRecord(value) && !Array.isArray(value)),
      ),
      default: { minCertainty: SHOWN_CERTAINTY },
      about: 'lasting changes that are shown of each stream',
      when: 'false to save memory; a minCertainty of less to miss fewer',
    },
    refresh: {
      kind: within(1, 60_000),
      default: 100,
      unit: 'milliseconds',
      about: 'time between two updates of the pages',
      when: 'more for less network traffic',
    },
    dimensions: {
      kind: aFunction,
      about: 'names of the dimensions of a stream',
      when: 'for several dimensions',
    },
    gates: { kind: aFunction, about: "the gates of a stream's network", when: 'to look inside' },
    waitingFor: {
      kind: aFunction,
      about: 'what the source waits for, for /healthz and /metrics',
      when: 'where its server may be away',
    },
    engine: { kind: text, about: 'what makes the forecasts, for /metrics', when: 'with /metrics' },
    onFeedback: { kind: aFunction, about: 'called with feedback on incidents', when: 'to ask for feedback' },
    resumeFeedback: {
      kind: aFunction,
      about: 'called with the place of feedback that was not applied before a restart',
      when: 'where feedback is applied later',
    },
    onAction: {
      kind: aFunction,
      about: 'called when a user has acknowledged, noted or muted',
      when: 'to save',
    },
    restore: {
      kind: accepts('a list of snapshots', Array.isArray),
      default: [],
      about: 'what dashboards before this one showed',
      when: 'after a restart',
    },
    onIncident: { kind: aFunction, about: 'called when an incident begins or has ended', when: 'to alert' },
    onMuteEnd: {
      kind: aFunction,
      about: 'called with what a mute held back and is still open',
      when: 'to alert',
    },
  },
  (where, options) => {
    const { host, token, changePoints } = options;
    if (token === undefined && !isLoopback(host))
      throw badOption(where, 'token', `given where others can reach the dashboard (host ${host})`, token);
    if (changePoints === false) return options;
    const given = { minCertainty: SHOWN_CERTAINTY, ...changePoints };
    return { ...options, changePoints: changeOptions.resolve(`${where}: changePoints`, given) };
  },
);

/** @throws RxAnomalyError BAD_OPTION */
export function checkDashboard<E, V extends Value>(
  where: string,
  options: DashboardOptions<E, V>,
): CheckedDashboard<E, V> {
  return dashboardOptions.resolve(where, options as AnyOptions) as CheckedDashboard<E, V>;
}
