import { afterEach, expect } from 'vitest';
import { unpackColumn } from '../../../src/charts/unpackStream.ts';
import type { WireIncident, WireStream, WireUpdate } from '../../../src/dashboard/page/wire.ts';
import { type RunOptions, type Started, start } from '../rxAnomaly.ts';

/** A dashboard that runs. */
export interface Served {
  readonly url: string;
  readonly started: Started;
}

const running: Started[] = [];
afterEach(async () => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});

/** Starts `serve` at a free port, until the end of the test. @param options where it reads its standard input */
export async function serve(args: readonly string[], options?: RunOptions): Promise<Served> {
  const started = start(['serve', '--port', '0', ...args], options);
  running.push(started);
  const url = await new Promise<string>((resolve, reject) => {
    let reported = '';
    started.child.stderr!.on('data', (chunk: string) => {
      reported += chunk;
      const found = /dashboard: (\S+)/.exec(reported);
      if (found !== null) resolve(found[1]!);
    });
    started.finished.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { url, started };
}

export async function metric(url: string, name: string): Promise<number> {
  const figures = await (await fetch(new URL('/metrics', url))).text();
  return Number(new RegExp(`^rx_anomaly_${name} (.*)$`, 'm').exec(figures)![1]);
}

/** The first message of the feed: all there is. */
export async function picture(url: string, stream?: number): Promise<WireUpdate> {
  const abort = new AbortController();
  const path = stream === undefined ? '/events' : `/events?stream=${stream}`;
  const { body } = await fetch(new URL(path, url), { signal: abort.signal });
  let received = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    received += chunk;
    const found = /^data: (.*)\n\n/m.exec(received);
    if (found === null) continue;
    abort.abort();
    return JSON.parse(found[1]!) as WireUpdate;
  }
  throw new Error('no message');
}

/** All that a page shows and that does not depend on the moment. */
export interface Shown {
  readonly streams: readonly Omit<WireStream, 'spark' | 'state'>[];
  readonly incidents: readonly WireIncident[];
  /** By stream, in the same order: times, scores, then value, expected, lower and upper of each dimension. */
  readonly points: readonly { readonly first: number; readonly columns: readonly (readonly number[])[] }[];
}

/** What is shown after so many events. */
export async function shownAfter(url: string, events: number): Promise<Shown> {
  await expect.poll(() => metric(url, 'events_total')).toBe(events);
  // What pages are sent is made a few times a second: it may be of a moment before the last events.
  await expect.poll(async () => (await picture(url)).status.events).toBe(events);
  const incidentsShown = async (): Promise<number> => (await picture(url)).incidents?.length ?? 0;
  await expect.poll(incidentsShown).toBe(await metric(url, 'incidents_total'));
  const { streams = [], incidents = [] } = await picture(url);
  const points = streams.map(async ({ id }) => {
    const { first, dimensions, score, times } = (await picture(url, id)).points!;
    const columns = dimensions.flatMap(({ value, expected, lower, upper }) => [
      value,
      expected,
      lower,
      upper,
    ]);
    return { first, columns: [times, score, ...columns].map((column) => [...unpackColumn(column)]) };
  });
  return {
    streams: streams.map(({ spark, state, ...stream }) => stream),
    incidents,
    points: await Promise.all(points),
  };
}

/** Says something of what is shown. */
export async function say(url: string, given: object): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(new URL('/feedback', url), { method: 'POST', headers, body: JSON.stringify(given) }))
    .status;
}
