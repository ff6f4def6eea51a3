import type { Alert } from '../core/alert.ts';
import { badOption, optionChecks } from '../core/options.ts';
import type { Value } from '../core/reading.ts';
import type { LayerGates } from '../inspect/layerGates.ts';
import type { Feedback } from '../models/decision/feedback.ts';
import type { Snapshot } from '../models/snapshot.ts';
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
  /** The threshold to draw: the detector's. @default 0.5 */
  readonly threshold?: number;
  /** Unflagged events that end an incident, 1 to 1000000: those of the detector. @default 15 */
  readonly hold?: number;
  /** Records of each stream that are kept, 1 to 10000000, some 50 bytes each per dimension. @default 10000 */
  readonly history?: number;
  /** Streams shown, 1 to 1000000; beyond that the one without events for longest is removed. @default 1000 */
  readonly maxStreams?: number;
  /** Incidents that are kept, 1 to 1000000. @default 1000 */
  readonly maxIncidents?: number;
  /** Connected clients at a time, 1 to 10000. @default 200 */
  readonly maxClients?: number;
  /**
   * Milliseconds without an event after which a stream is stale, up to a year.
   * @default 20 times its usual interval, at least 10 s
   */
  readonly staleAfter?: number;
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
  /** Name of what makes the forecasts, for `/metrics`. */
  readonly engine?: string;
  /**
   * Called with each piece of feedback on an incident. The page confirms it when the promise that this returns has
   * resolved, and shows what it throws.
   * @default feedback is not enabled
   */
  readonly onFeedback?: (feedback: Feedback) => unknown;
  /** Snapshots of earlier dashboards, each of different streams. @default nothing */
  readonly restore?: readonly Snapshot[];
  /** Called when an incident begins and when it has ended. */
  readonly onIncident?: (alert: Alert<E, V>) => void;
}

/** {@link DashboardOptions} with every default filled in. */
export interface CheckedDashboard<E, V extends Value>
  extends Required<Omit<DashboardOptions<E, V>, Optional>>,
    Pick<DashboardOptions<E, V>, Optional> {}

type Optional = 'token' | 'staleAfter' | 'dimensions' | 'gates' | 'engine' | 'onFeedback' | 'onIncident';

const NAMES: readonly (keyof DashboardOptions)[] = [
  'port',
  'host',
  'token',
  'title',
  'threshold',
  'hold',
  'history',
  'maxStreams',
  'maxIncidents',
  'maxClients',
  'staleAfter',
  'refresh',
  'dimensions',
  'gates',
  'engine',
  'onFeedback',
  'restore',
  'onIncident',
];

/** Milliseconds: no stream has a longer interval than a year. */
const LONGEST = 366 * 24 * 3_600_000;

/** @throws RxAnomalyError BAD_OPTION */
export function checkDashboard<E, V extends Value>(
  where: string,
  options: DashboardOptions<E, V>,
): CheckedDashboard<E, V> {
  const check = optionChecks(where);
  check.known(options, NAMES);
  const { port = 8080, host = '127.0.0.1', title = 'rx-anomaly', token } = options;
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw badOption(where, 'port', 'an integer from 0 to 65535', port);
  if (typeof host !== 'string' || host === '') throw badOption(where, 'host', 'an address', host);
  if (typeof title !== 'string') throw badOption(where, 'title', 'text', title);
  // Not shown: messages end up in logs.
  if (token !== undefined && !(typeof token === 'string' && token.length >= 16))
    throw badOption(where, 'token', '16 characters or more', '…');
  if (token === undefined && !isLoopback(host))
    throw badOption(where, 'token', `given where others can reach the dashboard (host ${host})`, token);
  for (const name of ['dimensions', 'gates', 'onFeedback', 'onIncident'] as const)
    check.optionalFunction(name, options[name]);
  if (!Array.isArray(options.restore ?? []))
    throw badOption(where, 'restore', 'a list of snapshots', options.restore);
  if (options.staleAfter !== undefined)
    check.within('staleAfter', check.positive('staleAfter', options.staleAfter), 0, LONGEST);
  const count = (name: keyof DashboardOptions, value: number, largest: number): number =>
    check.within(name, check.positiveInteger(name, value), 1, largest);
  return {
    ...options,
    port,
    host,
    title,
    threshold: check.fraction('threshold', options.threshold ?? 0.5),
    hold: count('hold', options.hold ?? 15, 1_000_000),
    history: count('history', options.history ?? 10_000, 10_000_000),
    maxStreams: count('maxStreams', options.maxStreams ?? 1000, 1_000_000),
    maxIncidents: count('maxIncidents', options.maxIncidents ?? 1000, 1_000_000),
    maxClients: count('maxClients', options.maxClients ?? 200, 10_000),
    restore: options.restore ?? [],
    refresh: check.within('refresh', options.refresh ?? 100, 1, 60_000),
  };
}
