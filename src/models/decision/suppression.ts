import { type Dates, datesKind, dateTest } from '../../core/calendar.ts';
import { accepts } from '../../core/optionKinds.ts';
import type { OptionalSpec } from '../../core/optionSet.ts';
import { badOption, checkOption, optionChecks } from '../../core/options.ts';
import { type Scored, toVector, type Value, type Verdict } from '../../core/reading.ts';
import { type DateRange, rangeTest, type TimeTest, type WeeklyHours, weeklyTest } from './calendarWindow.ts';

/** Anomalies that are not to be flagged: those of which every condition given here holds. At least one must be given. */
export interface SuppressionRule {
  /** Its name in `suppressed` of the verdict. @default 'rule 1' for the first of the list, and so on */
  readonly name?: string;
  /**
   * The value differs from the forecast by less than this, in its units; a list has an amount per dimension, and
   * dimensions beyond its end are never suppressed.
   */
  readonly below?: number | readonly number[];
  /** The value differs from the forecast by less than this share of |expected|: 0.05 for 5 %. */
  readonly belowShare?: number;
  /**
   * The value is above (`'up'`) or below (`'down'`) the forecast. The return to normal goes in the other direction:
   * if it is an anomaly too, it is not suppressed.
   */
  readonly direction?: 'up' | 'down';
  /** The event is in these hours of the week; never true without a time. */
  readonly weekly?: WeeklyHours;
  /** The event is in this time range; never true without a time. */
  readonly between?: DateRange;
  /** The event is on one of these dates of the detector's `timeZone`; never true without a time. A state does not have them. */
  readonly dates?: Dates;
  /** The event is of one of these keys. */
  readonly keys?: readonly string[];
}

/** The option of whoever has such rules. */
export const suppressSpec: OptionalSpec<readonly SuppressionRule[]> = {
  kind: accepts('a list of rules', Array.isArray),
  defaultText: 'none',
  about: 'rules for anomalies that are not flagged; one match is enough',
  when: 'for maintenance windows, small changes, one direction only, single keys',
  level: 'basic',
};

const CONDITIONS = ['below', 'belowShare', 'direction', 'weekly', 'between', 'dates', 'keys'] as const;

/** The fields that a rule reads. */
type Looked = Pick<Scored, 'time' | 'key' | 'expected' | 'residual' | 'attribution'>;

/**
 * Rules by which anomalies are not flagged. In several dimensions a rule about the change looks at those that the score is
 * attributed to, with an equal share or more: it must hold for each. A change that is not known, for want of a forecast, is
 * neither small nor of a direction.
 */
export class Suppression {
  readonly #rules: readonly {
    readonly name: string;
    readonly tests: readonly ((event: Looked) => boolean)[];
  }[];

  /**
   * @param where the caller, for messages
   * @param timeZone of weekly hours that name none. @default 'UTC'
   * @throws RxAnomalyError BAD_OPTION naming rule and condition
   */
  constructor(where: string, rules: readonly SuppressionRule[], timeZone?: string) {
    checkOption(where, 'suppress', suppressSpec.kind, rules);
    this.#rules = rules.map((rule, at) => {
      const place = `${where}: suppress[${at}]`;
      optionChecks(place).known(rule, ['name', ...CONDITIONS]);
      const { name = `rule ${at + 1}` } = rule;
      if (typeof name !== 'string' || name === '') throw badOption(place, 'name', 'a text', name);
      return { name, tests: testsOf(place, rule, timeZone) };
    });
  }

  /** The name of the first rule that matches an event; undefined when none does. Pure. */
  ruleFor(event: Looked): string | undefined {
    return this.#rules.find(({ tests }) => tests.every((test) => test(event)))?.name;
  }
}

/** The verdict on an anomaly that a rule suppresses. */
export function suppressed<E, V extends Value>(verdict: Verdict<E, V>, rule: string): Verdict<E, V> {
  return { ...verdict, isAnomaly: false, severity: 'none', startOfIncident: false, suppressed: rule };
}

function testsOf(
  where: string,
  rule: SuppressionRule,
  timeZone: string | undefined,
): ((event: Looked) => boolean)[] {
  const check = optionChecks(where);
  const { below, belowShare, direction, weekly, between, dates, keys } = rule;
  const tests: ((event: Looked) => boolean)[] = [];
  if (below !== undefined) {
    const amounts = typeof below === 'number' ? undefined : below;
    if (amounts !== undefined && !(Array.isArray(amounts) && amounts.length > 0))
      throw badOption(where, 'below', 'a positive number or a list of them', below);
    for (const amount of amounts ?? [below as number]) check.positive('below', amount);
    tests.push(
      changes((change, _, d) => Math.abs(change) < (amounts === undefined ? (below as number) : amounts[d])),
    );
  }
  if (belowShare !== undefined) {
    check.positive('belowShare', belowShare);
    tests.push(changes((change, expected) => Math.abs(change) < belowShare * Math.abs(expected)));
  }
  if (direction !== undefined) {
    const sign = check.oneOf('direction', direction, ['up', 'down']) === 'up' ? 1 : -1;
    tests.push(changes((change) => sign * change > 0));
  }
  if (weekly !== undefined) tests.push(atTime(weeklyTest(`${where}.weekly`, weekly, timeZone)));
  if (between !== undefined) tests.push(atTime(rangeTest(`${where}.between`, between)));
  if (dates !== undefined) {
    checkOption(where, 'dates', datesKind, dates);
    tests.push(atTime(dateTest(dates, timeZone ?? 'UTC')));
  }
  if (keys !== undefined) {
    if (!(Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string')))
      throw badOption(where, 'keys', 'a list of texts', keys);
    tests.push(({ key }) => key !== undefined && keys.includes(key));
  }
  if (tests.length === 0)
    throw badOption(where, 'the rule', `one with a condition: ${CONDITIONS.join(', ')}`, rule);
  return tests;
}

/** Whether a test holds for the change in each dimension that the score is attributed to. */
function changes(test: (change: number, expected: number, d: number) => boolean): (event: Looked) => boolean {
  return ({ expected, residual, attribution }) => {
    const [level, change, share] = [toVector(expected), toVector(residual), toVector(attribution)];
    // Rounding may leave equal shares a little below 1 / D.
    const least = (1 - 1e-9) / share.length;
    return share.every((part, d) => part < least || test(change[d], level[d], d));
  };
}

function atTime(test: TimeTest): (event: Looked) => boolean {
  return ({ time }) => time !== undefined && test(time);
}
