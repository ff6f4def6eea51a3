import { map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it, vi } from 'vitest';
import { alerts } from '../../src/operators/alerts.ts';
import { detectRare } from '../../src/operators/detectRare.ts';
import { incidents } from '../../src/operators/incidents.ts';
import { runOperator } from '../support/runOperator.ts';

describe('detectRare', () => {
  it('finds a new kind of line in a log, whose incidents are like those of other detectors', () => {
    const lines = Array.from({ length: 4000 }, (_, n) => `request ${n} of user${n % 90} took ${n % 17} ms`);
    lines[3500] = 'disk sda is failing';
    const verdicts = runOperator(lines, detectRare<string>({ template: true }));
    expect(verdicts).toHaveLength(4000);
    expect(verdicts[3]!.rarity.category).toBe('request <*> of user<*> took <*> ms');
    const [incident, ...others] = runOperator(verdicts, incidents());
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ kind: 'value', count: 1, channels: { new: 1 } });
    expect(runOperator(verdicts, alerts()).map(({ phase }) => phase)).toEqual(['began', 'ended']);
  });

  it('answers each event at once, but for those without a category, and passes errors on', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
      ({ cold, expectObservable }) => {
        const values = { a: 'a', b: 'b', n: null };
        const categories = (marbles: string) =>
          cold<string | null>(marbles, values).pipe(
            detectRare({ onProblem: 'silent' }),
            map(({ rarity, score }) => `${rarity.category} ${rarity.count} ${score}`),
          );
        expectObservable(categories('a-b-n-a|')).toBe('a-b---c|', { a: 'a 0 0', b: 'b 0 0', c: 'a 1 0' });
        expectObservable(categories('a-#')).toBe('a-#', { a: 'a 0 0' });
      },
    );
  });

  it('begins anew with each subscription, and warns of what it leaves out', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const operator = detectRare<string | undefined>();
    for (let n = 0; n < 2; n++)
      expect(runOperator([undefined, 'a', undefined], operator)[0]!.rarity.of).toBe(0);
    expect(warn.mock.calls[0]![0]).toMatch(/^detectRare: event 0: expected a category, got none; left out/);
    expect(warn.mock.calls[1]![0]).toBe('detectRare: 2 events had the problem missing');
    warn.mockRestore();
  });
});
