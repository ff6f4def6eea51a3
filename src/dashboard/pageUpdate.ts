import type { BoardStream } from './boardStream.ts';
import type { ShownGates } from './dashboardOptions.ts';
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
  readonly maxStreams: number;
  readonly maxIncidents: number;
  readonly staleAfter: number | undefined;
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
