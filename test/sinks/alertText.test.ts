import { describe, expect, it } from 'vitest';
import type { Alert, Value } from '../../src/core/reading.ts';
import { alerts } from '../../src/operators/alerts.ts';
import { alertJson } from '../../src/sinks/alertJson.ts';
import { alertMessage } from '../../src/sinks/alertMessage.ts';
import { alertText } from '../../src/sinks/alertText.ts';
import { toConsole } from '../../src/sinks/console/toConsole.ts';
import { spike, verdict } from '../dashboard/verdicts.ts';
import { runOperator } from '../support/runOperator.ts';

/** The end of an incident of `key` with so many flagged events from `first` on. */
function ended(key: string, first: number, events: number): Alert<number, number> {
  const verdicts = Array.from({ length: events + 20 }, (_, n) =>
    n < events
      ? spike(first + n, { key, value: 8 + first, startOfIncident: n === 0 })
      : verdict(first + n, { key }),
  );
  return runOperator(verdicts, alerts<number, number>()).at(-1)!;
}

describe('an alert of a group', () => {
  // `b` was reported first; `a`, which had begun before it, joined later.
  const [a, b] = [ended('a', 5, 2), ended('b', 9, 3)];
  const alert: Alert<number, number> = { ...b, group: [a.incident, b.incident] };

  it('speaks in all its parts of the stream that began first', () => {
    const { text, link } = alertMessage(alert, 'id', { publicUrl: 'https://example.org/' }, 0);
    expect(text.title).toMatch(/^2 streams, a first: high incidents ended, 13, expected/);
    expect(text.lines[0]).toContain('was 13');
    expect(link).toContain('#stream=a&');
    const json = alertJson(alert, 'id');
    expect(json).toMatchObject({ id: 'id', key: 'a', value: [13], count: 2 });
    expect(json.why).toContain('was 13');
    const lines: string[] = [];
    runOperator([alert], toConsole<number, number>({ write: (line) => lines.push(line) }));
    expect(lines[0]).toMatch(/ a: .*, 13, expected .*; with 1 more stream: b$/);
  });

  it('names the stream that was first in earlier groups, where there were any', () => {
    const usually = (...leads: { first: number; seen: number }[]): string | undefined =>
      alertText({ ...alert, leads }).lines.find((line) => line.startsWith('Usually'));
    expect(alertText(alert).lines.join()).not.toContain('Usually');
    expect(usually({ first: 0.4, seen: 2 }, { first: 0.6, seen: 2 })).toBe(
      'Usually first: b, 60 % by 2 earlier groups and this one',
    );
    expect(usually({ first: 0.75, seen: 1 }, { first: 0.25, seen: 1 })).toBe(
      'Usually first: a, 75 % by 1 earlier group and this one',
    );
    expect(usually({ first: 2 / 3, seen: 0 }, { first: 1 / 3, seen: 0 })).toBeUndefined();
    const { group } = alertJson({ ...alert, leads: [{ first: 0.4, seen: 2 }, { first: 0.6, seen: 2 }] }, 'id'); // biome-ignore format: a line
    expect(group!.incidents.map(({ key, first, seen }) => [key, first, seen])).toEqual([
      ['a', 0.4, 2],
      ['b', 0.6, 2],
    ]);
    expect(alertJson(alert, 'id').group!.incidents[0]).not.toHaveProperty('first');
  });

  it('has what ended an incident that no event has ended, as JSON', () => {
    const json = alertJson({ ...alert, group: [a.incident, { ...b.incident, endedBy: 'expired' }] }, 'id');
    expect(json).not.toHaveProperty('endedBy');
    expect(json.group!.incidents.map(({ endedBy }) => endedBy)).toEqual([undefined, 'expired']);
    const alone = { ...b, incident: { ...b.incident, endedBy: 'evicted' as const } };
    expect(alertJson(alone, 'id').endedBy).toBe('evicted');
  });

  it('counts the flagged events of all its streams, up to the end of the last', () => {
    const { lines } = alertText(alert);
    expect(lines[1]).toBe(
      'From 2023-11-14T22:13:25.000Z to 2023-11-14T22:13:31.000Z, 5 flagged events of all, score 0.900',
    );
  });
});

describe('an alert of several dimensions', () => {
  const wide = {
    ...{ value: [1, 2, 9], expected: [1, 2, 3], residual: [0, 0, 6] },
    ...{ lower: [0, 1, 2], upper: [2, 3, 4], attribution: [0.1, 0.1, 0.8] },
  };
  const [began] = runOperator([{ ...spike(1), ...wide } as never], alerts<number, Value>());

  it('names the dimension that it was flagged for', () => {
    const { title, lines } = alertText(began!, () => ['flow', 'level', 'vibration']);
    expect(title).toBe('pump: high incident began, vibration 9, expected 3 (2 to 4)');
    expect(lines[0]).toContain('“vibration”');
    expect(alertJson(began!, 'id', () => ['flow', 'level', 'vibration']).why).toContain('“vibration”');
  });

  it('has its number where no names are known', () => {
    expect(alertText(began!).title).toBe('pump: high incident began, dimension 3 9, expected 3 (2 to 4)');
  });
});
