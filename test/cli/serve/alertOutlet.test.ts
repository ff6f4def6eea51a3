import { tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import {
  AlertOutlet,
  type AlertRoute,
  type ReportedAlert,
  type SinkHandlers,
} from '../../../src/cli/serve/alertOutlet.ts';
import { SEVERITIES, type Severity } from '../../../src/core/reading.ts';
import { alerts } from '../../../src/operators/alerts.ts';
import { spike } from '../../dashboard/verdicts.ts';
import { runOperator } from '../../support/runOperator.ts';

function alert(key: string, phase: ReportedAlert['phase'], severity: Severity = 'low'): ReportedAlert {
  const [began] = runOperator([spike(1, { key, severity })], alerts<number, number>());
  return { phase, incident: began!.incident };
}

/** A sink that accepts what it is sent, or never answers, with quiet hours up to 10 on its clock. */
function outletOf(routes: readonly Partial<AlertRoute>[], isUp = true) {
  const sent: string[] = [];
  const changed: (string | undefined)[] = [];
  const lines: string[] = [];
  let handlers: SinkHandlers | undefined;
  const clock = { now: 0 };
  const outlet = new AlertOutlet(
    {
      name: 'team',
      routes: routes.map((route) => ({ matches: () => true, isQuiet: () => false, ...route })),
      open: (given) => {
        handlers = given;
        return tap((each) => {
          sent.push(`${each.incident.key} ${each.phase}`);
          if (isUp) given.onSent(each, '200');
        });
      },
    },
    {
      log: (line) => lines.push(line),
      changed: (key) => changed.push(key),
      onProgress: () => {},
      now: () => clock.now,
    },
  );
  return { outlet, sent, changed, lines, clock, handlers: handlers! };
}

const atNight: Partial<AlertRoute> = { isQuiet: (now) => now < 10 };
const least = (severity: Severity): Partial<AlertRoute> => ({
  matches: ({ incident }) => SEVERITIES.indexOf(incident.severity) >= SEVERITIES.indexOf(severity),
});

describe('a sink of serve', () => {
  it('holds alerts in quiet hours and sends them afterwards, in order', () => {
    const { outlet, sent, clock, changed } = outletOf([atNight]);
    for (const phase of ['began', 'ended'] as const) outlet.offer(alert('a', phase), 'a');
    outlet.offer(alert('b', 'began'), 'b');
    outlet.release();
    expect(sent).toEqual([]);
    expect(outlet.waiting).toHaveLength(3);
    expect(changed).toEqual(['a', 'a', 'b']); // they are saved
    clock.now = 10;
    outlet.release();
    expect(sent).toEqual(['a began', 'a ended', 'b began']);
    expect(outlet.waiting).toEqual([]);
  });

  it('does not hold critical alerts, nor what was held of their incident', () => {
    const { outlet, sent } = outletOf([atNight]);
    outlet.offer(alert('a', 'began', 'critical'), 'a');
    outlet.offer(alert('b', 'began', 'low'), 'b');
    outlet.worsen(alert('b', 'began', 'high'), 'b');
    expect(sent).toEqual(['a began']);
    outlet.worsen(alert('b', 'began', 'critical'), 'b');
    outlet.offer(alert('b', 'ended', 'critical'), 'b');
    expect(sent).toEqual(['a began', 'b began', 'b ended']);
  });

  it('does not hold what a route takes that is not quiet', () => {
    const { outlet, sent } = outletOf([atNight, least('high')]);
    outlet.offer(alert('a', 'began', 'high'), 'a');
    outlet.offer(alert('b', 'began', 'low'), 'b');
    expect(sent).toEqual(['a began']);
  });

  it('is notified when an incident becomes severe enough, once, and of its end', () => {
    const { outlet, sent } = outletOf([least('high')]);
    outlet.offer(alert('a', 'began', 'low'), 'a');
    outlet.worsen(alert('a', 'began', 'medium'), 'a');
    expect(sent).toEqual([]);
    outlet.worsen(alert('a', 'began', 'high'), 'a');
    outlet.worsen(alert('a', 'began', 'critical'), 'a');
    outlet.offer(alert('a', 'ended', 'critical'), 'a');
    outlet.offer(alert('b', 'ended', 'low'), 'b');
    expect(sent).toEqual(['a began', 'a ended']);
  });

  it('takes an update of a group that it did not know of for its beginning', () => {
    const { outlet, sent } = outletOf([{}]);
    outlet.offer(alert('a', 'updated'), 'a');
    outlet.offer(alert('a', 'updated'), 'a');
    outlet.remember(alert('b', 'began'), 'b');
    outlet.offer(alert('b', 'updated'), 'b');
    expect(sent).toEqual(['a began', 'a updated', 'b updated']);
  });

  it('holds no more than a thousand: the oldest is sent', () => {
    const { outlet, sent } = outletOf([atNight]);
    for (let n = 0; n <= 1000; n++) outlet.offer(alert(`${n}`, 'began'), `${n}`);
    expect(sent).toEqual(['0 began']);
    expect(outlet.waiting).toHaveLength(1000);
    outlet.releaseAll();
    expect(sent).toHaveLength(1001);
  });

  it('keeps what is not accepted, reports a failure once until there is an answer, and what is given up', () => {
    const { outlet, lines, handlers } = outletOf([{}], false);
    const began = alert('a', 'began');
    outlet.offer(began, 'a');
    expect(outlet.isSending).toBe(true);
    for (let n = 0; n < 2; n++)
      handlers.onRetry({ error: new Error('webhook: status 503'), count: n, wait: 1 });
    expect(outlet.isSending).toBe(false);
    expect(lines).toEqual([
      'team: webhook: status 503; the alert is kept and sent again until it is accepted',
    ]);
    handlers.onLost(outlet.waiting[0]!, new Error('webhook: status 410'));
    expect(lines[1]).toBe('team: an alert was given up: webhook: status 410');
    expect(outlet.waiting).toEqual([]);
  });
});
