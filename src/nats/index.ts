/**
 * Readings from NATS, and detection by many processes on NATS JetStream. Needs the packages `@nats-io/transport-node` and
 * `@nats-io/jetstream`. Node only.
 *
 * @module rx-anomaly/nats
 */

export type { NatsLogin } from '../clients/nats/connectNats.ts';
export { type NatsEngine, natsEngine } from './natsEngine.ts';
export type { NatsMessage } from './natsLog.ts';
export type { NatsEngineOptions } from './natsOptions.ts';
