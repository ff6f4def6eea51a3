import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident, Severity, Verdict } from '../../src/core/reading.ts';
import { incidents } from '../../src/operators/incidents.ts';
import { testScheduler } from '../support/marbles.ts';
import { verdictOf } from '../support/records.ts';
import { runOperator } from '../support/runOperator.ts';

type V = Verdict<number, number>;

/** Verdicts from a line of text: a letter is a flagged event of that key (a capital begins an incident), a dot is none of 'a'. */
function verdictsOf(line: string): V[] {
  return [...line].map((mark, n) =>
    verdictOf(n, mark !== '.', {
      key: mark === '.' ? 'a' : mark.toLowerCase(),
      time: 1000 * n,
      startOfIncident: mark !== '.' && mark === mark.toUpperCase(),
    }),
  );
}

/** Each incident as key, first and last event and count. */
function spansOf(merged: readonly Incident<number, number>[]): string[] {
  return merged.map(({ key, first, last, count, open }) => {
    return `${key} ${first.event}-${last.event} ×${count}${open ? ' open' : ''}`;
  });
}

const spans = (line: string, options = {}): string[] =>
  spansOf(runOperator(verdictsOf(line), incidents(options)));

describe('incidents', () => {
  it('merges flagged events that follow each other', () => {
    expect(spans('.Aaa..', { hold: 2 })).toEqual(['a 1-3 ×3']);
  });

  it('continues over fewer than hold unflagged events', () => {
    expect(spans('Aa..a...', { hold: 3 })).toEqual(['a 0-4 ×3']);
    expect(spans('Aa..a..a', { hold: 3 })).toEqual(['a 0-7 ×4 open']);
    expect(spans('Aa...A...', { hold: 3 })).toEqual(['a 0-1 ×2', 'a 5-5 ×1']);
  });

  it('ends the old one where a verdict begins a new one', () => {
    expect(spans('Aa.Aa')).toEqual(['a 0-1 ×2', 'a 3-4 ×2 open']);
  });

  it('begins at a flagged event that came in the middle of one, too', () => {
    expect(spans('aa', {})).toEqual(['a 0-1 ×2 open']);
  });

  it('keeps keys apart', () => {
    expect(spans('AaBbaB..', { hold: 2 })).toEqual(['b 2-3 ×2', 'a 0-4 ×3', 'b 5-5 ×1 open']);
  });

  it('has no incident where nothing was flagged', () => {
    expect(spans('.....')).toEqual([]);
  });

  it('tells start, end, peak, count and the worst severity', () => {
    const grades: readonly (readonly [number, Severity])[] = [
      [0.6, 'low'],
      [0.8, 'high'],
      [0.8, 'high'],
      [0.7, 'medium'],
    ];
    const verdicts = grades.map(([score, severity], n) =>
      verdictOf(n, true, { score, severity, time: 60_000 * n, startOfIncident: n === 0 }),
    );
    expect(runOperator(verdicts, incidents())).toEqual([
      {
        kind: 'value',
        key: undefined,
        first: verdicts[0],
        last: verdicts[3],
        peak: verdicts[1],
        start: 0,
        end: 180_000,
        count: 4,
        severity: 'high',
        open: true,
      },
    ]);
  });

  it('has no times where the stream has none', () => {
    const [incident] = runOperator([verdictOf(0, true)], incidents());
    expect(incident).toMatchObject({ start: undefined, end: undefined });
  });

  it('ends the oldest when more than maxOpen are open', () => {
    expect(spans('ABCDa', { maxOpen: 2 })).toEqual([
      'a 0-0 ×1',
      'b 1-1 ×1',
      'c 2-2 ×1',
      'd 3-3 ×1 open',
      'a 4-4 ×1 open',
    ]);
  });

  it('emits in the frame of the verdict that ends it; what is open comes with the completion', () => {
    testScheduler().run(({ cold, expectObservable, expectSubscriptions }) => {
      const [A, a, dot] = verdictsOf('Aa.');
      const source = cold('A-a-.-.-A-|', { A, a, '.': dot });
      const merged = runOperator([A, a, dot, dot, A], incidents({ hold: 2 }));
      expectObservable(source.pipe(incidents({ hold: 2 }))).toBe('------x---(y|)', {
        x: merged[0],
        y: merged[1],
      });
      expectSubscriptions(source.subscriptions).toBe('^---------!');
    });
  });

  it('leaves out what was open when the source fails', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const [A] = verdictsOf('A');
      expectObservable(cold('A-#', { A }).pipe(incidents())).toBe('--#');
    });
  });

  it('counts every flagged event once, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...'AaBbCc..')),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        (marks, hold, maxOpen) => {
          const verdicts = verdictsOf(marks.join(''));
          const merged = runOperator(verdicts, incidents({ hold, maxOpen }));
          const flagged = verdicts.filter(({ isAnomaly }) => isAnomaly);
          expect(merged.reduce((sum, { count }) => sum + count, 0)).toBe(flagged.length);
          for (const { key, first, last, peak, start, end } of merged) {
            expect(first.event <= peak.event && peak.event <= last.event).toBe(true);
            expect([first.key, last.key, peak.key]).toEqual([key, key, key]);
            expect([start, end]).toEqual([first.time, last.time]);
          }
        },
      ),
    );
  });
});
