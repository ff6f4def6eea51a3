import { afterEach, describe, expect, it } from 'vitest';
import { readAlertConfig } from '../../../src/cli/serve/alertConfig.ts';
import type { SinkPlan } from '../../../src/cli/serve/alertOutlet.ts';
import type { Severity } from '../../../src/core/reading.ts';
import { alerts } from '../../../src/operators/alerts.ts';
import { spike } from '../../dashboard/verdicts.ts';
import { runOperator } from '../../support/runOperator.ts';
import { temporaryFolder } from '../rxAnomaly.ts';

const folder = temporaryFolder();
const HOOK = { url: 'https://example.org/hook' };
const SINKS = { team: HOOK, 'on-call': { ...HOOK, format: 'slack' } };

afterEach(() => {
  delete process.env.TEST_ALERT_URL;
});

async function read(config: unknown, log: (line: string) => void = () => {}): Promise<SinkPlan[]> {
  const path = folder.file('alerts.json', typeof config === 'string' ? config : JSON.stringify(config));
  return await readAlertConfig(path, { timeZone: 'Europe/Berlin' }, log);
}

/** The sinks that an alert of these streams goes to. */
async function takers(
  routes: unknown,
  severity: Severity,
  ...keys: (string | undefined)[]
): Promise<string[]> {
  const plans = await read({ sinks: SINKS, routes });
  const events = keys.map((key, n) => spike(n, { key, severity }));
  const [alert] = runOperator(events, alerts<number, number>({ group: '5m' }));
  return plans.filter((plan) => plan.routes.some((route) => route.matches(alert!))).map(({ name }) => name);
}

describe('a file of --alerts-config', () => {
  it('leads everything to every sink without routes', async () => {
    const plans = await read({ sinks: SINKS });
    expect(plans.map(({ name }) => name)).toEqual(['team', 'on-call']);
    expect(plans.every(({ routes }) => routes.length === 1 && !routes[0]!.isQuiet(0))).toBe(true);
  });

  it('routes by key and severity', async () => {
    const routes = [
      { to: ['on-call'], keys: ['pump-*', 'a.b'], severity: 'high' },
      { to: ['team'], keys: ['*'] },
    ];
    expect(await takers(routes, 'high', 'pump-7')).toEqual(['team', 'on-call']);
    expect(await takers(routes, 'critical', 'a.b')).toEqual(['team', 'on-call']);
    expect(await takers(routes, 'medium', 'pump-7')).toEqual(['team']);
    expect(await takers(routes, 'high', 'my-pump-7')).toEqual(['team']);
    expect(await takers(routes, 'high', 'axb')).toEqual(['team']);
    expect(await takers(routes, 'high', undefined)).toEqual(['team']);
  });

  it('routes a group by any of its streams', async () => {
    const routes = [{ to: ['on-call'], keys: ['pump-*'] }, { to: ['team'] }];
    expect(await takers(routes, 'low', 'fan', 'pump-1')).toEqual(['team', 'on-call']);
  });

  it('routes from so many flagged events of an incident on, and a silence at once', async () => {
    const routes = [{ to: ['on-call'], confirm: 3 }, { to: ['team'] }];
    const [, onCall] = await read({ sinks: SINKS, routes });
    const taken = (events: number): boolean => {
      const flagged = Array.from({ length: events }, (_, n) => spike(n, { startOfIncident: n === 0 }));
      const ended = runOperator(flagged, alerts<number, number>()).at(-1)!;
      expect(ended.incident.count).toBe(events);
      return onCall!.routes.some((route) => route.matches(ended));
    };
    expect([1, 2, 3, 4].map(taken)).toEqual([false, false, true, true]);
    const [silence] = runOperator(
      [spike(1, { absence: { phase: 'began', since: undefined } })],
      alerts<number, number>(),
    );
    expect(silence!.incident.kind).toBe('absence');
    expect(onCall!.routes.some((route) => route.matches(silence!))).toBe(true);
    await expect(read({ sinks: SINKS, routes: [{ to: ['team', 'on-call'], confirm: 0 }] })).rejects.toThrow(
      /routes\[0\]: expected confirm to be .*, got 0/,
    );
  });

  it('is quiet by the clocks of the zone', async () => {
    const quiet = { from: '22:00', to: '06:00' };
    const [plan] = await read({ sinks: { team: HOOK }, routes: [{ to: ['team'], quiet }] });
    const isQuiet = (time: string) => plan!.routes[0]!.isQuiet(Date.parse(time));
    expect(isQuiet('2026-07-01T20:30:00Z')).toBe(true); // 22:30 in Berlin
    expect(isQuiet('2026-07-01T19:30:00Z')).toBe(false);
    expect(isQuiet('2026-01-01T20:30:00Z')).toBe(false); // 21:30 in winter
  });

  it('takes secrets from the environment and from files', async () => {
    process.env.TEST_ALERT_URL = 'https://example.org/hush';
    const file = folder.file('key', 'the-key\n');
    const sinks = {
      team: { format: 'slack', url: { env: 'TEST_ALERT_URL' } },
      pager: { format: 'pagerduty', ...HOOK, token: { file } },
    };
    expect(await read({ sinks })).toHaveLength(2);
  });

  it('reports that alerts may go nowhere', async () => {
    const lines: string[] = [];
    const routes = [
      { to: ['team'], severity: 'high' },
      { to: ['on-call'], keys: ['a'] },
    ];
    await read({ sinks: SINKS, routes }, (line) => lines.push(line));
    expect(lines).toEqual([expect.stringContaining('alerts that fit none are only on the dashboard')]);
  });

  it.each([
    ['{', 'expected JSON: '],
    [{}, 'sinks: expected the options to be an object, got undefined'],
    [{ sinks: {} }, 'expected sinks to be an object with at least one sink'],
    [{ sinks: SINKS, route: [] }, 'unknown option route; did you mean routes?'],
    [{ sinks: SINKS, routes: [] }, 'expected routes to be a list of at least one route, or left out'],
    [
      { sinks: SINKS, routes: [{ to: ['tem'] }] },
      'routes[0]: expected to to be a list of sinks: team, on-call',
    ],
    [{ sinks: SINKS, routes: [{ to: ['team'] }] }, 'no route leads to "on-call"; name it in the "to" of one'],
    [
      { sinks: { team: HOOK }, routes: [{ to: ['team'], severity: 'bad' }] },
      'routes[0]: expected severity to be one of low, medium, high, critical, got "bad"',
    ],
    [
      { sinks: { team: HOOK }, routes: [{ to: ['team'], keys: 'pump' }] },
      'routes[0]: expected keys to be a list of keys',
    ],
    [
      { sinks: { team: HOOK }, routes: [{ to: ['team'], quiet: { from: '25:00' } }] },
      'routes[0]: quiet: expected from to be a time of day such as 22:00, got "25:00"',
    ],
    [{ sinks: { team: { url: 'hush' } } }, 'sinks.team: expected url to be an address'],
    [
      { sinks: { team: { ...HOOK, format: 'pagerduty' } } },
      'sinks.team: expected token to be given for the format',
    ],
    [{ sinks: { team: { ...HOOK, retry: {} } } }, 'sinks.team: unknown option retry'],
    [
      { sinks: { team: { url: { env: 'TEST_NOT_SET' } } } },
      'sinks.team: url: the environment variable TEST_NOT_SET is not set',
    ],
    [{ sinks: { team: { url: { file: '/not/there' } } } }, 'sinks.team: url: /not/there: cannot be read: '],
    [
      { sinks: { team: { url: { path: 'hush' } } } },
      'expected url to be a text, {"env": "NAME"} or {"file": "PATH"}',
    ],
    [
      { sinks: { mail: { format: 'email', url: 'https://hush', from: 'a@b', to: ['c@d'] } } },
      'sinks.mail: expected url to be an address such as smtps://user:password@mail.example.org',
    ],
    [
      { sinks: { mail: { format: 'email', url: 'smtp://u:hush@h', from: 'a', to: ['c@d'] } } },
      'sinks.mail: expected from to be an address',
    ],
  ])('is refused with its place where it is %j', async (config, message) => {
    const error = await read(config).catch((each: unknown) => each as Error);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).toContain('alerts.json');
    expect((error as Error).message).not.toContain('hush');
  });
});
