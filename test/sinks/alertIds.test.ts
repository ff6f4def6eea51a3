import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/core/reading.ts';
import { alerts } from '../../src/operators/alerts.ts';
import { alertIds } from '../../src/sinks/alertJson.ts';
import { spike, verdict } from '../dashboard/verdicts.ts';
import { runOperator } from '../support/runOperator.ts';

/** Both alerts of two incidents. */
function both(overrides: Parameters<typeof spike>[1] = {}): Alert<number, number>[] {
  const quiet = Array.from({ length: 15 }, (_, n) => verdict(n + 10, overrides));
  const events = [spike(1, overrides), ...quiet, spike(30, overrides), ...quiet];
  return runOperator(events, alerts<number, number>());
}

describe('the id of an alert', () => {
  it.each([['with times', {}] as const, ['without', { time: undefined }] as const])(
    'is the same for both of an incident and of no other, in a stream %s',
    (_, overrides) => {
      const ids = both(overrides).map(alertIds<number, number>());
      expect(ids[0]).toBe(ids[1]);
      expect(ids[2]).toBe(ids[3]);
      expect(new Set(ids).size).toBe(2);
    },
  );

  it('is the same in another run, and after the incident was put down as JSON', () => {
    const first = both().map(alertIds<number, number>());
    expect(both().map(alertIds<number, number>())).toEqual(first);
    const read = JSON.parse(JSON.stringify(both())) as Alert<number, number>[];
    expect(read.map(alertIds<number, number>())).toEqual(first);
  });

  it('is another one in another stream, or where the value was another', () => {
    const [id] = both().map(alertIds<number, number>());
    for (const other of [{ key: 'fan' }, { value: 9 }, { time: 5 }])
      expect(both(other).map(alertIds<number, number>())).not.toContain(id);
  });
});
