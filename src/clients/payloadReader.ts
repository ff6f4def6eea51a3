import type { Value } from '../core/reading.ts';
import { TimeReader } from '../core/timeReader.ts';

/** What a message holds, or why it holds nothing. */
export type Payload =
  | { readonly value: Value; readonly time: number | undefined; readonly timeText?: string }
  | { readonly problem: string };

type Moment = { readonly time: number | undefined; readonly timeText?: string };

export interface PayloadOptions {
  /** A path in the JSON of a message, or several; undefined where a message is a number. */
  readonly value: string | readonly string[] | undefined;
  /** The path of the time; undefined where messages have none. */
  readonly time: string | undefined;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** Texts of senders that have no value just now. */
const MISSING = /^(?:nan|null|none|n\/a)?$/i;
/** Of what is shown in a message. */
const MOST_SHOWN = 40;
const MOST_NAMES = 8;

/** Reads values and times from the payloads of messages. */
export class PayloadReader {
  readonly #paths: readonly string[];
  readonly #isScalar: boolean;
  readonly #timePath: string | undefined;
  readonly #times: TimeReader = new TimeReader();

  constructor({ value = [], time }: PayloadOptions) {
    this.#isScalar = typeof value === 'string';
    this.#paths = typeof value === 'string' ? [value] : value;
    this.#timePath = time;
  }

  /** A value that is missing (empty, null, NaN) is NaN; a time that cannot be read is NaN, and `timeText` is what is there. */
  read(payload: Uint8Array): Payload {
    const text = new TextDecoder().decode(payload).trim();
    if (this.#paths.length === 0 && this.#timePath === undefined) return plain(text);
    const json = parsed(text);
    return json === undefined ? { problem: `expected JSON, got ${shown(text)}` } : this.readJson(json);
  }

  /** The same of what was parsed. */
  readJson(json: unknown): Payload {
    const when = this.#timeOf(json);
    if (this.#paths.length === 0) return withTime(ofJson(json), when);
    const found = this.#paths.map((path) => at(json, path));
    if (found.every((each) => each === undefined))
      return { problem: `has no ${this.#paths.join(', ')}${instead(json)}` };
    const values: number[] = [];
    for (const [k, each] of found.entries()) {
      const value = each === undefined ? Number.NaN : numberIn(each);
      if (value === undefined)
        return { problem: `expected ${this.#paths[k]} to be a number, got ${shown(each)}` };
      values.push(value);
    }
    return { value: this.#isScalar ? values[0]! : values, ...when };
  }

  #timeOf(json: unknown): Moment {
    const path = this.#timePath;
    if (path === undefined) return { time: undefined };
    const raw = at(json, path);
    const time = this.#times.read(raw);
    if (!Number.isNaN(time)) return { time };
    const timeText = raw === undefined ? `nothing at ${path}` : this.#unlike(raw);
    // Whoever reads the text must not find a time in it.
    return Number.isNaN(new TimeReader().read(timeText)) ? { time, timeText } : { time };
  }

  #unlike(raw: unknown): string {
    const expected = this.#times.expected(raw);
    const text = typeof raw === 'string' ? shortened(raw) : shown(raw);
    return expected === 'a time' ? text : `${text} where ${expected} is expected`;
  }
}

/** A message that is one number. */
function plain(text: string): Payload {
  const value = numberIn(text);
  if (value !== undefined) return { value, time: undefined };
  const json = parsed(text);
  if (json === undefined) return { problem: `expected a number, got ${shown(text)}` };
  return withTime(ofJson(json), { time: undefined });
}

function ofJson(json: unknown): number | Payload {
  return numberIn(json) ?? { problem: `expected a number, got ${kindOf(json)}${instead(json)}` };
}

function withTime(read: number | Payload, when: Moment): Payload {
  return typeof read === 'number' ? { value: read, ...when } : read;
}

/** A number, or text that is one; NaN where it is missing; undefined where it is something else. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (MISSING.test(text)) return Number.NaN;
  return NUMBER.test(text) ? Number(text) : undefined;
}

/** What is at a path: a field of that name, or those of its parts, one inside the other; a number counts in a list from 0. */
export function at(json: unknown, path: string): unknown {
  if (own(json, path) !== undefined) return own(json, path);
  let found = json;
  for (const part of path.split('.')) found = own(found, part);
  return found;
}

function own(json: unknown, name: string): unknown {
  const isOwn = typeof json === 'object' && json !== null && Object.hasOwn(json, name);
  return isOwn ? (json as Record<string, unknown>)[name] : undefined;
}

/** Undefined for what is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Which fields of an object hold numbers. */
function instead(json: unknown): string {
  const names = numeric(json, '').slice(0, MOST_NAMES);
  return names.length === 0 ? '' : `; its numbers are in ${names.join(', ')}`;
}

function numeric(json: unknown, prefix: string): string[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) =>
    Number.isFinite(numberIn(value) ?? Number.NaN)
      ? [`${prefix}${name}`]
      : prefix === ''
        ? numeric(value, `${name}.`)
        : [],
  );
}

function kindOf(json: unknown): string {
  if (Array.isArray(json)) return 'a list';
  return typeof json === 'object' ? 'an object' : shown(json);
}

function shown(value: unknown): string {
  return shortened(JSON.stringify(value) ?? String(value));
}

function shortened(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
