import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import { decodeSnapshot } from '../../../src/models/snapshot/decodeSnapshot.ts';
import type { Snapshot } from '../../../src/models/snapshot/snapshot.ts';
import { fields } from '../../../src/models/snapshot/state.ts';
import type { AlertJson } from '../../../src/sinks/alertJson.ts';
import { describeWithInfluxd } from '../../support/environment/influxd.ts';
import { rxAnomaly, temporaryFolder } from '../rxAnomaly.ts';
import { metric, picture, type Served, type Shown, say, serve, shownAfter } from './served.ts';

const folder = temporaryFolder();
const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A service that takes alerts, or answers with 503 while it is `away`, after a `delay` in milliseconds. */
async function service() {
  const taken: string[] = [];
  const state = { away: false, asked: 0, delay: 0 };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    state.asked++;
    if (!state.away) taken.push(body);
    await wait(state.delay);
    response.writeHead(state.away ? 503 : 200).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  servers.push(server);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, taken, state };
}

/** So many rows, a minute apart, with a spike at each of these. */
function rows(count: number, spikes: readonly number[]): string[] {
  const random = new Random(3);
  return Array.from({ length: count }, (_, i) => {
    const value = Math.sin(i / 5) + 0.1 * random.normal() + (spikes.includes(i) ? 30 : 0);
    return `${new Date(1_700_000_000_000 + i * 60_000).toISOString()},${value.toFixed(3)}`;
  });
}

const table = (lines: readonly string[]): string => `time,value\n${lines.join('\n')}\n`;
const ROWS = rows(400, [120, 200, 300]);
const PATIENT = { timeout: 120_000 };
const AT_ONCE = ['--speed', '1e9'];
const OFTEN = ['--checkpoint-every', '0.05'];

/** A state and the models in it, as text. */
function textOf(snapshot: Snapshot): string {
  const { streams } = fields(fields(snapshot.state).models) as { streams: readonly { state: Uint8Array }[] };
  const models = streams.map(({ state }) => JSON.stringify(decodeSnapshot(state)));
  return [JSON.stringify(snapshot), ...models].join('\n');
}

/** The states in a folder for checkpoints, as text. */
const statesIn = (path: string): string =>
  readdirSync(path)
    .filter((name) => name.endsWith('.checkpoint'))
    .map((name) => textOf(decodeSnapshot(readFileSync(join(path, name)))))
    .join('\n');

/** The streams, each with what belongs to it: ids and groups are in the order of arrival, which between two tables is any. */
const byName = ({ streams, incidents, points }: Shown) =>
  new Map(
    streams.map(({ id, ...stream }, i) => {
      const own = incidents.filter((incident) => incident.stream === id);
      const known = own.map(({ id: _, stream: __, group: ___, ...incident }) => incident);
      return [stream.name, { ...stream, incidents: known, points: points[i] }];
    }),
  );

async function end({ started }: Served, signal: NodeJS.Signals) {
  started.child.kill(signal);
  return await started.finished;
}

describe('serve --checkpoint', () => {
  it('ended at any moment, in any way, shows and alerts in the end as if nothing had been', async () => {
    const file = folder.file('ended.csv', table(ROWS));
    const [hook, other] = [await service(), await service()];
    const whole = await serve([file, ...AT_ONCE, '--webhook', other.url]);
    const expected = await shownAfter(whole.url, 400);
    expect(expected).toMatchObject({ incidents: [{ id: 0 }, { id: 1 }, { id: 2 }] });
    await expect.poll(() => other.taken.length, PATIENT).toBe(6);
    const state = join(folder.path, 'ended');
    const args = [file, '--checkpoint', state, ...OFTEN, '--webhook', hook.url];
    const random = new Random(4);
    const places: number[] = [];
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGINT', 'SIGKILL', 'SIGKILL'] as const) {
      const served = await serve([...args, '--speed', '6000']); // a hundred rows a second
      await expect.poll(() => existsSync(join(state, 'table.ended.checkpoint')), PATIENT).toBe(true);
      await wait(800 * random.uniform());
      const events = (): Promise<number> => metric(served.url, 'events_total');
      await expect.poll(events, PATIENT).toBeGreaterThanOrEqual(places.at(-1) ?? 0); // a kill has cost it some
      places.push(await events());
      const { code, stderr } = await end(served, signal);
      expect(code).toBe({ SIGKILL: null, SIGTERM: 143, SIGINT: 130 }[signal]);
      expect(stderr.includes(`state saved in ${state}\n`)).toBe(signal !== 'SIGKILL');
      expect(stderr.startsWith(`resuming from ${state}\n`)).toBe(places.length > 1);
    }
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBeGreaterThan(2);
    const last = await serve([...args, ...AT_ONCE]);
    expect(await shownAfter(last.url, 400)).toEqual(expected);
    const idOf = (alert: string): string => {
      const { id, phase } = JSON.parse(alert) as AlertJson;
      return `${id} ${phase}`;
    };
    const sent = new Map(hook.taken.map((alert) => [idOf(alert), alert]));
    expect([...sent.values()]).toEqual(other.taken);
  });

  it('continues with the same table, longer, and has nothing to add to one that is not', async () => {
    const state = join(folder.path, 'longer');
    const file = folder.file('longer.csv', table(ROWS.slice(0, 250)));
    const args = [file, ...AT_ONCE, '--checkpoint', state];
    const first = await serve(args);
    const shown = await shownAfter(first.url, 250);
    await end(first, 'SIGINT');
    const again = await serve(args);
    await wait(500);
    expect(await shownAfter(again.url, 250)).toEqual(shown);
    await end(again, 'SIGTERM');
    writeFileSync(file, table(ROWS));
    const longer = await serve(args);
    const whole = await serve([file, ...AT_ONCE]);
    expect(await shownAfter(longer.url, 400)).toEqual(await shownAfter(whole.url, 400));
  });

  it('resumes where detect has stopped in a table or a pipe, and detect where it has', async () => {
    const part = (rows: number): string => table(ROWS.slice(0, rows));
    const file = folder.file('both.csv', part(400));
    const whole = (await rxAnomaly(['detect', file, '--quiet'])).stdout.split('\n').slice(0, -1);
    const state = join(folder.path, 'both');
    const checkpoint = ['--checkpoint', state, '--quiet'];
    const piped = await rxAnomaly(['detect', '-', ...checkpoint], { input: part(100) });
    expect(piped.stdout.split('\n').slice(0, -1)).toEqual(whole.slice(0, 100));
    writeFileSync(file, part(150));
    const detected = await rxAnomaly(['detect', file, ...checkpoint]);
    expect(detected.stdout.split('\n').slice(0, -1)).toEqual(whole.slice(100, 150));
    writeFileSync(file, part(250));
    const served = await serve([file, ...AT_ONCE, '--checkpoint', state]);
    await expect.poll(() => metric(served.url, 'events_total'), PATIENT).toBe(100);
    await expect.poll(() => metric(served.url, 'incidents_total'), PATIENT).toBe(1); // that of row 200, not that of row 120
    const { stderr } = await end(served, 'SIGTERM');
    expect(stderr).toContain(`resuming from ${state}\n`);
    expect(readdirSync(state).filter((name) => name.endsWith('.checkpoint'))).toEqual(['table.checkpoint']);
    writeFileSync(file, part(400));
    const rest = await rxAnomaly(['detect', file, ...checkpoint]);
    expect(rest.stdout.split('\n').slice(0, -1)).toEqual(whole.slice(250));
    const refused = await rxAnomaly(['serve', file, '--port', '0', ...checkpoint, '--seed', '2']);
    expect(refused.stderr).toContain('it was saved with --seed 1, and this run is with --seed 2');
    expect(refused.code).toBe(1);

    // A state that serve has begun, by the name of the table.
    const other = join(folder.path, 'other');
    writeFileSync(file, part(250));
    const first = await serve([file, ...AT_ONCE, '--checkpoint', other]);
    await expect.poll(() => metric(first.url, 'events_total'), PATIENT).toBe(250);
    await end(first, 'SIGINT');
    writeFileSync(file, part(400));
    const then = await rxAnomaly(['detect', file, '--checkpoint', other]);
    expect(then.stderr).toContain(`resuming from ${other}\n`);
    expect(then.stdout.split('\n').slice(0, -1)).toEqual(whole.slice(250));
  });

  it('says which state is not used where a source cannot be the one it was made of', async () => {
    const [a, b] = [folder.file('one.csv', table(ROWS)), folder.file('two.csv', table(ROWS))];
    const state = join(folder.path, 'unused');
    await rxAnomaly(['detect', a, '--checkpoint', state, '--quiet']);
    const several = await serve([a, b, ...AT_ONCE, '--checkpoint', state]);
    await expect.poll(() => metric(several.url, 'events_total'), PATIENT).toBe(800);
    const { stderr } = await end(several, 'SIGTERM');
    expect(stderr).toContain(
      `${join(state, 'table.checkpoint')} is the state of a single table and is not used`,
    );

    const served = join(folder.path, 'served');
    const alone = await serve([a, ...AT_ONCE, '--checkpoint', served]);
    await expect.poll(() => metric(alone.url, 'events_total'), PATIENT).toBe(400);
    await end(alone, 'SIGTERM');
    const piped = await rxAnomaly(['detect', '-', '--checkpoint', served], { input: table(ROWS) });
    expect(piped.stderr).toContain('standard input starts without a state: "table.one.checkpoint"');
  });

  it('keeps each table of a folder for itself', async () => {
    const path = join(folder.path, 'tables');
    const state = join(path, 'state');
    for (const [name, spike] of [
      ['a', 120],
      ['b', 250],
    ] as const) {
      folder.file(`tables-${name}.csv`, table(rows(300, [spike])));
    }
    const files = ['a', 'b'].map((name) => join(folder.path, `tables-${name}.csv`));
    const whole = await serve([...files, ...AT_ONCE]);
    const alone = await serve([files[1]!, ...AT_ONCE, '--checkpoint', state]);
    await shownAfter(alone.url, 300);
    await end(alone, 'SIGTERM');
    const other = await serve([files[0]!, ...AT_ONCE, '--checkpoint', state]); // its ids begin at 0, too
    await shownAfter(other.url, 300);
    await end(other, 'SIGTERM');
    const both = await serve([...files, ...AT_ONCE, '--checkpoint', state]);
    const [shown, expected] = [await shownAfter(both.url, 600), await shownAfter(whole.url, 600)];
    expect(byName(shown)).toEqual(byName(expected));
    expect(shown.incidents.map(({ id }) => id)).toEqual([0, 1]);
  });

  it('applies feedback once and for all, though killed right after it', async () => {
    const file = folder.file('given.csv', table(ROWS));
    const state = join(folder.path, 'given');
    const given = join(folder.path, 'given.ndjson');
    const args = [file, ...AT_ONCE, '--checkpoint', state, '--checkpoint-every', '1000', '--feedback', given];
    const first = await serve(args);
    await shownAfter(first.url, 400);
    expect(await say(first.url, { kind: 'normal', incident: 1 })).toBe(200);
    await end(first, 'SIGKILL');
    const accepted = (): number => statesIn(state).match(/"feedback":\[\{[^[\]]*\}\]/g)?.length ?? 0;
    expect(accepted()).toBe(1);
    for (let start = 0; start < 2; start++) {
      const again = await serve(args);
      const shown = async () => (await picture(again.url)).incidents?.map(({ feedback }) => feedback);
      await expect.poll(shown, PATIENT).toEqual([null, 'normal', null]);
      await end(again, 'SIGTERM');
      expect(accepted()).toBe(1); // and not two
    }
    const fresh = await serve([...args, '--checkpoint', `${state}-fresh`]);
    await shownAfter(fresh.url, 400);
    await end(fresh, 'SIGTERM');
    expect(statesIn(`${state}-fresh`)).toMatch(/"feedback":\[\{/); // from the file
  });

  it('sends the alerts after a restart that were not taken before', async () => {
    const file = folder.file('away.csv', table(ROWS));
    const { url, taken, state } = await service();
    const args = [file, ...AT_ONCE, '--checkpoint', join(folder.path, 'away'), ...OFTEN, '--webhook', url];
    state.away = true;
    const first = await serve(args);
    await shownAfter(first.url, 400);
    await expect.poll(() => state.asked, PATIENT).toBeGreaterThan(0);
    await end(first, 'SIGKILL');
    state.away = false;
    const again = await serve(args);
    const phases = (): string[] => taken.map((alert) => (JSON.parse(alert) as AlertJson).phase);
    await expect.poll(phases, PATIENT).toEqual(['began', 'ended', 'began', 'ended', 'began', 'ended']);
    await end(again, 'SIGTERM');
    await end(await serve(args), 'SIGTERM');
    expect(taken).toHaveLength(6);
  });

  it('does not send an alert again whose answer came after the signal to stop', async () => {
    const file = folder.file('slow.csv', table(ROWS));
    const { url, taken, state } = await service();
    state.delay = 500;
    const args = [file, ...AT_ONCE, '--checkpoint', join(folder.path, 'slow'), ...OFTEN, '--webhook', url];
    const first = await serve(args);
    await shownAfter(first.url, 400);
    await expect.poll(() => taken.length, PATIENT).toBe(6);
    await end(first, 'SIGTERM');
    await end(await serve(args), 'SIGTERM');
    expect(taken).toHaveLength(6);
  });

  it('resumes from the state before a damaged one, and says so once', async () => {
    const state = join(folder.path, 'damaged');
    const file = folder.file('damaged.csv', table(ROWS.slice(0, 250)));
    const args = [file, ...AT_ONCE, '--checkpoint', state];
    for (const part of [ROWS.slice(0, 250), ROWS]) {
      writeFileSync(file, table(part));
      const served = await serve(args);
      await shownAfter(served.url, part.length);
      await end(served, 'SIGTERM');
    }
    const path = join(state, 'table.damaged.checkpoint');
    writeFileSync(path, readFileSync(path).subarray(0, -10));
    const fallen = await serve(args);
    const whole = await serve([file, ...AT_ONCE]);
    expect(await shownAfter(fallen.url, 400)).toEqual(await shownAfter(whole.url, 400));
    const { stderr } = await end(fallen, 'SIGTERM');
    expect(stderr.match(/resuming from the one before it/g)).toHaveLength(1);
  });

  it('says that a state could not be saved, also to the sender of feedback', async () => {
    const file = folder.file('unsaved.csv', table(ROWS));
    const state = join(folder.path, 'unsaved');
    const served = await serve([file, ...AT_ONCE, '--checkpoint', state]);
    await shownAfter(served.url, 400);
    await expect.poll(() => existsSync(join(state, 'table.unsaved.checkpoint')), PATIENT).toBe(true);
    await wait(300); // it is in its place a little before that is safe
    rmSync(state, { recursive: true });
    expect(await say(served.url, { kind: 'normal', incident: 0 })).toBe(500);
    const { code, stderr } = await end(served, 'SIGTERM');
    expect(code).toBe(143);
    const failure =
      /^the state could not be saved and will be tried again: .* does not belong to this process any more: .*$/gm;
    expect(stderr.match(failure)).toHaveLength(2);
    expect(stderr).not.toContain('state saved');
  });

  it('is refused in a line where it cannot be: no folder, another configuration, two tables of a name', async () => {
    const file = folder.file('refused.csv', table(ROWS));
    const state = join(folder.path, 'refused');
    const served = await serve([file, ...AT_ONCE, '--checkpoint', state]);
    await shownAfter(served.url, 400);
    await end(served, 'SIGINT');
    for (const [args, why] of [
      [[file, '--checkpoint', join(file, 'state')], 'cannot be used for checkpoints: a file is in the place'],
      [[file, '--checkpoint', state, '--seed', '2'], 'with --seed 1, and this run is with --seed 2'],
      [
        [file, '--checkpoint', state, '--threshold', '0.4'],
        'with --threshold 0.5 (--sensitivity medium), and this run is with --threshold 0.4',
      ],
      [[file, file], 'refused.csv: a stream is called refused already, of '],
    ] as const) {
      const { code, stdout, stderr } = await rxAnomaly(['serve', '--port', '0', ...args, '--quiet']);
      expect(stderr).toContain(why);
      expect(stderr).toMatch(/^rx-anomaly: [^\n]*\n$/);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    }
  });

  it('is reported', async () => {
    const { stdout } = await rxAnomaly(['serve', '--help']);
    expect(stdout).toMatch(/--checkpoint <dir>\s+resume from the state saved there/);
    const { stdout: more } = await rxAnomaly(['help', 'dashboard']);
    expect(more).toMatch(
      /--checkpoint-every <seconds>\s+between two states that are saved\s+\(default:\s+10\)/,
    );
    const { code, stderr } = await rxAnomaly(['serve', 'x.csv', '--checkpoint-every', 'x']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Expected a number of seconds')]);
  });
});

describeWithInfluxd('serve --influx --checkpoint', (influxd) => {
  let database: string;
  let source: string[];
  const random = new Random(5);
  let seconds = 0;
  const write = async (count: number): Promise<void> => {
    const lines = Array.from({ length: count }, () => {
      const second = seconds++;
      return ['a', 'b'].map((host) => {
        const spike = second > 100 && random.uniform() < 0.01 ? 30 : 0;
        const temp = 5 * Math.sin(second / 20) + 0.3 * random.normal() + spike;
        return `press,host=${host} temp=${temp} ${(1_700_000_000n + BigInt(second)) * 1_000_000_000n}`;
      });
    });
    await influxd().write(database, lines.flat());
  };

  beforeAll(async () => {
    database = await influxd().freshDatabase();
    source = ['--influx', influxd().url, '--database', database];
    source.push('--measurement', 'press', '--field', 'temp', '--group-by', 'host');
    await write(150);
  });

  it('ended at any moments while it follows, shows in the end as if nothing had been', async () => {
    const state = join(folder.path, 'followed');
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        if (seconds < 480) await write(1);
        await wait(20);
      }
    })();
    for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGINT', 'SIGKILL'] as const) {
      const served = await serve([...source, '--follow', '--checkpoint', state, ...OFTEN]);
      await expect.poll(() => metric(served.url, 'events_total'), PATIENT).toBeGreaterThan(0);
      await wait(900 * random.uniform());
      const { code } = await end(served, signal);
      expect(code).toBe({ SIGKILL: null, SIGTERM: 143, SIGINT: 130 }[signal]);
    }
    isOver = true;
    await writing;
    const last = await serve([...source, '--follow', '--checkpoint', state]);
    const whole = await serve(source);
    const expected = await shownAfter(whole.url, 2 * seconds);
    expect(expected.incidents.length).toBeGreaterThan(0);
    expect(await shownAfter(last.url, 2 * seconds)).toEqual(expected);
    const { stderr } = await end(last, 'SIGTERM');
    expect(stderr).toMatch(/^resuming from .*\n(.*\n)*state saved in /);
  });

  it('continues where detect has stopped, and detect where it has', async () => {
    const state = join(folder.path, 'shared');
    const detected = await rxAnomaly(['detect', ...source, '--checkpoint', state]);
    await write(10);
    const served = await serve([...source, '--checkpoint', state]);
    await expect.poll(() => metric(served.url, 'events_total'), PATIENT).toBe(20);
    await end(served, 'SIGTERM');
    await write(10);
    const rest = await rxAnomaly(['detect', ...source, '--checkpoint', state]);
    const whole = (await rxAnomaly(['detect', ...source])).stdout.split('\n').slice(0, -1);
    expect(rest.stdout.split('\n').slice(0, -1)).toEqual(whole.slice(-20));
    expect(detected.stdout.split('\n').slice(0, -1)).toEqual(whole.slice(0, -40));
  });
});
