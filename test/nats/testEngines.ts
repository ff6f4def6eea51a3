import { type NatsEngine, natsEngine } from '../../src/nats/natsEngine.ts';
import type { TestEngine, TestEvent } from '../distributed/contractSuite.ts';
import type { Nats } from '../support/environment/nats.ts';

/** With a mapping each log has a name of its own in the server's configuration. */
export const MAPPINGS: string = `mappings {
${[1, 2, 3, 4]
  .flatMap((partitions) =>
    Array.from(
      { length: 100 },
      (_, k) => `  "m${k}of${partitions}.*": "t${k}-in.{{partition(${partitions},1)}}.{{wildcard(1)}}"`,
    ),
  )
  .join('\n')}
}`;

let logs = 0;

/** Opens engines for the contract suite, each on a log of its own. @param isMapped whether the server has {@link MAPPINGS} */
export function opener(
  nats: () => Nats,
  isMapped: boolean,
): (options: { readonly partitions: number }) => Promise<TestEngine<number>> {
  return async ({ partitions }: { readonly partitions: number }) => {
    const log = logs++;
    const engines: NatsEngine<TestEvent>[] = [];
    const connect = async (): Promise<NatsEngine<TestEvent>> => {
      const engine = await natsEngine<TestEvent>({
        ...{
          servers: nats().url,
          name: `t${log}`,
          in: `${isMapped ? 'm' : 'u'}${log}of${partitions}.*`,
          partitions,
          lease: 2000,
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
      kill: async (engine) => await engines.find(({ out }) => out === engine.out)?.close(),
      trim: async (partition, upTo) => {
        const { jetstreamManager } = await import('@nats-io/jetstream');
        const manager = await jetstreamManager(await nats().connection());
        await manager.streams.purge(isMapped ? `t${log}-in-${partition}` : `t${log}-in`, { seq: upTo + 1 });
      },
      trimVerdicts: async (partition, upTo) => {
        const { jetstreamManager } = await import('@nats-io/jetstream');
        const manager = await jetstreamManager(await nats().connection());
        await manager.streams.purge(`t${log}-out-${partition}`, { seq: Number(upTo) + 1 });
      },
      close: async () => {
        await Promise.all(engines.map((engine) => engine.close()));
        // Of a cluster each stream of each test would go on electing leaders.
        const { jetstreamManager } = await import('@nats-io/jetstream');
        const { streams } = await jetstreamManager(await nats().connection());
        for await (const name of streams.names()) await streams.delete(name).catch(() => {});
      },
    };
  };
}
