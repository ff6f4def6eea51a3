import { type Command, Option } from 'commander';
import { mqttTable } from '../../sources/mqtt/mqttOptions.ts';
import type { ColumnOptions } from './options.ts';
import { names } from './parsers.ts';
import { credentials, onePath, present, required, requireKind, requireUrl } from './sourceOptions.ts';
import { refuseWithoutEffect } from './withoutEffect.ts';

/** The options of a command that reads an MQTT broker, as they were given. */
export interface MqttFlags {
  readonly mqtt?: string;
  readonly topic?: readonly string[];
  readonly qos?: '0' | '1';
  readonly clientId?: string;
  readonly retained?: boolean;
}

/** The same where a broker is read: what has to be given is there. */
export interface MqttOptions extends Omit<MqttFlags, 'qos'>, Pick<ColumnOptions, 'value'> {
  readonly mqtt: string;
  readonly topic: readonly string[];
  readonly qos: 0 | 1;
  /** The path of the time. */
  readonly time?: string;
  readonly username?: string;
  readonly password?: string;
}

const ALL: readonly (keyof MqttFlags)[] = ['topic', 'qos', 'clientId', 'retained'];

export function mqttOptions(): readonly Option[] {
  return [
    new Option('--mqtt <url>', 'read an MQTT broker, such as mqtt://localhost:1883'),
    new Option(
      '--topic <filters>',
      `${mqttTable.topics.about}, separated by commas: 'plant/+/temperature'; a stream for each topic`,
    ).argParser(names),
    new Option(
      '--qos <level>',
      `${mqttTable.qos.about}: at most once (0), at least once (1, the default)`,
    ).choices(['0', '1']),
    new Option('--client-id <name>', `${mqttTable.clientId.about} (default: a random one)`),
    new Option('--retained', mqttTable.retained.about),
  ];
}

/**
 * What the options say of the broker to read; undefined where none is named.
 *
 * @throws RxAnomalyError BAD_OPTION that names an option which is missing, wrong, or of no use
 */
export function readMqttOptions(
  command: 'detect' | 'serve',
  parsed: Command,
  flags: MqttFlags & ColumnOptions,
): MqttOptions | undefined {
  const { mqtt, topic, qos = '1', clientId, retained, value, time } = flags;
  refuseWithoutEffect(parsed, [['without --mqtt', mqtt !== undefined, ALL]]);
  if (mqtt === undefined) return undefined;
  requireUrl(command, '--mqtt', mqtt, mqttTable.url.kind, 'MQTT');
  const filters = required(command, '--mqtt', '--topic', topic);
  requireKind(command, '--topic', filters, mqttTable.topics.kind);
  return {
    ...{ mqtt, topic: filters, qos: qos === '0' ? 0 : 1 },
    ...present({ clientId, retained, value, time: onePath(command, '--time', time, ONE_PATH) }),
    ...credentials('MQTT'),
  };
}

const ONE_PATH = 'one path in the JSON of a message';
