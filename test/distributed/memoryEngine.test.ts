import { MemoryBroker } from '../support/memoryEngine.ts';
import { describeEngine } from './contractSuite.ts';
import type { TestEvent } from './workers.ts';

describeEngine<number>('memory', async ({ partitions }) => {
  const broker = new MemoryBroker<TestEvent>(partitions);
  return {
    connect: async () => broker.connect(),
    kill: async (engine) => broker.kill(engine),
    trim: async (partition, upTo) => broker.trim(partition, upTo),
    close: async () => {},
  };
});
