import { basename, resolve } from 'node:path';
import { PIPE } from './openSources.ts';

/** The title of a dashboard, by what it shows. */
export function titleOf(paths: readonly string[], ...sources: readonly (string | undefined)[]): string {
  return [
    'rx-anomaly',
    ...paths.map((path) => (path === PIPE ? 'standard input' : basename(resolve(path)))),
    ...sources.filter((source) => source !== undefined),
  ].join(' · ');
}
