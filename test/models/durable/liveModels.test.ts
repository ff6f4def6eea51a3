import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.ts';
import type { Feedback } from '../../../src/models/decision/feedback.ts';
import { MemoryCheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import { DurableDetector } from '../../../src/models/durable/durableDetector.ts';
import type { DurableVerdict } from '../../../src/models/durable/durableState.ts';
import { PART_SIZE } from '../../../src/models/durable/liveModels.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { ZScoreScorer } from '../../../src/models/scorers/zScoreScorer.ts';
import { type Snapshot, seal } from '../../../src/models/snapshot/snapshot.ts';
import { fields } from '../../../src/models/snapshot/state.ts';

interface Event {
  readonly key: string;
  readonly value: number;
}

type Durable = DurableDetector<Event, number>;

let runs = 0;

function open(store: MemoryCheckpointStore, maxKeys = 1000): Promise<Durable> {
  return DurableDetector.open<Event, number>(
    'test',
    {
      forecaster: (dimensions) => new EmaForecaster({ dimensions }),
      scorer: (dimensions) => new ZScoreScorer({ dimensions }),
      warmUp: 5,
      threshold: 0.3,
      hold: 3,
      maxKeys,
    },
    { store, name: 'test', config: null, run: `run ${++runs}` },
  );
}

/** Events of so many keys; an earlier key comes more often than a later one. */
function eventsOf(count: number, keys: number, seed = 1): Event[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const key = `k${random.below(1 + random.below(keys))}`;
    return { key, value: random.normal() + (random.uniform() < 0.05 ? 12 : 0) };
  });
}

/** One event of each key. */
function roundOf(keys: number): Event[] {
  return Array.from({ length: keys }, (_, k) => ({ key: `k${k}`, value: k }));
}

type Verdict = DurableVerdict<Event, number> | undefined;

async function detect(detector: Durable, events: readonly Event[], from = 0): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const [k, event] of events.entries()) {
    for (let pending = detector.fetch(event); pending !== undefined; pending = detector.fetch(event))
      await pending;
    verdicts.push(detector.process(event, () => from + k + 1));
  }
  return verdicts;
}

/** A store that notes what is saved, and fails when it is asked to. */
class NotingStore extends MemoryCheckpointStore {
  readonly saved: string[] = [];
  /** Returns whether the save fails, and whether it is done all the same. */
  fails: (name: string) => 'before' | 'after' | undefined = () => undefined;
  previous: Snapshot | undefined;

  override async save(name: string, state: Snapshot): Promise<void> {
    const failure = this.fails(name);
    if (failure !== 'before') {
      this.saved.push(name);
      if (name === 'test') this.previous = await this.load(name);
      await super.save(name, state);
    }
    if (failure !== undefined) throw new Error('no space left');
  }

  /** What is loaded instead of what was saved. */
  readonly spoilt: Map<string, Snapshot> = new Map();

  override async load(name: string): Promise<Snapshot | undefined> {
    return this.spoilt.get(name) ?? (await super.load(name));
  }

  get parts(): readonly string[] {
    return this.names.filter((name) => name.startsWith('test/#')).sort();
  }
}

/** One that has the state before the newest one too. */
class FallingBackStore extends NotingStore {
  readonly damages: string[] = [];

  async loadPrevious(_: string, damage: unknown): Promise<Snapshot | undefined> {
    this.damages.push((damage as Error).message);
    return this.previous;
  }
}

const KEYS = 3 * PART_SIZE + 10;

/** The first state is saved, though the store says that it was not; two later ones are not. */
const FAILING_FIRST = [
  { count: 151, act: 'fail late', maxKeys: 106 } as const,
  { count: 85, act: 'fail', maxKeys: 1000 } as const,
  { count: 8, act: 'fail', maxKeys: 1000 } as const,
  { count: 112, act: 'break off', maxKeys: 37 } as const,
];

describe('the models of a durable detector', () => {
  it('are saved as they were when the state was captured, while events go on', async () => {
    const before = eventsOf(600, KEYS, 1);
    const after = eventsOf(900, KEYS, 2);
    const store = new MemoryCheckpointStore();
    const busy = await open(store);
    const first = await detect(busy, before);
    const rest = after[Symbol.iterator]();
    const second: Verdict[] = [];
    const turn = async (): Promise<void> => {
      for (const { value: event } of [rest.next(), rest.next()]) {
        if (event !== undefined) second.push(busy.process(event, () => 'later'));
      }
    };
    const save = busy.capture();
    await turn(); // before the save has begun
    await save(turn);
    expect(second.length).toBeGreaterThan(KEYS);
    const resumed = await open(store);
    expect(resumed.position).toBe(600);
    expect((await detect(resumed, after.slice(0, second.length))).map(withoutIncident)).toEqual(
      second.map(withoutIncident),
    );
    const alone = await open(new MemoryCheckpointStore());
    expect(await detect(alone, before)).toEqual(first);
  });

  it('give the same whenever a run is broken off, let go and brought back in between', async () => {
    const events = eventsOf(700, 2 * KEYS, 3);
    const whole = await detect(await open(new MemoryCheckpointStore()), events);
    const steps = fc.array(
      fc.record({
        count: fc.integer({ min: 1, max: 300 }),
        act: fc.constantFrom('save', 'save', 'fail', 'fail late', 'break off'),
        maxKeys: fc.constantFrom(PART_SIZE + 5, KEYS, 1000),
      }),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (each) => {
        const store = new FallingBackStore();
        let detector = await open(store);
        let at = 0;
        for (const { count, act, maxKeys } of each) {
          const verdicts = await detect(detector, events.slice(at, at + count), at);
          expect(verdicts).toEqual(whole.slice(at, at + count));
          at += verdicts.length;
          if (act === 'break off') {
            await detector.close();
            detector = await open(store, maxKeys);
            at = Number(detector.position ?? 0);
            continue;
          }
          const isFailing = act !== 'save';
          const when = act === 'fail' ? 'before' : 'after';
          store.fails = (name) => (isFailing && name === 'test' ? when : undefined);
          await detector
            .capture()()
            .catch(() => {});
          store.fails = () => undefined;
        }
        expect(await detect(detector, events.slice(at), at)).toEqual(whole.slice(at));
      }),
      { numRuns: 40, examples: [[FAILING_FIRST]] },
    );
  });

  it('are written again only where they have changed', async () => {
    const store = new NotingStore();
    const detector = await open(store);
    await detect(detector, roundOf(KEYS));
    await detector.capture()();
    expect(store.saved).toEqual(['test/#0', 'test/#1', 'test/#2', 'test']);
    store.saved.length = 0;
    await detect(detector, roundOf(3));
    await detector.capture()();
    expect(store.saved).toEqual(['test']); // a few are kept with the state itself
    expect(JSON.stringify(await store.load('test')).length).toBeLessThan(
      JSON.stringify(await store.load('test/#0')).length,
    );
    store.saved.length = 0;
    await detect(detector, roundOf(PART_SIZE));
    await detector.capture()();
    expect(store.saved).toEqual(['test/#3', 'test']);
    const resumed = await open(store);
    expect(resumed.events).toBe(detector.events);
    const again = roundOf(KEYS);
    expect(await detect(resumed, again)).toEqual(await detect(detector, again));
  });

  it('take no more room in the store than two states need, however often they are saved', async () => {
    const store = new NotingStore();
    let detector = await open(store);
    for (let round = 0; round < 30; round++) {
      await detect(detector, round % 3 === 0 ? roundOf(KEYS) : eventsOf(60, KEYS, round));
      if (round % 10 === 4) store.fails = (name) => (name === 'test' ? 'after' : undefined);
      await detector
        .capture()()
        .catch(() => {});
      store.fails = () => undefined;
      if (round % 7 !== 6) continue;
      await detector.close();
      detector = await open(store);
    }
    for (let k = 0; k < 3; k++) {
      await detect(detector, roundOf(1));
      await detector.capture()();
    }
    expect(store.parts.length).toBeLessThanOrEqual(8);
  });

  it('come from the state before it where a part is damaged; where that is too, the error names their keys', async () => {
    const events = eventsOf(800, KEYS, 4);
    const whole = await detect(await open(new MemoryCheckpointStore()), events);
    for (const damage of ['missing', 'damaged', 'of another state'] as const) {
      const store = new FallingBackStore();
      const detector = await open(store);
      await detect(detector, events.slice(0, 300));
      await detector.capture()();
      await detect(detector, events.slice(300, 600), 300);
      await detector.capture()();
      const spoil = async (part: string): Promise<void> => {
        if (damage === 'missing') await store.remove(part);
        else if (damage === 'of another state')
          store.spoilt.set(part, seal('ModelPart', 1, null, { id: 'x', slot: 0 }));
        else store.spoilt.set(part, { ...(await store.load(part))!, state: [] });
      };
      await spoil(store.parts.at(-1)!);
      const resumed = await open(store);
      expect(store.damages).toEqual([
        expect.stringMatching(/^the models of "k\d+", "k\d+", "k\d+" and \d+ more cannot be read: /),
      ]);
      expect(resumed.position).toBe(300);
      expect(await detect(resumed, events.slice(300), 300)).toEqual(whole.slice(300));
      store.spoilt.clear();
      await resumed.capture()();
      expect((await open(store)).position).toBe(800);
      for (const part of store.parts) await spoil(part);
      store.previous = undefined;
      await expect(open(store)).rejects.toThrow(/^checkpoint test: the models of "k\d+", .* start afresh$/);
    }
  });

  it('are refused where the state has no such lists, though its checksum is right', async () => {
    const store = new NotingStore();
    const detector = await open(store);
    await detect(detector, roundOf(PART_SIZE + 1));
    await detector.capture()();
    const saved = (await store.load('test'))!;
    const state = fields(saved.state);
    for (const name of ['keys', 'slots', 'lastSeen', 'parts', 'streams']) {
      for (const wrong of [null, 7, {}, Uint8Array.of(1), [null]] as const) {
        if (Array.isArray(wrong) && name !== 'streams' && name !== 'keys') continue; // what is in them has no form
        const models = { ...fields(state.models), [name]: wrong };
        store.spoilt.set('test', seal(saved.kind, saved.version, saved.config, { ...state, models }));
        await expect(open(store), name).rejects.toMatchObject({ code: 'BAD_SNAPSHOT' });
      }
    }
  });

  it('refuse to be resumed by another configuration when they are opened, not at some later event', async () => {
    const store = new MemoryCheckpointStore();
    const detector = await open(store);
    await detect(detector, roundOf(KEYS));
    await detector.capture()();
    const other = DurableDetector.open<Event, number>(
      'test',
      { warmUp: 5, threshold: 0.3, hold: 3, forecaster: (dimensions) => new EmaForecaster({ dimensions }) },
      { store, name: 'test', config: null, run: 'other' },
    );
    await expect(other).rejects.toThrow(
      /^checkpoint test: the model of "k0" cannot be resumed: .* start afresh$/,
    );
  });

  it('are captured before feedback changes them, and after', async () => {
    const store = new MemoryCheckpointStore();
    const detector = await open(store);
    for (let round = 0; round < 20; round++) await detect(detector, roundOf(2));
    const range = [[-100, 100]] as const;
    const feedback: Feedback = { kind: 'normal', key: 'k1', value: range, residual: range, score: 0.9 };
    const spike = { key: 'k1', value: 50 };
    const save = detector.capture();
    await detector.takeFeedback(feedback);
    await save();
    expect((await open(store)).process(spike, () => null)).toMatchObject({ isAnomaly: true });
    await detector.capture()();
    expect((await open(store)).process(spike, () => null)).toMatchObject({ suppressed: 'feedback' });
  });
});

/** Of what is saved later than the state the incidents are another run's. */
function withoutIncident(verdict: Verdict): unknown {
  if (verdict === undefined) return undefined;
  const { incident: _, ended: __, ...rest } = verdict;
  return rest;
}
