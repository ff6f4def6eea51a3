import { describe, expect, it } from 'vitest';
import { verdictFormat } from '../../../src/cli/output/verdictFormat.ts';
import { deliveredVerdict } from '../../../src/cli/worker/deliveredVerdict.ts';
import type { Value, Verdict } from '../../../src/core/reading.ts';
import type { Json } from '../../../src/models/snapshot/state.ts';
import { spike, verdict } from '../../dashboard/verdicts.ts';

/** Without its event, which is not delivered. */
const known = (made: Verdict<unknown, Value>): object => ({ ...made, event: undefined });

describe('deliveredVerdict', () => {
  const evidence = { channel: 'level', dimension: 0, direction: 1 } as const;
  const made: readonly Verdict<unknown, Value>[] = [
    verdict(3),
    { ...spike(4), evidence },
    { ...verdict(5), drift: 'level', suppressed: 'maintenance', key: undefined },
    {
      ...verdict(6),
      value: [1, Number.NaN],
      expected: [Number.NaN, 2],
      lower: [0, 0],
      upper: [3, 3],
      residual: [0, 0],
      attribution: [1, 0],
    },
    { ...verdict(7), time: undefined, value: Number.NaN, warmingUp: true },
  ] as const;

  it.each(made)('reads what the command delivers: %#', (given) => {
    const line = JSON.parse(verdictFormat('ndjson', ['value']).line(given)) as { [name: string]: Json };
    const read = deliveredVerdict({ position: 9, ...line, ...(given.evidence && { evidence }) });
    expect(read).toEqual({ verdict: known(given), ended: [] });
  });

  it.each(made)('reads what distribute delivers: %#', (given) => {
    const ended = [
      { kind: 'value', key: 'pump', endedBy: 'expired' },
      { kind: 'value', endedBy: 'x' },
    ];
    const json = JSON.parse(
      JSON.stringify({ position: '1-0/1', ...given, incident: undefined, ended }),
    ) as Json;
    expect(deliveredVerdict(json)).toEqual({
      verdict: known(given),
      ended: [
        { key: 'pump', endedBy: 'expired' },
        { key: undefined, endedBy: undefined },
      ],
    });
  });

  it.each([
    [null],
    ['x'],
    [{}],
    [[]],
    [{ value: 3 }],
    [{ ...verdict(3), score: 7 }],
    [{ ...verdict(3), time: 'soon' }],
  ])('refuses %j', (other) => {
    expect(() => deliveredVerdict(other as Json)).toThrow(expect.objectContaining({ code: 'BAD_SNAPSHOT' }));
  });
});
