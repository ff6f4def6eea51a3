import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incidentFormat } from '../../../../src/cli/output/incidentFormat.ts';
import { verdictFormat } from '../../../../src/cli/output/verdictFormat.ts';
import type { DetectionContext } from '../../../../src/cli/run/detection.ts';
import type { DetectionOptions } from '../../../../src/cli/run/rowOptions.ts';
import { RunCounts } from '../../../../src/cli/run/runCounts.ts';
import { tableDetection } from '../../../../src/cli/run/table/tableDetection.ts';
import { MemoryCheckpointStore } from '../../../../src/models/durable/checkpointStore.ts';

export interface SessionOptions {
  readonly columns: { readonly time?: string; readonly value?: readonly string[]; readonly key?: string };
  readonly detect?: DetectionOptions;
  readonly output: 'verdicts' | 'incidents';
}

/** A file, and the verdicts after which its run is interrupted. */
export interface Session {
  readonly content: string;
  readonly upTo?: number;
}

/** What `detect --checkpoint` writes over a file after another, put together. */
export async function detectSessions(
  sessions: readonly Session[],
  { columns, detect = {}, output }: SessionOptions,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'rx-anomaly-sessions-'));
  const store = new MemoryCheckpointStore();
  let text = '';
  try {
    for (const [at, { content, upTo = Number.POSITIVE_INFINITY }] of sessions.entries()) {
      const path = join(folder, `${at}.csv`);
      writeFileSync(path, content);
      const stop = new AbortController();
      const context: DetectionContext = {
        ...{ command: 'detect', log: () => {} },
        persistence: {
          ...{ store, every: 1e6, extraState: () => ({}), path: (name) => name },
          peek: (name) => store.load(name),
          filesOf: async () => [],
          close: async () => {},
          onSaveFailed: (error) => {
            throw error;
          },
        },
        ...{ counts: new RunCounts(), signal: stop.signal, stop: stop.signal, pause: () => undefined },
      };
      const detection = await tableDetection(path, columns, detect, context);
      const verdicts = verdictFormat('ndjson', detection.dimensions());
      const incidents = incidentFormat('ndjson', detection.dimensions());
      let count = 0;
      await detection.verdicts$.forEach((verdict) => {
        text += output === 'verdicts' ? verdicts.line(verdict) : verdict.ended.map(incidents.line).join('');
        if (++count === upTo) stop.abort();
      });
      await detection.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return text;
}
