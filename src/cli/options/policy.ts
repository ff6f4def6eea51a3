import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import { RxAnomalyError } from '../../core/errors.ts';
import { optionChecks } from '../../core/options.ts';
import type { Value } from '../../core/reading.ts';
import type { Recurring } from '../../models/decision/recurrence.ts';
import { type Sensitivity, thresholdOf } from '../../models/decision/sensitivity.ts';
import type { SuppressionRule } from '../../models/decision/suppression.ts';
import type { ThresholdOptions } from '../../models/decision/threshold.ts';
import {
  checkStreamDetectorOptions,
  type StreamDetectorOptions,
} from '../../models/streamDetectorOptions.ts';
import type { CsvRow } from '../../sources/index.ts';
import { thresholdOption } from './options.ts';

/** What is an anomaly and what an alert, as far as the user has said. */
export type Policy = Pick<StreamDetectorOptions<CsvRow, Value>, (typeof NAMES)[number]>;

const NAMES = [
  'threshold',
  'sensitivity',
  'recurring',
  'acceptAfter',
  'budget',
  'habituation',
  'drift',
  'suppress',
] as const;

/** What of a policy the threshold itself knows, beside its level. */
export function thresholdPart({
  budget,
  habituation,
}: Policy = {}): Pick<ThresholdOptions, 'budget' | 'habituation'> {
  return {
    ...(budget === undefined ? {} : { budget }),
    ...(habituation === undefined ? {} : { habituation }),
  };
}

/** The options of a command from which {@link readPolicy} makes one. */
export interface PolicyFlags {
  readonly threshold?: number;
  readonly sensitivity?: Sensitivity;
  readonly recurring?: Recurring;
  readonly suppressBelow?: Pick<SuppressionRule, 'below' | 'belowShare'>;
  readonly suppressDirection?: 'up' | 'down';
  readonly policy?: string;
}

export const policyOptions = (): Option[] => [
  thresholdOption().conflicts('sensitivity'),
  new Option(
    '--sensitivity <level>',
    'the same in other words: low, medium, high, or a number from 0 to 1 for most alerts',
  ).argParser(sensitivityOf),
  new Option(
    '--recurring <what>',
    'what an excursion is that comes back: flagged less and less, or each time (default: normal)',
  ).choices(['normal', 'anomalous']),
  new Option(
    '--suppress-below <change>',
    'leave alone what is less than this away from the forecast: an amount, or a share such as 5%',
  ).argParser(changeOf),
  new Option(
    '--suppress-direction <where>',
    'leave alone what is above (up) or below (down) the forecast',
  ).choices(['up', 'down']),
  new Option(
    '--policy <file>',
    `all of this as a JSON file, and more: an object with any of ${NAMES.join(', ')}`,
  ),
];

/**
 * What the file says, and the options where both say something; their rules of suppression come on top of the file's.
 *
 * @throws RxAnomalyError BAD_INPUT when the file cannot be read, BAD_OPTION when it says something wrong
 */
export async function readPolicy(flags: PolicyFlags): Promise<Policy> {
  const { threshold, sensitivity, recurring, suppressBelow, suppressDirection } = flags;
  const filed = flags.policy === undefined ? {} : await readPolicyFile(flags.policy);
  const { threshold: filedThreshold, sensitivity: filedSensitivity, ...rest } = filed;
  const suppress: readonly SuppressionRule[] = [
    ...(filed.suppress ?? []),
    ...(suppressBelow === undefined ? [] : [{ name: 'suppress-below', ...suppressBelow }]),
    ...(suppressDirection === undefined
      ? []
      : [{ name: 'suppress-direction', direction: suppressDirection }]),
  ];
  const hasLevel = threshold !== undefined || sensitivity !== undefined;
  return {
    ...(filedThreshold === undefined || hasLevel ? {} : { threshold: filedThreshold }),
    ...(filedSensitivity === undefined || hasLevel ? {} : { sensitivity: filedSensitivity }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...rest,
    ...(recurring === undefined ? {} : { recurring }),
    ...(suppress.length === 0 ? {} : { suppress }),
  };
}

async function readPolicyFile(path: string): Promise<Policy> {
  let policy: Policy;
  try {
    policy = JSON.parse(await readFile(path, 'utf8')) as Policy;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RxAnomalyError('BAD_INPUT', `${path}: ${why}`);
  }
  optionChecks(path).known(policy, NAMES);
  checkStreamDetectorOptions(path, policy);
  return policy;
}

function sensitivityOf(text: string): Sensitivity {
  const level = /^(low|medium|high)$/.test(text) ? (text as Sensitivity) : Number(text.trim() || 'none');
  try {
    thresholdOf('', level);
  } catch {
    throw new InvalidArgumentError('Expected low, medium, high or a number from 0 to 1.');
  }
  return level;
}

function changeOf(text: string): Pick<SuppressionRule, 'below' | 'belowShare'> {
  const found = /^\s*([\d.eE+-]+)\s*(%?)\s*$/.exec(text);
  const amount = Number(found?.[1]);
  if (!(found !== null && Number.isFinite(amount) && amount > 0))
    throw new InvalidArgumentError('Expected a positive number, or one with a % sign.');
  return found[2] === '%' ? { belowShare: amount / 100 } : { below: amount };
}
