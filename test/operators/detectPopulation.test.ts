import { map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.ts';
import type { Problem } from '../../src/core/reading.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { detectPopulation } from '../../src/operators/detectPopulation.ts';
import { incidents } from '../../src/operators/incidents.ts';
import { runOperator } from '../support/runOperator.ts';
import { SMALL } from '../support/series.ts';

interface Event {
  readonly key: string;
  readonly time: number;
  readonly value: number;
}

const MINUTE = 60_000;
const LENGTH = 900;

/** Twelve pumps under one load, which is a day and a random walk: they differ by their levels, and by noise of 0.3. */
function pumps(seed: number, fault: (pump: number, t: number) => number): Event[] {
  const random = new Random(seed);
  const levels = Array.from({ length: 12 }, () => random.normal());
  let load = 0;
  const events: Event[] = [];
  for (let t = 0; t < LENGTH; t++) {
    load = 0.98 * load + 0.6 * random.normal();
    const common = 50 + load + 5 * Math.sin((2 * Math.PI * t) / 288);
    levels.forEach((level, pump) => {
      const value = common + level + 0.3 * random.normal() + fault(pump, t);
      events.push({ key: `p${pump}`, time: MINUTE * (t + 0.8 * random.uniform()), value });
    });
  }
  return events.toSorted((a, b) => a.time - b.time);
}

/** How many windows of each pump were flagged, from one on. */
function flagged(
  verdicts: readonly { key: string | undefined; time: number | undefined; isAnomaly: boolean }[],
  from = 0,
) {
  const found: Record<string, number> = {};
  for (const { key = '', time = 0, isAnomaly } of verdicts)
    if (isAnomaly && time >= from * MINUTE) found[key] = (found[key] ?? 0) + 1;
  return found;
}

describe('detectPopulation', () => {
  it('finds the pump that changes against its peers, which its own stream does not show', () => {
    const events = pumps(1, (pump, t) => (pump === 4 && t >= 700 ? 2 : 0));
    const verdicts = runOperator(events, detectPopulation<Event>({ every: '1m' }));
    expect(verdicts).toHaveLength(12 * (LENGTH - 1));
    const found = flagged(verdicts, 700);
    expect(found.p4).toBeGreaterThan(3);
    const onset = verdicts.find(
      ({ key, isAnomaly, time = 0 }) => key === 'p4' && isAnomaly && time >= 700 * MINUTE,
    );
    expect(onset!.time! / MINUTE).toBeLessThanOrEqual(703);
    const others = Object.entries(flagged(verdicts)).filter(([key]) => key !== 'p4');
    expect(others.reduce((sum, [, count]) => sum + count, 0)).toBeLessThan(40); // of 9,900
    expect(flagged(runOperator(events, detectAnomalies<Event>()), 700).p4 ?? 0).toBe(0);
  });

  it('flags the odd pump, not the eleven others, however different their levels are', () => {
    const events = pumps(5, (pump, t) => 20 * pump + (pump === 6 && t >= 600 && t < 660 ? -70 : 0));
    const verdicts = runOperator(events, detectPopulation<Event>({ every: '1m', outlier: false }));
    const { p6, ...others } = flagged(verdicts, 600);
    expect(p6).toBeGreaterThan(50);
    expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBeLessThan(10); // of 3,289
  });

  it('finds the pump that is odd from the beginning on, as one incident', () => {
    const events = pumps(2, (pump) => (pump === 2 ? 40 : 0));
    const verdicts = runOperator(events, detectPopulation<Event>({ every: MINUTE }));
    const own = verdicts.filter(({ key }) => key === 'p2');
    expect(own.slice(0, 10).some(({ isAnomaly }) => isAnomaly)).toBe(false);
    const rest = own.slice(10);
    expect(
      rest.every(({ isAnomaly, score, severity }) => isAnomaly && score >= 0.5 && severity !== 'none'),
    ).toBe(true);
    expect(rest.filter(({ startOfIncident }) => startOfIncident)).toHaveLength(1);
    expect(runOperator(own, incidents())).toHaveLength(1);
    expect(own.at(-1)?.peers).toMatchObject({ count: 11, isOutlier: true });
    const without = runOperator(events, detectPopulation<Event>({ every: MINUTE, outlier: false }));
    expect(flagged(without).p2 ?? 0).toBeLessThan(20);
  });

  it('has deviations as values, the last event of the window, and its median to add', () => {
    const events = Array.from({ length: 40 }, (_, n) => ({
      ...{ id: n % 5, at: 1000 * Math.floor(n / 5) + 100 * (n % 5), bar: (n % 5) + (n >= 20 ? 100 : 0) },
    }));
    const operator = detectPopulation({
      ...{ every: 1000, ...SMALL },
      value: ({ bar }: (typeof events)[0]) => bar,
      time: ({ at }) => at,
      key: ({ id }) => id,
    });
    const verdicts = runOperator(events, operator);
    expect(verdicts).toHaveLength(35);
    const last = verdicts.filter(({ key }) => key === '4').at(-1)!;
    expect(last).toMatchObject({
      value: 2,
      time: 6000,
      event: events[34],
      peers: { count: 4, median: [102] },
    });
  });

  it('compares streams of a group only, and none with too few peers', () => {
    const events = pumps(3, () => 0).slice(0, 1200);
    const pairs = runOperator(
      events,
      detectPopulation<Event>({
        every: '1m',
        group: ({ key }) => (key === 'p1' || key === 'p2' ? 'b' : 'a'),
        onProblem: 'silent',
      }),
    );
    const own = pairs.filter(({ key }) => key === 'p1');
    expect(own.every(({ imputed, isAnomaly }) => imputed && !isAnomaly)).toBe(true);
    expect(new Set(own.map(({ peers }) => peers.count))).toEqual(new Set([1]));
    expect(pairs.find(({ key }) => key === 'p5')?.peers.count).toBe(9);
  });

  it('reports what is late or unreadable, and refuses options without effect', () => {
    const problems: Problem<Event>[] = [];
    const events = pumps(4, () => 0).slice(0, 240);
    events.splice(200, 0, { key: 'p0', time: 0, value: 1 }, { key: 'p0', time: Number.NaN, value: 1 });
    runOperator(
      events,
      detectPopulation<Event>({ every: '1m', onProblem: (problem) => problems.push(problem as never) }),
    );
    expect(problems.map(({ kind, index }) => [kind, index])).toEqual([
      ['timeBackwards', 200],
      ['badTime', 201],
    ]);
    const call = (options: object) => () => detectPopulation({ every: 1, ...options } as never);
    expect(call({ every: 0 })).toThrow(
      "detectPopulation: expected every to be a time of 1 millisecond or more such as '1m'",
    );
    expect(call({ minPeers: 3 })).toThrow(
      'detectPopulation: expected minPeers to be an integer of 4 or more, got 3',
    );
    expect(call({ outlier: -1 })).toThrow(
      'detectPopulation: expected outlier to be a positive number, got -1',
    );
    expect(call({ transform: 'logReturn' })).toThrow('detectPopulation: expected transform to be left out');
    expect(call({ value: 'v' })).toThrow('detectPopulation: expected value to be a function, got "v"');
    expect(call({ sensitivty: 'high' })).toThrow(/detectPopulation: .*sensitivty/);
  });

  it('reports streams that have too few peers', () => {
    const problems: Problem<Event>[] = [];
    const events = pumps(1, () => 0).filter(({ key, time }) => key < 'p3' && time < 3 * MINUTE); // p0, p1, p10, p11, p2
    const few = events.filter(({ key }) => key !== 'p2');
    const detect = (all: readonly Event[]) =>
      runOperator(
        [...all],
        detectPopulation<Event>({ every: '1m', onProblem: (problem) => problems.push(problem as never) }),
      );
    expect(detect(events).every(({ imputed }) => !imputed)).toBe(true);
    expect(problems).toEqual([]);
    expect(detect(few).every(({ imputed }) => imputed)).toBe(true);
    expect(problems).toHaveLength(4 * 2);
    expect(problems[0]).toMatchObject({ kind: 'missing', key: few[0]!.key, event: { key: few[0]!.key } });
    expect(problems[0]!.message).toMatch(
      /^event \d+ of "p\d+": expected 4 peers in the window of 1970-01-01T00:00:00.000Z, got 3; not compared$/,
    );
  });

  it('speaks when a window has ended for the group, and passes errors on at once', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(
      ({ cold, expectObservable }) => {
        const event = (key: string, time: number): Event => ({ key, time, value: 1 });
        const values = { a: event('a', 0), b: event('b', 5), c: event('a', 10) };
        const named = (marbles: string) =>
          cold(marbles, values).pipe(
            detectPopulation<Event>({ every: 10, ...SMALL, onProblem: 'silent' }),
            map(({ key, time }) => `${key} ${time}`),
          );
        expectObservable(named('a-b-c---|')).toBe('----(xy)|', {
          x: 'a 0',
          y: 'b 0',
        });
        expectObservable(named('a-#')).toBe('--#');
        expectObservable(named('a-b|')).toBe('---|');
      },
    );
  });
});
