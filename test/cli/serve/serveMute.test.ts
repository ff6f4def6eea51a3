import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertJson } from '../../../src/sinks/alertJson.ts';
import { temporaryFolder } from '../rxAnomaly.ts';
import { metric, picture, say, serve, shownAfter } from './served.ts';

const folder = temporaryFolder();
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A table of a sine, a minute a row, with spikes; what comes after the last one is calm, or is not there. */
function table(rows: number, spikes: readonly number[]): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const value = Math.sin(i / 5) + 0.1 * Math.sin(7 * i) + (spikes.includes(i) ? 30 : 0);
    return `${new Date(1_700_000_000_000 + i * 60_000).toISOString()},${value.toFixed(3)}`;
  });
  return `time,value\n${lines.join('\n')}\n`;
}

async function service(): Promise<{ url: string; taken: string[] }> {
  const taken: string[] = [];
  const server = createServer(async (request, response) => {
    taken.push((JSON.parse(await text(request)) as AlertJson).phase);
    response.writeHead(200).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, taken };
}

const act = async (url: string, action: object): Promise<number> => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(action);
  return (await fetch(new URL('/actions', url), { method: 'POST', headers, body })).status;
};

describe('serve, after a restart', () => {
  it('still mutes what was muted before, alerts what is open when that ends, and has notes and acknowledgements', async () => {
    const { url: webhook, taken } = await service();
    const file = folder.file('press.csv', table(300, [120]));
    const state = join(folder.path, 'state');
    const args = [file, '--speed', '1e9', '--checkpoint', state, '--webhook', webhook];
    const first = await serve(args);
    await shownAfter(first.url, 300);
    await expect.poll(() => taken).toEqual(['began', 'ended']);
    expect(await act(first.url, { kind: 'acknowledge', incident: 0, on: true })).toBe(200);
    expect(await act(first.url, { kind: 'note', incident: 0, text: 'seen' })).toBe(200);
    const [{ name }] = (await picture(first.url)).streams!;
    expect(await act(first.url, { kind: 'mute', name, for: 3_600_000 })).toBe(200);
    first.started.child.kill('SIGKILL'); // what was confirmed is saved
    await first.started.finished;
    folder.file('press.csv', table(301, [120, 300])); // an incident that is open at the end
    const second = await serve(args);
    await shownAfter(second.url, 301);
    await expect.poll(() => metric(second.url, 'muted_incidents_total')).toBe(1);
    await expect.poll(async () => (await picture(second.url)).mutes).toMatchObject([{ name, held: 1 }]);
    expect((await picture(second.url)).incidents).toMatchObject([
      { acknowledged: true, note: 'seen' },
      { acknowledged: false, note: '', open: true },
    ]);
    expect(taken).toHaveLength(2);
    expect(await act(second.url, { kind: 'mute', name, for: 0 })).toBe(200);
    await expect.poll(() => taken).toEqual(['began', 'ended', 'began']);
  });

  it('has forgotten feedback that was cleared, from the state and from the file', async () => {
    const file = folder.file('fan.csv', table(300, [120, 200]));
    const given = join(folder.path, 'given.ndjson');
    const args = [file, '--speed', '1e9', '--feedback', given];
    const first = await serve([...args, '--checkpoint', join(folder.path, 'fans')]);
    await shownAfter(first.url, 300);
    for (const kind of ['normal', 'clear', 'normal', 'clear'])
      expect(await say(first.url, { kind, incident: 0 })).toBe(200);
    first.started.child.kill('SIGKILL');
    await first.started.finished;
    for (const more of [['--checkpoint', join(folder.path, 'fans')], []]) {
      const again = await serve([...args, ...more]);
      const { incidents } = await shownAfter(again.url, 300);
      expect(incidents.map(({ feedback }) => feedback)).toEqual([null, null]);
      again.started.child.kill('SIGKILL');
      await again.started.finished;
    }
    const kept = await serve([...args]);
    await shownAfter(kept.url, 300);
    expect(await say(kept.url, { kind: 'normal', incident: 0 })).toBe(200);
    kept.started.child.kill('SIGKILL');
    await kept.started.finished;
    const last = await serve([...args]);
    expect((await shownAfter(last.url, 300)).incidents).toHaveLength(1); // the other one
  });
});
