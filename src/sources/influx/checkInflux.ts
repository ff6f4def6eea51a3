import { Backlog } from '../../clients/backlog.ts';
import {
  type CheckedConnection,
  CONNECTION_OPTIONS,
  checkConnection,
  checkText,
} from '../../clients/influx/connection.ts';
import {
  compareNs,
  type InfluxTime,
  type Nanoseconds,
  toNanoseconds,
} from '../../clients/influx/nanoseconds.ts';
import { badOption, optionChecks } from '../../core/options.ts';
import { epochUnit, fromEpoch } from '../../core/timeReader.ts';
import { type CheckedFollow, checkFollow } from './checkFollow.ts';
import type { FromInfluxOptions, InfluxWarning } from './influxOptions.ts';
import type { InfluxQuery } from './influxQuery.ts';
import type { InfluxPosition } from './influxReading.ts';
import { parseSelect } from './selectStatement.ts';

/** The options of fromInflux with every default filled in. */
export interface CheckedInflux {
  readonly connection: CheckedConnection;
  readonly query: InfluxQuery;
  readonly from: Nanoseconds | undefined;
  readonly position: InfluxPosition | undefined;
  readonly pageSize: number;
  readonly follow: CheckedFollow | undefined;
  readonly backlog: Backlog | undefined;
  readonly checksSchema: boolean;
  readonly onWarning: (warning: InfluxWarning) => void;
}

/** Failures in a row after which a recorded stream is given up; a followed one is not. */
const HISTORY_LIMIT = 10;

/** @throws RxAnomalyError BAD_OPTION */
export function checkInflux(where: string, options: FromInfluxOptions): CheckedInflux {
  const check = optionChecks(where);
  check.known(options, [...CONNECTION_OPTIONS, ...OWN_OPTIONS]);
  const isFollowed = (options.follow ?? false) !== false;
  const connection = checkConnection(where, options, check, isFollowed ? Infinity : HISTORY_LIMIT);
  const query = checkQuery(where, options, connection);
  const follow = checkFollow(where, options.follow ?? false, query);
  const from = checkTime(where, 'from', options.from);
  if (from !== undefined && query.to !== undefined && compareNs(from, query.to) > 0) {
    throw badOption(where, 'to', 'after from', options.to);
  }
  if (options.backlog !== undefined && !(options.backlog instanceof Backlog)) {
    throw badOption(where, 'backlog', 'a Backlog', options.backlog);
  }
  return {
    connection,
    query,
    from,
    position: checkPosition(where, options.position),
    pageSize: check.within('pageSize', check.positiveInteger('pageSize', options.pageSize ?? 10_000), 2, 1e6),
    follow,
    backlog: options.backlog,
    checksSchema: check.boolean('checkSchema', options.checkSchema ?? true),
    onWarning:
      check.optionalFunction('onWarning', options.onWarning) ??
      (({ message }) => process.emitWarning(message)),
  };
}

const OWN_OPTIONS: readonly (keyof FromInfluxOptions)[] = [
  'measurement',
  'fields',
  'where',
  'select',
  'groupBy',
  'from',
  'to',
  'position',
  'pageSize',
  'follow',
  'backlog',
  'checkSchema',
  'onWarning',
];

function checkQuery(where: string, options: FromInfluxOptions, connection: CheckedConnection): InfluxQuery {
  const { measurement, fields, select, groupBy } = options;
  if ((measurement === undefined) === (select === undefined)) {
    throw badOption(where, 'measurement', 'given, or select instead', measurement ?? 'neither');
  }
  if (select !== undefined && options.where !== undefined) {
    throw badOption(where, 'where', 'left out with select, which has its own', options.where);
  }
  if (select !== undefined && groupBy === '*') {
    throw badOption(where, 'groupBy', 'names of columns with select', groupBy);
  }
  if (select === undefined && fields === undefined) {
    throw badOption(where, 'fields', 'the name of a field, or several', fields);
  }
  const isScalar = typeof fields === 'string';
  return {
    connection,
    measurement: measurement === undefined ? undefined : checkText(where, 'measurement', measurement),
    select: select === undefined ? undefined : parseSelect(where, checkText(where, 'select', select)),
    fields: fields === undefined ? undefined : checkNames(where, 'fields', fields),
    isScalar: fields === undefined ? undefined : isScalar,
    where: Object.entries(options.where ?? {}).map(([tag, values]) => [tag, checkValues(where, tag, values)]),
    groupBy: groupBy === undefined || groupBy === '*' ? groupBy : checkNames(where, 'groupBy', groupBy),
    to: checkTime(where, 'to', options.to),
  };
}

function checkNames(where: string, option: string, names: string | readonly string[]): readonly string[] {
  const list = typeof names === 'string' ? [names] : names;
  if (!Array.isArray(list) || list.length === 0 || new Set(list).size < list.length) {
    throw badOption(where, option, 'a name, or several that differ', names);
  }
  return list.map((name) => checkText(where, option, name));
}

function checkValues(where: string, tag: string, values: string | readonly string[]): readonly string[] {
  const list = typeof values === 'string' ? [values] : values;
  if (!Array.isArray(list) || list.length === 0 || list.some((value) => typeof value !== 'string')) {
    throw badOption(where, `where.${tag}`, 'text, or several', values);
  }
  return list;
}

function checkTime(where: string, option: string, time: InfluxTime | undefined): Nanoseconds | undefined {
  if (time === undefined) return undefined;
  const unit = typeof time === 'number' ? epochUnit(time) : undefined;
  const ns = toNanoseconds(unit === undefined ? time : fromEpoch(Number(time), unit));
  if (ns === undefined) throw badOption(where, option, 'a time', time);
  return ns;
}

/** Parses a position, which may come from a file. */
function checkPosition(where: string, position: InfluxPosition | undefined): InfluxPosition | undefined {
  if (position === undefined) return undefined;
  const isConsistent =
    typeof position === 'object' &&
    position !== null &&
    typeof position.from === 'string' &&
    /^-?\d{1,19}$/.test(position.from) &&
    Array.isArray(position.seen) &&
    position.seen.every((id) => typeof id === 'string' && /^-?\d{1,19} /.test(id));
  if (!isConsistent) throw badOption(where, 'position', 'the position of a reading', position);
  return { from: position.from, seen: position.seen };
}
