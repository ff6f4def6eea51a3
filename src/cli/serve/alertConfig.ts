import { RxAnomalyError } from '../../core/errors.ts';
import { positiveInteger } from '../../core/optionKinds.ts';
import { badOption, checkOption, requireKnown, requireObject } from '../../core/options.ts';
import { SEVERITIES, type Severity } from '../../core/reading.ts';
import { type TimeTest, type WeeklyHours, weeklyTest } from '../../models/decision/calendarWindow.ts';
import { alertSeverity, streamsOf } from '../../sinks/alertText.ts';
import { type InlineJson, readJsonFile } from '../options/jsonFile.ts';
import { type Secret, secretOf } from '../options/secret.ts';
import type { AlertRoute, SinkPlan } from './alertOutlet.ts';
import { emailSink } from './emailSink.ts';
import { webhookSink } from './webhookSink.ts';

/** A file of --alerts-config. */
interface AlertConfig {
  readonly sinks: Readonly<Record<string, SinkConfig>>;
  readonly routes?: readonly RouteConfig[];
}

type SinkConfig = Readonly<Record<string, unknown>> & { readonly format?: string };

/** Which alerts go where. */
interface RouteConfig {
  readonly to: readonly string[];
  readonly keys?: readonly string[];
  readonly severity?: Severity;
  /** Flagged events of an incident, 1 to 1000, from which it is taken; a silence is at once. @default 1 */
  readonly confirm?: number;
  readonly quiet?: WeeklyHours;
}

/** What is the same for all sinks. */
export interface CommonOptions {
  readonly publicUrl?: string;
  /** Of quiet hours that name none. @default 'UTC' */
  readonly timeZone?: string;
}

/** A route that takes every alert at any time. */
export const EVERYTHING: AlertRoute = { matches: () => true, isQuiet: () => false };

const CONFIRM = positiveInteger(1000);
const SECRETS = ['url', 'token', 'secret'];

/**
 * The sinks of a file of --alerts-config.
 *
 * @param given its path, or its contents
 * @param log called with what may not be meant
 * @throws RxAnomalyError BAD_INPUT when the file cannot be read, BAD_OPTION when something in it is wrong
 */
export async function readAlertConfig(
  given: string | InlineJson,
  common: CommonOptions,
  log: (line: string) => void,
): Promise<SinkPlan[]> {
  const { where: path, json } = await readJsonFile('--alerts-config', given);
  const { sinks, routes } = checked(path, json as AlertConfig);
  const names = Object.keys(sinks);
  if (names.length === 0) throw badOption(path, 'sinks', 'an object with at least one sink', sinks);
  const read = (routes ?? [{ to: names }]).map((route, at) =>
    readRoute(`${path}: routes[${at}]`, route, names, common.timeZone),
  );
  const unused = names.filter((name) => !read.some(({ to }) => to.includes(name)));
  if (unused.length > 0)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${path}: no route leads to ${unused.map((name) => JSON.stringify(name)).join(', ')}; name it in the "to" of one, or leave it out`,
    );
  if (!read.some(({ isForAll }) => isForAll))
    log(
      `${path}: every route has keys, a severity or confirm: alerts that fit none are only on the dashboard`,
    );
  const plans: SinkPlan[] = [];
  for (const [name, sink] of Object.entries(sinks)) {
    const taken = read.filter(({ to }) => to.includes(name)).map(({ route }) => route);
    plans.push(await readSink(`${path}: sinks.${name}`, name, sink, taken, common));
  }
  return plans;
}

function checked(path: string, config: AlertConfig): AlertConfig {
  requireKnown(path, config, ['sinks', 'routes']);
  requireObject(`${path}: sinks`, config.sinks);
  if (config.routes !== undefined && !(Array.isArray(config.routes) && config.routes.length > 0))
    throw badOption(path, 'routes', 'a list of at least one route, or left out', config.routes);
  return config;
}

async function readSink(
  where: string,
  name: string,
  sink: SinkConfig,
  routes: readonly AlertRoute[],
  common: CommonOptions,
): Promise<SinkPlan> {
  requireObject(where, sink);
  const isMail = sink.format === 'email';
  const allowed = isMail
    ? ['format', 'url', 'from', 'to']
    : ['format', 'url', 'token', 'secret', 'headers', 'giveUpOn'];
  requireKnown(where, sink, allowed);
  const { format: _, ...given } = sink;
  const options: Record<string, unknown> = isMail ? given : { ...sink };
  if (options.headers !== undefined) options.headers = await headersOf(where, options.headers);
  for (const option of SECRETS)
    if (options[option] !== undefined)
      options[option] = await secretOf(where, option, options[option] as Secret);
  const plan = { name, routes };
  return isMail ? await emailSink(where, options, plan, common) : webhookSink(where, options, plan, common);
}

/** Their values may be secret. */
async function headersOf(where: string, headers: unknown): Promise<Record<string, string>> {
  requireObject(`${where}: headers`, headers);
  const texts: [string, string][] = [];
  for (const [name, text] of Object.entries(headers))
    texts.push([name, await secretOf(where, `headers.${name}`, text as Secret)]);
  return Object.fromEntries(texts);
}

interface ReadRoute {
  readonly to: readonly string[];
  readonly isForAll: boolean;
  readonly route: AlertRoute;
}

function readRoute(where: string, route: RouteConfig, names: readonly string[], timeZone = 'UTC'): ReadRoute {
  requireKnown(where, route, ['to', 'keys', 'severity', 'confirm', 'quiet']);
  const { to, keys, severity, quiet } = route;
  const confirm = checkOption(where, 'confirm', CONFIRM, route.confirm ?? 1);
  const isListed = Array.isArray(to) && to.length > 0 && to.every((name) => names.includes(name));
  if (!isListed) throw badOption(where, 'to', `a list of sinks: ${names.join(', ')}`, to);
  if (keys !== undefined && !(Array.isArray(keys) && keys.length > 0 && keys.every(isText)))
    throw badOption(where, 'keys', "a list of keys, with * for any characters, such as ['pump-*']", keys);
  if (severity !== undefined && !(SEVERITIES.includes(severity) && severity !== 'none'))
    throw badOption(where, 'severity', `one of ${SEVERITIES.slice(1).join(', ')}`, severity);
  const isQuiet: TimeTest =
    quiet === undefined ? () => false : weeklyTest(`${where}: quiet`, quiet, timeZone);
  const patterns = keys?.map(pattern);
  const least = severity === undefined ? 0 : SEVERITIES.indexOf(severity);
  return {
    to,
    isForAll: keys === undefined && severity === undefined && confirm === 1,
    route: {
      ...{ isQuiet, confirm },
      matches: (alert) =>
        SEVERITIES.indexOf(alertSeverity(alert)) >= least &&
        [alert.incident, ...(alert.group ?? [])].some(
          ({ kind, count }) => kind === 'absence' || count >= confirm,
        ) &&
        (patterns === undefined ||
          streamsOf(alert).some((key) => patterns.some((each) => each.test(key ?? '')))),
    },
  };
}

/** A key, in which * stands for any characters. */
function pattern(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'su');
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}
