// States in Redis: what a store of your own takes.
import { type CheckpointStore, checkpoint, parseSnapshot } from 'rx-anomaly';
import { from, lastValueFrom, skip, take, toArray } from 'rxjs';

/** What `createClient()` of redis and `new Redis()` of ioredis both are. */
interface Redis {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  del(key: string): Promise<unknown>;
}

function redisStore(redis: Redis, prefix: string): CheckpointStore {
  return {
    async load(name) {
      const text = await redis.get(prefix + name);
      return text === null ? undefined : parseSnapshot(text);
    },
    async save(name, state) {
      await redis.set(prefix + name, JSON.stringify(state));
    },
    async remove(name) {
      await redis.del(prefix + name);
    },
  };
}

const map = new Map<string, string>(); // a stand-in, so that this runs without a server
const redis: Redis = {
  get: async (key) => map.get(key) ?? null,
  set: async (key, value) => map.set(key, value),
  del: async (key) => map.delete(key),
};
const store = redisStore(redis, 'anomalies:');
const numbers = Array.from({ length: 600 }, (_, n) => Math.sin(n / 5));
const source = (_: unknown, events: number) => from(numbers).pipe(skip(events), take(300));
const [first, second] = [0, 1].map(() => checkpoint({ store, source }).pipe(toArray()));
const verdicts = [...(await lastValueFrom(first)), ...(await lastValueFrom(second))];

console.log(`kept under ${[...map.keys()].join()}`);
console.log(`${verdicts.length} of ${numbers.length} verdicts in two runs`);
