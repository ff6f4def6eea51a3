import { concatMap, from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { ChangePoint } from '../../src/models/changes/changePoint.ts';
import { changePoints } from '../../src/operators/changePoints.ts';
import { CHANGED_AT, changingStream } from '../support/changingStream.ts';
import { testScheduler } from '../support/marbles.ts';
import { verdictOf } from '../support/records.ts';
import { runOperator } from '../support/runOperator.ts';

/** The change points of values of which the event `flagged` and those after it are flagged, as far as there are such. */
function found(values: readonly number[], flagged: number, events = 10): ChangePoint[] {
  const verdicts = values.map((value, n) => {
    const isFlagged = n >= flagged && n < flagged + events;
    return verdictOf(n, isFlagged, { value, time: 1000 * n, score: isFlagged ? 0.9 : 0.1 });
  });
  return runOperator(verdicts, changePoints());
}

const NEVER = 5000;

function series(of: (n: number, noise: number) => number, seed = 7): number[] {
  const random = new Random(seed);
  return Array.from({ length: 700 }, (_, n) => of(n, random.normal()));
}

describe('changePoints', () => {
  it('tells a level from how much to how much, when, and how sure it is', () => {
    const [change, ...more] = runOperator(changingStream('pump'), changePoints());
    expect(more).toEqual([]);
    expect(change).toMatchObject({ key: 'pump', kind: 'level', dimension: 0, time: 60_000 * CHANGED_AT });
    expect(change?.before).toBeCloseTo(20, 0);
    expect(change?.after).toBeCloseTo(30, 0);
    expect(change?.size).toBeCloseTo(change!.after - change!.before, 9);
    expect(change?.certainty).toBeGreaterThan(0.5);
    expect(change!.detectedAt! - change!.time!).toBe(60_000 * change!.eventsAgo);
  });

  it('tells a slope, in units of the value per event', () => {
    const [change] = found(
      series((n, noise) => noise + (n < 400 ? 0 : 0.2 * (n - 399))),
      420,
    );
    expect(change).toMatchObject({ kind: 'slope', dimension: 0 });
    expect(Math.abs(change!.time! / 1000 - 400)).toBeLessThan(15);
    expect(change?.before).toBeCloseTo(0, 1);
    expect(change?.after).toBeCloseTo(0.2, 1);
  });

  it('tells a scale, as the standard deviation', () => {
    const [change] = found(
      series((n, noise) => 50 + noise * (n < 400 ? 1 : 6)),
      402,
      60,
    );
    expect(change).toMatchObject({ kind: 'scale' });
    expect(Math.abs(change!.time! / 1000 - 400)).toBeLessThan(20);
    expect(change?.before).toBeGreaterThan(0.7);
    expect(change?.before).toBeLessThan(1.4);
    expect(change?.after).toBeGreaterThan(4);
    expect(change?.after).toBeLessThan(8.5);
  });

  it('tells that a cycle has another height, as a scale', () => {
    const height = (n: number): number => (n < 400 ? 2 : 8);
    const [change] = found(
      series((n, noise) => 50 + height(n) * Math.sin((2 * Math.PI * n) / 24) + 0.3 * noise),
      402,
      40,
    );
    expect(change).toMatchObject({ kind: 'scale' });
    expect(Math.abs(change!.time! / 1000 - 400)).toBeLessThan(30);
    expect(change!.after / change!.before).toBeGreaterThan(2.5);
  });

  it('finds a clear change that was not flagged, and calls it what it is', () => {
    const step = series((n, noise) => noise + (n < 400 ? 0 : 8));
    const [change, ...more] = found(step, NEVER);
    expect(more).toEqual([]);
    expect(change).toMatchObject({ kind: 'level', time: 400_000 });
  });

  it('finds nothing that comes back, and nothing in noise, whether it was flagged or not', () => {
    const glitch = series((n, noise) => noise + (n >= 400 && n < 410 ? 15 : 0));
    expect(found(glitch, 400)).toEqual([]);
    for (let seed = 1; seed <= 5; seed++) {
      const noise = series((_, each) => each, seed);
      expect(found(noise, 400)).toEqual([]);
      expect(found(noise, NEVER)).toEqual([]);
    }
  });

  it('leaves out what is less certain than asked for', () => {
    const of = (minCertainty: number) =>
      runOperator(changingStream('pump'), changePoints({ minCertainty })).map(({ certainty }) => certainty);
    expect(of(0.3)).toEqual([expect.closeTo(0.71, 2)]);
    expect(of(0.75)).toEqual([]);
  });

  it('keeps keys apart, and forgets the one idle longest beyond maxKeys', () => {
    const [a, b] = [changingStream('a'), changingStream('b')];
    const both = a.flatMap((verdict, n) => [verdict, b[n]!]);
    expect(runOperator(both, changePoints()).map(({ key }) => key)).toEqual(['a', 'b']);
    expect(runOperator(both, changePoints({ maxKeys: 1 }))).toEqual([]);
  });

  it('speaks at once, and passes errors and completion on', () => {
    testScheduler().run(({ cold, expectObservable }) => {
      const all = changingStream(undefined);
      const [point] = runOperator(all, changePoints());
      const source = cold('a-(b|)', { a: all.slice(0, 400), b: all.slice(400) });
      const isEarly = point!.detectedAt! < 60_000 * 400;
      const changes = source.pipe(
        concatMap((verdicts) => from(verdicts)),
        changePoints(),
      );
      expectObservable(changes).toBe(isEarly ? 'x-|' : '--(x|)', { x: point });
      expectObservable(
        cold('--#').pipe(
          concatMap(() => from(all)),
          changePoints(),
        ),
      ).toBe('--#');
    });
  });

  it('refuses wrong options', () => {
    expect(() => changePoints({ minCertainty: 1 })).toThrow(/minCertainty.*above 0, at most 0.8 .*got 1/);
    expect(() => changePoints({ maxKeys: 0 })).toThrow(/maxKeys/);
  });
});
