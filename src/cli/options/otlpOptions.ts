import { type Command, Option } from 'commander';
import { badOption } from '../../core/options.ts';
import { otlpTable } from '../../sources/otlp/otlpOptions.ts';
import { NUMBER_OR_TEXT, takes } from './optionForm.ts';
import { names } from './parsers.ts';
import { present } from './sourceOptions.ts';
import { refuseWithoutEffect } from './withoutEffect.ts';

/** The options of a command that receives metrics by OTLP, as they were given. */
export interface OtlpFlags {
  readonly otlp?: string;
  readonly metric?: readonly string[];
  readonly resource?: readonly string[];
}

/** The same where metrics are received. */
export interface OtlpOptions {
  readonly host: string;
  readonly port: number;
  readonly metric?: readonly string[];
  readonly resource?: readonly string[];
  readonly token?: string;
}

const address = takes(NUMBER_OR_TEXT, (text: string): string => text);

export function otlpOptions(): readonly Option[] {
  return [
    new Option('--otlp <address>', 'receive metrics by OTLP/HTTP at [HOST:]PORT, such as 4318').argParser(
      address,
    ),
    new Option('--metric <names>', `${otlpTable.metrics.about}: 'http.server.*' (default: all)`).argParser(
      names,
    ),
    new Option(
      '--resource <names>',
      `${otlpTable.resource.about} (default: service.namespace,service.name,service.instance.id)`,
    ).argParser(names),
  ];
}

/**
 * What the options say of the metrics to receive; undefined where there are none.
 *
 * @throws RxAnomalyError BAD_OPTION that names an option which is wrong, or of no use
 */
export function readOtlpOptions(
  command: 'detect' | 'serve',
  parsed: Command,
  { otlp, metric, resource }: OtlpFlags,
): OtlpOptions | undefined {
  refuseWithoutEffect(parsed, [['without --otlp', otlp !== undefined, ['metric', 'resource']]]);
  if (otlp === undefined) return undefined;
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:]+)):)?(\d{1,5})$/.exec(otlp) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535)
    throw badOption(command, '--otlp', '[HOST:]PORT, such as 4318 or 0.0.0.0:4318', otlp);
  const { RX_ANOMALY_OTLP_TOKEN: token } = process.env;
  return { host: bracketed ?? plain ?? '127.0.0.1', port, ...present({ metric, resource, token }) };
}
