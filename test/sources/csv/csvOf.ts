import { type CsvOptions, type CsvRow, type CsvTable, openCsv } from '../../../src/sources/index.ts';

/** Text, or bytes, as an input; cut into chunks of `size` bytes. */
export async function* bytesOf(content: string | Uint8Array, size = 1 << 16): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export interface ReadCsv {
  readonly table: CsvTable;
  readonly rows: readonly CsvRow[];
}

export async function readCsv(content: string | Uint8Array, options?: CsvOptions): Promise<ReadCsv> {
  const table = await openCsv(bytesOf(content), options);
  const rows: CsvRow[] = [];
  for await (const row of table.rows()) rows.push(row);
  return { table, rows };
}
