import { expect, it } from 'vitest';
import { Overtaken } from '../../src/distributed/contract.ts';
import { type NatsEngine, natsEngine } from '../../src/nats/natsEngine.ts';
import { describeWithNats, type Nats } from '../support/environment/nats.ts';

const TIMEOUT = 240_000;
const ROUNDS = 100;
const NAMES = Array.from({ length: 8 }, (_, k) => `sensor ${k}`);

async function engineOf(nats: Nats, name: string): Promise<NatsEngine<unknown>> {
  return await natsEngine<unknown>({
    ...{ servers: nats.url, name, in: `${name}-readings.*`, partitions: 1, lease: 1000 },
    ...{ decode: () => undefined, onProblem: () => {} },
  });
}

describeWithNats(
  'states on three nodes',
  (nats) => {
    // nats-server issue 4320: `expected-last-subject-sequence` alone is checked before the message is replicated.
    it('are never saved twice over one revision', { timeout: TIMEOUT }, async () => {
      const engines = await Promise.all(Array.from({ length: 3 }, () => engineOf(nats(), 'raced')));
      let revisions: readonly (string | undefined)[] = NAMES.map(() => undefined);
      for (let round = 0; round < ROUNDS; round++) {
        const saves = await Promise.allSettled(
          engines.map(({ states }, k) =>
            states.save(
              0,
              NAMES.map((name, n) => ({ name, state: Uint8Array.of(round, k), revision: revisions[n] })),
            ),
          ),
        );
        const found = await engines[round % 3]!.states.load(0, NAMES);
        for (const [k, save] of saves.entries()) {
          if (save.status === 'rejected') {
            expect(save.reason).toBeInstanceOf(Overtaken);
            continue;
          }
          // Whose save has succeeded finds its own state, under the revision that it was given.
          expect(found.map((each) => each!.revision)).toEqual(save.value);
          for (const each of found) expect(each!.state).toEqual(Uint8Array.of(round, k));
        }
        revisions = found.map((each) => each?.revision);
      }
      await Promise.all(engines.map((engine) => engine.close()));
    });
  },
  { nodes: 3 },
);
