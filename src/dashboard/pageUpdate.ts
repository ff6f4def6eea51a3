import type { BoardStream } from './boardStream.ts';
import type { ShownGates } from './dashboardOptions.ts';
import type { NewWatch } from './history/streamChanges.ts';
import type { WireHello, WireUpdate } from './page/wire.ts';

/** What a page has received so far: it is sent what has changed since. */
export interface Cursor {
  /** The server it received it from. */
  readonly instance: string;
  readonly revision: number;
  /** The stream it shows. */
  readonly stream: number | undefined;
  /** Records of that stream it has. */
  readonly records: number;
}

/** What is new for a page. */
export interface PageUpdate {
  /** JSON of a `WireUpdate`. */
  readonly update: string;
  /** Whether it contains nothing but the status. */
  readonly isIdle: boolean;
  /** The page's cursor after this update. */
  readonly cursor: Cursor;
}

export interface BoardOptions {
  readonly hello: WireHello;
  readonly hold: number;
  /** Incidents that begin within so long are one group, as in `GroupOptions`. */
  readonly group: number | string;
  /** Records of each stream that are kept; undefined: `hello.history`, fewer where there are many streams. */
  readonly history?: number | undefined;
  readonly maxStreams: number;
  readonly maxIncidents: number;
  readonly staleAfter: number | undefined;
  /** What finds the lasting changes of a stream; undefined where none are shown. */
  readonly newWatch?: NewWatch | undefined;
  readonly dimensions: ((key: string | undefined) => readonly string[] | undefined) | undefined;
  readonly gates: ((key: string | undefined) => readonly ShownGates[] | undefined) | undefined;
}

export function part<K extends keyof WireUpdate>(name: K, value: WireUpdate[K]): string {
  return `"${name}":${JSON.stringify(value)}`;
}

export function list<K extends 'streams' | 'incidents' | 'marks'>(
  name: K,
  values: readonly object[],
): string | undefined {
  return values.length === 0 ? undefined : `"${name}":${JSON.stringify(values)}`;
}

export function newPoints(stream: BoardStream, from: number): string | undefined {
  const points = stream.points(from);
  return points && part('points', points);
}

export function newAhead(stream: BoardStream, from: number): string | undefined {
  const ahead = stream.ahead(from);
  return ahead && part('ahead', ahead);
}

/** All of a stream, where one is new to a page. @param from its revision @param records of the stream that it has */
export function newChanges(stream: BoardStream, from: number, records: number): string | undefined {
  const { all, revision } = stream.changes;
  const isNew = records === 0 ? all.length > 0 : revision > from;
  return isNew ? part('changes', stream.wireChanges()) : undefined;
}

/** A cursor as the id of an event, which a browser sends back as `Last-Event-ID`. */
export function cursorText({ instance, revision, stream, records }: Cursor): string {
  return [instance, revision, stream ?? '', records].join('.');
}

/** The inverse of `cursorText`; undefined for anything else. */
export function parseCursor(text: string | undefined): Cursor | undefined {
  const found = /^([\w-]+)\.(\d{1,15})\.(\d{0,15})\.(\d{1,15})$/.exec(text ?? '');
  if (found === null) return undefined;
  const [, instance = '', revision, stream, records] = found;
  return {
    instance,
    revision: Number(revision),
    stream: stream === '' ? undefined : Number(stream),
    records: Number(records),
  };
}
