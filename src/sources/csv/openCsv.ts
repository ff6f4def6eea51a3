import { RxAnomalyError } from '../../core/errors.ts';
import { type ByteSource, readBytes } from './bytes/readBytes.ts';
import { checkOptions, missingTest } from './checkOptions.ts';
import { chooseColumns } from './columns/chooseColumns.ts';
import { profileColumns } from './columns/profileColumns.ts';
import { rowReader } from './columns/rowReader.ts';
import type { CsvOptions, CsvRow, CsvTable } from './csvTable.ts';
import { inputError } from './inputError.ts';
import { Notices } from './notices.ts';
import { BLANKS, csvRecords, delimiterName } from './records/csvRecords.ts';
import { type CsvSample, sampleCsv } from './records/sampleCsv.ts';
import { isNewestFirst, reversed, tableRecords } from './records/tableRecords.ts';
import type { ReportCell } from './times/numericTime.ts';

const SAMPLE_ROWS = 200;
const SAMPLE_ROWS_OF_A_FILE = 2000;

/**
 * Opens a table and determines, from its first rows, how to read it; what was guessed is reported in `guessed`. Rows
 * are then streamed in constant memory, but for a file whose newest row comes first: it is held, to be read from its
 * end. Plain, gzip, Zstandard or zip of one file; any encoding; with or without a header.
 *
 * @param input a path, `-` for standard input, or a stream of bytes
 * @throws RxAnomalyError BAD_OPTION for a wrong option; BAD_INPUT where the input cannot be read, is empty, is no
 *   text, lacks a named column or holds no numbers. A fault further down is raised from `rows()`, after the rows
 *   before it, and names the row: a row of another width, or a cell whose number is written in a way that the column's
 *   other cells rule out.
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
    checkOptions(options);
    const { onWarning = warn } = options;
    const notices = new Notices(
      source.name,
      options.strict === true,
      onWarning === 'silent' ? () => {} : onWarning,
    );
    const rows = options.sampleRows ?? (source.isFile ? SAMPLE_ROWS_OF_A_FILE : SAMPLE_ROWS);
    const wanted = [
      options.time,
      options.key,
      options.label,
      options.value,
      options.covariates,
      options.category,
    ]
      .flat()
      .filter((column) => column !== undefined);
    const sample = await sampleCsv(source.name, source.text(notices, options.encoding), rows, {
      file: source.name,
      delimiter: options.delimiter,
      skipRows: options.skipRows ?? 0,
      headerRow: options.headerRow,
      comment: options.comment,
      wanted,
    });
    return await readTable(source, sample, options, notices);
  } catch (error) {
    await source.close();
    throw inputError(source.name, error);
  }
}

function warn(line: string): void {
  // biome-ignore lint/suspicious/noConsole: where nobody listens, a doubtful reading must be seen all the same
  console.warn(line);
}

async function readTable(
  source: ByteSource,
  sample: CsvSample,
  options: CsvOptions,
  notices: Notices,
): Promise<CsvTable> {
  const { name, share, close } = source;
  const { delimiter, complete, all, header } = sample;
  if (sample.records.length === 0) {
    // Nothing but blank lines, or a first row that cannot be parsed: then parsing it again says why.
    for await (const _ of csvRecords(all, delimiter)) break;
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${name}: ${complete ? 'is empty' : 'begins with nothing but blank lines'}`,
    );
  }
  if (header.fault !== undefined) {
    const hint =
      'is a comma of a number or a name not in quotes? --delimiter, --header-row and --skip-rows decide';
    throw new RxAnomalyError('BAD_INPUT', `${name}: ${header.fault}; ${hint}`);
  }
  if (options.delimiter === undefined && delimiter !== ',') {
    notices.note(`columns separated by ${delimiterName(delimiter)} (guessed)`);
  }
  if (header.known !== undefined) notices.note(`${header.known.format} (recognised by its shape)`);
  for (const line of header.notes) notices.note(line);

  const sampled = sample.records.slice(header.first).filter((record) => isRow(record, sample));
  const missing = missingTest(options.missing);
  const profiles = profileColumns(
    header.names,
    sampled,
    { delimiter, decimal: options.decimal },
    missing ?? (() => false),
  );
  let row = 0;
  const report: ReportCell = (kind, text, what) =>
    notices.warn(kind, `row ${row}: column "${plan.columns.time}": ${JSON.stringify(text)}: ${what}`);
  const plan = chooseColumns(profiles, {
    file: name,
    options,
    nameless: new Set(header.names.filter((_, i) => header.given[i] === '')),
    units: header.units,
    known: header.known,
    delimiter,
    rows: sampled,
    notices,
    report,
  });
  const newestFirst = isNewestFirst(plan.sampleTimes);
  if (newestFirst && !complete && !source.isFile) {
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${name}: column "${plan.columns.time}": the newest row comes first; a stream cannot be read from its end: save it to a file`,
    );
  }
  if (newestFirst) notices.note('newest row first: read from the end, oldest first');
  const read = rowReader(name, plan, missing, notices);

  let started = false;
  async function* batches(): AsyncGenerator<readonly CsvRow[], void, undefined> {
    if (started) {
      throw new RxAnomalyError('BAD_INPUT', `${name}: its rows have been read already; open it again`);
    }
    started = true;
    let count = 0;
    try {
      const records = tableRecords(name, all, sample, options.comment, notices);
      for await (const batch of newestFirst ? reversed(name, records) : records) {
        const rows: CsvRow[] = [];
        let fault: unknown;
        try {
          for (let i = 0; i < batch.length; i++) {
            row = batch.numberOf === undefined ? count + 1 : batch.numberOf(i);
            const next = read(batch.records[i]!, row);
            count += 1;
            if (next !== undefined) rows.push(next);
          }
        } catch (error) {
          fault = error;
        }
        if (rows.length > 0) yield rows; // the rows before a fault come before it
        if (fault !== undefined) throw fault;
      }
      // Of a stream whose rows are still to come nothing can be known.
      if (count === 0 && header.leftOutBelow > 3) {
        throw new RxAnomalyError(
          'BAD_INPUT',
          `${name}: none of the ${header.leftOutBelow} rows below the header holds a number that can be read, such as ` +
            `${JSON.stringify(sample.records[header.first - 1]!.join(delimiter === BLANKS ? ' ' : delimiter))}; ` +
            '--delimiter and --header-row decide how it is read',
        );
      }
      if (count === 0) notices.warn('empty', 'there is a header, but no row of data');
      notices.end();
    } catch (error) {
      throw inputError(name, error, count);
    } finally {
      await close();
    }
  }
  async function* rows(): AsyncGenerator<CsvRow, void, undefined> {
    for await (const batch of batches()) for (const next of batch) yield next; // yield* is slower here
  }
  const { columns } = plan;
  return { name, columns, guessed: notices.notes, header: header.names, rows, batches, share, close };
}

/** Rows of the sample that are sure to be data: what the columns hold is guessed by them. */
function isRow(record: readonly string[], { header }: CsvSample): boolean {
  if (record.length < header.width) return false;
  if (
    header.record !== undefined &&
    record[0] === header.record[0] &&
    record.every((cell, i) => cell === header.record![i])
  )
    return false;
  return true;
}
