import { Zone } from '../csv/times/zone.ts';

/** What a line begins with, and what is left of it. */
export interface TimedLine {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** As it is written. */
  readonly text: string;
  /** The line without it. */
  readonly rest: string;
  /** Whether the year is not written, but follows from the times around. */
  readonly isYearless: boolean;
}

const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const CLOCK = '(?<hour>\\d\\d):(?<minute>\\d\\d)(?::(?<second>\\d\\d)(?:[.,](?<fraction>\\d{1,9}))?)?';
const ZONE = '(?<zone>\\s?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d(?!\\d))|[+-]\\d\\d(?![\\d:]))?';
const PRIORITY = '(?:<\\d{1,3}>(?:\\d )?)?'; // of syslog
const END = '(?=[\\s\\])|,;]|:(?!\\d)|$)';
const CLOSING = '[\\])]?[,;:|]?\\s*';

/** The forms of a time in text, those of most logs first. What stands before it in the group `head` stays in the line. */
const TEXT_FORMS: readonly RegExp[] = [
  // 2026-11-30T15:04:05.123Z, 2026-11-30 15:04:05,123, 2026/11/30 15:04:05
  `${PRIORITY}[[(]?(?<year>\\d{4})(?<sign>[-/.])(?<month>\\d\\d)\\k<sign>(?<day>\\d\\d)(?:[T_]|:?\\s)${CLOCK}${ZONE}`,
  // INFO 2026-11-30 15:04:05: a word before it
  `(?<head>\\S{1,32} )[[(]?(?<year>\\d{4})(?<sign>[-/.])(?<month>\\d\\d)\\k<sign>(?<day>\\d\\d)(?:[T_]|:?\\s)${CLOCK}${ZONE}`,
  // Nov 30 15:04:05, Nov 30 2026 15:04:05
  `${PRIORITY}[[(]?(?<name>${MONTHS}) {1,2}(?<day>\\d{1,2})(?: (?<year>\\d{4}))? ${CLOCK}`,
  // Mon Nov 30 15:04:05 2026
  `[[(]?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?<name>${MONTHS}) {1,2}(?<day>\\d{1,2}) ${CLOCK}(?: (?<year>\\d{4}))?`,
  // 30 Nov 2026 15:04:05, after 17:M of a Redis
  `(?<head>\\S{1,32} )?(?<day>\\d{1,2}) (?<name>${MONTHS}) (?<year>\\d{4}) ${CLOCK}`,
  // I1130 15:04:05.123456 of glog
  `(?<head>[IWEF])(?<month>\\d\\d)(?<day>\\d\\d) ${CLOCK}`,
  // level=info ts=2026-11-30T15:04:05.123Z msg=ready, time="2026-11-30T15:04:05Z" level=info
  `(?<head>(?:[^\\s=]{1,32}=\\S{1,200} ){0,8}?)(?<field>(?:time|timestamp|ts|date|t)=)"?(?<year>\\d{4})(?<sign>[-/.])(?<month>\\d\\d)\\k<sign>(?<day>\\d\\d)[T ]${CLOCK}${ZONE}"?`,
  // 203.0.113.7 - - [30/Nov/2026:15:04:05 +0000]
  `(?<head>[^[]{0,200}?)\\[(?<day>\\d{1,2})/(?<name>${MONTHS})/(?<year>\\d{4}):${CLOCK}${ZONE}`,
].map((form) => new RegExp(`^${form}${END}${CLOSING}`, 'd'));

/** Since 1970, in seconds; in milliseconds, microseconds or nanoseconds, by the number of digits. */
const SECONDS = '\\d{10}(?:\\.\\d{1,9})?';
const FINER = '(?:\\d{13}|\\d{16}|\\d{19})(?:\\.\\d{1,9})?';

const FIELD_NAME = '(?<field>"(?:@?timestamp|[dD]ate[tT]ime|time|ts|date|@t|__REALTIME_TIMESTAMP)"\\s*:)\\s*';
const STRING = '"(?:[^"\\\\]|\\\\.)*"';
const NESTED = ['', '', '', ''].reduce((inner) => `\\{(?:[^{}"]|${STRING}${inner && `|${inner}`})*\\}`, '');

/**
 * A field of a line of JSON, with the comma that ends it: one of the line itself, which may be after objects with times of
 * their own, else one within them. A field within a text has its quotes escaped.
 */
const JSON_FORMS: readonly RegExp[] = [`\\{(?:[^{}"]|${STRING}|${NESTED}){0,4000}?`, '\\{.{0,4000}?'].flatMap(
  (head) => [
    // {"time":"2026-11-30T15:04:05.123Z","level":"info","msg":"ready"}
    new RegExp(
      `^(?<head>${head})${FIELD_NAME}"(?<year>\\d{4})(?<sign>[-/.])(?<month>\\d\\d)\\k<sign>(?<day>\\d\\d)[T ]${CLOCK}${ZONE}"\\s*,?\\s*`,
      'd',
    ),
    // {"level":30,"time":1764515045123,"msg":"ready"}, {"__REALTIME_TIMESTAMP":"1764515045123456","MESSAGE":"ready"}
    new RegExp(
      `^(?<head>${head})${FIELD_NAME}(?<quote>"?)(?<epoch>${SECONDS}|${FINER})\\k<quote>\\s*(?:,\\s*|(?=\\}))`,
      'd',
    ),
  ],
);

const FORMS: readonly RegExp[] = [...TEXT_FORMS, ...JSON_FORMS];

/** Seconds or milliseconds since 1970: only where the first line with a time has one, as others begin with numbers, too. */
const EPOCH = new RegExp(`^[[(]?(?<epoch>\\d{10}(?:\\.\\d{1,9})?|\\d{13})${END}${CLOSING}`, 'd');

/** Seconds since the system has started: no time, and nothing to learn. */
const SINCE_START = /^\[ *\d+\.\d{6}\]\s*/;

/** What stands around a time. */
const AROUND = /^[\s[("]+|[\s\])|,;:"]+$/g;

const HALF_A_YEAR = 183 * 86_400_000;
const DAY = 86_400_000;

/**
 * Reads the time at the beginning of a line, or in a field of JSON: ISO 8601 and the like, that of syslog, of web servers, of
 * `ctime` and glog, and seconds or milliseconds since 1970. One without a year is of the year in which it is nearest to the one before it.
 */
export class LogTimes {
  readonly #zone: Zone;
  readonly #newest: number;
  #forms: readonly RegExp[] = [...FORMS, EPOCH];
  #last: number | undefined;

  /**
   * @param timeZone of times without one
   * @param newest the first time, where it has no year, is at most a day after it
   */
  constructor(timeZone: string, newest: number) {
    this.#zone = new Zone(timeZone);
    this.#newest = newest;
  }

  /** Undefined for a line that begins with none. */
  read(line: string): TimedLine | undefined {
    for (const form of this.#forms) {
      const match = form.exec(line);
      if (match === null) continue;
      const parts = match.groups!;
      const { year } = parts;
      const time = parts.epoch === undefined ? this.#timeOf(parts) : epoch(parts.epoch);
      if (time === undefined) continue;
      this.#prefer(form);
      this.#last = time;
      const { head = '' } = parts;
      const after = line.slice(match[0].length);
      const text = match[0]
        .slice(head.length)
        .replace(parts.field ?? '', '')
        .replace(AROUND, '');
      const rest = parts.field === undefined ? joined(head, after) : withoutField(head, after);
      return { time, text, rest, isYearless: year === undefined && parts.epoch === undefined };
    }
    return undefined;
  }

  /** Most lines are as the one before. */
  #prefer(form: RegExp): void {
    const isFirst = this.#last === undefined;
    if (!isFirst && this.#forms[0] === form) return;
    const known = isFirst && form !== EPOCH ? FORMS : this.#forms;
    this.#forms = [form, ...known.filter((each) => each !== form)];
  }

  #timeOf(parts: Record<string, string | undefined>): number | undefined {
    const month = parts.name === undefined ? Number(parts.month) : MONTHS.indexOf(parts.name) / 4 + 1;
    const wallIn = (year: number): number | undefined => wallClock(year, month, parts);
    const zoned = (wall: number | undefined): number | undefined =>
      wall === undefined ? undefined : this.#inUtc(wall, parts.zone?.trim());
    if (parts.year !== undefined) return zoned(wallIn(Number(parts.year)));
    const about = new Date(this.#last ?? this.#newest).getUTCFullYear();
    const times = [1, 0, -1, -2, -3, -4].flatMap((more) => zoned(wallIn(about + more)) ?? []); // 29 February
    const most = this.#last === undefined ? this.#newest + DAY : this.#last + HALF_A_YEAR;
    return times.find((time) => time <= most);
  }

  #inUtc(wall: number, zone: string | undefined): number {
    if (zone === undefined || zone === '') return this.#zone.toUtc(wall, this.#last);
    const [, sign, hours = 0, minutes = 0] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
    const offset = 60_000 * (60 * Number(hours) + Number(minutes));
    return sign === '-' ? wall + offset : wall - offset;
  }
}

function joined(head: string, after: string): string {
  return head === '' ? after : `${head.trimEnd()} ${after}`;
}

/** A line of JSON without the field that had the time, which is JSON again. */
function withoutField(head: string, after: string): string {
  return after.startsWith('}') ? `${head.replace(/,\s*$/, '')}${after}` : `${head}${after}`;
}

/** A line without the seconds since the start of the system. */
export function withoutUptime(line: string): string {
  return line.replace(SINCE_START, '');
}

/** Milliseconds on the wall clock; undefined where there is no such moment. */
function wallClock(
  year: number,
  month: number,
  { day, hour, minute, second = '0', fraction = '' }: Record<string, string | undefined>,
): number | undefined {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  if (month < 1 || month > 12 || h > 23 || m > 59 || s > 60) return undefined;
  const date = new Date(Date.UTC(year, month - 1, Number(day), h, m, s));
  if (date.getUTCDate() !== Number(day) && h < 23) return undefined; // 23:59:60 is of the next day
  return date.getTime() + Math.floor(Number(`0.${fraction || 0}`) * 1e6) / 1000;
}

function epoch(text: string): number | undefined {
  const [whole = ''] = text.split('.');
  if (whole.length === 10) return Number(text) * 1000;
  return whole.length === 13 ? Number(text) : Number(whole.slice(0, 16)) / 1000; // a number has no more digits
}
