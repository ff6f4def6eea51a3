import { RxAnomalyError } from '../../../core/errors.ts';
import { type Peeked, peek } from '../bytes/peek.ts';
import { type CutOptions, type CutRecords, cutSample } from './cutSample.ts';

/** Bytes looked at however few rows they hold: with a million of them no more is learnt. */
const SAMPLE_BYTES = 1 << 20;
const NEWLINE = 10;

/** The start of the file, cut into records, and the whole of it still to be read. */
export interface CsvSample extends CutRecords {
  /** Whether the sample is the whole file. */
  readonly complete: boolean;
  readonly all: AsyncIterable<Uint8Array>;
}

/**
 * Looks at as many lines as it takes to find a header and so many rows, or at SAMPLE_BYTES.
 *
 * @throws RxAnomalyError BAD_INPUT if this is no text
 */
export async function sampleCsv(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  rows: number,
  options: CutOptions,
): Promise<CsvSample> {
  let all = bytes;
  for (let lines = rows + 1; ; lines *= 2) {
    const peeked = await peekLines(all, lines);
    if (peeked.head.includes(0)) throw new RxAnomalyError('BAD_INPUT', `${name}: is not a text file`);
    const complete = peeked.exhausted;
    const found = await cutSample(peeked.head, complete, options);
    all = peeked.all;
    if (complete || found.records.length - found.header.first >= rows || peeked.head.length >= SAMPLE_BYTES) {
      return { ...found, records: found.records.slice(0, found.header.first + rows), complete, all };
    }
  }
}

/**
 * The head of the file up to and including so many line ends: cut there and not where a chunk happens to end, so
 * that the same file is always read in the same way.
 */
async function peekLines(bytes: AsyncIterable<Uint8Array>, lines: number): Promise<Peeked> {
  let found = 0;
  let cut = SAMPLE_BYTES;
  const peeked = await peek(bytes, (size, chunk) => {
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) {
      found += 1;
      if (found === lines) cut = Math.min(cut, size - chunk.length + at + 1);
    }
    return size >= cut;
  });
  return {
    ...peeked,
    head: peeked.head.subarray(0, cut),
    exhausted: peeked.exhausted && peeked.head.length <= cut,
  };
}
