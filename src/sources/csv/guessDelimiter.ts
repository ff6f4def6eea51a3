import { parseTime } from '../../core/parseTime.ts';
import { csvRecords } from './csvRecords.ts';
import { isMissing, parseNumber } from './parseNumber.ts';

const NEWLINE = 10;
const CANDIDATES = [',', ';', '\t', '|'];

/** The start of a file, cut into records. */
export interface CutRecords {
  readonly delimiter: string;
  /** The header, if there is one, and the rows after it. */
  readonly records: readonly string[][];
}

/**
 * Cuts the start of a file by every candidate and keeps the one by which rows are as wide as the first and
 * their cells can be read. A single column is the last resort: any absent delimiter gives that.
 *
 * @param complete whether `head` is the whole file and not cut off somewhere
 * @param limit records to keep
 * @param delimiter the one the user named
 */
export async function guessDelimiter(
  head: Buffer,
  complete: boolean,
  limit: number,
  delimiter?: string,
): Promise<CutRecords> {
  let best: CutRecords = { delimiter: delimiter ?? ',', records: [] };
  let bestScore = -1;
  for (const candidate of delimiter === undefined ? CANDIDATES : [delimiter]) {
    const records = await firstRecords(head, complete, candidate, limit);
    const score = plausibility(records);
    if (score > bestScore) {
      best = { delimiter: candidate, records };
      bestScore = score;
    }
  }
  return best;
}

async function firstRecords(
  head: Buffer,
  complete: boolean,
  delimiter: string,
  limit: number,
): Promise<string[][]> {
  async function* once(): AsyncGenerator<Uint8Array> {
    yield head;
  }
  const records: string[][] = [];
  try {
    for await (const batch of csvRecords(once(), delimiter)) records.push(...batch);
    const isCutInRow = !complete && head.at(-1) !== NEWLINE;
    if (isCutInRow && records.length > 1) records.pop();
  } catch {
    // Broken by this delimiter, or at the cut. Where it is the file, reading the rows meets the fault again and tells.
  }
  return records.slice(0, limit);
}

function plausibility(records: readonly string[][]): number {
  const width = records[0]?.length ?? 0;
  if (width === 0) return 0;
  let asWide = 0;
  let cells = 0;
  let readable = 0;
  for (const record of records) {
    if (record.length === width) asWide += 1;
    for (const cell of record) {
      if (isMissing(cell)) continue;
      cells += 1;
      if (!Number.isNaN(parseNumber(cell, true)) || !Number.isNaN(parseTime(cell))) readable += 1;
    }
  }
  const readableShare = cells === 0 ? 0 : readable / cells;
  return (width > 1 ? 1 : 0.01) * (asWide / records.length) * (0.1 + readableShare);
}
