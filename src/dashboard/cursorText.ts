import type { Cursor } from './pageUpdate.ts';

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
