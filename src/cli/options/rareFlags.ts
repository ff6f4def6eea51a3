import { Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { rareTable } from '../../models/rare/rareOptions.ts';
import { type ColumnOptions, TABLE_FLAGS, tableOption } from './options.ts';
import { optionalColumn } from './parsers.ts';
import { POLICY_NAMES, type Policy, type PolicyFlags } from './policy.ts';
import type { WithoutEffect } from './withoutEffect.ts';

/** The options of rare categories. */
export interface RareFlags {
  /** The column or the field of the categories; `true` where the file is a log of text lines. */
  readonly rare?: string | true;
  readonly template?: boolean;
  /** `false` where categories do not depend on it. */
  readonly timeOfDay?: boolean;
  readonly repeat?: number;
}

export function rareOptions(): Option[] {
  return [
    new Option(
      '--rare [column]',
      'flag rare and new categories of a column, or of a field of lines of JSON; without one the file is a log, and lines of rare and new kinds are flagged',
    ).argParser(optionalColumn),
    new Option(
      '--template',
      'the column of --rare has lines of a log: their categories are what lines of a kind have in common',
    ),
    new Option(
      '--no-time-of-day',
      'do not compare with the events of the same three hours of the day: new categories are then found after half as many',
    ),
    tableOption('--repeat <events>', rareTable.repeat),
  ];
}

/** Refuses `--rare FILE`, which leaves no file to read. @throws RxAnomalyError BAD_OPTION */
export function requireFile(command: string, { rare }: RareFlags): void {
  if (typeof rare === 'string')
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${command}: --rare takes ${rare} for a column; name the file first: ${command} ${rare} --rare`,
    );
}

const MODELS = ['transform', 'forecaster', 'adapt', 'scorer', 'seed', 'fleet', 'ahead'] as const;
/** Of how a table is written: what a log has, too. */
const OF_LOGS: readonly (keyof ColumnOptions)[] = ['encoding', 'strict'];

/** Rules of `refuseWithoutEffect` for --rare. */
export function rulesOfRare(
  { rare, holidaysAs }: RareFlags & Pick<PolicyFlags, 'holidaysAs'>,
  output = '',
): readonly WithoutEffect[] {
  const isOff = rare === undefined;
  const isSuppressed = holidaysAs === 'suppressed';
  return [
    ['without --rare', !isOff, ['timeOfDay', 'repeat']],
    ['without --rare COLUMN; lines of a log have templates anyway', typeof rare === 'string', ['template']],
    [
      'with --rare of a log, which has lines and no columns; for those of a table name one: --rare COLUMN',
      rare !== true,
      TABLE_FLAGS.filter((flag) => !OF_LOGS.includes(flag)),
    ],
    [
      'with --rare, which models the categories of one column',
      isOff,
      ['value', 'covariate', 'rate', 'resample', 'population'],
    ],
    ['with --rare, which counts categories and has no forecaster', isOff, MODELS],
    ['with --rare: detect the older file first, with the same --checkpoint', isOff, ['history', 'passes']],
    ['with --rare, whose verdicts are of one event each', isOff, ['confirm', 'recurring']],
    [
      'with --rare, whose values are no measurements; --policy has rules of suppression by time and key',
      isOff,
      ['suppressBelow', 'suppressDirection'],
    ],
    ['with --rare, except with --holidays-as suppressed', isOff || isSuppressed, ['holidays', 'holidaysAs']],
    ['with --rare; detect the number of rows with --resample 1m:count', isOff, ['absentAfter']],
    [
      'with --rare, which looks for no lasting changes: verdicts or incidents',
      isOff || output !== 'changes',
      ['output'],
    ],
  ];
}

/** What a policy file may have. */
const EFFECTIVE: readonly (typeof POLICY_NAMES)[number][] = ['sensitivity', 'threshold', 'suppress'];

/** @throws RxAnomalyError BAD_OPTION where the policy file has a setting that --rare has no use for */
export function requireRarePolicy(policy: Policy): void {
  const { suppress } = policy;
  const name = POLICY_NAMES.find(
    (each) => !EFFECTIVE.includes(each) && policy[each] !== undefined && !isEmpty(policy[each]),
  );
  if (name !== undefined)
    throw new RxAnomalyError('BAD_OPTION', `--policy: ${name} has no effect with --rare; leave it out`);
  const at = suppress?.findIndex(
    ({ below, belowShare, direction }) => (below ?? belowShare ?? direction) !== undefined,
  );
  if (at !== undefined && at >= 0)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `--policy: suppress[${at}]: below, belowShare and direction have no effect with --rare, whose values are no measurements; leave them out`,
    );
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
