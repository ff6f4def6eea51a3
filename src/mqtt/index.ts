/**
 * Readings from an MQTT broker. Needs the package `mqtt`. Node only.
 *
 * @module rx-anomaly/mqtt
 */

export { Backlog } from '../clients/backlog.ts';
export type { RetryOptions, RetryReport } from '../clients/retry.ts';
export type { Value } from '../core/reading.ts';
export { fromMqtt, type MqttReading } from '../sources/mqtt/fromMqtt.ts';
export type { FromMqttOptions, MqttTls, MqttWarning } from '../sources/mqtt/mqttOptions.ts';
