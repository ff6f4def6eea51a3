import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { WireIncident } from '../../../src/dashboard/page/wire.ts';
import { rxAnomaly, temporaryFolder } from '../rxAnomaly.ts';
import { metric, picture, serve } from './served.ts';

const folder = temporaryFolder();
const START = Date.UTC(2026, 0, 5);
const EMA = ['--forecaster', 'ema', '--scorer', 'zScore'];

/** Of two series: `p` has peaks at rows 150, 220 and 300, `q` none. */
function fleet(): string {
  const random = new Random(5);
  const lines = Array.from({ length: 400 }, (_, row) =>
    ['p', 'q'].map((key) => {
      const peak = key === 'p' && [150, 220, 300].includes(row) ? 40 : 0;
      const value = 20 + random.normal() + peak;
      return `${new Date(START + row * 60_000).toISOString()},${key},${value.toFixed(3)}`;
    }),
  );
  return folder.file('fleet.csv', `time,key,value\n${lines.flat().join('\n')}\n`);
}

interface Results {
  readonly streams: readonly {
    readonly name: string;
    readonly labels: readonly { readonly first: number; readonly last: number }[] | null;
  }[];
}

it('feedback on a dashboard becomes labels, with which the same table is backtested', async () => {
  const file = fleet();
  const options = ['--key', 'key', ...EMA];
  const { url, started } = await serve([file, ...options, '--speed', '1e9']);
  await expect.poll(() => metric(url, 'events_total')).toBe(800);
  const { streams, incidents = [] } = await picture(url);
  const stream = (name: string): number => streams!.find((each) => each.name === name)!.id;
  const rowOf = (incident: WireIncident): number => (incident.start! - START) / 60_000;
  const at = (row: number): number =>
    incidents.find((each) => each.stream === stream('fleet/p') && rowOf(each) === row)!.id;
  const post = async (path: string, body: object): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(new URL(path, url), { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.status, await answer.text()).toBe(200);
  };
  const labels = async (): Promise<unknown> => (await fetch(new URL('/labels.json', url))).json();
  expect(await labels()).toEqual({});
  await post('/feedback', { kind: 'normal', incident: at(150) });
  expect(await labels()).toEqual({ 'fleet/p': [] });
  await post('/actions', { kind: 'acknowledge', incident: at(220), on: true });
  await post('/feedback', { kind: 'missed', incident: at(300) });
  await post('/feedback', { kind: 'missed', stream: stream('fleet/q'), first: 350, last: 355 });
  const saved = await labels();
  expect(saved).toEqual({
    'fleet/p': [
      ['2026-01-05 03:40:00.000000', expect.any(String)],
      ['2026-01-05 05:00:00.000000', expect.any(String)],
    ],
    'fleet/q': [['2026-01-05 05:50:00.000000', '2026-01-05 05:55:00.000000']],
  });
  started.child.kill('SIGTERM');
  await started.finished;

  const path = join(folder.path, 'feedback.json');
  writeFileSync(path, JSON.stringify(saved));
  const args = ['backtest', file, ...options, '--labels', path, '--format', 'json'];
  const { code, stdout, stderr } = await rxAnomaly(args);
  expect(code, stderr).toBe(0);
  expect(stderr).not.toContain('no labels');
  const { streams: tested } = JSON.parse(stdout) as Results;
  const of = (key: string) => tested.find(({ name }) => name.endsWith(` ${key}`))!;
  expect(of('p').labels!.map(({ first }) => first)).toEqual([220, 300]);
  expect(of('q').labels).toMatchObject([{ first: 350, last: 355 }]);
}, 300_000);
