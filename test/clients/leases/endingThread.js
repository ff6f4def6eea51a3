import { workerData } from 'node:worker_threads';
import { serveKeeper } from '../../../dist/clients/leases/serveKeeper.js';
import { ServerFailure } from '../../../dist/clients/retry.js';

/** Cannot connect at its first start; takes two partitions at its second, and ends when it is asked to release one. */
await serveKeeper(async (_, onChange) => {
  const starts = new Int32Array(workerData.starts);
  if (Atomics.add(starts, 0, 1) === 0) throw new ServerFailure('no leader just now', true);
  setImmediate(() => onChange({ gained: [0, 1], lost: [] }));
  return { release: async () => process.exit(), leave: async () => {}, close: async () => {} };
});
