import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident, Verdict } from '../../src/core/reading.ts';
import type { StopSignal } from '../../src/core/stopSignal.ts';
import { type AssignmentChange, Overtaken, type Position, Trimmed } from '../../src/distributed/contract.ts';
import { feedbackEvent } from '../../src/distributed/feedbackEvent.ts';
import { namedForecasters } from '../../src/models/forecasters/namedForecasters.ts';
import { loadPretrainedWeights } from '../../src/models/pretrained/pretrainedWeights.ts';
import { namedScorers } from '../../src/models/scorers/namedScorers.ts';
import {
  type Detect,
  deliveredOf,
  type Engine,
  endsOf,
  type Fault,
  FaultyEngine,
  type Options,
  reaches,
  referenceOf,
  scripted,
  type TestEvent,
  TestWorker,
} from './workers.ts';

export type { TestEvent } from './workers.ts';

/** An engine under test, on a log of its own that nothing was published to. */
export interface TestEngine<P extends Position> {
  /** A connection as one more process has it, to the same log. The suite opens several, `close` closes them all. */
  connect(): Promise<Engine<P>>;
  /** Ends the renewal of a connection's leases without giving them back: what `kill -9` does. */
  kill(engine: Engine<P>): Promise<void>;
  /** Removes the oldest events of a partition, up to and with this position: what retention does. */
  trim(partition: number, upTo: P): Promise<void>;
  /** Removes the oldest verdicts of a partition, up to and with this revision. */
  trimVerdicts(partition: number, upTo: string): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds that a test may take on a machine under load. */
const TIMEOUT = Number(process.env.SUITE_TIMEOUT ?? 240_000);

const detect: Detect = {
  key: (event) => event.key,
  value: (event) => event.value,
  time: (event) => event.at,
  forecaster: namedForecasters.ema(1),
  scorer: namedScorers.zScore(),
  warmUp: 10,
  hold: 2,
  onProblem: 'silent',
};

/** So that keys are saved, let go and loaded again all the time. */
const restless: Options<Position> = { batch: 5, replay: 8 };

/** A few streams with an anomaly now and then, the nth event of a run after another. */
export class Producer {
  readonly #keys: readonly string[];
  #count = 0;

  constructor(keys: number) {
    this.#keys = Array.from({ length: keys }, (_, k) => (k % 3 === 2 ? `pump/${k} ü.*>` : `pump ${k}`));
  }

  next(count: number): { key: string; event: TestEvent }[] {
    return Array.from({ length: count }, () => {
      const n = this.#count++;
      const draw = (Math.imul(n + 1, 2_654_435_761) >>> 0) / 2 ** 32;
      const key = this.#keys[Math.floor(draw * this.#keys.length)]!;
      const value = Math.sin(n / 40) + ((n * 7919) % 101) / 300 + (n % 61 < 4 ? 9 : 0);
      return { key, event: { key, value, at: n * 1000 } };
    });
  }
}

/**
 * What every engine must do. The engine should have short leases, of a second or two.
 *
 * @param open makes an engine of so many partitions
 */
export function describeEngine<P extends Position>(
  name: string,
  open: (options: { readonly partitions: number }) => Promise<TestEngine<P>>,
): void {
  describe(`${name} as an engine`, { timeout: TIMEOUT }, () => {
    let test: TestEngine<P>;
    let engine: Engine<P>;
    const start = async (partitions: number): Promise<void> => {
      test = await open({ partitions });
      engine = await test.connect();
    };
    afterEach(() => test.close());

    /** 0 missing, 0 double, 0 different. */
    const expectSame = async (options: Detect = detect): Promise<void> => {
      const read = (all: readonly (readonly string[])[]): unknown[][] =>
        all.map((each) => each.map((text) => JSON.parse(text) as unknown));
      const delivered = read(await deliveredOf(engine));
      const reference = read(await referenceOf(engine, options));
      expect(delivered.map((each) => each.length)).toEqual(reference.map((each) => each.length));
      expect(delivered).toEqual(reference);
    };

    /** Runs a worker to the end of the log. */
    const finish = async (options: Options<P> = {}, detected: Detect = detect): Promise<TestWorker<P>> => {
      const worker = new TestWorker(engine, { ...(restless as Options<P>), detect: detected, ...options });
      await worker.until(reaches(engine, await endsOf(engine)));
      await worker.stop();
      return worker;
    };

    describe('keeps events, verdicts and states', () => {
      beforeEach(() => start(2));

      it('has nothing at first', async () => {
        const { out, states, log } = engine;
        expect(log.partitions).toBe(2);
        expect((await out.last(1)).position).toBeUndefined();
        expect(await states.load(1, ['a', 'b'])).toEqual([undefined, undefined]);
        expect(await log.lag(0, undefined)).toBe(0);
      });

      it('gives events in order from any position, and those that arrive', async () => {
        const producer = new Producer(6);
        await engine.log.publish(producer.next(60));
        const seen: { position: P; event: TestEvent }[] = [];
        const over = new AbortController();
        const partition = (await engine.log.lag(0, undefined)) > 0 ? 0 : 1;
        const there = await engine.log.lag(partition, undefined);
        let isMore = false;
        for await (const { entries } of engine.log.read(partition, undefined, 7, over.signal)) {
          expect(entries.length).toBeLessThanOrEqual(7);
          for (const { position, event } of entries) seen.push({ position, event: event! });
          if (seen.length === there && !isMore) {
            isMore = true;
            await (await test.connect()).log.publish([{ key: seen[0]!.event.key, event: seen[0]!.event }]);
          }
          if (seen.length > there) over.abort();
        }
        expect(seen).toHaveLength(there + 1);
        for (let k = 1; k < seen.length; k++)
          expect(engine.log.compare(seen[k - 1]!.position, seen[k]!.position)).toBeLessThan(0);
        const times = seen.slice(0, there).map(({ event }) => event.at);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        const after = seen[2]!.position;
        expect(JSON.parse(JSON.stringify(after))).toBe(after);
        expect(await engine.log.lag(partition, after)).toBe(there - 2);
        const again = engine.log.read(partition, after, 5, AbortSignal.timeout(TIMEOUT));
        for await (const { entries } of again) {
          expect(entries[0]).toMatchObject(seen[3]!);
          break;
        }
      });

      it('appends verdicts only to the end, whoever asks', async () => {
        const { out } = engine;
        const other = (await test.connect()).out;
        const [one, two] = (await logPositions(engine)) as [P, P];
        const none = await out.last(0);
        const first = await out.append(0, none, one, '[{"a":"ü"}]');
        expect(await other.last(0)).toEqual(expect.objectContaining({ ...first }));
        expect(first.position).toBe(one);
        await expect(other.append(0, none, one, '[]')).rejects.toBeInstanceOf(Overtaken);
        const second = await other.append(0, first, two, '[]');
        await expect(out.append(0, first, two, '[{"b":1}]')).rejects.toMatchObject({ code: 'OVERTAKEN' });
        expect((await out.last(0)).position).toBe(two);
        expect((await out.last(1)).position).toBeUndefined();
        const over = new AbortController();
        const seen: unknown[] = [];
        for await (const batch of out.read(0, undefined, over.signal)) {
          seen.push([batch.position, JSON.parse(batch.verdicts)]);
          if (batch.revision === second.revision) over.abort();
        }
        expect(seen).toEqual([
          [one, [{ a: 'ü' }]],
          [two, []],
        ]);
        for await (const batch of out.read(0, first.revision, AbortSignal.timeout(TIMEOUT))) {
          expect(batch.revision).toBe(second.revision);
          break;
        }
      });

      it('gives verdicts from a revision or a time on, and reports those that are gone', async () => {
        const { out } = engine;
        const positions = await logPositions(engine, 4);
        const revisions = [(await out.last(0)).revision];
        let half = 0; // milliseconds: after two of them
        for (const [k, position] of positions.entries()) {
          for (const before = Date.now(); k === 2 && half <= before; half = Date.now())
            await new Promise((done) => setTimeout(done, 1));
          const end = await out.last(0);
          revisions.push((await out.append(0, end, position, `[${k}]`)).revision);
        }
        const seen = async (after: Parameters<typeof out.read>[1], count: number): Promise<string[]> => {
          const texts: string[] = [];
          const over = new AbortController();
          for await (const { verdicts } of out.read(0, after, over.signal)) {
            texts.push(verdicts);
            if (texts.length === count) over.abort();
          }
          return texts;
        };
        expect(await seen(revisions[0], 4)).toEqual(['[0]', '[1]', '[2]', '[3]']);
        expect(await seen(revisions[2], 2)).toEqual(['[2]', '[3]']);
        expect(await seen({ time: 0 }, 4)).toEqual(['[0]', '[1]', '[2]', '[3]']);
        expect(await seen({ time: half }, 2)).toEqual(['[2]', '[3]']);
        const later = seen({ time: Date.now() + 3_600_000 }, 1);
        expect(await Promise.race([later, seen({ time: half }, 2)])).toEqual(['[2]', '[3]']);
        await test.trimVerdicts(0, revisions[2]!);
        expect(await seen(undefined, 2)).toEqual(['[2]', '[3]']);
        expect(await seen(revisions[2], 2)).toEqual(['[2]', '[3]']);
        await expect(seen(revisions[1], 1)).rejects.toBeInstanceOf(Trimmed);
        await expect(seen(revisions[0], 1)).rejects.toMatchObject({ code: 'TRIMMED' });
      });

      it('returns where events are that were published', async () => {
        const producer = new Producer(6);
        const all = producer.next(40);
        await engine.log.publish(all.slice(0, 20));
        const published = await (await test.connect()).log.publish(all.slice(20));
        for (const [k, { partition, position }] of published.entries()) {
          const over = new AbortController();
          for await (const { entries } of engine.log.read(partition, undefined, 100, over.signal)) {
            const found = entries.find((entry) => entry.position === position);
            if (found === undefined) continue;
            expect(found.event).toEqual(all[20 + k]!.event);
            over.abort();
          }
        }
      });

      it('saves states by revision, large ones too', async () => {
        const { states } = engine;
        const other = (await test.connect()).states;
        const large = Uint8Array.from({ length: 3_000_000 }, (_, k) => (k * 31) % 251);
        const names = ['k', 'k=pump/1 *.>ü\n', 'k='.padEnd(900, 'x')];
        const revisions = await states.save(
          1,
          names.map((each, k) => ({ name: each, state: Uint8Array.of(k), revision: undefined })),
        );
        const loaded = await other.load(1, ['none', ...names]);
        expect(loaded.map((each) => each?.state)).toEqual([
          undefined,
          ...[0, 1, 2].map((k) => Uint8Array.of(k)),
        ]);
        expect(loaded.slice(1).map((each) => each?.revision)).toEqual(revisions);
        expect(await states.load(0, names)).toEqual([undefined, undefined, undefined]);
        const next = { name: names[1]!, state: large, revision: revisions[1] };
        const [revision] = await other.save(1, [next]);
        await expect(states.save(1, [{ ...next, state: Uint8Array.of(9) }])).rejects.toBeInstanceOf(
          Overtaken,
        );
        const again = { name: names[0]!, state: large, revision: undefined };
        await expect(states.save(1, [again])).rejects.toBeInstanceOf(Overtaken);
        const [big] = await states.load(1, [names[1]!]);
        expect(big!.revision).toBe(revision);
        expect(big!.state.length).toBe(large.length);
        expect(big!.state.every((byte, k) => byte === large[k])).toBe(true);
        await states.save(1, [{ name: names[1]!, state: Uint8Array.of(7), revision }]);
        expect((await other.load(1, [names[1]!]))[0]!.state).toEqual(Uint8Array.of(7));
      });

      it('names states, and removes those of which nothing newer was saved', async () => {
        const { states } = engine;
        const other = (await test.connect()).states;
        const names = ['k', 'k=pump/1 *.>ü\n', 'k=r'];
        const save = async (name: string, revision?: string): Promise<string> =>
          (await states.save(1, [{ name, state: Uint8Array.of(1), revision }]))[0]!;
        const revisions = await Promise.all(names.map((each) => save(each)));
        const named = async (): Promise<string[]> => {
          const found: string[] = [];
          for await (const some of other.names(1)) found.push(...some);
          return [...new Set(found)].sort();
        };
        expect(await named()).toEqual([...names].sort());
        const newer = await save(names[1]!, revisions[1]);
        await other.remove(
          1,
          names.slice(0, 2).map((each, k) => ({ name: each, revision: revisions[k]! })),
        );
        const left = await states.load(1, names);
        expect(left.map((each) => each?.revision)).toEqual([undefined, newer, revisions[2]]);
        expect(await named()).toEqual(names.slice(1).sort());
        await expect(save(names[0]!, revisions[0])).rejects.toBeInstanceOf(Overtaken);
        await save(names[0]!);
        expect(await named()).toEqual([...names].sort());
      });
    });

    describe('loses, repeats and changes no verdict', () => {
      it.each<Fault>(['dieBefore', 'dieAfter', 'failBefore', 'failAfter'])(
        'with %s at every step of the protocol',
        async (fault) => {
          await start(1);
          const producer = new Producer(5);
          let isReached = true;
          let steps = 0;
          for (; isReached && steps < 300; steps++) {
            await engine.log.publish(producer.next(23));
            const faulty = new FaultyEngine(engine, fault, steps + 1);
            const options = { ...(restless as Options<P>), detect: { ...detect, maxKeys: 3 } };
            const worker = new TestWorker(faulty.engine, options);
            const whole = worker.until(reaches(engine, await endsOf(engine))).then(() => worker.stop());
            await Promise.race([whole, ...(fault.startsWith('die') ? [faulty.reached] : [])]);
            whole.catch(() => {});
            isReached = faulty.isReached;
            if (steps % 3 === 2) await finish({}, { ...detect, maxKeys: 3 });
          }
          expect(isReached).toBe(false); // the last run was whole
          expect(steps).toBeGreaterThan(10);
          await expectSame();
        },
      );

      it('with an owner that pauses at every step, and comes back after another took over', async () => {
        await start(1);
        const producer = new Producer(5);
        let isReached = true;
        for (let step = 1; isReached && step < 300; step++) {
          await engine.log.publish(producer.next(23));
          const faulty = new FaultyEngine(engine, 'pause', step);
          const options = { ...(restless as Options<P>), detect };
          const paused = new TestWorker(faulty.engine, options);
          await Promise.race([paused.until(reaches(engine, await endsOf(engine))), faulty.reached]);
          isReached = faulty.isReached;
          const other = new TestWorker(engine, options);
          await other.until(reaches(engine, await endsOf(engine)));
          faulty.resume();
          await engine.log.publish(producer.next(7));
          await other.until(reaches(engine, await endsOf(engine)));
          await Promise.all([paused.stop(), other.stop()]);
        }
        expect(isReached).toBe(false);
        await expectSame();
      });

      it('with three workers that all believe that they own all', async () => {
        await start(3);
        const producer = new Producer(12);
        await engine.log.publish(producer.next(100));
        const engines = [engine, await test.connect(), await test.connect()];
        const workers = engines.map((each) => new TestWorker(each, { ...(restless as Options<P>), detect }));
        for (let part = 0; part < 5; part++) {
          await engine.log.publish(producer.next(120));
          const ends = await endsOf(engine);
          await Promise.race(workers.map((worker) => worker.until(reaches(engine, ends))));
        }
        await Promise.all(workers.map((worker) => worker.stop()));
        await expectSame();
      });

      it('with partitions that change owners in any order', async () => {
        await start(4);
        const producer = new Producer(16);
        const queues = [0, 1, 2].map(() => new Changes());
        const workers = await Promise.all(
          queues.map(
            async (queue) =>
              new TestWorker(await test.connect(), {
                ...(restless as Options<P>),
                detect,
                assignment: scripted((signal) => queue.read(signal)),
              }),
          ),
        );
        const owners = [0, 0, 0, 0];
        queues[0]!.push({ gained: [0, 1, 2, 3], lost: [] });
        for (let round = 0; round < 12; round++) {
          await engine.log.publish(producer.next(60));
          for (const partition of owners.keys()) {
            const next = ((Math.imul(round * 4 + partition + 1, 2_654_435_761) >>> 0) / 2 ** 32) * 3;
            const [from, to] = [owners[partition]!, Math.floor(next)];
            if (from === to) continue;
            queues[from]!.push({ gained: [], lost: [partition] });
            queues[to]!.push({ gained: [partition], lost: [] });
            owners[partition] = to;
          }
        }
        const ends = await endsOf(engine);
        const isDone = async (): Promise<boolean> => {
          const now = await Promise.all(ends.map((_, partition) => engine.out.last(partition)));
          return ends.every((end, partition) => end === undefined || end === now[partition]!.position);
        };
        for (;;) {
          const next = Promise.race(workers.map((worker) => worker.next()));
          if (await isDone()) break;
          await next;
        }
        await Promise.all(workers.map((worker) => worker.stop()));
        await expectSame();
      });

      it('of keys that come back after their states were let go, and begin anew', async () => {
        await start(1);
        const minute = 60_000;
        const all: { readonly key: string; readonly event: TestEvent }[] = [];
        for (let m = 0; m < 420; m++)
          for (const key of ['always', 'gone', 'back'])
            if (key === 'always' || m < 60 || (key === 'back' && m >= 300)) {
              const value = Math.sin(m / 9) + ((m * 7919) % 101) / 300 + (m % 31 < 2 ? 9 : 0);
              all.push({ key, event: { key, value, at: m * minute } });
            }
        const options = { keepStates: 100 * minute, detect: { ...detect, maxKeys: 2 } };
        for (let from = 0; from < all.length; from += 80) {
          await engine.log.publish(all.slice(from, from + 80));
          const faulty = new FaultyEngine(engine, 'dieAfter', 10 + from / 10);
          const worker = new TestWorker(faulty.engine, { ...(restless as Options<P>), ...options });
          const whole = worker.until(reaches(engine, await endsOf(engine))).then(() => worker.stop());
          whole.catch(() => {});
          await Promise.race([whole, faulty.reached]);
        }
        await finish(options, options.detect);
        const names: string[] = [];
        for await (const some of engine.states.names(0)) names.push(...some);
        expect(new Set(names)).toEqual(new Set(['fleet', 'partition', 'k=always', 'k=back']));
        const key = (event: TestEvent): string =>
          event.key === 'back' && event.at >= 300 * minute ? 'back again' : event.key;
        const reference = (await referenceOf(engine, { ...detect, key })).map((each) =>
          each.map((text) => text.replaceAll('"key":"back again"', '"key":"back"')),
        );
        expect(await deliveredOf(engine)).toEqual(reference);
        expect(reference[0]!.length).toBe(all.length);
      });

      it.each([
        { maxKeys: 2, by: 'others' },
        { maxKeys: 9, by: 'others' },
        { maxKeys: 2, by: 'feedback' },
      ])(
        'that ends incidents of keys that have expired ($by, $maxKeys in memory)',
        async ({ maxKeys, by }) => {
          await start(1);
          const minute = 60_000;
          const last = new Map([
            ['a', 40],
            ['b', 40],
            ['c', 47],
          ]);
          const all: { readonly key: string; readonly event: TestEvent }[] = [];
          for (let m = 0; m < 260; m++)
            for (const key of ['always', ...last.keys()]) {
              const end = last.get(key) ?? Number.POSITIVE_INFINITY;
              if (m > end && (key !== 'b' || m < 230)) continue;
              const value = Math.sin(m / 9) + ((m * 7919) % 101) / 300 + (m === end ? 30 : 0);
              all.push({ key, event: { key, value, at: m * minute } });
            }
          const options = { keepStates: 100 * minute, detect: { ...detect, maxKeys } };
          for (let from = 0; from < all.length; from += 20) {
            await engine.log.publish(all.slice(from, from + 20));
            if (by === 'feedback' && from === 260) {
              // On a key that is expired, whose incident has not ended yet.
              const given = {
                kind: 'normal',
                key: 'c',
                value: [[0, 1]],
                residual: [[0, 1]],
                score: 1,
              } as const;
              await engine.log.publish([{ key: 'c', event: feedbackEvent(given) as never }]);
            }
            const faulty = new FaultyEngine(engine, 'dieAfter', 3 + (from % 34));
            const worker = new TestWorker(faulty.engine, { ...(restless as Options<P>), ...options });
            const whole = worker.until(reaches(engine, await endsOf(engine))).then(() => worker.stop());
            whole.catch(() => {});
            await Promise.race([whole, faulty.reached]);
          }
          await finish(options, options.detect);
          const [delivered] = await deliveredOf(engine);
          const ends = delivered!.flatMap((text) => {
            const { ended, key, time } = JSON.parse(text) as Verdict & {
              readonly ended: readonly Incident[];
            };
            const expired = ended.filter(({ endedBy }) => endedBy !== undefined);
            return expired.map((each) => [each.key, each.end! / minute, each.endedBy, key, time! / minute]);
          });
          expect(ends).toEqual([
            ['a', 40, 'expired', 'always', 141],
            ['b', 40, 'expired', 'always', 141],
            ['c', 47, 'expired', 'always', 148],
          ]);
          expect(delivered!.length).toBe(all.length);
        },
      );

      it('of a fleet whose workers die', async () => {
        await loadPretrainedWeights();
        await start(2);
        const { forecaster: _, scorer: __, ...rest } = detect;
        const fleet: Detect = { ...rest, fleet: true, warmUp: 5 };
        const producer = new Producer(40);
        for (let step = 7; step < 60; step += 9) {
          await engine.log.publish(producer.next(80));
          const faulty = new FaultyEngine(engine, 'dieAfter', step);
          const worker = new TestWorker(faulty.engine, {
            batch: 10,
            replay: 20,
            detect: { ...fleet, maxKeys: 9 },
          });
          const whole = worker.until(reaches(engine, await endsOf(engine))).then(() => worker.stop());
          whole.catch(() => {});
          await Promise.race([whole, faulty.reached]);
        }
        await finish({ batch: 10, replay: 20 }, { ...fleet, maxKeys: 9 });
        await expectSame(fleet);
      });

      it('with feedback in the log, and with events that cannot be used', async () => {
        await start(1);
        const producer = new Producer(3);
        const odd = { key: 'pump 0', event: { key: {} } as unknown as TestEvent };
        const feedback = (kind: 'normal' | 'missed', key: string): { key: string; event: TestEvent } => {
          const piece = {
            kind,
            key,
            value: [[5, 8] as const],
            residual: [[Number.NaN, 9] as const],
            score: 0.9,
          };
          return { key, event: feedbackEvent(piece) as unknown as TestEvent };
        };
        await engine.log.publish([feedback('normal', 'pump 1'), ...producer.next(60), odd]);
        const problems: string[] = [];
        const detected: Detect = { ...detect, onProblem: ({ kind }) => problems.push(kind) };
        const first = new TestWorker(engine, { ...(restless as Options<P>), replay: 1000, detect: detected });
        await first.until(reaches(engine, await endsOf(engine)));
        await engine.log.publish([
          feedback('normal', 'pump 0'),
          ...producer.next(60),
          feedback('missed', 'new'),
        ]);
        await engine.log.publish([
          odd,
          { key: 'new', event: { key: 'new', value: 1, at: 1 } },
          ...producer.next(9),
        ]);
        await first.until(reaches(engine, await endsOf(engine)));
        expect(problems.filter((kind) => kind === 'unreadable')).toHaveLength(2);
        expect(first.sum('unreadable')).toBe(2);
        // It dies: what follows replays everything, feedback included, and reports nothing again.
        const second = await finish({}, detected);
        expect(second.sum('replayed')).toBeGreaterThan(100);
        expect(problems.filter((kind) => kind === 'unreadable')).toHaveLength(2);
        await engine.log.publish(producer.next(60));
        await finish();
        await Promise.all([first.stop(), expectSame()]);
      });
    });

    describe('hands over', () => {
      it('so that the next owner replays nothing', async () => {
        await start(2);
        const producer = new Producer(8);
        await engine.log.publish(producer.next(200));
        const first = await finish({ replay: 1000 });
        expect(first.sum('events')).toBe(200);
        await engine.log.publish(producer.next(100));
        const second = await finish({ replay: 1000 });
        expect([second.sum('events'), second.sum('replayed')]).toEqual([100, 0]);
        await expectSame();
      });

      it('models of idle keys to the store, and takes them back', async () => {
        await start(1);
        const producer = new Producer(8);
        await engine.log.publish(producer.next(300));
        const worker = await finish({ replay: 1000 }, { ...detect, maxKeys: 2 });
        expect(Math.max(...worker.progress.map(({ models }) => models))).toBe(2);
        expect(worker.progress.at(-1)).toMatchObject({ kind: 'lost', keys: 8 });
        await expectSame();
      });

      it('partitions to workers that join, and takes those of workers that leave or die', async () => {
        await start(4);
        const producer = new Producer(16);
        await engine.log.publish(producer.next(100));
        const run = async (name: string): Promise<readonly [TestWorker<P>, Engine<P>]> => {
          const own = await test.connect();
          const options = { ...(restless as Options<P>), detect, assignment: own.assignment, worker: name };
          return [new TestWorker(own, options), own];
        };
        const held = ({ newest }: TestWorker<P>): number =>
          [...newest.values()].filter(({ kind }) => kind !== 'lost').length;
        const [a] = await run('a');
        await a.until(() => held(a) === 4);
        const [b, engineB] = await run('b');
        await b.until(() => held(b) === 2);
        await a.until(() => held(a) === 2);
        const owners = await engine.assignment.owners();
        expect([...owners.values()].toSorted()).toEqual(['a', 'a', 'b', 'b']);
        await engine.log.publish(producer.next(100));
        await test.kill(engineB);
        await a.until(() => held(a) === 4);
        const [c] = await run('c');
        await c.until(() => held(c) === 2);
        await a.stop();
        await engine.log.publish(producer.next(100));
        await c.until(() => held(c) === 4);
        await c.until(reaches(engine, await endsOf(engine)));
        await c.stop();
        expect((await engine.assignment.owners()).size).toBe(0); // nobody takes back what it has handed over
        await expectSame();
        await b.stop().catch(() => {});
      });
    });

    describe('refuses', () => {
      it('a log that was trimmed past what a replay needs', async () => {
        await start(1);
        const producer = new Producer(4);
        await engine.log.publish(producer.next(50));
        await finish();
        const middle = (await endsOf(engine))[0]!;
        await test.trim(0, middle); // everything is saved
        await engine.log.publish(producer.next(50));
        const dies = new TestWorker(engine, { detect, replay: 1000 });
        await dies.until(reaches(engine, await endsOf(engine)));
        await test.trim(0, (await endsOf(engine))[0]!);
        const late = new TestWorker(engine, { detect });
        await expect(late.ended).rejects.toBeInstanceOf(Trimmed);
        await expect(late.ended).rejects.toThrow(
          new RegExp(`partition 0: events after position ${middle} .*another name`),
        );
        await dies.stop();
      });

      it('a log that no longer begins where the fleet has begun', async () => {
        await start(1);
        const producer = new Producer(4);
        await engine.log.publish(producer.next(50));
        const dies = new TestWorker(engine, { detect, replay: 1000 });
        await dies.until(reaches(engine, await endsOf(engine)));
        const over = new AbortController();
        for await (const { entries } of engine.log.read(0, undefined, 10, over.signal)) {
          await test.trim(0, entries[0]!.position);
          break;
        }
        await engine.log.publish(producer.next(5));
        await expect(new TestWorker(engine, { detect }).ended).rejects.toMatchObject({ code: 'TRIMMED' });
        await dies.stop();
      });

      it('a worker of another configuration, and one on the name of another fleet', async () => {
        await start(2);
        await engine.log.publish(new Producer(4).next(20));
        await finish();
        const refused = [
          { detect: { ...detect, threshold: 0.7 } },
          { detect: { ...detect, hold: 3 } },
          { detect: { ...detect, scorer: namedScorers.tail() } },
          { detect, config: { model: 2 } },
          { detect, deliver: 'flagged' as const },
          {
            detect,
            engine: {
              ...engine,
              log: Object.create(engine.log, { partitions: { value: 3 } }) as Engine<P>['log'],
            },
          },
        ];
        for (const options of refused)
          await expect(
            new TestWorker(engine, options as Options<P> & { detect: Detect }).ended,
          ).rejects.toThrow(/fleet of another configuration .*name of its own/);
        await finish();
      });
    });
  });
}

/** Two positions of the log, for tests that need some. */
async function logPositions<P extends Position>(engine: Engine<P>, count = 2): Promise<P[]> {
  await engine.log.publish(new Producer(20).next(100));
  const positions: P[] = [];
  const over = new AbortController();
  for await (const { entries } of engine.log.read(0, undefined, 100, over.signal)) {
    positions.push(...entries.map(({ position }) => position));
    if (positions.length >= count) over.abort();
  }
  return positions.slice(0, count);
}

/** Changes of an assignment, as a test makes them. */
class Changes {
  readonly #changes: AssignmentChange[] = [];
  #wake: () => void = () => {};

  push(change: AssignmentChange): void {
    this.#changes.push(change);
    this.#wake();
  }

  async *read(signal: StopSignal): AsyncGenerator<AssignmentChange> {
    signal.addEventListener('abort', () => this.#wake());
    while (!signal.aborted) {
      const change = this.#changes.shift();
      if (change !== undefined) yield change;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
