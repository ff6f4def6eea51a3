import { tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { AlertRoute, ReportedAlert, SinkPlan } from '../../../src/cli/serve/alertOutlet.ts';
import { AlertSinks } from '../../../src/cli/serve/alertSinks.ts';
import type { Value, Verdict } from '../../../src/core/reading.ts';
import { groupPlan } from '../../../src/models/decision/groupOptions.ts';
import { IncidentMerger } from '../../../src/models/decision/incidentMerger.ts';
import { spike, verdict } from '../../dashboard/verdicts.ts';

const from = (confirm: number): AlertRoute => ({
  confirm,
  isQuiet: () => false,
  matches: ({ incident, group = [] }) => [incident, ...group].some(({ count }) => count >= confirm),
});

/** What two sinks are sent: one at once, one from the third flagged event on. */
function sinksOf(group?: string, onAlert: (alert: ReportedAlert) => void = () => {}) {
  const sent: string[] = [];
  const plan = (name: string, routes: readonly AlertRoute[]): SinkPlan => ({
    ...{ name, routes },
    open: ({ onSent }) =>
      tap((alert) => {
        const { phase, incident } = alert;
        if (name === 'one') onAlert(alert);
        sent.push(`${name}: ${incident.key} ${phase} ${incident.count}`);
        onSent(alert, '200');
      }),
  });
  const merger = new IncidentMerger<unknown, Value>({ hold: 3, maxOpen: 10 });
  const sinks = new AlertSinks(
    {
      alerts: false,
      sinks: [plan('one', [from(1)]), plan('three', [from(3)])],
      group: group === undefined ? undefined : groupPlan('test', { group, groupWait: 0 }),
    },
    { log: () => {}, changed: () => {} },
  );
  const take = (next: Verdict<unknown, Value>): void => {
    const ended = merger.add(next);
    sinks.take({ ...next, ended, incident: next.isAnomaly ? merger.of(next.key) : undefined });
  };
  return { sent, take, sinks };
}

describe('alerts of groups that are saved', () => {
  it('have the order of earlier groups after a restart', async () => {
    const leads: unknown[] = [];
    const hit = (of: ReturnType<typeof sinksOf>, at: number): void => {
      for (let n = at; n < at + 30; n++)
        for (const [k, key] of ['a', 'b'].entries())
          of.take((n === at + 5 + k ? spike : verdict)(n, { key, startOfIncident: n === at + 5 + k }));
      of.sinks.flush();
    };
    const before = sinksOf('20s');
    hit(before, 0);
    const saved = JSON.parse(JSON.stringify(before.sinks.save(() => true)));
    await before.sinks.close(true);
    expect(saved.order).toEqual([{ one: 'a', other: 'b', first: 1, seen: 1 }]);
    const after = sinksOf('20s', (alert) => leads.push(alert.leads));
    after.sinks.resume(saved, []);
    hit(after, 1000);
    expect(leads.find((each) => each !== undefined)).toEqual([
      { first: 3 / 4, seen: 1 },
      { first: 1 / 4, seen: 1 },
    ]);
    expect(() => after.sinks.resume({ order: [{ one: 'a', other: 'b', first: 2, seen: 1 }] }, [])).toThrow(
      /from 0 to 1/,
    );
    await after.sinks.close(true);
  });
});

describe('routes that wait for several flagged events', () => {
  it('take an incident with the last of them, and its end', async () => {
    const { sent, take, sinks } = sinksOf();
    // Of `a` two events are flagged, of `b` four.
    for (let n = 0; n < 20; n++)
      for (const [key, flagged] of [['a', 2], ['b', 4]] as const) // biome-ignore format: a line
        take((n >= 5 && n < 5 + flagged ? spike : verdict)(n, { key, startOfIncident: n === 5 }));
    expect(sent).toEqual([
      'one: a began 1',
      'one: b began 1',
      'three: b began 3',
      'one: a ended 2',
      'one: b ended 4',
      'three: b ended 4',
    ]);
    await sinks.close(true);
  });

  it('take a group with the first of its incidents that has them', async () => {
    const { sent, take, sinks } = sinksOf('5m');
    for (let n = 0; n < 20; n++)
      for (const [key, flagged] of [['a', 1], ['b', 4]] as const) // biome-ignore format: a line
        take((n >= 5 && n < 5 + flagged ? spike : verdict)(n, { key, startOfIncident: n === 5 }));
    sinks.flush();
    expect(sent.filter((line) => line.startsWith('three'))[0]).toBe('three: a began 1'); // named by who began
    expect(sent.filter((line) => line.startsWith('three') && line.includes('ended'))).toHaveLength(1);
    await sinks.close(true);
  });
});
