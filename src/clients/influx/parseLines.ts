import type { InfluxField, InfluxPoint } from './formatPoint.ts';

/** A point of line protocol; `timeNs` is undefined where the line leaves it to the server. */
export type ParsedPoint = Omit<InfluxPoint, 'timeNs'> & { readonly timeNs: string | undefined };

/** The points of a body of line protocol, and the number of lines that are not points. */
export interface ParsedLines {
  readonly points: ParsedPoint[];
  readonly bad: number;
}

/**
 * Reads line protocol (InfluxDB 1.x, "Line protocol reference"): blanks, commas and equals signs are escaped by a
 * backslash, which stands for itself before anything else; text of fields is in double quotes and may hold line
 * breaks. Comments and empty lines are skipped; a line that cannot be read is counted, and reading goes on after it.
 */
export function parseLines(body: string): ParsedLines {
  const points: ParsedPoint[] = [];
  let bad = 0;
  for (const line of linesOf(body)) {
    if (line === '' || line.startsWith('#')) continue;
    const point = parseLine(line);
    if (point === undefined) bad++;
    else points.push(point);
  }
  return { points, bad };
}

/** The lines of a body, without blanks around them: a line break in the text of a field ends none. */
export function* linesOf(body: string): Generator<string, void, undefined> {
  for (let at = 0; at < body.length; ) {
    const end = endOfLine(body, at);
    yield body.slice(at, end).trim();
    at = end + 1;
  }
}

/** The part of a body that holds whole lines, the last line break included: more of it may be on its way. */
export function wholeLines(body: string): string {
  let at = 0;
  for (let end = endOfLine(body, 0); end < body.length; end = endOfLine(body, at)) at = end + 1;
  return body.slice(0, at);
}

/** A line ends at a line break, unless that stands in the text of a field. */
function endOfLine(body: string, start: number): number {
  const plain = body.indexOf('\n', start);
  const stop = plain === -1 ? body.length : plain;
  const fields = indexOfPlain(body, ' ', start, stop);
  return fields === stop || body[start] === '#' ? stop : indexOutsideText(body, '\n', fields);
}

/** One line that is neither empty nor a comment; undefined where it is no point. */
export function parseLine(line: string): ParsedPoint | undefined {
  const key = indexOfPlain(line, ' ', 0);
  const rest = line.slice(key).trimStart();
  const end = indexOutsideText(rest, ' ', 0);
  const [head = '', ...labels] = splitPlain(line.slice(0, key), ',');
  const tags = pairsOf(labels, (text) => unescaped(text));
  const fields = pairsOf(splitFields(rest.slice(0, end)), parseField);
  const time = rest.slice(end).trim();
  if (head === '' || tags === undefined || fields === undefined || !/^(?:-?\d+)?$/.test(time))
    return undefined;
  return {
    measurement: unescaped(head.replace(/^\\#/, '#')),
    tags,
    fields,
    timeNs: time === '' ? undefined : String(BigInt(time)),
  };
}

/** A line of a point with more fields behind its own, everything else as it is. @param fields as line protocol has them */
export function withFields(line: string, fields: string): string {
  const key = indexOfPlain(line, ' ', 0);
  const start = key + line.slice(key).search(/\S/);
  const end = indexOutsideText(line, ' ', start);
  return `${line.slice(0, end)},${fields}${line.slice(end)}`;
}

/** What a line calls its point, as it is written: measurement and tags. */
export function seriesOf(line: string): string {
  return line.slice(0, indexOfPlain(line, ' ', 0));
}

/** Undefined where one of the parts is no `name=value`. */
function pairsOf<T>(
  parts: readonly string[],
  parse: (text: string) => T | undefined,
): Record<string, T> | undefined {
  const pairs: [string, T][] = [];
  for (const part of parts) {
    const equals = indexOfPlain(part, '=', 0);
    const value = parse(part.slice(equals + 1));
    if (equals <= 0 || equals === part.length || value === undefined) return undefined;
    pairs.push([unescaped(part.slice(0, equals)), value]);
  }
  return Object.fromEntries(pairs);
}

const INTEGER = /^[+-]?\d+[iu]$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function parseField(text: string): InfluxField | undefined {
  if (text.startsWith('"')) {
    const isWhole = text.length >= 2 && text.endsWith('"');
    return isWhole ? text.slice(1, -1).replace(/\\(["\\])/g, '$1') : undefined;
  }
  if (/^(?:t|T|true|True|TRUE)$/.test(text)) return true;
  if (/^(?:f|F|false|False|FALSE)$/.test(text)) return false;
  if (INTEGER.test(text)) return Number(text.slice(0, -1));
  return FLOAT.test(text) ? Number(text) : undefined;
}

/** Index of the first such character that is not escaped; the end if there is none. */
function indexOfPlain(text: string, char: string, start: number, end: number = text.length): number {
  for (let at = start; at < end; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === char) return at;
  }
  return end;
}

function splitPlain(text: string, char: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const end = indexOfPlain(text, char, at);
    parts.push(text.slice(at, end));
    at = end + 1;
  }
  return parts;
}

/** Splits at commas outside of text. */
function splitFields(text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const end = indexOutsideText(text, ',', at);
    parts.push(text.slice(at, end));
    at = end + 1;
  }
  return parts;
}

/** As indexOfPlain, but not in the text of a field, which begins with a quote right behind an equals sign. */
function indexOutsideText(fields: string, char: string, start: number): number {
  let isText = false;
  let equals = Number.NaN; // index of the last one that no backslash escapes
  for (let at = start; at < fields.length; at++) {
    if (fields[at] === '\\' && (isText || fields[at + 1] !== '\n')) at++;
    else if (fields[at] === '"') isText = !isText && equals === at - 1;
    else if (fields[at] === char && !isText) return at;
    else if (fields[at] === '=' && !isText) equals = at;
  }
  return fields.length;
}

function unescaped(text: string): string {
  return text.replace(/\\([,= ])/g, '$1');
}
