// The door to places where states are kept.
export { FileCheckpointStore, type FileCheckpointStoreOptions } from './fileCheckpointStore.ts';
