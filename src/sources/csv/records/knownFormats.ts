import { RxAnomalyError } from '../../../core/errors.ts';
import { readCalendar } from '../times/calendar.ts';

/** What a known format says of its columns, by name; what it leaves open is guessed as in any table. */
export interface KnownRoles {
  readonly format: string;
  readonly time?: readonly string[];
  readonly value?: readonly string[];
  /** Columns that name a series; those that vary are the key. */
  readonly key?: readonly string[];
  /** Of those, the ones that are the key where none varies: tables of one series have it as their key too. */
  readonly singleKey?: readonly string[];
  /** Whether columns of numbers cannot be keys. */
  readonly areKeysText?: boolean;
  /** Milliseconds since 1970 at which a column of seconds from the start begins. */
  readonly origin?: number;
  /** Columns that are no measurements. */
  readonly ignored?: readonly string[];
}

/** Formats that are known by the names of their columns. */
export function knownByNames(
  names: readonly string[],
  annotated: FluxTables | undefined,
): KnownRoles | undefined {
  const has = (...wanted: string[]): boolean => wanted.every((name) => names.includes(name));
  if (annotated !== undefined || (has('result', 'table') && (has('_value') || has('_time')))) {
    const fixed = ['result', 'table', '_start', '_stop', '_time', '_value', ''];
    const time = ['_time', '_stop', 'time'].find((name) => names.includes(name));
    // Without annotations nothing but text can be a tag, which the sample shows.
    const tags = names.filter((name) => !fixed.includes(name) && (annotated?.isTag(name) ?? true));
    return {
      format: 'annotated CSV of Flux',
      ...(time === undefined ? {} : { time: [time] }),
      ...(has('_value') ? { value: ['_value'] } : {}),
      key: tags,
      singleKey: tags.filter((name) => !name.startsWith('_')),
      areKeysText: annotated === undefined,
      ignored: ['', 'column1', 'result', 'table', '_start', '_stop'].filter((name) => name !== time),
    };
  }
  if (has('entity_id', 'state')) {
    const time = ['last_changed', 'last_updated', 'last_changed_ts', 'last_updated_ts'].find((name) =>
      names.includes(name),
    );
    return {
      format: 'history of Home Assistant',
      key: ['entity_id'],
      singleKey: ['entity_id'],
      value: ['state'],
      ...(time === undefined ? {} : { time: [time] }),
    };
  }
  const lower = names.map((name) => name.toLowerCase());
  if (names.length === 3 && lower[0] === 'series' && lower[1] === 'time' && lower[2] === 'value') {
    return {
      format: 'series as rows of Grafana',
      key: [names[0]!],
      singleKey: [names[0]!],
      time: [names[1]!],
      value: [names[2]!],
    };
  }
  if (names[0] === 'name' && (names[1] === 'time' || (names[1] === 'tags' && names[2] === 'time'))) {
    return {
      format: 'CSV of the InfluxDB shell',
      key: ['name', 'tags'],
      singleKey: ['tags'],
      time: ['time'],
    };
  }
  if (has('VarName', 'TimeString', 'VarValue')) {
    return {
      format: 'archive of WinCC',
      key: ['VarName'],
      time: ['TimeString'],
      value: ['VarValue'],
      ignored: ['Validity', 'Time_ms'],
    };
  }
  if (has('itemid', 'clock', 'value')) {
    return {
      format: 'history of Zabbix',
      key: ['itemid'],
      singleKey: ['itemid'],
      time: ['clock'],
      value: ['value'],
    };
  }
  return undefined;
}

/** A measurement file of LabVIEW: seconds from a start that the lines above the table tell. */
export function labView(
  above: readonly (readonly string[])[],
  names: readonly string[],
): KnownRoles | undefined {
  if (!/^LabVIEW Measurement/.test(above[0]?.[0] ?? '')) return undefined;
  const fieldOf = (label: string): string | undefined => above.findLast((record) => record[0] === label)?.[1];
  const wall = readCalendar(
    `${fieldOf('Date')} ${fieldOf('Time')?.replace(/(\.\d{9})\d+/, '$1')}`,
    'dayFirst',
  )?.wall;
  return {
    format: 'measurement of LabVIEW',
    time: ['X_Value'],
    ...(wall === undefined ? {} : { origin: wall }),
    ignored: names.filter((name) => /^X_Value|^Comment$/.test(name)),
  };
}

const KLINES =
  'open_time open high low close volume close_time quote_volume trades taker_base_volume taker_quote_volume ignore';

/** Names and roles of tables without a header that are known by their shape. */
export function knownByShape(
  first: readonly string[],
): { readonly names: readonly string[]; readonly roles: KnownRoles } | undefined {
  const isEpoch = (cell: string | undefined): boolean => /^1\d{12}(?:\d{3})?$/.test(cell ?? '');
  if (first.length === 12 && isEpoch(first[0]) && isEpoch(first[6])) {
    return {
      names: KLINES.split(' '),
      roles: { format: 'klines of Binance', time: ['open_time'], ignored: ['close_time', 'ignore'] },
    };
  }
  const isBar = /^\d{4}\.\d\d\.\d\d$/.test(first[0] ?? '') && /^\d\d:\d\d(?::\d\d)?$/.test(first[1] ?? '');
  if (isBar && first.length === 7) {
    return {
      names: ['date', 'time', 'open', 'high', 'low', 'close', 'volume'],
      roles: { format: 'bars of MetaTrader', time: ['date', 'time'] },
    };
  }
  return undefined;
}

/**
 * Annotated CSV of Flux: tables one after another, each with its own annotations and header. All become rows of one
 * table with the columns of the first; empty cells take the default of their table.
 */
export class FluxTables {
  readonly #file: string;
  #header: readonly string[] | undefined;
  #types: Map<string, string> = new Map();
  readonly #tags: Set<string> = new Set();
  #datatypes: readonly string[] = [];
  #groups: readonly string[] = [];
  #defaults: readonly string[] = [];
  /** Of each column of the header, where it is in the table that is read. */
  #places: readonly number[] | undefined;
  #expectsHeader = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** Whether the start of a file is such a table. */
  static isIn(records: readonly (readonly string[])[]): boolean {
    return records.slice(0, 4).some(([cell]) => /^#(?:datatype|group|default)$/.test(cell ?? ''));
  }

  /** Whether a column is text, and so may name a series. */
  isTag(name: string): boolean {
    return this.#tags.has(name) || this.#types.get(name) === 'string';
  }

  /**
   * The header once, then each row in its columns; undefined for annotations and the headers of later tables.
   *
   * @throws RxAnomalyError BAD_INPUT where a later table has columns that the first has not
   */
  take(record: readonly string[]): readonly string[] | undefined {
    const first = record[0] ?? '';
    if (first.startsWith('#')) {
      if (first === '#datatype') this.#datatypes = record;
      else if (first === '#group') this.#groups = record;
      else if (first === '#default') this.#defaults = record;
      this.#expectsHeader = true;
      return undefined;
    }
    if (this.#expectsHeader) {
      this.#expectsHeader = false;
      return this.#takeHeader(record);
    }
    if (this.#places === undefined) return record;
    if (
      this.#header !== undefined &&
      record.length === this.#header.length &&
      record.every((cell, i) => cell === this.#header![i])
    )
      return undefined;
    return this.#places.map((at) => (at <= 0 ? '' : record[at] || this.#defaults[at] || ''));
  }

  #takeHeader(record: readonly string[]): readonly string[] | undefined {
    record.forEach((name, i) => {
      if (i === 0) return;
      this.#types.set(name, this.#datatypes[i] ?? 'string');
      if (this.#groups[i] === 'true' && this.#datatypes[i] === 'string') this.#tags.add(name);
    });
    if (this.#header === undefined) {
      this.#header = record;
      this.#places = record.map((_, i) => i);
      return record;
    }
    const fresh = record.filter((name, i) => i > 0 && name !== '' && !this.#header!.includes(name));
    if (fresh.length > 0) {
      throw new RxAnomalyError(
        'BAD_INPUT',
        `${this.#file}: a later table has the columns ${fresh.map((name) => `"${name}"`).join(', ')}, which the first has not; ` +
          'query them apart, or bring all tables to the same columns with keep() or pivot()',
      );
    }
    this.#places = this.#header.map((name, i) => (i === 0 ? 0 : record.indexOf(name)));
    return undefined;
  }
}
