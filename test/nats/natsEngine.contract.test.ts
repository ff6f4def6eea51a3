import { describe } from 'vitest';
import { type NatsEngine, natsEngine } from '../../src/nats/natsEngine.ts';
import { describeEngine, type TestEngine } from '../distributed/contractSuite.ts';
import type { TestEvent } from '../distributed/workers.ts';
import { describeWithNats, type Nats } from '../support/environment/nats.ts';

/** Of so many partitions, as the suite asks for. */
const COUNTS = [1, 2, 3, 4];
const LOGS = 60;

/** With a mapping each log has a name of its own in the server's configuration. */
const settings = `mappings {
${COUNTS.flatMap((count) =>
  Array.from(
    { length: LOGS },
    (_, k) => `  "m${count}x${k}.*": "t${count}x${k}-in.{{partition(${count},1)}}.{{wildcard(1)}}"`,
  ),
).join('\n')}
}`;

let logs = 0;

function opener(nats: () => Nats, isMapped: boolean) {
  return async ({ partitions }: { readonly partitions: number }): Promise<TestEngine<number>> => {
    const log = `${partitions}x${logs++}`;
    const engines: NatsEngine<TestEvent>[] = [];
    const connect = async (): Promise<NatsEngine<TestEvent>> => {
      const engine = await natsEngine<TestEvent>({
        ...{
          servers: nats().url,
          name: `t${log}`,
          in: `${isMapped ? 'm' : 'u'}${log}.*`,
          partitions,
          lease: 1500,
        },
        decode: ({ data }) => JSON.parse(new TextDecoder().decode(data)) as TestEvent,
        onProblem: () => {},
      });
      engines.push(engine);
      if (engine.isMapped !== isMapped) throw new Error('mapped otherwise');
      return engine;
    };
    return {
      connect,
      kill: async (engine) => await (engine as NatsEngine<TestEvent>).close(),
      trim: async (partition, upTo) => {
        const { jetstreamManager } = await import('@nats-io/jetstream');
        const manager = await jetstreamManager(await nats().connection());
        await manager.streams.purge(isMapped ? `t${log}-in-${partition}` : `t${log}-in`, { seq: upTo + 1 });
      },
      close: async () => {
        await Promise.all(engines.map((engine) => engine.close()));
      },
    };
  };
}

describe('NATS', () => {
  describeWithNats(
    'that maps subjects',
    (nats) => describeEngine('NATS with a mapping', opener(nats, true)),
    {
      settings,
    },
  );
  describeWithNats('that does not', (nats) => describeEngine('NATS without one', opener(nats, false)));
  describeWithNats('of three nodes', (nats) => describeEngine('A cluster of NATS', opener(nats, true)), {
    ...{ settings, nodes: 3 },
  });
});
