import { RxAnomalyError } from '../../core/errors.ts';
import type { LiveSource } from '../options/liveSources.ts';
import type { ColumnOptions } from '../options/options.ts';
import type { RareFlags } from '../options/rareFlags.ts';
import type { VerdictsSource } from '../options/verdictsOptions.ts';
import type { DetectionContext, OpenDetection } from '../run/detection.ts';
import { liveDerivation, openLive } from '../run/live/openLive.ts';
import type { DetectionOptions } from '../run/rowOptions.ts';
import { replayedTables, tableDetection } from '../run/table/tableDetection.ts';
import { workersDetection } from '../run/workers/workersDetection.ts';

/** Standard input, by the name that it has on a command line. */
export const PIPE = '-';

type SourceOptions = ColumnOptions & RareFlags & { readonly speed: number };

/**
 * Opens what `serve` shows, one after another: tables that are replayed, standard input or a log as they come, and a source that
 * is no table.
 */
export async function* openSources(
  paths: readonly string[],
  source: LiveSource | VerdictsSource | undefined,
  options: SourceOptions,
  detection: DetectionOptions,
  context: DetectionContext,
): AsyncGenerator<OpenDetection, void, void> {
  const { rare } = options;
  const [path = ''] = paths;
  if (rare !== undefined || paths.includes(PIPE)) {
    const why = rare === undefined ? 'standard input is shown alone' : '--rare is of one log or one column';
    if (paths.length !== 1 || source !== undefined)
      throw new RxAnomalyError('BAD_OPTION', `serve: ${why}; name one file, or - for standard input`);
    yield rare === undefined
      ? await tableDetection(path, options, detection, context)
      : await (await import('../run/rare/rareDetection.ts')).rareDetection(
          path,
          { ...options, rare },
          detection,
          context,
        );
    return;
  }
  yield* replayedTables(paths, options, detection, context);
  if (source?.kind === 'verdicts') yield await workersDetection(source, context);
  else if (source !== undefined)
    yield await openLive(source, detection, { ...context, ...liveDerivation(options) });
}
