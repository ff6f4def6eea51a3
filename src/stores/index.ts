/**
 * Places where states are kept. Node only.
 *
 * @module rx-anomaly/stores
 */

export { FileCheckpointStore, type FileCheckpointStoreOptions } from './fileCheckpointStore.ts';
