import { incidentFormat, verdictFormat } from '../../../src/cli/output/verdictFormat.ts';
import { type Detected, DetectRun } from '../../../src/cli/run/detectRun.ts';
import type { DetectionOptions } from '../../../src/cli/run/rowOptions.ts';
import { asJson, type Json } from '../../../src/models/snapshot.ts';
import { type CsvOptions, openCsv } from '../../../src/sources/index.ts';
import { bytesOf } from '../../sources/csv/csvOf.ts';

export interface SessionOptions {
  readonly columns: CsvOptions;
  readonly detect?: DetectionOptions;
  readonly output: 'verdicts' | 'incidents';
}

/** A file, and the rows after which its run is interrupted. */
export interface Session {
  readonly content: string;
  readonly upTo?: number;
}

/** What `detect --checkpoint` writes over a file after another, put together. */
export async function detectSessions(
  sessions: readonly Session[],
  { columns, detect = {}, output }: SessionOptions,
): Promise<string> {
  let saved: Json | undefined;
  let text = '';
  for (const { content, upTo = Number.POSITIVE_INFINITY } of sessions) {
    const table = await openCsv(bytesOf(content), columns);
    const run = new DetectRun(table, detect, true);
    if (saved !== undefined) run.resume(saved);
    const verdicts = verdictFormat('ndjson', table.columns.value);
    const incidents = incidentFormat('ndjson', table.columns.value);
    const add = ({ verdict, ended }: Detected): void => {
      text += output === 'verdicts' ? verdicts.line(verdict) : ended.map(incidents.line).join('');
    };
    for await (const row of table.rows()) {
      if (run.rows === upTo) break;
      for (const detected of run.take(row)) add(detected);
    }
    if (run.rows < upTo) for (const detected of run.end()) add(detected);
    saved = asJson(run.save());
  }
  return text;
}
