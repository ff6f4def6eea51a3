import { describe } from 'vitest';
import { MemoryCheckpointStore } from '../../../src/models/durable/checkpointStore.ts';
import { checkpointStoreContract } from '../../contracts/checkpointStoreContract.ts';

describe('the memory store', () => {
  checkpointStoreContract(() => new MemoryCheckpointStore());
});
