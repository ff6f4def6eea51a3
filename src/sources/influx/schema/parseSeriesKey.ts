import { parseLines } from '../../../clients/influx/parseLines.ts';

/** A series as `SHOW SERIES` names it: `cpu,host=a,region=eu\ west`, escaped as in line protocol. */
export function parseSeriesKey(key: string): {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
} {
  const [point] = parseLines(`${key} f=1`).points;
  return { measurement: point?.measurement ?? key, tags: point?.tags ?? {} };
}
