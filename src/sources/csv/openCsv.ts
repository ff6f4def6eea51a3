import { RxAnomalyError } from '../../core/errors.ts';
import { badOption, optionChecks } from '../../core/options.ts';
import { chooseColumns } from './chooseColumns.ts';
import { csvRecords } from './csvRecords.ts';
import type { CsvOptions, CsvRow, CsvTable } from './csvTable.ts';
import { inputError } from './inputError.ts';
import { guessDecimalComma } from './parseNumber.ts';
import { profileColumns } from './profileColumns.ts';
import { type ByteSource, readBytes } from './readBytes.ts';
import { readHeader } from './readHeader.ts';
import { rowReader } from './rowReader.ts';
import { type CsvSample, sampleCsv } from './sampleCsv.ts';

const SAMPLE_ROWS = 200;

/**
 * Opens a table and finds out, from its first rows, how to read it; what was guessed is told in `guessed`. Rows are
 * then streamed in constant memory. Plain or gzip, UTF-8 or UTF-16, with or without a header.
 *
 * @param input a path, `-` for standard input, or a stream of bytes
 * @throws RxAnomalyError BAD_OPTION for a wrong option; BAD_INPUT where the input cannot be read, is empty, is no
 *   text, lacks a named column or holds no numbers. A fault further down is raised from `rows()`, after the rows
 *   before it, and names the row.
 */
export async function openCsv(
  input: string | AsyncIterable<Uint8Array>,
  options: CsvOptions = {},
): Promise<CsvTable> {
  return openTable(readBytes(input), options);
}

/** {@link openCsv} for a source that the caller may have to close before the table is open. */
export async function openTable(source: ByteSource, options: CsvOptions): Promise<CsvTable> {
  try {
    const sampleRows = checkOptions(options);
    return await readTable(source, await sampleCsv(source, sampleRows, options.delimiter), options);
  } catch (error) {
    await source.close();
    throw inputError(source.name, error);
  }
}

function checkOptions(options: CsvOptions): number {
  const checks = optionChecks('openCsv');
  checks.known(options, ['time', 'value', 'key', 'label', 'delimiter', 'sampleRows']);
  const { delimiter, value } = options;
  if (delimiter !== undefined && (delimiter.length !== 1 || '"\r\n'.includes(delimiter))) {
    throw badOption('openCsv', 'delimiter', 'one character, not a quote or a line break', delimiter);
  }
  if (Array.isArray(value) && value.length === 0) {
    throw badOption('openCsv', 'value', 'one column or more', value);
  }
  return checks.positiveInteger('sampleRows', options.sampleRows ?? SAMPLE_ROWS);
}

async function readTable(
  { name, share, close }: ByteSource,
  { delimiter, records, complete, all }: CsvSample,
  options: CsvOptions,
): Promise<CsvTable> {
  if (records.length === 0) {
    // Nothing but blank lines, or a first row that cannot be parsed: then parsing it again tells why.
    for await (const _ of csvRecords(all, delimiter)) break;
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${name}: ${complete ? 'is empty' : 'begins with nothing but blank lines'}`,
    );
  }
  const decimalComma = guessDecimalComma(records.flat(), delimiter);
  const wanted = [options.time, options.key, options.label, options.value]
    .flat()
    .filter((column) => column !== undefined);
  const header = readHeader(records, decimalComma, wanted);
  const profiles = profileColumns(header.names, header.present ? records.slice(1) : records, decimalComma);
  const nameless = new Set(header.names.filter((column, i) => !header.present || records[0]![i] !== column));
  const { columns, timeFormat, notes } = chooseColumns(name, profiles, nameless, decimalComma, options);
  const read = rowReader(header.names, columns, timeFormat, decimalComma);

  let started = false;
  async function* batches(): AsyncGenerator<readonly CsvRow[], void, undefined> {
    if (started) {
      throw new RxAnomalyError('BAD_INPUT', `${name}: its rows have been read already; open it again`);
    }
    started = true;
    let count = 0;
    let isHeader = header.present;
    try {
      for await (const batch of csvRecords(all, delimiter)) {
        const rows: CsvRow[] = [];
        for (const record of batch) {
          if (isHeader) isHeader = false;
          else rows.push(read(record, ++count));
        }
        if (rows.length > 0) yield rows;
      }
    } catch (error) {
      throw inputError(name, error, count);
    } finally {
      await close();
    }
  }
  async function* rows(): AsyncGenerator<CsvRow, void, undefined> {
    for await (const batch of batches()) for (const row of batch) yield row; // yield* is slower here
  }
  const guessed = [...guessedFormat(delimiter, decimalComma, options), ...header.notes, ...notes];
  return { name, columns, guessed, header: header.names, rows, batches, share, close };
}

/** Commas and points are what everybody expects: only something else is worth a line. */
function guessedFormat(delimiter: string, decimalComma: boolean, options: CsvOptions): string[] {
  const lines: string[] = [];
  if (options.delimiter === undefined && delimiter !== ',') {
    lines.push(`columns separated by ${delimiter === '\t' ? 'tabs' : `"${delimiter}"`} (guessed)`);
  }
  if (decimalComma) lines.push('numbers with a decimal comma (guessed)');
  return lines;
}
