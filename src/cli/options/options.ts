import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../core/duration.ts';
import type { OptionSpec } from '../../core/optionSet.ts';
import { badOption } from '../../core/options.ts';
import { type AbsentAfter, absentAfterSpec } from '../../models/decision/absenceWatch.ts';
import { type ForecasterName, namedForecasters } from '../../models/forecasters/namedForecasters.ts';
import { type PretrainedOptions, pretrainedOptions } from '../../models/pretrained/pretrainedForecaster.ts';
import { namedScorers, type ScorerName } from '../../models/scorers/namedScorers.ts';
import { streamDetectorTable } from '../../models/streamDetectorOptions.ts';
import { warmUpTable } from '../../models/warmUp.ts';
import type { Resampling } from '../run/derivation.ts';
import { NAMES, schemaOfKind, TEXT, takes } from './optionForm.ts';
import { names, naturalNumber, oneOrMore, path, seconds } from './parsers.ts';

type Adaptation = NonNullable<PretrainedOptions['adapt']>;

/** The models of a command's options, by name. */
export interface ModelOptions {
  readonly forecaster: ForecasterName;
  readonly scorer: ScorerName;
  readonly seed: number;
  /** Of the pre-trained network. @default 'head' */
  readonly adapt?: Adaptation;
}

/** The options that say how a table is written, as a command line has them. */
export interface TableFlags {
  readonly timeFormat?: string;
  readonly dayFirst?: boolean;
  readonly monthFirst?: boolean;
  readonly timeZone?: string;
  readonly missing?: readonly string[];
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly skipRows?: number;
  readonly headerRow?: number;
  readonly comment?: string;
  readonly decimal?: '.' | ',';
  readonly strict?: boolean;
  readonly rate?: readonly string[];
  readonly resample?: Resampling;
  /** The column of the group; `true` for one group. */
  readonly population?: string | true;
  readonly quiet?: boolean;
}

/** The options that name the columns of a table. */
export interface ColumnOptions extends TableFlags {
  readonly time?: string | readonly string[];
  readonly value?: readonly string[];
  /** An empty list: none. */
  readonly key?: string | readonly string[];
  readonly covariate?: readonly string[];
}

/** Tables that are learnt before the first row of another. */
export interface HistoryOptions {
  /** Paths, in the order in which they are read. */
  readonly history?: readonly string[];
  /** @default 1 */
  readonly passes?: number;
}

/** The default models. */
export const DEFAULT_MODELS: ModelOptions = { forecaster: 'lstm', scorer: 'evidence', seed: 1 };

export const timeOption = (): Option =>
  new Option(
    '--time <column>',
    'column with the event times, or those of date, clock, AM/PM, zone, separated by commas (default: guessed)',
  ).argParser(oneOrMore);

export const valueOption = (): Option =>
  new Option(
    '--value <columns>',
    'column or columns to model, separated by commas (default: guessed)',
  ).argParser(names);

export const keyOption = (): Option =>
  new Option(
    '--key <columns>',
    'columns that name the series of a row; none for one series (default: guessed)',
  ).argParser(takes(NAMES, (text: string) => (text === 'none' ? [] : oneOrMore(text))));

export const transformOption = (): Option => tableOption('--transform <name>', streamDetectorTable.transform);

export const onBadDataOption = (): Option =>
  tableOption('--on-bad-data <policy>', streamDetectorTable.onBadData);

export const forecasterOption = (byDefault: ForecasterName = DEFAULT_MODELS.forecaster): Option =>
  new Option(
    '--forecaster <name>',
    'what forecasts each row; pretrained: a network trained beforehand; mean: the running mean',
  )
    .choices(Object.keys(namedForecasters))
    .default(byDefault);

export const scorerOption = (): Option =>
  new Option('--scorer <name>', 'what turns the residuals of the forecast into scores')
    .choices(Object.keys(namedScorers))
    .default(DEFAULT_MODELS.scorer);

export const maxKeysOption = (): Option =>
  new Option('--max-keys <n>', 'streams whose models are in memory at a time (default: 1000)').argParser(
    naturalNumber,
  );

export const fleetOption = (): Option =>
  new Option(
    '--fleet',
    'for thousands of keys: one detector serves all of them in turn, with 8 kB each, and forecasts by the network that was ' +
      'trained beforehand; --max-keys is then 100000',
  );

export const seedOption = (): Option => tableOption('--seed <n>', streamDetectorTable.seed);

export const adaptOption = (): Option =>
  tableOption('--adapt <what>', {
    ...pretrainedOptions.table.adapt,
    about:
      'what each stream learns with --forecaster pretrained: a correction (head), its weights too (all), or nothing',
    defaultText: "'head'",
  });

/**
 * An option that the library has, too: its description, range and default are those of the library's table.
 *
 * @param form how it is written on the command line, where that differs
 */
export function tableOption(flags: string, spec: OptionSpec, form?: string): Option {
  const { about, kind, defaultText } = spec;
  const isConstant = spec.default !== undefined && defaultText === undefined;
  const notes = [
    ...(form !== undefined ? [form] : kind.choices === undefined ? [kind.range] : []),
    ...(isConstant ? [] : [`default: ${plain(defaultText ?? 'none')}`]),
  ];
  const option = new Option(flags, notes.length === 0 ? about : `${about} (${notes.join('; ')})`);
  // A kind that takes names and numbers reads both.
  if (kind.choices !== undefined && kind.expected(0.5) !== undefined) option.choices(kind.choices);
  else option.argParser(takes({ schema: schemaOfKind(kind) }, (text) => parsed(text, spec)));
  return isConstant ? option.default(spec.default) : option;
}

/** A name that the option takes as it is, anything else as a number. */
function parsed(text: string, { kind }: OptionSpec): string | number {
  const value = kind.choices?.includes(text) ? text : Number(text.trim() || 'none');
  const expected = kind.expected(value);
  if (expected !== undefined) throw new InvalidArgumentError(`Expected ${plain(expected)}.`);
  return value;
}

function plain(text: string): string {
  return text.replaceAll("'", '');
}

export const resultFormatOption = (): Option =>
  new Option('--format <name>', 'of the results on standard output')
    .choices(['text', 'json'])
    .default('text');

export const absentAfterOption = (): Option =>
  new Option(
    '--absent-after <time>',
    'a key without an event for so long is an incident: 90s, 5m, 1h30m, or auto for many times its usual gap ' +
      '(default: never)',
  ).argParser((text): AbsentAfter => {
    const after = text === 'auto' ? text : parseDuration(text);
    const expected = absentAfterSpec.kind.expected(after);
    if (after === undefined || expected !== undefined)
      throw new InvalidArgumentError('Expected a time such as 90s, 5m or 1h30m, less than 25 days, or auto.');
    return after as AbsentAfter;
  });

/** Seconds between two states, by default. */
export const CHECKPOINT_EVERY = 10;

export const checkpointEveryOption = (): Option =>
  new Option(
    '--checkpoint-every <seconds>',
    `between two states that are saved (default: ${CHECKPOINT_EVERY})`,
  ).argParser(seconds);

const FILES = {
  schema: { anyOf: [TEXT, { type: 'array', items: TEXT, minItems: 1 }] },
  list: 'repeated',
} as const;

export const historyOption = (): Option =>
  new Option(
    '--history <file>',
    'a table to learn from before the first row, with the same columns; again for more tables (default: none)',
  ).argParser(
    takes(FILES, (text: string, files: readonly string[] = []): readonly string[] => {
      if (text === '-')
        throw new InvalidArgumentError('Expected a file; standard input is for the table itself.');
      return [...files, path(text)];
    }),
  );

export const passesOption = (): Option => tableOption('--passes <n>', warmUpTable.passes);

export const quietOption = (): Option =>
  new Option('--quiet', 'only errors on standard error').default(false);

/**
 * Checks an option whose value must not be shown: commander shows those that its parsers refuse.
 *
 * @param flag as the user writes it
 * @throws RxAnomalyError BAD_OPTION that names the option
 */
export function checkSecret(
  command: string,
  flag: string,
  spec: OptionSpec,
  value: string | undefined,
): void {
  const expected = value === undefined ? undefined : spec.kind.expected(value);
  if (expected !== undefined) throw badOption(command, flag, expected, '…');
}

/** Of {@link TableFlags} and {@link ColumnOptions}: what says how a table is read. */
export const TABLE_FLAGS: readonly (keyof ColumnOptions)[] = [
  ...([
    'time',
    'value',
    'key',
    'covariate',
    'timeFormat',
    'dayFirst',
    'monthFirst',
    'missing',
    'delimiter',
  ] as const),
  ...([
    'encoding',
    'skipRows',
    'headerRow',
    'comment',
    'decimal',
    'strict',
    'rate',
    'resample',
    'population',
  ] as const),
];
