import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RareDetector } from '../../../src/models/rare/rareDetector.ts';
import type { DetectRareOptions } from '../../../src/models/rare/rareOptions.ts';
import { parseSnapshot } from '../../../src/models/snapshot/parseSnapshot.ts';

interface Event {
  readonly key: string;
  readonly value: string;
  readonly time?: number;
}

const word = fc.constantFrom('a', 'b', 'c', 'x', '1', '23');
const line = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
const event = fc.record({
  key: fc.constantFrom('k', 'l', 'm'),
  value: line,
  time: fc.option(fc.integer({ min: 0, max: 2e9 }), { nil: undefined }),
});

describe('RareDetector, cut anywhere', () => {
  it.each<[string, DetectRareOptions<Event>]>([
    ['categories', { threshold: 0.1 }],
    ['lines', { template: true, threshold: 0.1, maxValues: 6, repeat: 5 }],
    ['more keys than are remembered', { template: true, threshold: 0.05, maxKeys: 2 }],
  ])('gives the verdicts of the whole stream: %s', (_, more) => {
    const options = { ...more, onProblem: 'silent' as const };
    fc.assert(
      fc.property(
        fc.array(event as fc.Arbitrary<Event>, { minLength: 1, maxLength: 120 }),
        fc.array(fc.nat(120), { maxLength: 4 }),
        (events, cuts) => {
          const whole = new RareDetector<Event>(options);
          let part = new RareDetector<Event>(options);
          events.forEach((each, at) => {
            if (cuts.includes(at)) {
              const saved = JSON.stringify(part.snapshot());
              part = new RareDetector<Event>(options);
              part.restore(parseSnapshot(saved));
            }
            expect(part.process(each)).toEqual(whole.process(each));
          });
          expect([...part.keys()]).toEqual([...whole.keys()]);
        },
      ),
    );
  });
});
