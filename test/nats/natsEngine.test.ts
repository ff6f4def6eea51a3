import { jetstreamManager } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import { Overtaken, Trimmed } from '../../src/distributed/contract.ts';
import { type NatsEngine, natsEngine } from '../../src/nats/natsEngine.ts';
import type { NatsEngineOptions } from '../../src/nats/natsOptions.ts';
import { describeWithNats, type Nats } from '../support/environment/nats.ts';

const TIMEOUT = 240_000;
const LARGE = 3_000_000;

interface Event {
  readonly key: string;
  readonly value: number;
}

const decode: NatsEngineOptions<Event>['decode'] = ({ data }) =>
  JSON.parse(new TextDecoder().decode(data)) as Event;

async function engineOf(
  nats: Nats,
  name: string,
  options: Partial<NatsEngineOptions<Event>> = {},
): Promise<NatsEngine<Event>> {
  return await natsEngine<Event>({
    ...{ servers: nats.url, name, in: `${name}-readings.*`, partitions: 2, lease: 1000, decode },
    ...{ onProblem: () => {}, ...options },
  });
}

/** The values of a partition, until there are so many. */
async function values(engine: NatsEngine<Event>, partition: number, count: number): Promise<number[]> {
  const found: number[] = [];
  const stop = new AbortController();
  if (count === 0) return found;
  for await (const { entries } of engine.log.read(partition, undefined, 100, stop.signal)) {
    for (const entry of entries) if (entry.unreadable === undefined) found.push(entry.event.value);
    if (found.length >= count) stop.abort();
  }
  return found;
}

const mappings = `mappings {
  "plain-readings.*": "plain-in.{{partition(2,1)}}.{{wildcard(1)}}"
  "deep.*.t.*": "farm-in.{{partition(4,1,2)}}.{{wildcard(1)}}.{{wildcard(2)}}"
  "wrong-readings.*": "wrong-in.{{partition(7,1)}}.{{wildcard(1)}}"
}`;

describeWithNats(
  'the engine on NATS',
  (nats) => {
    it('gives events under their senders’ subjects, with the mapping of the server', {
      timeout: TIMEOUT,
    }, async () => {
      const seen: string[] = [];
      const engine = await engineOf(nats(), 'farm', {
        ...{ in: 'deep.*.t.*', partitions: 4 },
        decode: (message) => {
          seen.push(message.subject);
          return { key: message.subject, value: Number(new TextDecoder().decode(message.data)) };
        },
      });
      expect(engine.isMapped).toBe(true);
      const sender = await nats().connection();
      for (let k = 0; k < 40; k++) sender.publish(`deep.${k % 4}.t.pümp${k % 5}`, String(k));
      await sender.flush();
      const all: number[] = [];
      for (let p = 0; p < 4; p++) all.push(...(await values(engine, p, await engine.log.lag(p, undefined))));
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, k) => k));
      expect(seen).toContain('deep.3.t.pümp3');
      await engine.close();
    });

    it('leaves no probe in the log', { timeout: TIMEOUT }, async () => {
      for (const name of ['plain', 'bare']) {
        for (let k = 0; k < 2; k++) {
          const engine = await engineOf(nats(), name);
          expect(engine.isMapped).toBe(name === 'plain');
          expect(await engine.log.lag(0, undefined)).toBe(0);
          expect(await engine.log.lag(1, undefined)).toBe(0);
          await engine.close();
        }
      }
    });

    it('reads a stream that is there, and leaves what is no event of its out', {
      timeout: TIMEOUT,
    }, async () => {
      const sender = await nats().connection();
      const manager = await jetstreamManager(sender);
      await manager.streams.add({ name: 'PLANT', subjects: ['own-readings.*', 'own-other.*'] });
      const problems: string[] = [];
      const engine = await engineOf(nats(), 'own', { onProblem: (message) => problems.push(message) });
      expect(problems[0]).toContain(
        'mappings { "own-readings.*": "own-in.{{partition(2,1)}}.{{wildcard(1)}}" }',
      );
      expect(engine.isMapped).toBe(false);
      const events = Array.from({ length: 20 }, (_, value) => ({ key: `k${value}`, value }));
      for (const event of events) {
        await manager.jetstream().publish('own-other.x', 'no event');
        await engine.log.publish([{ key: event.key, event }]);
      }
      const counts = [await engine.log.lag(0, undefined), await engine.log.lag(1, undefined)];
      expect(counts[0]! + counts[1]!).toBe(20);
      const read = [...(await values(engine, 0, counts[0]!)), ...(await values(engine, 1, counts[1]!))];
      expect(read.sort((a, b) => a - b)).toEqual(events.map(({ value }) => value));
      await manager.streams.purge('PLANT', { seq: 11 });
      const reading = engine.log.read(0, 3, 10, new AbortController().signal)[Symbol.asyncIterator]();
      await expect(reading.next()).rejects.toThrow(Trimmed);
      await engine.close();
    });

    it('counts what is there, of a stream with other subjects, too, and while it is written to', {
      timeout: TIMEOUT,
    }, async () => {
      const manager = await jetstreamManager(await nats().connection());
      await manager.streams.add({ name: 'HALL', subjects: ['hall-readings.*', 'hall-other.*'] });
      const engine = await engineOf(nats(), 'hall', { partitions: 1 });
      await manager.jetstream().publish('hall-other.x', 'no event');
      expect(await engine.log.lag(0, undefined)).toBe(0);
      for (let k = 1; k <= 300; k++) {
        const event = { key: 'a', value: k };
        await engine.log.publish(Array.from({ length: 10 }, () => ({ key: 'a', event })));
        expect(await engine.log.lag(0, 10 * k - 8)).toBe(9);
      }
      await manager.jetstream().publish('hall-other.x', 'no event');
      expect(await engine.log.lag(0, 3001)).toBe(0);
      expect(await engine.log.lag(0, 2996)).toBe(5);
      await engine.close();
    });

    it('keeps a state larger than a message, whole, and removes the chunks of those before', {
      timeout: TIMEOUT,
    }, async () => {
      const [engine, other] = [await engineOf(nats(), 'large'), await engineOf(nats(), 'large')];
      const state = Uint8Array.from({ length: LARGE }, (_, k) => (k * k) % 251);
      let [revision] = await engine.states.save(0, [{ name: 'sensor/1 ü', state, revision: undefined }]);
      await expect(
        other.states.save(0, [{ name: 'sensor/1 ü', state, revision: undefined }]),
      ).rejects.toThrow(Overtaken);
      for (let k = 0; k < 3; k++)
        [revision] = await engine.states.save(0, [{ name: 'sensor/1 ü', state, revision }]);
      const [found] = await other.states.load(0, ['sensor/1 ü']);
      expect(found!.revision).toBe(revision);
      expect(Buffer.compare(found!.state, state)).toBe(0);
      const manager = await jetstreamManager(await nats().connection());
      const { messages } = (await manager.streams.info('large-states-0')).state;
      expect(messages).toBeLessThan(1 + LARGE / 2 ** 18); // one generation
      const small = Uint8Array.of(1);
      await engine.states.save(0, [{ name: 'sensor/1 ü', state: small, revision }]);
      expect((await manager.streams.info('large-states-0')).state.messages).toBe(1);
      expect((await other.states.load(0, ['sensor/1 ü']))[0]!.state).toEqual(small);
      await Promise.all([engine.close(), other.close()]);
    });

    it('refuses other workers of its name, another mapping, and streams that cannot serve', {
      timeout: TIMEOUT,
    }, async () => {
      await (await engineOf(nats(), 'taken')).close();
      await expect(engineOf(nats(), 'taken', { partitions: 3 })).rejects.toThrow(
        /other settings.*"partitions":2/,
      );
      await expect(engineOf(nats(), 'wrong')).rejects.toThrow(
        /maps wrong-readings.\* otherwise.*partition\(2,1\)/,
      );
      const manager = await jetstreamManager(await nats().connection());
      await manager.streams.add({ name: 'short-out-0', subjects: ['short.0'], max_age: 1e12 });
      await expect(engineOf(nats(), 'short')).rejects.toThrow(/forgets its messages/);
      expect(() => natsEngine({ servers: nats().url, name: 'a.b', in: 'x.*', decode })).toThrow(
        /name.*letters/,
      );
      expect(() => natsEngine({ servers: nats().url, name: 'a', in: 'x.>', decode })).toThrow(
        /expected in to be/,
      );
    });
  },
  { settings: mappings },
);

describe('leases', () => {
  describeWithNats('on NATS', (nats) => {
    it('are shared evenly, handed over, and taken over from who is gone', {
      timeout: TIMEOUT,
    }, async () => {
      const engines = await Promise.all(
        Array.from({ length: 3 }, () => engineOf(nats(), 'fleet', { partitions: 7 })),
      );
      const own = engines.map(() => new Set<number>());
      const stops = engines.map(() => new AbortController());
      const running = engines.map(async (engine, k) => {
        for await (const { gained, lost } of engine.assignment.watch(`worker ${k}`, stops[k]!.signal)) {
          for (const each of gained) own[k]!.add(each);
          for (const each of lost) own[k]!.delete(each);
          await engine.assignment.release(`worker ${k}`, lost);
        }
      });
      const sizes = (): string =>
        own
          .map(({ size }) => size)
          .sort()
          .join();
      await until(() => sizes() === '2,2,3');
      expect(new Set(own.flatMap((each) => [...each])).size).toBe(7);
      await until(async () => (await engines[0]!.assignment.owners()).size === 7);
      // One leaves and gives its partitions back; another is gone without a word.
      stops[0]!.abort();
      await running[0];
      await engines[0]!.assignment.release('worker 0', [...own[0]!]);
      own[0]!.clear();
      await until(() => sizes() === '0,3,4');
      const closed = expect(running[1]).rejects.toThrow('the engine was closed while a worker used it');
      await engines[1]!.close();
      await closed;
      expect(own[1]!.size).toBe(0);
      await until(() => sizes() === '0,0,7');
      stops[2]!.abort();
      await running[2];
      await engines[2]!.assignment.release('worker 2', [...own[2]!]);
      expect((await engines[2]!.assignment.owners()).size).toBe(0);
      await Promise.all([engines[0]!.close(), engines[2]!.close()]);
    });
  });
});

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await new Promise((done) => setTimeout(done, 50));
}
