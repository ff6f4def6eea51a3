import { stat } from 'node:fs/promises';
import { RxAnomalyError } from '../../core/errors.ts';
import { show } from '../../core/options.ts';
import { isRecord } from '../../core/selectors.ts';
import { type ByteSource, readBytes } from '../csv/bytes/readBytes.ts';
import type { CsvProblem, CsvRow, CsvTable } from '../csv/csvTable.ts';
import { inputError } from '../csv/inputError.ts';
import { Notices } from '../csv/notices.ts';
import { fieldOf, jsonOf, jsonOverLines, levelOf, loggedMessage } from './jsonMessage.ts';
import { lineLevel } from './lineLevel.ts';
import { LogTimes, withoutUptime } from './logTimes.ts';
import { type TextLine, textLines } from './textLines.ts';

/** How to read a log. */
export interface LogOptions {
  /** IANA zone of times without a zone of their own. @default UTC */
  readonly timeZone?: string;
  /** Encoding of the text. @default UTF-8 or UTF-16; a line that is neither is read as Windows-1252 */
  readonly encoding?: string;
  /** Whether a warning is an error. @default false */
  readonly strict?: boolean;
  /** Gets each warning, one line; 'silent' for none. */
  readonly onWarning: ((line: string) => void) | 'silent';
  /** Whether lines begin with a time. @default those that come first decide */
  readonly hasTimes?: boolean;
  /** The field of lines of JSON that has the category. @default the line without its time; of JSON its message */
  readonly field?: string;
  /** The fields that have the key, with `field`. @default none */
  readonly keys?: readonly string[];
  /** Whether a last line without its line break is left for a later run. @default false */
  readonly leavesOpen?: boolean;
}

/** Lines that come first, of which one with a time is enough. */
const LOOK = 100;

const MOST_NAMES = 20; // of fields in a warning

/** The name of the time of a line, and of the rest of it. */
export const LOG_COLUMNS = { time: 'time', category: 'line' } as const;

/** Bytes that no text has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BINARY = /[\x00-\x06\x0e-\x1a]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal
const COLOURS = /\x1b\[[\d;]*[A-Za-z]/g;
const NULLS = /^\0+/; // blocks of a file that were never written before a crash

const NO_PROBLEMS: readonly CsvProblem[] = Object.freeze([]);

/**
 * Opens a log of text as a table: a row for each line, of its time and of what comes after it, in constant memory; of JSON its
 * message ({@link loggedMessage}). Blank lines are none. A line that is indented belongs to the one before it, as in a stack trace. Any other line without a time, in a
 * log that has them, is an entry of its own at the time of the one before it, and is reported; so is a line with bytes that no
 * text has, which has no content.
 *
 * @param input a path, `-` for standard input, or bytes
 * @param note called with a line at the end where lines were left out
 * @throws RxAnomalyError BAD_INPUT where the input cannot be read, or is no text
 */
export async function openLog(
  input: string | ByteSource | AsyncIterable<Uint8Array>,
  options: LogOptions,
  note: (line: string) => void = () => {},
): Promise<CsvTable> {
  const source = typeof input === 'object' && 'begin' in input ? input : readBytes(input);
  try {
    return await readLog(source, await newestOf(source), options, note);
  } catch (error) {
    await source.close();
    throw inputError(source.name, error);
  }
}

async function readLog(
  source: ByteSource,
  newest: number,
  { timeZone = 'UTC', encoding, strict = false, onWarning, hasTimes: given, ...more }: LogOptions,
  note: (line: string) => void,
): Promise<CsvTable> {
  const { name, share, close } = source;
  const { leavesOpen = false, field, keys = [] } = more;
  const columns = { ...LOG_COLUMNS, category: field ?? LOG_COLUMNS.category };
  const notices = new Notices(name, strict, onWarning === 'silent' ? () => {} : onWarning);
  const chunks = textLines(source.bytes(notices, encoding));
  const first = await chunks.next();
  const sample = first.done === true ? [] : first.value.slice(0, LOOK);
  requireText(name, sample);
  requireEntries(name, sample);
  const probe = new LogTimes(timeZone, newest);
  const timed = sample.map(({ text }) => probe.read(plain(text))).find((each) => each !== undefined);
  const hasTimes = given ?? timed !== undefined;
  const what = field === undefined ? 'lines of a log' : `${show(field)} of lines of JSON`;
  notices.note(
    hasTimes && timed !== undefined
      ? `${what}, with times such as ${show(timed.text)}`
      : `${what}, without times`,
  );
  if (timed?.isYearless)
    notices.note(
      `times without a year: the first is taken to be of ${new Date(timed.time).getUTCFullYear()}`,
    );

  if (field !== undefined) warnOfFields([field, ...keys], sample, notices);
  const times = new LogTimes(timeZone, newest);
  let last: number | undefined;
  let lastText = ''; // by it the same line at two times is two
  let indented = 0;
  let isFirst = true;
  /** What a line says after its time. @param whole with its time */
  const contentOf = (rest: string, whole: string): Content => {
    if (field === undefined) {
      const message = loggedMessage(rest);
      const isMissing = rest.trim() === '';
      return {
        value: message,
        level: lineLevel(message),
        missing: isMissing ? 'nothing after the time' : '',
      };
    }
    const entry = jsonOf(whole);
    const value = entry && fieldOf(entry, field);
    if (entry === undefined || value === undefined)
      return { value: '', missing: `no ${show(field)} in ${show(whole.slice(0, 60))}` };
    return { value, level: levelOf(entry), key: keyOf(entry, keys), missing: '' };
  };
  const read = ({ number, text: raw, isOther, cut, isOpen }: TextLine): CsvRow | undefined => {
    const text = plain(raw);
    if (text.trim() === '') return undefined;
    if (isOpen && leavesOpen) {
      note(`${name}: the last line has not ended: left for the next run`);
      return undefined;
    }
    if (!isFirst && /^\s/.test(text)) {
      indented++;
      return undefined;
    }
    isFirst = false;
    const row = { row: number, key: undefined, value: [], label: undefined };
    const problem = (kind: CsvProblem['kind'], what: string): readonly CsvProblem[] => [
      { kind, column: LOG_COLUMNS.category, message: `line ${number}: ${what}` },
    ];
    if (BINARY.test(text))
      return {
        ...{ ...row, time: last, text: { time: '', value: [''] } },
        problems: problem('unreadable', `${show(text.slice(0, 40))} is no text; left out`),
      };
    if (isOther)
      notices.warn('encoding', `line ${number}: is not UTF-8; read as Windows-1252 (--encoding decides)`);
    if (cut > 0)
      notices.warn(
        'long',
        `line ${number}: has ${raw.length} characters and ${cut} bytes more, which are left out`,
      );
    const found = hasTimes ? times.read(text) : undefined;
    const { value, level, key, missing } = contentOf(found?.rest ?? text, text);
    if (found !== undefined) {
      last = found.time;
      lastText = found.text;
    }
    const content = { ...row, key, time: last, text: { time: lastText, value: [value], level } };
    if (missing !== '') return { ...content, problems: problem('missing', `${missing}; left out`) };
    return {
      ...content,
      problems:
        hasTimes && found === undefined
          ? problem(
              'badTime',
              `no time at the beginning of ${show(text.slice(0, 60))}; ${last === undefined ? 'read without one' : 'taken to be that of the line before'}`,
            )
          : NO_PROBLEMS,
    };
  };

  let started = false;
  async function* batches(): AsyncGenerator<readonly CsvRow[], void, undefined> {
    if (started)
      throw new RxAnomalyError('BAD_INPUT', `${name}: its lines have been read already; open it again`);
    started = true;
    let number = 0;
    try {
      for (let next = first; next.done !== true; next = await chunks.next()) {
        const rows = next.value.map(read).filter((row) => row !== undefined);
        number = next.value.at(-1)!.number;
        if (rows.length > 0) yield rows;
      }
      notices.end();
      if (indented > 0)
        note(
          `${name}: ${indented === 1 ? '1 indented line belongs to the line' : `${indented} indented lines belong to the lines`} before`,
        );
    } catch (error) {
      throw inputError(name, error, number);
    } finally {
      await close();
    }
  }
  return {
    name,
    columns: {
      ...{ value: [], category: columns.category },
      ...(hasTimes ? { time: columns.time } : {}),
      ...(keys.length > 0 ? { key: keys.join('+') } : {}),
    },
    guessed: notices.notes,
    header: [...Object.values(columns), ...keys],
    batches,
    async *rows() {
      for await (const rows of batches()) yield* rows;
    },
    share,
    close,
  };
}

/** A field that none of the first lines has is misspelt, or rare itself. */
function warnOfFields(fields: readonly string[], sample: readonly TextLine[], notices: Notices): void {
  const entries = sample.map(({ text }) => jsonOf(text)).filter((entry) => entry !== undefined);
  if (entries.length === 0) return;
  const names = namesIn(entries[0]!).slice(0, MOST_NAMES).join(', ');
  for (const field of fields) {
    if (entries.some((entry) => fieldOf(entry, field) !== undefined)) continue;
    notices.warn(
      'field',
      `no field ${show(field)} in the first ${entries.length === 1 ? 'line; it' : `${entries.length} lines; the first`} has ${names}`,
    );
  }
}

/** The names of fields with a value, those of objects as `event.type`. */
function namesIn(entry: Record<string, unknown>, depth = 3): string[] {
  return Object.entries(entry).flatMap(([name, value]) =>
    isRecord(value) && !Array.isArray(value) && depth > 0
      ? namesIn(value, depth - 1).map((inner) => `${name}.${inner}`)
      : [name],
  );
}

/** What a line has. */
interface Content {
  /** Its category, or its message. */
  readonly value: string;
  readonly level?: string | undefined;
  readonly key?: string | undefined;
  /** Why there is none; '' where there is. */
  readonly missing: string;
}

/** As of a table: of several `host=a,unit=b`. */
function keyOf(entry: Record<string, unknown>, keys: readonly string[]): string | undefined {
  const [only, ...others] = keys;
  if (only === undefined) return undefined;
  if (others.length === 0) return fieldOf(entry, only) ?? '';
  return keys.map((name) => `${name}=${fieldOf(entry, name) ?? ''}`).join(',');
}

/** Without colours, and what a crash has left before it. */
function plain(text: string): string {
  const kept = text.charCodeAt(0) === 0 ? text.replace(NULLS, '') : text;
  return withoutUptime(kept.includes('\x1b') ? kept.replace(COLOURS, '') : kept);
}

/** @throws RxAnomalyError BAD_INPUT where most of what comes first is no text */
function requireText(name: string, sample: readonly TextLine[]): void {
  const [first] = sample;
  const binary = sample.filter(({ text }) => BINARY.test(text.replace(NULLS, ''))).length;
  if (first === undefined || 2 * binary < sample.length) return;
  throw new RxAnomalyError(
    'BAD_INPUT',
    first.text.startsWith('LPKSHHRH')
      ? `${name}: is a journal of systemd; print it: journalctl -o short-iso --file FILE | rx-anomaly detect - --rare`
      : `${name}: is no text: it begins with ${show(first.text.slice(0, 20))}; name a log of text lines`,
  );
}

/** @throws RxAnomalyError BAD_INPUT where JSON begins that is not line by line: each line of it would be an entry */
function requireEntries(name: string, sample: readonly TextLine[]): void {
  const first = sample.findIndex(({ text }) => plain(text).trim() !== '');
  const why =
    first < 0 ? undefined : jsonOverLines(sample.slice(first, first + 5).map(({ text }) => plain(text)));
  if (why !== undefined)
    throw new RxAnomalyError('BAD_INPUT', `${name}: line ${sample[first]!.number}: ${why}`);
}

/** When a file was last written to; of what is live, now. */
async function newestOf({ isFile, name }: ByteSource): Promise<number> {
  const file = isFile ? await stat(name).catch(() => undefined) : undefined;
  return file?.mtimeMs ?? Date.now();
}
