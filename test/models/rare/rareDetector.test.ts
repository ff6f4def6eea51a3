import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { RareVerdict } from '../../../src/core/reading.ts';
import { explainIncident } from '../../../src/explain/explainIncident.ts';
import { IncidentMerger } from '../../../src/models/decision/incidentMerger.ts';
import { RareDetector } from '../../../src/models/rare/rareDetector.ts';
import type { DetectRareOptions } from '../../../src/models/rare/rareOptions.ts';
import { parseSnapshot } from '../../../src/models/snapshot/parseSnapshot.ts';
import type { State } from '../../../src/models/snapshot/state.ts';
import { forgeries } from '../../support/forgedStates.ts';
import { expectDamageRefused, expectRefused } from '../../support/snapshotChecks.ts';
import { expectSoundVerdict } from '../../support/soundVerdict.ts';

interface Event {
  readonly value: string;
  readonly time?: number;
}

const MINUTE = 60_000;

function detect(events: readonly Event[], options: DetectRareOptions<Event> = {}): RareVerdict<Event>[] {
  const detector = new RareDetector<Event>(options);
  return events.flatMap((event) => detector.process(event) ?? []);
}

/** Draws one of `size` categories, the k-th with a chance in proportion to `weight(k)`. */
function categories(random: Random, size: number, weight: (k: number) => number): () => string {
  const sums = new Float64Array(size);
  for (let k = 0, sum = 0; k < size; k++) {
    sum += weight(k + 1);
    sums[k] = sum;
  }
  return () => {
    const wanted = random.uniform() * sums[size - 1]!;
    let [low, high] = [0, size - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return `type ${low}`;
  };
}

describe('RareDetector', () => {
  it.each([
    ['5 categories, Zipf', 5, (k: number) => 1 / k],
    ['100 categories, Zipf', 100, (k: number) => 1 / k],
    ['1,000 categories, Zipf', 1000, (k: number) => 1 / k],
    ['1,000 categories, flat Zipf', 1000, (k: number) => k ** -0.7],
    ['100,000 categories, Zipf', 100_000, (k: number) => 1 / k],
    ['100,000 categories, steep Zipf', 100_000, (k: number) => k ** -2],
    ['geometric', 60, (k: number) => 0.8 ** k],
    ['all different', 10_000_000, () => 1],
  ])('has no more false alerts than the sensitivity allows: %s', (_, size, weight) => {
    const counts = { medium: 0, high: 0 };
    for (const sensitivity of ['medium', 'high'] as const) {
      for (const timeOfDay of [true, false]) {
        const draw = categories(new Random(7), Math.min(size, 200_000), weight);
        const events = Array.from({ length: 20_000 }, (_, n) => ({ value: draw(), time: MINUTE * n }));
        counts[sensitivity] += detect(events, { sensitivity, timeOfDay, repeat: 0, maxValues: 5000 }).filter(
          ({ isAnomaly }) => isAnomaly,
        ).length;
      }
    }
    // Expected at most 40 and 304 of 40,000; three standard deviations more are chance.
    expect(counts.medium).toBeLessThanOrEqual(59);
    expect(counts.high).toBeLessThanOrEqual(357);
  });

  it('comes near to that where the rarest categories together are as rare', () => {
    const draw = categories(new Random(3), 60, (k) => 0.8 ** k);
    const events = Array.from({ length: 40_000 }, () => ({ value: draw() }));
    const found = detect(events, { sensitivity: 'high', repeat: 0 }).filter(({ isAnomaly }) => isAnomaly);
    expect(found.length).toBeGreaterThan(152); // half of 76 per 10,000
    expect(found.length).toBeLessThan(357);
  });

  it('flags a new category once new ones are unusual, and not before', () => {
    const usual = (n: number): Event => ({ value: ['start', 'stop', 'ping'][n % 3]! });
    const events = Array.from({ length: 3000 }, (_, n) => usual(n));
    events[500] = { value: 'disk failure' };
    events[2500] = { value: 'fan failure' };
    const verdicts = detect(events);
    for (const verdict of verdicts) expectSoundVerdict(verdict);
    expect(verdicts.filter(({ isAnomaly }) => isAnomaly).map(({ rarity }) => rarity.category)).toEqual([
      'fan failure',
    ]);
    expect(verdicts[500]).toMatchObject({ warmingUp: true, rarity: { kind: 'new', count: 0, of: 500 } });
    expect(verdicts[500]!.rarity.chance).toBeCloseTo(1 / 501, 12);
    expect(verdicts[2500]).toMatchObject({
      startOfIncident: true,
      evidence: { channel: 'new', dimension: 0 },
      rarity: { chance: 2 / 2501, of: 2500, categories: 4, forgotten: 0 }, // one was as rare
    });
  });

  it('has an incident of a category once, but for as long as it is open', () => {
    const events = Array.from({ length: 6000 }, (_, n) => ({ value: n % 2 ? 'a' : 'b' }));
    for (const at of [3000, 3001, 3100, 3200, 5000]) events[at] = { value: 'new one' };
    const found = (repeat: number) =>
      detect(events, { repeat }).flatMap(({ isAnomaly, startOfIncident, suppressed }, at) =>
        isAnomaly || suppressed !== undefined ? [[at, startOfIncident, suppressed]] : [],
      );
    expect(found(1500)).toEqual([
      [3000, true, undefined],
      [3001, false, undefined],
      [3100, false, 'repeated'],
      [5000, true, undefined],
    ]);
    expect(found(0).map(([at]) => at)).toEqual([3000, 3001, 3100, 5000]); // the fourth of 3,200 is more than one of 1,000
  });

  it('knows what is usual at which time of the day, on local clocks', () => {
    const events: Event[] = [];
    for (let n = 0; n < 40 * 1440; n++) {
      const hour = Math.floor(n / 60) % 24;
      const isJob = n % 30 === 7 && hour < 3;
      events.push({ value: isJob ? 'backup' : n % 2 ? 'ping' : 'pong', time: MINUTE * n });
    }
    const noon = 39 * 1440 + 12 * 60;
    events[noon] = { value: 'backup', time: MINUTE * noon };
    const flagged = (options: DetectRareOptions<Event>) =>
      detect(events, options).filter(({ isAnomaly }) => isAnomaly);
    const [found, ...others] = flagged({});
    expect(others).toEqual([]);
    expect(found!.event).toBe(events[noon]);
    expect(found!.rarity).toMatchObject({
      kind: 'hours',
      hours: { from: 12, to: 15, timeZone: 'UTC', count: 0, of: 7020 },
    });
    expect(flagged({ timeOfDay: false })).toEqual([]);
    const [inTokyo] = flagged({ timeZone: 'Asia/Tokyo' });
    expect(inTokyo!.rarity.hours).toMatchObject({ from: 21, to: 24 });
  });

  it('keeps to its bounds, and says what it forgot', () => {
    const detector = new RareDetector<string>({ maxValues: 500, memory: 3000 });
    let last: RareVerdict<string> | undefined;
    for (let n = 0; n < 20_000; n++) {
      last = detector.process(`id ${n}`);
      expect(last!.rarity.categories).toBeLessThanOrEqual(500);
      expect(last!.isAnomaly).toBe(false);
    }
    expect(last!.rarity.forgotten).toBeGreaterThan(19_000);
    for (let n = 0; n < 20_000; n++) last = detector.process('same');
    expect(last!.rarity.of).toBeLessThan(3000);
    const long = 'x'.repeat(1000);
    const [first, second] = [detector.process(`${long}1`)!, detector.process(`${long}2`)!];
    expect(first.rarity.category).toMatch(/^x{180}… [\da-f]+$/);
    expect(second.rarity.category).not.toBe(first.rarity.category);
  });

  it('gets used to what has changed', () => {
    const draw = categories(new Random(2), 20, (k) => 1 / k);
    const events = Array.from({ length: 30_000 }, (_, n) => ({
      value: n < 15_000 ? draw() : `new ${draw()}`,
    }));
    const verdicts = detect(events, { memory: 10_000 });
    const flagged = (from: number, to: number) =>
      verdicts.slice(from, to).filter(({ startOfIncident }) => startOfIncident).length;
    expect(flagged(15_000, 15_020)).toBe(1);
    expect(flagged(20_000, 30_000)).toBe(0);
  });

  it('counts each key by itself, and reports what it cannot use', () => {
    const messages: string[] = [];
    const detector = new RareDetector<{ key: string; value: unknown; time?: unknown }>({
      value: ({ value }) => value as string,
      maxKeys: 2,
      onProblem: ({ message }) => messages.push(message),
    });
    for (let n = 0; n < 2500; n++) detector.process({ key: 'a', value: n % 3 });
    expect(detector.process({ key: 'b', value: 'odd' })).toMatchObject({ isAnomaly: false, key: 'b' });
    expect(detector.process({ key: 'a', value: 'odd' })).toMatchObject({ isAnomaly: true, key: 'a' });
    for (const value of [null, { a: 1 }, Number.NaN])
      expect(detector.process({ key: 'a', value })).toBeUndefined();
    expect(detector.process({ key: 'a', value: true, time: 'soon' })?.time).toBeUndefined();
    detector.process({ key: 'c', value: '1' });
    expect(messages).toEqual([
      'event 2502 of "a": expected a category, got none; left out',
      'event 2503 of "a": expected text, a number, true or false, got an object with a; left out',
      'event 2504 of "a": expected text, a number, true or false, got NaN; left out',
      'event 2505 of "a": expected a time, got "soon"; scored without a time',
      'event 2506: expected at most maxKeys (2) keys, got one more before the warm-up of "b" had ended; its model is dropped and flags nothing: raise maxKeys (--max-keys)',
    ]);
    expect([...detector.keys()]).toEqual(['a', 'c']);
  });

  it('suppresses by rules, and refuses wrong options', () => {
    const events = Array.from({ length: 3000 }, (_, n) => ({
      value: n === 2900 ? 'odd' : 'even',
      time: MINUTE * n,
    }));
    const suppress = [{ name: 'maintenance', between: { start: MINUTE * 2800 } }];
    expect(detect(events, { suppress })[2900]).toMatchObject({ isAnomaly: false, suppressed: 'maintenance' });
    const refused = (options: object) => () => new RareDetector(options as never);
    expect(refused({ memory: 10 })).toThrow('RareDetector: expected memory to be at least 1000, got 10');
    expect(refused({ threshold: 0.4, sensitivity: 'low' })).toThrow(/threshold to be left out/);
    expect(refused({ timeZone: 'Mars' })).toThrow(/timeZone to be the name of a time zone/);
    expect(refused({ suppress: [{}] })).toThrow(/suppress\[0\]/);
    expect(refused({ maxValue: 3 })).toThrow(/maxValue/);
  });

  it('continues from its state, bit for bit, and refuses what is none', () => {
    const draw = categories(new Random(5), 300, (k) => 1 / k);
    const events = Array.from({ length: 6000 }, (_, n) => ({
      key: n % 3 ? 'x' : undefined,
      value: `user ${draw()} did ${n % 7} things`,
      time: MINUTE * n,
    }));
    const options = { template: true, memory: 1000, maxValues: 50, sensitivity: 'high' as const };
    const whole = new RareDetector<(typeof events)[0]>(options);
    const half = new RareDetector<(typeof events)[0]>(options);
    const expected = events.map((event) => whole.process(event));
    for (const event of events.slice(0, 3000)) half.process(event);
    const resumed = new RareDetector<(typeof events)[0]>(options);
    resumed.restore(parseSnapshot(JSON.stringify(half.snapshot())));
    expect(events.slice(3000).map((event) => resumed.process(event))).toEqual(expected.slice(3000));
    expectDamageRefused(resumed, 60);
    expectRefused(new RareDetector({ ...options, maxValues: 49 }), resumed.snapshot(), /maxValues/);
  });

  it('never takes a state that is another and then fails', () => {
    const detector = new RareDetector<string>({ template: true });
    for (let n = 0; n < 60; n++) detector.process(`line ${'abc'[n % 3]} of ${'de'[n % 2]}`);
    const { state, ...rest } = detector.snapshot();
    for (const forged of forgeries(state as State)) {
      const other = new RareDetector<string>({ template: true });
      try {
        other.restore({ ...rest, state: forged.state });
      } catch (error) {
        expect((error as Error).message, forged.what).toMatch(/^snapshot/);
        continue;
      }
      for (let n = 0; n < 5; n++) expectSoundVerdict(other.process(`line a of ${n}`)!);
    }
  });

  it.each([
    [
      { value: 'odd' },
      'New: “odd” is none of the 4,000 events before; 1 in 4,001 events is as rare or rarer. One event flagged.',
    ],
    [
      { value: 'odd', time: 0 },
      'New: “odd” is none of the 4,000 events before; 1 in 2,001 events is as rare or rarer. One event flagged, at 1970-01-01 00:00 UTC.',
    ],
  ])('says in words what was rare: %o', (event, expected) => {
    const detector = new RareDetector<Event>();
    for (let n = 0; n < 4000; n++) detector.process({ value: n % 2 ? 'a' : 'b' });
    const merger = new IncidentMerger<Event, number>({ hold: 1, maxOpen: 1 });
    merger.add(detector.process(event)!);
    const [incident] = merger.flush();
    expect(explainIncident(incident!)).toMatchObject({ kind: 'new', channel: 'new', text: expected });
  });
});
