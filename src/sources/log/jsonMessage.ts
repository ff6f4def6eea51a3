/** The fields that have the message: of pino, zap and slog; bunyan; docker; GELF; Cloud Logging; structlog; Serilog; journalctl. */
const MESSAGES = ['msg', 'message', 'log', 'short_message', 'textPayload', 'event', '@m', '@mt', 'MESSAGE'];
const LEVELS = ['level', 'severity', 'lvl', 'log.level', 'levelname', '@l', 'PRIORITY'];
const ERRORS = ['err', 'error', 'exception'];
const NESTED = 'jsonPayload'; // of Cloud Logging

/** The levels of pino and bunyan, and those of syslog, journalctl and GELF: as a number one would be like any other. */
const NAMES: Record<string, string> = {
  0: 'emerg',
  1: 'alert',
  2: 'crit',
  3: 'err',
  4: 'warning',
  5: 'notice',
  6: 'info',
  7: 'debug',
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** Where a field ends in JSON without spaces, which would be one word. */
const FIELD_END = /,(?=")/g;

/**
 * What of a line is its message, where it is JSON or ends with it: the text, the error and the level, `cannot write: EIO (error)`.
 * Ids and durations around them would outweigh a message of a word or two, and without spaces all of it would be one
 * word. JSON without a message is returned as it is, with a space between fields; other lines are returned as they are.
 */
export function loggedMessage(line: string): string {
  const end = line.trimEnd();
  if (!end.endsWith('}')) return line;
  const start = line.indexOf('{"');
  if (start < 0) return line;
  const entry = parsed(end.slice(start));
  if (entry === undefined) return line;
  const head = line.slice(0, start);
  const message = textOf(entry) ?? textOf(entry[NESTED]);
  return message === undefined ? head + end.slice(start).replace(FIELD_END, ', ') : head + message;
}

/** The JSON that a line is, or ends with. */
export function jsonOf(line: string): Record<string, unknown> | undefined {
  const end = line.trimEnd();
  const start = line.indexOf('{"');
  return start >= 0 && end.endsWith('}') ? parsed(end.slice(start)) : undefined;
}

/** An object, or a list of them in a field of one, whose beginning is not a line of its own; a list of objects. */
const OVER_LINES: readonly (readonly [form: RegExp, what: string, filter: string])[] = [
  [/^\[\s*\{\s*"/, 'an array of objects', '.[]'],
  [/^\{(?=[^{]*\n)\s*"([\w-]+)"\s*:\s*\[\s*\{/, 'an object with an array of others', '.$1[]'],
  [/^\{\s*\n\s*"|^\{\s*"[^{}]*\n\s*"[^"\n]*"\s*:/, 'an object over several lines', '.'],
];

/**
 * Why the first lines of a log are no lines of JSON, although they are JSON.
 *
 * @returns undefined where they are lines of JSON, or of something else
 */
export function jsonOverLines(first: readonly string[]): string | undefined {
  const text = first.join('\n').trim();
  for (const [form, what, filter] of OVER_LINES) {
    const found = form.exec(text);
    if (found === null) continue;
    const each = filter.replace('$1', found[1] ?? '');
    return `begins ${what}; expected an object on each line: jq -c '${each}' FILE | rx-anomaly detect - --rare`;
  }
  return undefined;
}

/** A field as text, `event.type` also where it is the `type` of an `event`; undefined where it is missing, null or an object. */
export function fieldOf(entry: Record<string, unknown>, name: string): string | undefined {
  const value = Object.hasOwn(entry, name) ? entry[name] : undefined;
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const inner = entry[name.slice(0, dot)];
    const found = isRecord(inner) ? fieldOf(inner, name.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The name of the level of an entry. */
export function levelOf(entry: Record<string, unknown>): string | undefined {
  return firstOf(entry, LEVELS, levelText);
}

function textOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const message = firstOf(value, MESSAGES, asText)?.trim();
  if (message === undefined || message === '') return undefined;
  const error = firstOf(value, ERRORS, errorText);
  const level = levelOf(value);
  const program = asText(value.SYSLOG_IDENTIFIER); // which journalctl writes before a message otherwise
  return [
    program === undefined ? '' : `${program}: `,
    loggedMessage(message), // docker wraps the JSON of others
    error === undefined || message.includes(error) ? '' : `: ${error}`,
    level === undefined ? '' : ` (${level})`,
  ].join('');
}

function firstOf(
  entry: Record<string, unknown>,
  names: readonly string[],
  read: (value: unknown) => string | undefined,
): string | undefined {
  for (const name of names) {
    const text = read(entry[name]);
    if (text !== undefined) return text;
  }
  return undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function levelText(value: unknown): string | undefined {
  if (typeof value === 'number') return NAMES[value] ?? `${value}`;
  return typeof value === 'string' ? (NAMES[value] ?? value) : undefined;
}

/** A text, or an object with a `message` and a `type`. */
function errorText(value: unknown): string | undefined {
  if (!isRecord(value)) return asText(value);
  return asText(value.message) ?? asText(value.type) ?? asText(value.name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // cut, or no JSON after all
  }
}
