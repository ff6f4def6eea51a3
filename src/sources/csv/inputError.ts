import { CsvError } from 'csv-parse';
import { fileFault, RxAnomalyError } from '../../core/errors.ts';

/**
 * Whatever went wrong while reading, as one line for the user.
 *
 * @param rows data rows that were read before it
 */
export function inputError(file: string, error: unknown, rows?: number): RxAnomalyError {
  if (error instanceof RxAnomalyError) return error;
  if (error instanceof CsvError) {
    const where = rows === undefined ? 'first row' : `row ${rows + 1}`;
    return new RxAnomalyError('BAD_INPUT', `${file}: ${where}: ${describeCsv(error)}`, { cause: error });
  }
  const where = rows === undefined || rows === 0 ? '' : ` after row ${rows}`;
  return new RxAnomalyError('BAD_INPUT', `${file}: cannot be read${where}: ${describe(error)}`, {
    cause: error,
  });
}

function describeCsv(error: CsvError): string {
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and never closed';
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return 'text after a closing quote (or an earlier quote was never closed)';
    case 'CSV_MAX_RECORD_SIZE':
      return 'longer than a million characters: a quote was never closed, or this is not CSV';
    default:
      return firstLine(error.message);
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return firstLine(String(error));
  switch ('code' in error ? error.code : undefined) {
    case 'Z_BUF_ERROR':
      return 'the gzip data ends too early (is the file truncated?)';
    case 'Z_DATA_ERROR':
      return 'the gzip data is damaged';
    default:
      return fileFault(error) ?? firstLine(error.message);
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
