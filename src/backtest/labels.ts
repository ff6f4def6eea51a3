import { RxAnomalyError } from '../core/errors.ts';
import { show } from '../core/options.ts';
import { parseTime } from '../core/parseTime.ts';
import { type LabelWindow, mergeWindows, type RecordWindow } from './recordWindows.ts';

/** The labelled windows of each stream, by the path of its file. A stream with an empty list is labelled as clean. */
export type Labels = ReadonlyMap<string, readonly LabelWindow[]>;

/**
 * Reads labels in either of NAB's two forms:
 * - windows (`combined_windows.json`): `{ "category/file.csv": [["2014-04-10 07:15:00.000000", "2014-04-11 16:45:00"]] }`
 * - instants (`combined_labels.json`): `{ "category/file.csv": ["2014-04-11 00:00:00"] }`, windows with start = end.
 *
 * @param text the JSON
 * @param source its name in error messages, usually the file's name
 * @throws RxAnomalyError BAD_INPUT that names the stream, the position and the unexpected value
 */
export function parseLabels(text: string, source = 'labels'): Labels {
  const fail = (what: string): never => {
    throw new RxAnomalyError('BAD_INPUT', `${source}: ${what}`);
  };

  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    fail(`expected JSON: ${String(error instanceof Error ? error.message : error).replaceAll(/\s+/g, ' ')}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return fail(`expected an object from file path to a list of [start, end] windows, got ${show(json)}`);
  }

  const moment = (value: unknown, where: string): number => {
    const time = typeof value === 'string' ? parseTime(value.trim()) : Number.NaN;
    return Number.isFinite(time)
      ? time
      : fail(`${where}: expected a time like "2014-04-10 07:15:00.000000", got ${show(value)}`);
  };
  const window = (value: unknown, where: string): LabelWindow => {
    if (typeof value === 'string') {
      const instant = moment(value, where);
      return { start: instant, end: instant };
    }
    if (!Array.isArray(value) || value.length !== 2) {
      return fail(`${where}: expected [start, end] or one time, got ${show(value)}`);
    }
    const [start, end] = [moment(value[0], where), moment(value[1], where)];
    return end >= start ? { start, end } : fail(`${where}: expected start ≤ end, got ${show(value)}`);
  };

  const labels = new Map<string, readonly LabelWindow[]>();
  for (const [path, list] of Object.entries(json)) {
    if (!Array.isArray(list))
      return fail(`"${path}": expected a list of [start, end] windows, got ${show(list)}`);
    labels.set(
      path,
      list.map((value, i) => window(value, `"${path}" window ${i + 1}`)),
    );
  }
  return labels;
}

/**
 * The windows of the stream read from `path`. The label file's paths are relative to a folder that the user may have
 * called anything, so the key that shares the longest ending with `path` is taken, in whole path segments, the file
 * name at least: `/data/realKnownCause/nyc_taxi.csv` and `nyc_taxi.csv` both find `realKnownCause/nyc_taxi.csv`.
 *
 * A key without `.csv` or `.tsv` fits as well: the dashboard names streams so. Of a table with many series `stream` names one:
 * `fleet/pump-7`, or `fleet.csv/pump-7`, are the windows of `pump-7` alone; labels of the file are those of each.
 *
 * @returns undefined when no key has this file name
 * @throws RxAnomalyError BAD_INPUT when two keys fit equally well
 */
export function windowsFor(
  labels: Labels,
  path: string,
  stream?: string,
): readonly LabelWindow[] | undefined {
  if (stream !== undefined) {
    const ending = `/${stream}`;
    const own = [...labels].filter(([key]) => key.endsWith(ending));
    const found = fitting(new Map(own.map(([key, list]) => [key.slice(0, -ending.length), list])), path);
    if (found !== undefined) return found;
  }
  return fitting(labels, path);
}

function fitting(labels: Labels, path: string): readonly LabelWindow[] | undefined {
  return best(labels, path, segments(path)) ?? best(labels, path, segments(path.replace(TABLE, '')));
}

/** How files of tables end. */
const TABLE = /\.[ct]sv(?:\.(?:gz|zst|zip))?$/i;

function best(labels: Labels, path: string, wanted: readonly string[]): readonly LabelWindow[] | undefined {
  let nearest: { key: string; fit: number } | undefined;
  let rival: string | undefined;
  for (const key of labels.keys()) {
    const offered = segments(key);
    const shared = sharedEnding(wanted, offered);
    if (shared === 0) continue;
    // a complete match beats a longer path: x.csv is x.csv rather than a/x.csv
    const fit = shared === offered.length ? shared + 0.5 : shared;
    if (nearest === undefined || fit > nearest.fit) {
      nearest = { key, fit };
      rival = undefined;
    } else if (fit === nearest.fit) {
      rival = key;
    }
  }
  if (nearest !== undefined && rival !== undefined) {
    throw new RxAnomalyError(
      'BAD_INPUT',
      `labels: both "${nearest.key}" and "${rival}" fit "${path}"; give more of its path, or labels with one of them`,
    );
  }
  return nearest && labels.get(nearest.key);
}

function segments(path: string): string[] {
  return path
    .replace(/\.gz$/i, '')
    .split(/[/\\]+/)
    .filter((segment) => segment !== '' && segment !== '.');
}

function sharedEnding(a: readonly string[], b: readonly string[]): number {
  let shared = 0;
  while (shared < Math.min(a.length, b.length) && a.at(-1 - shared) === b.at(-1 - shared)) shared++;
  return shared;
}

/** Records after a labelled window in which a flag still finds it, by default. */
export const TOLERANCE = 5;
/** Labelled windows closer than this many records are one incident, by default. */
export const MERGE_LABELS = 10;
/** A false alert closer than this many records to the last one counted is the same, by default. */
export const MERGE_ALERTS = 20;

/** The labelled incidents, each with the records after it in which a flag still finds it. Ascending. */
export function labelledIncidents(
  windows: readonly RecordWindow[],
  mergeLabels: number = MERGE_LABELS,
  tolerance: number = TOLERANCE,
): RecordWindow[] {
  return mergeWindows(windows, mergeLabels).map(({ first, last }) => ({ first, last: last + tolerance }));
}
