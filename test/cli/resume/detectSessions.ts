import { incidentFormat, verdictFormat } from '../../../src/cli/output/verdictFormat.ts';
import { DetectRun, type Judged } from '../../../src/cli/run/detectRun.ts';
import type { JudgeOptions } from '../../../src/cli/run/rowOptions.ts';
import { asJson, type Json } from '../../../src/models/snapshot.ts';
import { type CsvOptions, openCsv } from '../../../src/sources/index.ts';
import { bytesOf } from '../../sources/csv/csvOf.ts';

export interface SessionOptions {
  readonly columns: CsvOptions;
  readonly judge?: JudgeOptions;
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
  { columns, judge = {}, output }: SessionOptions,
): Promise<string> {
  let saved: Json | undefined;
  let text = '';
  for (const { content, upTo = Number.POSITIVE_INFINITY } of sessions) {
    const table = await openCsv(bytesOf(content), columns);
    const run = new DetectRun(table, judge, true);
    if (saved !== undefined) run.resume(saved);
    const verdicts = verdictFormat('ndjson', table.columns.value);
    const incidents = incidentFormat('ndjson', table.columns.value);
    const add = ({ verdict, ended }: Judged): void => {
      text += output === 'verdicts' ? verdicts.line(verdict) : ended.map(incidents.line).join('');
    };
    for await (const row of table.rows()) {
      if (run.rows === upTo) break;
      for (const judged of run.take(row)) add(judged);
    }
    if (run.rows < upTo) for (const judged of run.end()) add(judged);
    saved = asJson(run.save());
  }
  return text;
}
