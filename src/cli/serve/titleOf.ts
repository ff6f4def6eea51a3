import { basename, resolve } from 'node:path';

/** The title of a dashboard, by what it shows. */
export function titleOf(paths: readonly string[], ...sources: readonly (string | undefined)[]): string {
  return [
    'rx-anomaly',
    ...paths.map((path) => basename(resolve(path))),
    ...sources.filter((source) => source !== undefined),
  ].join(' · ');
}
