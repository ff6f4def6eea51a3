import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Verdict } from '../../../src/core/reading.ts';
import { FleetDetector } from '../../../src/models/fleet/fleetDetector.ts';
import type { FleetOptions, FleetPressure } from '../../../src/models/fleet/fleetOptions.ts';
import type { Snapshot } from '../../../src/models/snapshot/snapshot.ts';
import { throughText } from '../../support/observations.ts';
import { expectSoundVerdict } from '../../support/soundVerdict.ts';

interface Event {
  readonly key: string;
  readonly value: number | readonly number[] | null;
  readonly time?: number;
}
type Options = FleetOptions<Event, number>;

/** A fleet that learns often. */
const SMALL = { hidden: 4, window: 4, lags: 2, batchSize: 3, warmUp: 5 } as const;

function fleetOf(options: Options = {}): FleetDetector<Event, number> {
  return new FleetDetector<Event, number>({ ...SMALL, ...options }, 'fleet');
}

function run(events: readonly Event[], options: Options = {}): (Verdict<Event, number> | undefined)[] {
  const fleet = fleetOf(options);
  const verdicts = events.map((event) => fleet.process(event));
  fleet.dispose();
  return verdicts;
}

/** Readings of `keys` sensors in turn. */
function rounds(keys: number, length: number, seed = 1): Event[] {
  const random = new Random(seed);
  return Array.from({ length: keys * length }, (_, n) => {
    const [k, t] = [n % keys, Math.floor(n / keys)];
    const value = 10 * k + Math.sin((2 * Math.PI * t) / (20 + k)) + 0.1 * random.normal();
    return { key: `s${k}`, value, time: t * 60_000 };
  });
}

const anyEvents = fc.array(
  fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    value: fc.oneof({ weight: 9, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) }, fc.constant(null)),
  }),
  { maxLength: 150 },
);

describe.each(['reference', 'wasm'] as const)('a fleet on the %s engine', (engine) => {
  it('gives the same verdicts, bit for bit, however its events are batched', () => {
    fc.assert(
      fc.property(
        anyEvents,
        fc.integer({ min: 2, max: 300 }),
        fc.infiniteStream(fc.boolean()),
        (events, maxBatch, whims) => {
          const one = run(events, { engine, maxBatch: 1 });
          expect(run(events, { engine, maxBatch })).toEqual(one);
          const fleet = fleetOf({ engine, maxBatch: 1000 });
          const whimsical = events.map((event) => {
            if (whims.next().value) fleet.flush('wait');
            return fleet.process(event);
          });
          expect(whimsical).toEqual(one);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([2, 5, 300])('nor does it matter over many updates: batches of %i', (maxBatch) => {
    const random = new Random(9);
    const events = rounds(7, 60).filter(() => random.below(4) > 0); // keys go at paces of their own
    expect(run(events, { engine, maxBatch })).toEqual(run(events, { engine, maxBatch: 1 }));
  });

  it('continues bit for bit from a snapshot at any event, through text', () => {
    const events = rounds(5, 16);
    const through = run(events, { engine });
    for (let stop = 0; stop <= events.length; stop += 7) {
      const first = fleetOf({ engine });
      for (const event of events.slice(0, stop)) first.process(event);
      const second = fleetOf({ engine });
      second.process({ key: 'leftover', value: 5 });
      second.restore(throughText(first.snapshot()));
      expect(second.size).toBe(first.size);
      expect(events.slice(stop).map((event) => second.process(event))).toEqual(through.slice(stop));
    }
  });

  it('gives sound verdicts whatever comes, one for each event once its dimensions are known', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(null, 1e300, -1e300, 5e-324, 'n/a', [1, 2], undefined),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ key: fc.constantFrom('a', 'b'), value })), (events) => {
        const given = [{ key: 'first', value: 1 }, ...events] as Event[];
        const verdicts = run(given, { engine }) as Verdict<Event, number>[];
        expect(verdicts.map(({ event }) => event)).toEqual(given);
        for (const verdict of verdicts) expectSoundVerdict(verdict);
      }),
    );
  });
});

describe('keys', () => {
  it('touch each other in nothing but the weights: without updates each is as if alone', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const options = { engine: 'reference', batchSize: 1000 } as const;
        const together = run(events, options);
        for (const key of ['a', 'b', 'c', 'd', 'e']) {
          const own = events.filter((event) => event.key === key);
          // Alone, an event before the first value is left out: nobody knows its dimensions.
          if (own[0]?.value === null) continue;
          expect(together.filter((verdict) => verdict?.key === key)).toEqual(run(own, options));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('do share what was learnt: a new key profits from the others', () => {
    const wave = (t: number): number => Math.sin((2 * Math.PI * t) / 12);
    const error = (teachers: number): number => {
      const fleet = fleetOf({ hidden: 8, lags: 4, window: 8, batchSize: 8, engine: 'wasm' });
      for (let t = 0; t < 400; t++) {
        for (let k = 0; k < teachers; k++) fleet.process({ key: `s${k}`, value: wave(t + k) });
      }
      let sum = 0;
      for (let t = 0; t < 60; t++) {
        const verdict = fleet.process({ key: 'new', value: wave(t) });
        if (t >= 20) sum += Math.abs(verdict?.residual ?? 0) / 40;
      }
      fleet.dispose();
      return sum;
    };
    expect(error(20)).toBeLessThan(0.65 * error(0)); // which is soon as good as the last value
  });

  it('learn from every segment of every key: an update each time as many are full', () => {
    const fleet = fleetOf();
    const events = rounds(6, 22);
    for (const event of events) fleet.process(event);
    // A segment of 4 inputs is full when the fifth event tells its last target: 5 segments of each key in 22 events.
    expect(fleet.forecaster?.updates).toBe((6 * 5) / SMALL.batchSize);
    expect(fleet.forecaster?.droppedUpdates).toBe(0);
  });

  it('may have several dimensions, which must be alike', () => {
    const reported: string[] = [];
    const fleet = new FleetDetector<Event, readonly number[]>(
      { ...SMALL, onProblem: ({ message }) => reported.push(message) },
      'fleet',
    );
    fleet.process({ key: 'a', value: [1, 2] });
    const verdict = fleet.process({ key: 'b', value: 3 });
    expect(reported).toEqual(['event 1 of "b": expected 2 dimensions as before, got 3; imputed']);
    expect(verdict).toMatchObject({ imputed: true, attribution: [0.5, 0.5] });
  });
});

describe('nothing is known of an event before it came', () => {
  it('another event at t changes no verdict before t and no forecast up to t', () => {
    const events = rounds(4, 30);
    for (const t of [0, 1, 17, 60, 119]) {
      const [as, bs] = [events, events.with(t, { ...events[t], value: 99 })].map((stream) => run(stream));
      expect(bs.slice(0, t)).toEqual(as.slice(0, t));
      expect(bs[t]?.expected).toEqual(as[t]?.expected);
      expect([bs[t]?.lower, bs[t]?.upper]).toEqual([as[t]?.lower, as[t]?.upper]);
    }
  });

  it('gives the same bytes for the same seed and others for another', () => {
    const bytes = (seed: number): string => JSON.stringify(run(rounds(3, 40), { seed }));
    expect(bytes(1)).toBe(bytes(1));
    expect(bytes(1)).not.toBe(bytes(2));
  });
});

describe('keys that join and leave', () => {
  it('go in the order in which they were last seen', () => {
    const evicted: string[] = [];
    const events = ['a', 'b', 'c', 'a', 'd', 'e'].map((key) => ({ key, value: 1 }));
    run(events, { maxKeys: 3, onEvict: ({ key, reason }) => evicted.push(`${key} ${reason}`) });
    expect(evicted).toEqual(['b capacity', 'c capacity']);
  });

  it('go when they were idle too long', () => {
    const evicted: string[] = [];
    const at = (key: string, time: number): Event => ({ key, value: 1, time });
    const events = [at('a', 0), at('b', 50), at('c', 100), at('c', 101), at('b', 150), at('c', 202)];
    run(events, { idleTimeout: 100, onEvict: ({ key, reason }) => evicted.push(`${key} ${reason}`) });
    expect(evicted).toEqual(['a idle']);
  });

  it('ten thousand of them take no more room than are alive at a time', () => {
    const fleet = fleetOf({ maxKeys: 100 });
    let highest = 0;
    fleet.process({ key: 'first', value: 0 });
    const { engine } = fleet.forecaster!;
    for (let n = 0; n < 10_000; n++) {
      fleet.process({ key: `key ${n}`, value: n });
      highest = Math.max(highest, engine.size);
    }
    expect(fleet.size).toBe(100);
    expect(highest).toBe(100);
    const probe = engine.acquire();
    expect(probe).toBe(100);
  });

  it('come back as if they had never been away, when onReturn brings their snapshot', () => {
    const events = rounds(4, 40);
    const store = new Map<string | undefined, string>();
    const verdicts = run(events, {
      maxKeys: 1,
      onEvict: ({ key, snapshot }) => store.set(key, JSON.stringify(snapshot())),
      onReturn: (key) => (store.has(key) ? (JSON.parse(store.get(key)!) as Snapshot) : undefined),
    });
    expect(verdicts).toEqual(run(events));
  });

  it('start over without it', () => {
    const verdicts = run(rounds(2, 20), { maxKeys: 1 });
    expect(verdicts.every((verdict) => Number.isNaN(verdict?.expected))).toBe(true);
  });
});

describe('the queue', () => {
  function pressureOf(events: readonly Event[], options: Options = {}): FleetPressure[] {
    const reported: FleetPressure[] = [];
    const fleet = fleetOf({ ...options, onPressure: (pressure) => reported.push(pressure) });
    for (const event of events) {
      fleet.process(event);
      expect(fleet.queued).toBeLessThan(options.maxBatch ?? 256);
    }
    fleet.flush('end');
    return reported;
  }

  it('never holds more than maxBatch events: a full one is worked off at once', () => {
    const reported = pressureOf(rounds(10, 3), { maxBatch: 4, batchSize: 1000 });
    expect(reported.map(({ batch, cause }) => `${batch} ${cause}`)).toEqual([
      '4 full',
      '4 full',
      '4 full', // keys 8, 9, 0, 1: a key comes again only after its event was worked off
      '4 full',
      '4 full',
      '4 full',
      '4 full',
      '2 end',
    ]);
    expect(reported[0]).toEqual({ batch: 4, capacity: 4, waited: 0, cause: 'full', keys: 4, updates: 0 });
  });

  it('is worked off before a key comes again, so that order per key is kept', () => {
    const events = ['a', 'b', 'a', 'a', 'c'].map((key) => ({ key, value: 1 }));
    expect(pressureOf(events).map(({ batch, cause }) => `${batch} ${cause}`)).toEqual([
      '2 again',
      '1 again',
      '2 end',
    ]);
  });

  it('is worked off before the weights change', () => {
    const reported = pressureOf(rounds(2, 5), { batchSize: 2, window: 4 });
    expect(reported.at(-2)).toMatchObject({ cause: 'update', batch: 1, updates: 0 });
    expect(reported.at(-1)).toMatchObject({ cause: 'end', batch: 1, updates: 1 });
  });
});

describe('a snapshot', () => {
  it('of another configuration is refused, naming the difference', () => {
    const snapshot = fleetOf().snapshot();
    expect(() => fleetOf({ hidden: 5 }).restore(snapshot)).toThrow(
      expect.objectContaining({ code: 'BAD_SNAPSHOT', message: expect.stringContaining('config.hidden') }),
    );
  });

  it('of a key of other dimensions is refused', () => {
    let saved: Snapshot | undefined;
    const one = fleetOf({ maxKeys: 1, onEvict: ({ snapshot }) => (saved = snapshot()) });
    one.process({ key: 'a', value: 1 });
    one.process({ key: 'b', value: 1 });
    const two = new FleetDetector<Event, readonly number[]>({ ...SMALL, onReturn: () => saved }, 'fleet');
    expect(() => two.process({ key: 'a', value: [1, 2] })).not.toThrow(); // the first key settles the fleet
    const other = new FleetDetector<Event, readonly number[]>(
      { ...SMALL, onReturn: (key) => (key === 'a' ? saved : undefined) },
      'fleet',
    );
    other.process({ key: 'b', value: [1, 2] });
    expect(() => other.process({ key: 'a', value: [1, 2] })).toThrow(
      'snapshot of FleetMember: expected a key of 2 dimensions, got 1',
    );
  });
});

describe('prices', () => {
  it('come back as prices when their log-returns are modelled', () => {
    const random = new Random(2);
    const events = Array.from({ length: 400 }, (_, n) => ({
      key: `stock ${n % 2}`,
      value: (n % 2 === 0 ? 1000 : 3) * Math.exp(0.01 * random.normal()),
    }));
    const verdicts = run(events, { transform: 'logReturn' });
    for (const verdict of verdicts.slice(100)) {
      expect(Math.abs(Math.log((verdict?.expected ?? 0) / (verdict?.value ?? 1)))).toBeLessThan(0.1);
    }
  });
});
