import { setImmediate, setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import {
  asyncScheduler,
  concatMap,
  config,
  EMPTY,
  firstValueFrom,
  from,
  lastValueFrom,
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
import { RxAnomalyError } from '../../../src/core/errors.ts';
import { Random } from '../../../src/core/random.ts';
import type { CheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import { MemoryCheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import type { DurableVerdict } from '../../../src/models/durable/durableState.ts';
import { EmaForecaster } from '../../../src/models/forecasters/emaForecaster.ts';
import { ZScoreScorer } from '../../../src/models/scorers/zScoreScorer.ts';
import type { Snapshot } from '../../../src/models/snapshot/snapshot.ts';
import type { StreamDetectorOptions } from '../../../src/models/streamDetectorOptions.ts';
import { detectAnomalies } from '../../../src/operators/detectAnomalies.ts';
import { checkpoint } from '../../../src/operators/durable/checkpoint.ts';
import type { CheckpointOptions } from '../../../src/operators/durable/checkpointOptions.ts';
import { incidents } from '../../../src/operators/incidents.ts';

interface Event {
  readonly key: string;
  readonly time: number;
  readonly value: number;
  readonly position: number;
}
type Detect = Omit<StreamDetectorOptions<Event, number>, 'clock' | 'onReturn'>;
type Options = Partial<
  Omit<CheckpointOptions<Event, number, number, DurableVerdict<Event, number>>, 'source'>
>;

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
  await detection(new MemoryCheckpointStore(), events, { detect, every: 1e9 }).forEach(
    (v) => void sink.add(v),
  );
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
  it('detects as detectAnomalies does, and merges as incidents does', async () => {
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
  });

  it('is not deceived by what a run left that began and was killed within the same millisecond', async () => {
    const clock = vi.spyOn(Date, 'now').mockReturnValue(1_700_000_000_000);
    const detect = { ...SMALL, maxKeys: 2 };
    const events = eventsOf(60, 6);
    const whole = await uninterrupted(events, detect);
    for (let seed = 1; seed <= 40; seed++) {
      const memory = new MemoryCheckpointStore();
      const random = new Random(seed);
      const sink = new Sink();
      for (const moment of [11, 3, 5, Number.POSITIVE_INFINITY]) {
        const process = mortal(memory, random);
        // The first state is saved only by the last run: the others leave models, and no place to resume from.
        const every = Number.isFinite(moment) ? 1e9 : OFTEN;
        const verdicts = detection(process.store, events, { detect, every });
        await lastValueFrom(
          verdicts.pipe(
            tap((verdict) => sink.add(verdict)),
            take(moment),
          ),
        );
        process.kill();
      }
      expect([...sink.lines].sort(([a], [b]) => a - b)).toEqual([...whole.lines]);
    }
    clock.mockRestore();
  });

  it('brings back the model of a key that was silent for long, also after a restart', async () => {
    const events = eventsOf(200).map((event) => ({
      ...event,
      key: event.position % 50 < 40 ? 'busy' : 'idle',
      time: 1000 * event.position,
    }));
    const onEvict = vi.fn();
    const detect = { ...SMALL, idleTimeout: 20_000, onEvict };
    const store = new MemoryCheckpointStore();
    const sink = new Sink();
    for (const moment of [70, 100]) {
      await detection(store, events.slice(0, moment), { detect }).forEach(
        (verdict) => void sink.add(verdict),
      );
    }
    await detection(store, events, { detect }).forEach((verdict) => void sink.add(verdict));
    expect(onEvict.mock.calls.length).toBeGreaterThan(2);
    expect(onEvict).toHaveBeenCalledWith(expect.objectContaining({ key: 'idle', reason: 'idle' }));
    expect(sink.lines).toEqual((await uninterrupted(events)).lines); // as if none had ever been let go
  });

  it('damaged, resumes from the state before it, with the models that were away at that moment', async () => {
    const detect = { ...SMALL, maxKeys: 2 };
    const events = eventsOf(150, 6);
    const whole = await uninterrupted(events, detect);
    for (const moment of [30, 60, 90, 120]) {
      const store = new KeepsPrevious();
      const sink = new Sink();
      const first = detection(store, events, { detect }).pipe(tap((verdict) => sink.add(verdict)));
      await lastValueFrom(first.pipe(take(moment)));
      await setImmediate(); // what was under way when it was unsubscribed
      store.isDamaged = true;
      await detection(store, events, { detect }).forEach((verdict) => void sink.add(verdict));
      expect(sink.repeated).toBeGreaterThan(0);
      expect([...sink.lines].sort(([a], [b]) => a - b)).toEqual([...whole.lines]);
    }
  });

  it('subscribed to again after a fault, resumes from what was saved: nothing is lost', async () => {
    const events = eventsOf(200);
    const store = new MemoryCheckpointStore();
    const sink = new Sink();
    let faults = 0;
    const source = (position?: number): Observable<Event> =>
      after(events, position).pipe(
        tap((event) => {
          if (event.position === 50 * (faults + 1) && ++faults < 4) throw new Error('the wire broke');
        }),
      );
    await checkpoint({ store, every: 1e9, detect: SMALL, source })
      .pipe(retry({ delay: 1 }))
      .forEach((verdict) => void sink.add(verdict));
    expect(faults).toBe(3);
    expect(sink.repeated).toBe(0); // all before the fault was delivered and saved
    expect(sink.lines).toEqual((await uninterrupted(events)).lines);
  });

  it('saves nothing that was not delivered', async () => {
    const events = eventsOf(60);
    const store = new MemoryCheckpointStore();
    const deliver = (verdicts: Observable<DurableVerdict<Event, number>>) =>
      verdicts.pipe(mergeMap((verdict) => (verdict.event.position < 25 ? of(verdict) : NEVER)));
    let delivered = 0;
    const stuck = detection(store, events, { deliver }).subscribe(() => delivered++);
    await expect.poll(() => delivered).toBe(25);
    await setTimeout(200);
    stuck.unsubscribe();
    const first = await firstValueFrom(detection(store, events));
    expect(first.event.position).toBeLessThanOrEqual(25);
    expect(first.event.position).toBeGreaterThan(10);
  });

  it('stopped by its signal, saves what was processed and completes; the rest comes the next time', async () => {
    const events = eventsOf(200);
    const store = new MemoryCheckpointStore();
    const sink = new Sink();
    for (let stops = 0; sink.lines.size < events.length; stops++) {
      const stop = new AbortController();
      let taken = 0;
      await detection(store, events, { every: 1e9, signal: stop.signal }).forEach((verdict) => {
        sink.add(verdict);
        if (++taken === 40) stop.abort();
      });
      expect(stops).toBeLessThan(6);
    }
    expect(sink.repeated).toBe(0);
    expect(sink.lines).toEqual((await uninterrupted(events)).lines);
    const aborted = detection(store, events, { signal: AbortSignal.abort() });
    expect(await lastValueFrom(aborted, { defaultValue: 'nothing' })).toBe('nothing');
  });

  it('skips what was processed in a source without positions', async () => {
    const numbers = eventsOf(100).map(({ value }) => value);
    const store = new MemoryCheckpointStore();
    const once = checkpoint({
      store,
      every: 1e9,
      source: (_: undefined, events: number) => from(numbers.slice(events, events + 30)),
    });
    const values: number[] = [];
    for (let run = 0; run < 5; run++) await once.forEach(({ value }) => void values.push(value));
    expect(values).toEqual(numbers);
  });

  it('needs no stack for what piled up while a model was fetched', async () => {
    const count = 50_000;
    const waiting: number[] = [0];
    const verdicts = checkpoint({
      store: new MemoryCheckpointStore(),
      detect: SMALL,
      source: () => from(eventsOf(count, 1)),
      onWaiting: (change) => waiting.push(waiting.at(-1)! + change),
    });
    let seen = 0;
    await verdicts.forEach(({ event }) => {
      expect(event.position).toBe(seen++);
    });
    expect(seen).toBe(count);
    expect(waiting.at(-1)).toBe(0);
    expect(Math.max(...waiting.slice(0, 70_000))).toBeGreaterThan(count - 1);
  });

  it.each([
    [
      'another threshold',
      { detect: { ...SMALL, threshold: 0.4 } },
      /config\.threshold\.threshold is 0\.3 there and 0\.4 here/,
    ],
    ['another forecaster', { detect: { ...SMALL, forecaster: undefined } }, /there and .* here/],
    ['another hold', { detect: { ...SMALL, hold: 4 } }, /config\.hold is 3 there and 4 here/],
  ])('refuses what was saved with %s, in one line', async (_, { detect: { forecaster, ...detect } }, why) => {
    const store = new MemoryCheckpointStore();
    await lastValueFrom(detection(store, eventsOf(50)));
    const options = { ...detect, ...(forecaster ? { forecaster } : {}) };
    const refusal: unknown = await lastValueFrom(detection(store, eventsOf(50), { detect: options })).catch(
      (e) => e,
    );
    expect(refusal).toBeInstanceOf(RxAnomalyError);
    expect(refusal).toMatchObject({ code: 'BAD_SNAPSHOT', message: expect.stringMatching(why) });
    expect((refusal as Error).message).toMatch(/^checkpoint detector: [^\n]* start afresh$/);
  });

  it('refuses what is damaged, and what a later version has saved', async () => {
    const store = new MemoryCheckpointStore();
    await lastValueFrom(detection(store, eventsOf(50)));
    const saved = (await store.load('detector'))!;
    for (const change of [{ state: null }, { version: 2 }]) {
      const damaged: CheckpointStore = {
        load: async () => ({ ...saved, ...change }),
        save: (name, state) => store.save(name, state),
        remove: (name) => store.remove(name),
      };
      await expect(lastValueFrom(detection(damaged, eventsOf(50)))).rejects.toThrow(
        /^checkpoint detector: .*(a part of the state is missing|expected version 1, got 2)/,
      );
    }
  });

  it('ends with the error of a store that cannot save, or continues where there is a callback', async () => {
    const memory = new MemoryCheckpointStore();
    let isFull = true;
    const store: CheckpointStore = {
      load: (name) => memory.load(name),
      save: async (name, state) => {
        if (isFull) throw new Error('no space left');
        await memory.save(name, state);
      },
      remove: (name) => memory.remove(name),
    };
    const events = eventsOf(100, 6);
    await expect(lastValueFrom(detection(store, events))).rejects.toThrow('no space left');

    const detect = { ...SMALL, maxKeys: 2 };
    const onSaveFailed = vi.fn(() => {
      isFull = onSaveFailed.mock.calls.length < 3;
    });
    const sink = new Sink();
    await detection(store, events, { detect, onSaveFailed }).forEach((verdict) => void sink.add(verdict));
    expect(onSaveFailed).toHaveBeenCalledTimes(3);
    expect(sink.lines).toEqual((await uninterrupted(events)).lines);
    expect((await memory.load('detector'))?.state).toMatchObject({ kept: [100, expect.any(Number)] });
  });

  it('is not late with a stream that falls silent', async () => {
    const store = new MemoryCheckpointStore();
    const source = new Subject<number>();
    const first = firstValueFrom(
      checkpoint({ store, every: 20, source: () => source }).pipe(mergeMap(() => EMPTY)),
      { defaultValue: 0 },
    );
    await expect.poll(() => source.observed).toBe(true);
    source.next(1);
    await expect.poll(async () => (await store.load('detector'))?.state).toMatchObject({ kept: [1] });
    source.complete();
    await first;
  });

  it('passes on what a selector throws', async () => {
    const key = (): string => {
      throw new Error('no key');
    };
    const failing = detection(new MemoryCheckpointStore(), eventsOf(3), { detect: { ...SMALL, key } });
    await expect(lastValueFrom(failing)).rejects.toThrow('no key');
    const broken = checkpoint({
      store: new MemoryCheckpointStore(),
      source: () => throwError(() => new Error('no source')) as Observable<number>,
    });
    await expect(lastValueFrom(broken)).rejects.toThrow('no source');
  });

  it.each([
    [{ store: {} }, /checkpoint: expected store to be with a method load/],
    [{ name: 'a/b' }, /expected name to be letters/],
    [{ every: 0 }, /every/],
    [{ source: undefined }, /expected source to be a function/],
    [{ deliver: 1 }, /deliver/],
    [{ signal: 1 }, /expected signal to be an AbortSignal/],
    [{ scheduler: {} }, /scheduler/],
    [{ detect: { hidden: -1 } }, /hidden/],
    [{ detect: { onReturn: () => undefined } }, /detect\.onReturn/],
    [{ evry: 1 }, /evry/],
  ])('refuses %j when it is called', (wrong, message) => {
    const options = { store: new MemoryCheckpointStore(), source: () => of(1), ...wrong };
    expect(() => checkpoint(options as CheckpointOptions<number, number, unknown, never>)).toThrow(message);
  });
});

/** Gives the state before the newest one once, as a store of files does when the newest is damaged. */
class KeepsPrevious extends MemoryCheckpointStore {
  isDamaged = false;
  #states: readonly Snapshot[] = [];

  override async load(name: string): Promise<Snapshot | undefined> {
    if (name !== 'detector' || !this.isDamaged) return await super.load(name);
    this.isDamaged = false;
    return this.#states.at(-2);
  }

  override async save(name: string, state: Snapshot): Promise<void> {
    if (name === 'detector') this.#states = [...this.#states, state].slice(-2);
    await super.save(name, state);
  }
}
