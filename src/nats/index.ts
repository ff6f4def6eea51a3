/**
 * Readings from NATS, and detection by many processes on NATS JetStream. Needs the packages `@nats-io/transport-node` and
 * `@nats-io/jetstream`. Node only.
 *
 * @module rx-anomaly/nats
 */

export { Backlog } from '../clients/backlog.ts';
export type { NatsLogin } from '../clients/nats/natsLogin.ts';
export type { RetryOptions, RetryReport } from '../clients/retry.ts';
export type { Value } from '../core/reading.ts';
export { fromNats, type NatsReading } from '../sources/nats/fromNats.ts';
export type { FromNatsOptions, NatsWarning } from '../sources/nats/natsOptions.ts';
export { type NatsEngine, natsEngine } from './natsEngine.ts';
export type { NatsMessage } from './natsLog.ts';
export type { NatsEngineOptions } from './natsOptions.ts';
