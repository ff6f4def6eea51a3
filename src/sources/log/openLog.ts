import { stat } from 'node:fs/promises';
import { RxAnomalyError } from '../../core/errors.ts';
import { show } from '../../core/options.ts';
import { type ByteSource, readBytes } from '../csv/bytes/readBytes.ts';
import type { CsvProblem, CsvRow, CsvTable } from '../csv/csvTable.ts';
import { inputError } from '../csv/inputError.ts';
import { Notices } from '../csv/notices.ts';
import { loggedMessage } from './jsonMessage.ts';
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
  /** Whether a last line without its line break is left for a later run. @default false */
  readonly leavesOpen?: boolean;
}

/** Lines that come first, of which one with a time is enough. */
const LOOK = 100;

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
 * @param input a path, `-` for standard input, or a stream of bytes
 * @param note called with a line at the end where lines were left out
 * @throws RxAnomalyError BAD_INPUT where the input cannot be read, or is no text
 */
export async function openLog(
  input: string | AsyncIterable<Uint8Array>,
  options: LogOptions,
  note: (line: string) => void = () => {},
): Promise<CsvTable> {
  const source = readBytes(input);
  try {
    return await readLog(source, await newestOf(input), options, note);
  } catch (error) {
    await source.close();
    throw inputError(source.name, error);
  }
}

async function readLog(
  source: ByteSource,
  newest: number,
  { timeZone = 'UTC', encoding, strict = false, onWarning, hasTimes: given, leavesOpen = false }: LogOptions,
  note: (line: string) => void,
): Promise<CsvTable> {
  const { name, share, close } = source;
  const notices = new Notices(name, strict, onWarning === 'silent' ? () => {} : onWarning);
  const chunks = textLines(source.bytes(notices, encoding));
  const first = await chunks.next();
  const sample = first.done === true ? [] : first.value.slice(0, LOOK);
  requireText(name, sample);
  const probe = new LogTimes(timeZone, newest);
  const timed = sample.map(({ text }) => probe.read(plain(text))).find((each) => each !== undefined);
  const hasTimes = given ?? timed !== undefined;
  notices.note(
    hasTimes && timed !== undefined
      ? `lines of a log, with times such as ${show(timed.text)}`
      : 'lines of a log, without times',
  );
  if (timed?.isYearless)
    notices.note(
      `times without a year: the first is taken to be of ${new Date(timed.time).getUTCFullYear()}`,
    );

  const times = new LogTimes(timeZone, newest);
  let last: number | undefined;
  let lastText = ''; // by it the same line at two times is two
  let indented = 0;
  let isFirst = true;
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
    if (found !== undefined) {
      last = found.time;
      lastText = found.text;
      return {
        ...{ ...row, time: found.time, text: { time: found.text, value: [loggedMessage(found.rest)] } },
        problems:
          found.rest.trim() === '' ? problem('missing', 'nothing after the time; left out') : NO_PROBLEMS,
      };
    }
    return {
      ...{ ...row, time: last, text: { time: lastText, value: [loggedMessage(text)] } },
      problems: hasTimes
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
    columns: { value: [], category: LOG_COLUMNS.category, ...(hasTimes ? { time: LOG_COLUMNS.time } : {}) },
    guessed: notices.notes,
    header: Object.values(LOG_COLUMNS),
    batches,
    async *rows() {
      for await (const rows of batches()) yield* rows;
    },
    share,
    close,
  };
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

/** When a file was last written to; of what is live, now. */
async function newestOf(input: string | AsyncIterable<Uint8Array>): Promise<number> {
  const file =
    typeof input === 'string' && input !== '-' ? await stat(input).catch(() => undefined) : undefined;
  return file?.mtimeMs ?? Date.now();
}
