import type { Command, Option } from 'commander';

/** A value of a configuration file. */
export interface Filed {
  /** As the file has it. */
  readonly json: unknown;
  /** File and key, such as `rx-anomaly.config.json: detect.poll`. */
  readonly where: string;
}

/** What a command was given, before its options are parsed for good. */
export interface Given {
  /** The texts of each option on the command line, by its attribute; undefined for a flag. */
  readonly texts: ReadonlyMap<string, readonly (string | undefined)[]>;
  /** The values that count of the file, by attribute. */
  readonly filed: ReadonlyMap<string, Filed>;
  /** Where the paths of tables are from, if from the file. */
  readonly paths?: Filed;
  /** The file; undefined where there is none. */
  readonly file?: string;
}

const commands = new WeakMap<Command, Given>();

/** Remembers what a command was given. */
export function setGiven(command: Command, given: Given): void {
  commands.set(command, given);
}

/** What a command was given. */
export function givenTo(command: Command): Given {
  return commands.get(command) ?? { texts: new Map(), filed: new Map() };
}

/** Whether command line or configuration have an option; the environment does not count: it may be meant for another run. */
export function isGiven(command: Command, attribute: string): boolean {
  return ['cli', 'config'].includes(command.getOptionValueSource(attribute) ?? '');
}

/** What a message calls an option that was given: `detect: --poll`, or `rx-anomaly.config.json: poll`. */
export function nameOfGiven(command: Command, option: Option): string {
  const attribute = option.attributeName();
  const filed =
    command.getOptionValueSource(attribute) === 'config' ? givenTo(command).filed.get(attribute) : undefined;
  return filed?.where ?? `${command.name()}: ${option.long}`;
}
