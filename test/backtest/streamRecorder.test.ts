import { describe, expect, it } from 'vitest';
import { type RecordedStream, StreamRecorder } from '../../src/backtest/streamRecorder.ts';
import { changeMark, sinceChange } from '../../src/charts/changeInWords.ts';
import { CHANGED_AT, changingStream } from '../support/changingStream.ts';

function recorded(key: string | undefined): RecordedStream {
  const recorder = new StreamRecorder('pump', ['flow']);
  for (const verdict of changingStream(key)) recorder.add(verdict);
  return recorder.finish(undefined);
}

describe('the change points of a recorded stream', () => {
  it('have the number of the record, whatever the key is', () => {
    for (const key of [undefined, 'a']) {
      const { changes = [] } = recorded(key);
      expect(changes).toHaveLength(1);
      expect(changes[0]).toMatchObject({ kind: 'level', record: CHANGED_AT, dimension: 0 });
      expect(changes[0]!.size).toBeCloseTo(10, 0);
    }
  });

  it('explain the incident that begins with them', () => {
    const [incident, ...others] = recorded(undefined).incidents;
    expect(others).toEqual([]);
    expect(incident?.first).toBe(CHANGED_AT);
    expect(incident?.reason?.what).toMatch(/ Has been so since: a new level, (19|20)\S* → (29|30)\S*\.$/);
    expect(incident?.reason?.text).toMatch(/ Has been so since: a new level/);
  });

  it('in words', () => {
    const sizes = { before: 20, after: 16.8, size: -3.2 };
    expect(changeMark({ kind: 'level', ...sizes })).toBe('level −3.2');
    expect(changeMark({ kind: 'slope', before: 0, after: 0.0213, size: 0.0213 })).toBe(
      'slope 0 → 0.0213 an event',
    );
    expect(changeMark({ kind: 'scale', before: 2, after: 5, size: 3 })).toBe('variation × 2.5');
    expect(changeMark({ kind: 'scale', before: 0, after: 5, size: 5 })).toBe('variation 0 → 5');
    expect(sinceChange({ kind: 'level', ...sizes })).toBe('Has been so since: a new level, 20 → 16.8.');
  });
});
