import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import { calendarTable, type Dates, dateTest, WEEKDAYS } from '../../core/calendar.ts';
import { fileFault, messageOf, RxAnomalyError } from '../../core/errors.ts';
import { requireKnown, show } from '../../core/options.ts';
import type { Value } from '../../core/reading.ts';
import { PLACE, publicHolidays } from '../../holidays/publicHolidays.ts';
import type { ConfirmOptions } from '../../models/decision/confirmation.ts';
import type { SuppressionRule } from '../../models/decision/suppression.ts';
import { type ThresholdOptions, thresholdOptions } from '../../models/decision/thresholdOptions.ts';
import {
  resolveStreamDetector,
  type StreamDetectorOptions,
  streamDetectorTable,
} from '../../models/streamDetectorOptions.ts';
import type { CsvRow } from '../../sources/index.ts';
import { type InlineJson, jsonFile, readJsonFile } from './jsonFile.ts';
import { NAMES, NUMBER_OR_TEXT, takes } from './optionForm.ts';
import { tableOption } from './options.ts';

/** What is an anomaly and what an alert: what the user chose, nothing where it is the default. */
export interface Policy
  extends Pick<StreamDetectorOptions<CsvRow, Value>, (typeof POLICY_NAMES)[number] | 'timeZone'> {
  /** What is known of an event by its time. */
  readonly covariates?: (event: Timed) => readonly number[];
}

/** An event of any source. */
export interface Timed {
  readonly time?: number | undefined;
}

/** What a policy file may hold: what is of use to most comes first. */
export const POLICY_NAMES = [
  'sensitivity',
  'suppress',
  'confirm',
  'recurring',
  'threshold',
  'budget',
  'habituation',
  'drift',
  'holidays',
  'holidaysAs',
] as const;

/** The options of the threshold in a policy, except its level. */
export function thresholdPart(policy: Policy = {}): Omit<ThresholdOptions, 'threshold' | 'sensitivity'> {
  const { threshold, sensitivity, ...part } = thresholdOptions.pick(policy);
  return part;
}

/** The options of a command that {@link readPolicy} reads. */
export interface PolicyFlags
  extends Pick<Policy, 'threshold' | 'sensitivity' | 'confirm' | 'recurring' | 'timeZone'> {
  /** Dates, or the path of a file of them. */
  readonly holidays?: string;
  /** A day of the week, or what else is made of holidays. */
  readonly holidaysAs?: NonNullable<Policy['holidaysAs']> | 'covariate' | 'suppressed';
  readonly suppressBelow?: Pick<SuppressionRule, 'below' | 'belowShare'>;
  readonly suppressDirection?: 'up' | 'down';
  readonly policy?: string | InlineJson;
}

export const policyOptions = (): Option[] => [
  tableOption('--sensitivity <level>', streamDetectorTable.sensitivity),
  new Option(
    '--suppress-below <change>',
    'do not flag what is less than this away from the forecast: an amount, or a share such as 5%',
  ).argParser(changeOf),
  new Option(
    '--suppress-direction <where>',
    'do not flag what is above (up) or below (down) the forecast',
  ).choices(['up', 'down']),
  tableOption('--confirm <events>', streamDetectorTable.confirm, 'or 3/5: 3 of the last 5').argParser(
    confirmOf,
  ),
  // Not set by default: the file may hold it.
  tableOption('--recurring <what>', { ...streamDetectorTable.recurring, defaultText: 'normal' }),
  tableOption('--threshold <score>', streamDetectorTable.threshold).conflicts('sensitivity'),
  new Option(
    '--holidays <dates>',
    'days like a Sunday: 2026-12-25,2026-12-26, a file with one a line, or a country or state such as DE-BY',
  ).argParser(takes(NAMES, (text: string): string => text)),
  new Option(
    '--holidays-as <what>',
    'a day of the week, a covariate whose effect is learnt, or suppressed (default: sun)',
  ).choices([...WEEKDAYS, 'covariate', 'suppressed']),
  new Option(
    '--policy <file>',
    `a JSON file with any of ${POLICY_NAMES.join(', ')}; options given here win`,
  ).argParser(jsonFile),
];

/**
 * The policy of the file and the flags; a flag wins over the file, and rules of suppression add to those of the file.
 *
 * @throws RxAnomalyError BAD_INPUT when the file cannot be read, BAD_OPTION when something in it is wrong
 */
export async function readPolicy(flags: PolicyFlags): Promise<Policy> {
  const { threshold, sensitivity, confirm, recurring, suppressBelow, suppressDirection } = flags;
  const { timeZone, holidaysAs } = flags;
  const given = flags.holidays === undefined ? undefined : await readHolidays(flags.holidays);
  const filed = flags.policy === undefined ? {} : readPolicyOf(await readJsonFile('--policy', flags.policy));
  const { threshold: filedThreshold, sensitivity: filedSensitivity, ...rest } = filed;
  const suppress: SuppressionRule[] = [
    ...(filed.suppress ?? []),
    ...(suppressBelow === undefined ? [] : [{ name: 'suppress-below', ...suppressBelow }]),
    ...(suppressDirection === undefined
      ? []
      : [{ name: 'suppress-direction', direction: suppressDirection }]),
  ];
  const holidays = given ?? rest.holidays ?? [];
  const days: Policy = {
    ...(given === undefined ? {} : { holidays: given }),
    ...(holidaysAs === undefined || isOther(holidaysAs) ? {} : { holidaysAs }),
    ...(holidaysAs === 'covariate' ? { holidays: [], covariates: holidayFlag(holidays, timeZone) } : {}),
    ...(holidaysAs === 'suppressed' ? { holidays: [] } : {}),
  };
  if (holidaysAs === 'suppressed') suppress.push({ name: 'holiday', dates: holidays });
  const hasLevel = threshold !== undefined || sensitivity !== undefined;
  return {
    ...(filedThreshold === undefined || hasLevel ? {} : { threshold: filedThreshold }),
    ...(filedSensitivity === undefined || hasLevel ? {} : { sensitivity: filedSensitivity }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...rest,
    ...(confirm === undefined ? {} : { confirm }),
    ...(recurring === undefined ? {} : { recurring }),
    ...(suppress.length === 0 ? {} : { suppress }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...days,
  };
}

/** Whether there may be days off: --holidays-as says what they are like. */
export function hasHolidays({ holidays, policy }: PolicyFlags): boolean {
  return holidays !== undefined || policy !== undefined;
}

/** Of `--holidays-as`: what is no day of the week. */
function isOther(what: string): what is 'covariate' | 'suppressed' {
  return what === 'covariate' || what === 'suppressed';
}

/** The covariate of an event: 1 on holidays, else 0. */
function holidayFlag(dates: Dates, timeZone = 'UTC'): NonNullable<Policy['covariates']> {
  const isHoliday = dateTest(dates, timeZone);
  return ({ time }) => [time !== undefined && isHoliday(time) ? 1 : 0];
}

/**
 * Dates from the command line, or from a file, where a name may follow each, or those of a country.
 *
 * @throws RxAnomalyError BAD_INPUT
 */
async function readHolidays(given: string): Promise<Dates> {
  // In capitals: no-such-file would be a place in Norway.
  if (PLACE.test(given) && given === given.toUpperCase()) return await holidaysOf(given);
  const isHoliday = (date: string): boolean => calendarTable.holidays.kind.expected([date]) === undefined;
  const dates = given.split(',').map((date) => date.trim());
  if (dates.every(isHoliday)) return dates;
  if (/^\d{4}-\d/.test(given))
    throw new RxAnomalyError('BAD_INPUT', `--holidays: expected dates such as 2026-12-25, got ${given}`);
  const text = await readFile(given, 'utf8').catch((error: unknown) => {
    throw new RxAnomalyError(
      'BAD_INPUT',
      `--holidays: ${given}: cannot be read: ${fileFault(error) ?? messageOf(error)}; give dates such as 2026-12-25, a file of them, or a country such as DE`,
    );
  });
  const lines = text.split(/\r?\n/).map((line) => line.replace(/^\ufeff/, '').trim());
  const found = lines.flatMap((line, at) => {
    if (line === '' || line.startsWith('#')) return [];
    const [date = ''] = line.split(/[\s,;]/);
    if (isHoliday(date)) return [date];
    throw new RxAnomalyError(
      'BAD_INPUT',
      `${given}: line ${at + 1}: expected a date such as 2026-12-25, got ${show(line)}; what is no date begins with #`,
    );
  });
  if (found.length > 0) return found;
  throw new RxAnomalyError('BAD_INPUT', `${given}: expected dates such as 2026-12-25, one a line, got none`);
}

async function holidaysOf(place: string): Promise<Dates> {
  try {
    return (await publicHolidays(place)).isHoliday;
  } catch (error) {
    if (!(error instanceof RxAnomalyError)) throw error;
    const message = error.message.replace(/^publicHolidays/, '--holidays');
    throw new RxAnomalyError(error.code, message, { cause: error });
  }
}

function readPolicyOf({ where, json }: InlineJson): Policy {
  requireKnown(where, json, POLICY_NAMES);
  const policy = json as Policy;
  resolveStreamDetector(where, policy);
  return policy;
}

const confirmOf = takes(NUMBER_OR_TEXT, (text: string): number | ConfirmOptions => {
  const found = /^\s*(\d+)\s*(?:\/\s*(\d+))?\s*$/.exec(text);
  const confirm =
    found?.[2] === undefined ? Number(found?.[1]) : { events: Number(found[1]), of: Number(found[2]) };
  try {
    thresholdOptions.resolve('', { confirm });
  } catch {
    throw new InvalidArgumentError('Expected a number of events such as 3, or 3/5 for 3 of the last 5.');
  }
  return confirm;
});

const changeOf = takes(NUMBER_OR_TEXT, (text: string): Pick<SuppressionRule, 'below' | 'belowShare'> => {
  const found = /^\s*([\d.eE+-]+)\s*(%?)\s*$/.exec(text);
  const amount = Number(found?.[1]);
  if (!(found !== null && Number.isFinite(amount) && amount > 0))
    throw new InvalidArgumentError('Expected a positive number, or one with a % sign.');
  return found[2] === '%' ? { belowShare: amount / 100 } : { below: amount };
});
