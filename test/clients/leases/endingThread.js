import { workerData } from 'node:worker_threads';

const dist = new URL('../../../dist/', import.meta.url).href; // by address: their types are no part of it
/** @type {typeof import('../../../src/clients/leases/serveKeeper.ts')} */
const { serveKeeper } = await import(`${dist}clients/leases/serveKeeper.js`);
/** @type {typeof import('../../../src/clients/retry.ts')} */
const { ServerFailure } = await import(`${dist}clients/retry.js`);

/** Cannot connect at its first start; takes two partitions at its second, and ends when it is asked to release one. */
await serveKeeper(async (_, onChange) => {
  const starts = new Int32Array(workerData.starts);
  if (Atomics.add(starts, 0, 1) === 0) throw new ServerFailure('no leader just now', true);
  setImmediate(() => onChange({ gained: [0, 1], lost: [] }));
  return { release: async () => process.exit(), leave: async () => {}, close: async () => {} };
});
