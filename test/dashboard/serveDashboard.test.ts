import { request as ask } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { of, Subject, throwError } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Alert, Verdict } from '../../src/core/reading.ts';
import type { DashboardOptions } from '../../src/dashboard/dashboardOptions.ts';
import type { WireUpdate } from '../../src/dashboard/page/wire.ts';
import { type Dashboard, serveDashboard } from '../../src/dashboard/serveDashboard.ts';
import type { Feedback } from '../../src/models/decision/feedback.ts';
import { spike, verdict } from './verdicts.ts';

const TOKEN = 'a token of some length';
const open: Dashboard[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((dashboard) => dashboard.close()));
});

async function serve(
  options: DashboardOptions<number, number> = {},
  verdicts$ = new Subject<Verdict<number, number>>(),
) {
  const dashboard = await serveDashboard(verdicts$, { port: 0, refresh: 20, ...options });
  open.push(dashboard);
  return { verdicts$, at: (path: string): string => `http://127.0.0.1:${dashboard.port}${path}`, dashboard };
}

/** Events of the feed, as they come. */
async function* follow(url: string, signal: AbortSignal, headers: Record<string, string> = {}) {
  const { body } = await fetch(url, { signal, headers });
  let text = '';
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      const found = /^id: (.*)\ndata: (.*)$/.exec(event);
      if (found !== null) yield { id: found[1]!, update: JSON.parse(found[2]!) as WireUpdate };
    }
  }
}

describe('what is answered', () => {
  it('is the page with its files, none of which it may load from elsewhere or find inline', async () => {
    const { at } = await serve();
    const page = await fetch(at('/'));
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|http|\*|data:/);
    const html = await page.text();
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/);
    const files = [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await fetch(at(file))).status).toBe(200);
  });

  it.each(['//', '//x', '//:'])('is 400 for a target that is no path: %s', async (path) => {
    const { dashboard } = await serve();
    const status = await new Promise((resolve, reject) => {
      ask({ port: dashboard.port, host: '127.0.0.1', path }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(400);
  });

  it('shows a hostile title as text', async () => {
    const { at } = await serve({ title: '</title><script>1</script>' });
    expect(await (await fetch(at('/'))).text()).not.toContain('<script>1');
  });

  it.each([
    '/../package.json',
    '/modules/../../package.json',
    '/%2e%2e/package.json',
    '/modules/x.js',
    '/nothing',
  ])('is 404 for %s', async (path) => {
    const { dashboard } = await serve();
    const status = await new Promise((resolve) => {
      ask({ port: dashboard.port, host: '127.0.0.1', path }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    expect(status).toBe(404);
  });

  it('has figures for Prometheus', async () => {
    const { at, verdicts$ } = await serve({ engine: 'ls"tm' });
    for (let n = 0; n < 5; n++) verdicts$.next(verdict(n));
    verdicts$.next(spike(5));
    await wait(60);
    const answer = await fetch(at('/metrics'));
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    expect(text).toMatch(/^rx_anomaly_events_total 6$/m);
    expect(text).toMatch(/^rx_anomaly_anomalies_total 1$/m);
    expect(text).toMatch(/^rx_anomaly_streams\{state="incident"\} 1$/m);
    expect(text).toContain('rx_anomaly_info{engine="ls\\"tm"} 1');
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(
        /^(# (HELP|TYPE) rx_anomaly_\w+ .+|rx_anomaly_\w+(\{\w+="([^"\\]|\\.)*"(,\w+="[^"]*")*\})? \S+)$/,
      );
  });

  it('is healthy until the source fails', async () => {
    const { at } = await serve();
    expect((await fetch(at('/healthz'))).status).toBe(200);
    const failed = await serveDashboard(
      throwError(() => new Error('cut')),
      { port: 0 },
    );
    open.push(failed);
    expect((await fetch(`http://127.0.0.1:${failed.port}/healthz`)).status).toBe(503);
    const over = await serveDashboard(of(verdict(0)), { port: 0 });
    open.push(over);
    expect((await fetch(`http://127.0.0.1:${over.port}/healthz`)).status).toBe(200);
  });
});

describe('a source that waits for its server', () => {
  it('is not up, and /healthz names the reason to those who may see the rest', async () => {
    let reason: string | undefined = 'mqtt://broker: connect ECONNREFUSED';
    const { at } = await serve({ token: TOKEN, waitingFor: () => reason });
    const headers = { authorization: `Bearer ${TOKEN}` };
    const health = async (init?: RequestInit) => await (await fetch(at('/healthz'), init)).json();
    const up = async () =>
      /^rx_anomaly_source_up (.)$/m.exec(await (await fetch(at('/metrics'), { headers })).text());
    expect(await health({ headers })).toEqual({ source: 'waiting', for: reason });
    expect(await health()).toEqual({ source: 'waiting' });
    expect((await up())![1]).toBe('0');
    reason = undefined;
    expect(await health({ headers })).toEqual({ source: 'running' });
    expect((await up())![1]).toBe('1');
  });
});

describe('who may ask', () => {
  it('needs a token where others can reach it', () => {
    expect(() => serveDashboard(of(), { host: '0.0.0.0' })).toThrow(
      'serveDashboard: expected token to be given',
    );
    expect(() => serveDashboard(of(), { token: 'short' })).toThrow(
      'expected token to be 16 characters or more',
    );
  });

  it('shows nothing without the token, and all with it', async () => {
    const { at, dashboard } = await serve({ token: TOKEN });
    for (const path of ['/', '/events', '/metrics', '/style.css'])
      expect((await fetch(at(path))).status).toBe(403);
    expect((await fetch(at('/?token=wrong'))).status).toBe(403);
    expect((await fetch(at('/metrics'), { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(200);
    const first = await fetch(dashboard.url, { redirect: 'manual' });
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    const cookie = first.headers.get('set-cookie')!;
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await fetch(at('/'), { headers: { cookie: cookie.split(';')[0]! } })).status).toBe(200);
    expect((await fetch(at('/healthz'))).status).toBe(200); // tells nothing
  });

  it('is not a page whose name was pointed here', async () => {
    const { dashboard } = await serve();
    const status = (host: string) =>
      new Promise((resolve) => {
        const headers = { host };
        ask({ port: dashboard.port, host: '127.0.0.1', path: '/', headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        }).end();
      });
    expect(await status(`evil.example:${dashboard.port}`)).toBe(403);
    expect(await status(`localhost:${dashboard.port}`)).toBe(200);
    expect(await status(`[::1]:${dashboard.port}`)).toBe(200);
  });
});

const say = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('feedback', () => {
  it('reaches the program', async () => {
    const received: Feedback[] = [];
    const { at, verdicts$ } = await serve({ onFeedback: (given) => received.push(given) });
    verdicts$.next(verdict(0));
    verdicts$.next(spike(1));
    expect((await say(at('/feedback'), { kind: 'normal', incident: 0 })).status).toBe(200);
    expect(received).toMatchObject([{ kind: 'normal', key: 'pump' }]);
    expect((await say(at('/feedback'), { kind: 'normal', incident: 9 })).status).toBe(410);
  });

  it.each([
    [{}],
    [null],
    [{ kind: 'fine', incident: 0 }],
    [{ kind: 'normal', incident: -1 }],
    ['x'.repeat(20_000)],
  ])('that is none is refused: %j', async (body) => {
    const { at } = await serve({ onFeedback: () => {} });
    expect((await say(at('/feedback'), body)).status).toBe(400);
  });

  it('is not accepted from pages of elsewhere', async () => {
    const { at, verdicts$ } = await serve({ onFeedback: () => expect.unreachable() });
    verdicts$.next(spike(1));
    const given = { kind: 'normal', incident: 0 };
    expect((await say(at('/feedback'), given, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await say(at('/feedback'), given, { 'content-type': 'text/plain' })).status).toBe(415);
  });

  it('is thanked for when the program has handled it', async () => {
    let isDone = false;
    const onFeedback = async (): Promise<void> => {
      await wait(100);
      isDone = true;
    };
    const { at, verdicts$ } = await serve({ onFeedback });
    verdicts$.next(spike(1));
    expect((await say(at('/feedback'), { kind: 'normal', incident: 0 })).status).toBe(200);
    expect(isDone).toBe(true);
  });

  it('is shown as not applied yet until it is', async () => {
    const releases: (() => void)[] = [];
    const onFeedback = (): object => ({
      applied: new Promise<void>((done) => {
        releases.push(done);
      }),
    });
    const { at, verdicts$ } = await serve({ onFeedback });
    verdicts$.next(spike(1));
    const shown = async (): Promise<unknown> => {
      const abort = new AbortController();
      for await (const { update } of follow(at('/events'), abort.signal)) {
        abort.abort();
        return [update.incidents?.[0]?.waiting, update.marks?.[0]?.waiting];
      }
      return undefined;
    };
    const marked = { kind: 'missed', stream: 0, first: 0, last: 0 };
    for (const given of [{ kind: 'normal', incident: 0 }, { kind: 'missed', incident: 0 }, marked])
      expect(await (await say(at('/feedback'), given)).json()).toEqual({ waiting: true });
    await expect.poll(shown).toEqual([true, true]);
    expect(releases).toHaveLength(4); // the second took back the first
    for (const release of releases.slice(0, 2)) release();
    await wait(50);
    expect(await shown()).toEqual([true, true]);
    for (const release of releases.slice(2)) release();
    await expect.poll(shown).toEqual([false, false]);
  });

  it('is shown as refused, and is no longer given, where it could not be applied', async () => {
    const onFeedback = (): object => ({ applied: Promise.reject(new Error('of 2 dimensions')) });
    const { at, verdicts$ } = await serve({ onFeedback });
    verdicts$.next(spike(1));
    const shown = async (): Promise<unknown> => {
      const abort = new AbortController();
      for await (const { update } of follow(at('/events'), abort.signal)) {
        abort.abort();
        const [incident, mark] = [update.incidents?.[0], update.marks?.[0]];
        return [incident?.feedback, incident?.waiting, incident?.refused, mark?.waiting, mark?.refused];
      }
      return undefined;
    };
    await say(at('/feedback'), { kind: 'normal', incident: 0 });
    await say(at('/feedback'), { kind: 'missed', stream: 0, first: 0, last: 0 });
    await expect.poll(shown).toEqual([null, false, 'of 2 dimensions', false, 'of 2 dimensions']);
    expect((await say(at('/feedback'), { kind: 'clear', mark: 0 })).status).toBe(200);
    await expect.poll(shown).toEqual([null, false, 'of 2 dimensions', undefined, undefined]);
  });

  it('is followed after a restart where it was not applied yet; what was refused stays so', async () => {
    const saves: (string | undefined)[] = [];
    const places = ['a', 'b', 'c', 'd'];
    const onFeedback = (): object => {
      const place = places.shift();
      const why = new Error('of 2 dimensions');
      return {
        applied: place === undefined ? Promise.reject(why) : new Promise(() => {}),
        place: place ?? 'e',
      };
    };
    const first = await serve({ onFeedback, onAction: (key) => saves.push(key) });
    first.verdicts$.next(spike(1));
    const marked = { kind: 'missed', stream: 0, first: 0, last: 0 };
    for (const given of [{ kind: 'normal', incident: 0 }, { kind: 'missed', incident: 0 }, marked, marked])
      await say(first.at('/feedback'), given);
    expect(saves).toEqual(['pump', 'pump', 'pump', 'pump']);
    const restore = [first.dashboard.snapshot()];
    const outcomes = new Map<unknown, { resolve: () => void; reject: (why: Error) => void }>();
    const resumeFeedback = (place: unknown): Promise<void> =>
      new Promise((resolve, reject) => outcomes.set(place, { resolve, reject }));
    const { at } = await serve({ restore, resumeFeedback, onFeedback: () => {} });
    const shown = async (): Promise<unknown> => {
      const abort = new AbortController();
      for await (const { update } of follow(at('/events'), abort.signal)) {
        abort.abort();
        const all = [...(update.incidents ?? []), ...(update.marks ?? [])];
        return all.map(({ waiting, refused }) => (waiting ? 'waiting' : refused));
      }
      return undefined;
    };
    expect([...outcomes.keys()]).toEqual(['a', 'b', 'c', 'd']);
    await expect.poll(shown).toEqual(['waiting', 'waiting', 'of 2 dimensions']);
    for (const place of ['a', 'b', 'd']) outcomes.get(place)!.resolve();
    outcomes.get('c')!.reject(new Error('too late'));
    await expect.poll(shown).toEqual(['too late', '', 'of 2 dimensions']);
    const { dashboard } = await serve({ restore, onFeedback: () => {} });
    expect(JSON.stringify(dashboard.snapshot())).not.toContain('isGiven');
  });

  it.each([
    () => {
      throw new Error('disk full');
    },
    () => Promise.reject(new Error('disk full')),
  ])('is reported as failed where the program throws: %s', async (fails) => {
    const { at, verdicts$ } = await serve({ onFeedback: fails });
    verdicts$.next(spike(1));
    const answer = await say(at('/feedback'), { kind: 'normal', incident: 0 });
    expect([answer.status, await answer.text()]).toEqual([500, 'disk full']);
  });
});

describe('a dashboard after another', () => {
  it('shows what that one showed, in both its streams, and continues', async () => {
    const first = await serve();
    for (let n = 0; n < 700; n++) first.verdicts$.next(n === 600 ? spike(n) : verdict(n));
    first.verdicts$.next(spike(0, { key: 'fan' }));
    const [pump, fan] = ['pump', 'fan'].map((name) => first.dashboard.snapshot((key) => key === name));
    const restore = JSON.parse(JSON.stringify([fan, pump]));
    const { at, verdicts$ } = await serve({ restore });
    verdicts$.next(verdict(700));
    await wait(50);
    const abort = new AbortController();
    for await (const { update } of follow(at('/events?stream=0'), abort.signal)) {
      expect(update).toMatchObject({
        status: { events: 702 },
        points: { stream: 0, first: 200, fresh: true }, // 500 were kept
      });
      expect(update.streams!.map(({ id, name, records }) => [id, name, records]).sort()).toEqual([
        [0, 'pump', 701],
        [1, 'fan', 1],
      ]);
      expect(update.incidents).toMatchObject([
        { id: 0, stream: 0, first: 600, open: false },
        { id: 1, stream: 1, first: 0, open: true },
      ]);
      break;
    }
    abort.abort();
  });

  it('is not served where what is to be shown is damaged', async () => {
    const { dashboard, verdicts$ } = await serve();
    verdicts$.next(spike(0));
    const restore = [{ ...JSON.parse(JSON.stringify(dashboard.snapshot())), checksum: '00000000' }];
    await expect(serveDashboard(of(), { port: 0, restore })).rejects.toThrow('damaged');
  });
});

describe('the feed', () => {
  it('continues after Last-Event-ID with what is new', async () => {
    const { at, verdicts$ } = await serve();
    for (let n = 0; n < 10; n++) verdicts$.next(verdict(n));
    await wait(50);
    const first = new AbortController();
    let id = '';
    for await (const event of follow(at('/events?stream=0'), first.signal)) {
      expect(event.update).toMatchObject({ hello: { threshold: 0.5 }, points: { first: 0, fresh: true } });
      id = event.id;
      break;
    }
    first.abort();
    verdicts$.next(verdict(10));
    await wait(50);
    const again = new AbortController();
    for await (const { update } of follow(at('/events?stream=0'), again.signal, { 'last-event-id': id })) {
      expect(update.hello).toBeUndefined();
      expect(update.points).toMatchObject({ first: 10, fresh: false });
      break;
    }
    again.abort();
  });

  it('begins anew where Last-Event-ID means nothing', async () => {
    const { at, verdicts$ } = await serve();
    verdicts$.next(verdict(0));
    await wait(50);
    for (const id of ['', '1', 'x.1.1.1', '../..', '9'.repeat(99)]) {
      const abort = new AbortController();
      for await (const { update } of follow(at('/events?stream=0'), abort.signal, { 'last-event-id': id })) {
        expect(update.hello).toBeDefined();
        break;
      }
      abort.abort();
    }
  });

  it('keeps fifty pages up to date', async () => {
    const { at, verdicts$ } = await serve();
    const abort = new AbortController();
    const received = Array.from({ length: 50 }, async () => {
      for await (const { update } of follow(at('/events'), abort.signal))
        if (update.incidents !== undefined) return update.incidents[0]!.first;
      return -1;
    });
    await wait(300);
    for (let n = 0; n < 20; n++) verdicts$.next(verdict(n));
    verdicts$.next(spike(20));
    expect(await Promise.all(received)).toEqual(Array(50).fill(20));
    abort.abort();
  });

  it('turns away more pages than it may have', async () => {
    const { at } = await serve({ maxClients: 1 });
    const abort = new AbortController();
    await fetch(at('/events'), { signal: abort.signal });
    expect((await fetch(at('/events'))).status).toBe(503);
    abort.abort();
    await expect
      .poll(async () => {
        const check = new AbortController();
        const { status } = await fetch(at('/events'), { signal: check.signal });
        check.abort();
        return status;
      })
      .toBe(200);
  });

  it('passes over a page that does not read, and holds nothing for it', async () => {
    const { at, dashboard, verdicts$ } = await serve({ history: 20_000 });
    verdicts$.next(verdict(0));
    const deaf = connect(dashboard.port, '127.0.0.1');
    deaf.write('GET /events?stream=0 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    deaf.pause();
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 60; round++) {
      for (let n = 0; n < 3000; n++) verdicts$.next(verdict(round * 3000 + n, { value: Math.sin(n * 7919) }));
      await wait(20);
    }
    const skipped = /skipped_updates_total (\d+)/.exec(await (await fetch(at('/metrics'))).text())![1];
    expect(Number(skipped)).toBeGreaterThan(5);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
    deaf.destroy();
  });
});

describe('actions', () => {
  it('are recorded, and the program may save them before they are confirmed', async () => {
    const keys: unknown[] = [];
    const onAction = async (key: string | undefined): Promise<void> => {
      await wait(50);
      keys.push(key);
    };
    const { at, verdicts$ } = await serve({ onAction });
    verdicts$.next(spike(1));
    const actions = [
      { kind: 'acknowledge', incident: 0, on: true },
      { kind: 'note', incident: 0, text: 'seen' },
      { kind: 'mute', name: 'pump', for: 60_000 },
    ];
    for (const action of actions) expect((await say(at('/actions'), action)).status).toBe(200);
    expect(keys).toEqual(['pump', 'pump', 'pump']);
    expect((await say(at('/actions'), { ...actions[0], incident: 9 })).status).toBe(410);
    expect((await say(at('/actions'), { ...actions[2], name: 'nobody' })).status).toBe(410);
    const refused = await say(at('/actions'), { kind: 'mute', name: 'pump', for: 1e12 });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('at most a week')]);
    expect((await say(at('/actions'), actions[0], { origin: 'http://evil.example' })).status).toBe(403);
    expect((await say(at('/actions'), actions[0], { 'content-type': 'text/plain' })).status).toBe(415);
    const figures = await (await fetch(at('/metrics'))).text();
    expect(figures).toContain('rx_anomaly_muted_streams 1\n');
  });

  it('mute: alerts are held back and counted, those of other sinks too, and what is open is alerted at the end', async () => {
    const phases: string[] = [];
    const ended: string[] = [];
    const { at, verdicts$, dashboard } = await serve({
      hold: 2,
      onIncident: ({ phase }) => phases.push(phase),
      onMuteEnd: ({ phase, incident }) => ended.push(`${phase} ${incident.key}`),
    });
    verdicts$.next(verdict(0));
    await say(at('/actions'), { kind: 'mute', name: 'pump', for: 60_000 });
    verdicts$.next(spike(1));
    expect(phases).toEqual([]);
    const alert = { phase: 'began', incident: { key: 'pump' } } as unknown as Alert;
    expect(dashboard.holdsBack(alert)).toBe(true);
    expect(await (await fetch(at('/metrics'))).text()).toContain('rx_anomaly_muted_incidents_total 2\n');
    await say(at('/actions'), { kind: 'mute', name: 'pump', for: 0 });
    await expect.poll(() => ended).toEqual(['began pump']);
    expect(dashboard.holdsBack(alert)).toBe(false);
  });
});

describe('serveDashboard', () => {
  it('tells the program of incidents', async () => {
    const alerts: Alert<number, number>[] = [];
    const { verdicts$ } = await serve({ hold: 2, onIncident: (alert) => alerts.push(alert) });
    verdicts$.next(spike(0));
    verdicts$.next(verdict(1));
    expect(alerts.map(({ phase }) => phase)).toEqual(['began']);
    verdicts$.next(verdict(2));
    expect(alerts.map(({ phase }) => phase)).toEqual(['began', 'ended']);
  });

  it('subscribes once, and ends that when it is closed', async () => {
    const { verdicts$, dashboard } = await serve({ onIncident: () => {} });
    expect(verdicts$.observed).toBe(true);
    await dashboard.close();
    expect(verdicts$.observed).toBe(false);
    await expect(fetch(`http://127.0.0.1:${dashboard.port}/healthz`)).rejects.toThrow();
  });

  it('says in one line that a port is taken', async () => {
    const { dashboard } = await serve();
    await expect(serveDashboard(of(), { port: dashboard.port })).rejects.toMatchObject({
      code: 'SERVER',
      message: expect.stringMatching(/^serveDashboard: [^\n]*EADDRINUSE[^\n]*$/),
    });
  });

  it.each([
    [{ port: 70_000 }, 'expected port to be an integer from 0 to 65535, got 70000'],
    [{ history: 0 }, 'expected history to be a positive integer, got 0'],
    [
      { history: 1e9 },
      'expected history to be at most 10000000 (some 50 bytes each per dimension), got 1000000000',
    ],
    [{ refresh: 2 ** 31 }, 'expected refresh to be a number from 1 to 60000, got 2147483648'],
    [{ maxClients: 1e6 }, 'expected maxClients to be at most 10000 (each has a connection), got 1000000'],
    [{ staleAfter: 1e12 }, 'expected staleAfter to be at most 31622400000 (a year), got 1000000000000'],
    [{ colour: 'red' }, 'unknown option colour'],
    [{ onFeedback: 3 }, 'expected onFeedback to be a function, got 3'],
    [{ restore: 3 }, 'expected restore to be a list of snapshots, got 3'],
  ])('refuses %j at once', (options, message) => {
    expect(() => serveDashboard(of(), options as DashboardOptions)).toThrow(`serveDashboard: ${message}`);
  });
});
