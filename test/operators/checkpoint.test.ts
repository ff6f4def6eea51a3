import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import {
  asyncScheduler,
  concatMap,
  config,
  delay,
  EMPTY,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  mergeMap,
  NEVER,
  type Observable,
  observeOn,
  of,
  retry,
  Subject,
  take,
  tap,
  throwError,
  toArray,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RxAnomalyError } from '../../src/core/errors.ts';
import { Random } from '../../src/core/random.ts';
import type { CheckpointStore } from '../../src/models/durable/checkpointStore.ts';
import type { DurableVerdict } from '../../src/models/durable/durableDetector.ts';
import { MemoryCheckpointStore } from '../../src/models/durable/memoryCheckpointStore.ts';
import { EmaForecaster } from '../../src/models/forecasters/emaForecaster.ts';
import { ZScoreScorer } from '../../src/models/scorers/zScoreScorer.ts';
import type { StreamDetectorOptions } from '../../src/models/streamDetectorOptions.ts';
import { checkpoint } from '../../src/operators/checkpoint.ts';
import type { CheckpointOptions } from '../../src/operators/checkpointOptions.ts';
import { detectAnomalies } from '../../src/operators/detectAnomalies.ts';
import { incidents } from '../../src/operators/incidents.ts';

interface Event {
  readonly key: string;
  readonly time: number;
  readonly value: number;
  readonly position: number;
}
type Detect = Omit<StreamDetectorOptions<Event, number>, 'clock' | 'onReturn'>;
type Options = Partial<Omit<CheckpointOptions<Event, number, number, DurableVerdict<Event, number>>, 'source'>>;

const SMALL: Detect = {
  forecaster: (dimensions) => new EmaForecaster({ dimensions }),
  scorer: (dimensions) => new ZScoreScorer({ dimensions }),
  warmUp: 20,
  threshold: 0.3,
  hold: 3,
};
/** Each state is taken as soon as there is something new. */
const OFTEN = 1e-9;

/** Keys that come and go, with spikes and shifts of level. */
function eventsOf(count: number, keys = 3, seed = 1): Event[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, position) => {
    const key = `k${random.below(keys)}`;
    const value = random.normal() + (random.uniform() < 0.05 ? 12 : 0);
    return { key, time: 60_000 * position, value, position };
  });
}

/** The events after a position, a few at a turn of the event loop. */
function after(events: readonly Event[], position = -1): Observable<Event> {
  return from(events.slice(position + 1)).pipe(
    concatMap((event) => (event.position % 7 === 0 ? of(event).pipe(observeOn(asyncScheduler)) : of(event))),
  );
}

function detection(
  store: CheckpointStore,
  events: readonly Event[],
  options: Options = {},
): Observable<DurableVerdict<Event, number>> {
  return checkpoint({
    store,
    every: OFTEN,
    detect: SMALL,
    ...options,
    source: (position: number | undefined) => after(events, position),
  });
}

/** What a process sees of a store: slow, and nothing of what it does takes effect after it was killed. */
function mortal(memory: MemoryCheckpointStore, random: Random): { store: CheckpointStore; kill: () => void } {
  let isAlive = true;
  const slowly = async <T>(act: () => Promise<T>): Promise<T> => {
    for (let turns = random.below(4); turns > 0; turns--) await setImmediate();
    return isAlive ? await act() : await new Promise<T>(() => {});
  };
  const store: CheckpointStore = {
    load: (name) => slowly(() => memory.load(name)),
    save: (name, state) => slowly(() => memory.save(name, state)),
    remove: (name) => slowly(() => memory.remove(name)),
  };
  return {
    store,
    kill: () => {
      isAlive = false;
    },
  };
}

/** Verdicts by the position of their event; a second one for the same event must be the same. */
class Sink {
  readonly lines: Map<number, string> = new Map();
  repeated = 0;

  add(verdict: DurableVerdict<Event, number>): void {
    const { position } = verdict.event;
    const line = JSON.stringify(verdict);
    if (this.lines.has(position)) {
      this.repeated++;
      expect(line).toBe(this.lines.get(position));
    }
    this.lines.set(position, line);
  }
}

async function uninterrupted(events: readonly Event[], detect: Detect = SMALL): Promise<Sink> {
  const sink = new Sink();
  await detection(new MemoryCheckpointStore(), events, { detect, every: 1e9 }).forEach((v) => sink.add(v));
  return sink;
}

beforeEach(() => {
  config.onUnhandledError = vi.fn();
});
afterEach(() => {
  expect(config.onUnhandledError).not.toHaveBeenCalled();
  config.onUnhandledError = null;
});

describe('checkpoint', () => {
  it('judges as detectAnomalies does, and merges as incidents does', async () => {
    const events = eventsOf(300);
    const verdicts = await lastValueFrom(detection(new MemoryCheckpointStore(), events).pipe(toArray()));
    const plain = verdicts.map(({ incident, ended, ...verdict }) => verdict);
    expect(plain).toEqual(await lastValueFrom(from(events).pipe(detectAnomalies(SMALL), toArray())));
    const merged = from(events).pipe(detectAnomalies(SMALL), incidents({ hold: 3 }), toArray());
    const whole = (await lastValueFrom(merged)).filter(({ open }) => !open);
    expect(whole.length).toBeGreaterThan(3);
    expect(verdicts.flatMap(({ ended }) => ended)).toEqual(whole);
    for (const { incident, isAnomaly, key } of verdicts) {
      expect(incident?.key).toBe(isAnomaly ? key : undefined);
      if (incident) expect(incident.last.isAnomaly).toBe(true);
    }
  });

  it('killed at any moments, gives what it would have given otherwise: none missing, none different', async () => {
    const events = eventsOf(200);
    const whole = await uninterrupted(events);
    const kills = fc.array(fc.nat({ max: 80 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(kills, fc.boolean(), fc.nat(), async (moments, isSlow, seed) => {
        const memory = new MemoryCheckpointStore();
        const random = new Random(seed);
        const sink = new Sink();
        const deliver = (verdicts: Observable<DurableVerdict<Event, number>>) =>
          verdicts.pipe(
            concatMap((verdict) => (isSlow ? of(verdict).pipe(observeOn(asyncScheduler)) : of(verdict))),
            tap((verdict) => sink.add(verdict)),
          );
        for (const moment of [...moments, Number.POSITIVE_INFINITY]) {
          const process = mortal(memory, random);
          const verdicts = detection(process.store, events, { deliver }).pipe(take(moment));
          await lastValueFrom(verdicts, { defaultValue: 0 });
          process.kill();
        }
        expect([...sink.lines].sort(([a], [b]) => a - b)).toEqual([...whole.lines]);
      }),
      { numRuns: 15 },
    );
  });

  it('killed with ever so many keys, whose models come and go, gives the same', async () => {
    const detect = { ...SMALL, maxKeys: 2 };
    const events = eventsOf(120, 6);
    const whole = await uninterrupted(events, detect);
    expect(whole.lines).toEqual((await uninterrupted(events)).lines); // nothing is forgotten
    const kills = fc.array(fc.nat({ max: 60 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(kills, fc.nat(), async (moments, seed) => {
        const memory = new MemoryCheckpointStore();
        const random = new Random(seed);
        const sink = new Sink();
        for (const moment of [...moments, Number.POSITIVE_INFINITY]) {
          const process = mortal(memory, random);
          const every = 4 * random.uniform() + OFTEN;
          const verdicts = detection(process.store, events, { detect, every }).pipe(
            tap((verdict) => sink.add(verdict)),
            take(moment),
          );
          await lastValueFrom(verdicts, { defaultValue: 0 });
          process.kill();
        }
        expect([...sink.lines].sort(([a], [b]) => a - b)).toEqual([...whole.lines]);
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
