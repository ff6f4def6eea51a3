import { describe, expect, it } from 'vitest';
import { atLeast } from '../../../src/models/rare/leastSeverity.ts';
import { RareDetector } from '../../../src/models/rare/rareDetector.ts';

describe('the least severity of a level', () => {
  it.each([
    ['low', 'FATAL', 'high'],
    ['low', 'critical', 'high'],
    ['critical', 'fatal', 'critical'],
    ['low', 'error', 'medium'],
    ['high', 'error', 'high'],
    ['low', 'warn', 'low'],
    ['low', undefined, 'low'],
    ['none', 'fatal', 'none'],
  ] as const)('%s, %s: %s', (severity, level, least) => {
    expect(atLeast(severity, level)).toBe(least);
  });

  it('is that of what is flagged, and changes nothing else', () => {
    const events = Array.from({ length: 1500 }, (_, n) => ({ value: n === 1400 ? 'boom' : 'ok' }));
    const run = (level?: (event: { value: string }) => string | undefined) => {
      const detector = new RareDetector<{ value: string }>(level === undefined ? {} : { level });
      return events.map((event) => detector.process(event)!);
    };
    const [plain, graded] = [run(), run(() => 'fatal')];
    expect(plain[1400]).toMatchObject({ isAnomaly: true, severity: 'low' });
    expect(graded).toEqual(plain.map((each) => (each.isAnomaly ? { ...each, severity: 'high' } : each)));
  });
});
