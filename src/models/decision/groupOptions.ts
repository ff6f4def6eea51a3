import { spanOf } from '../../core/duration.ts';
import { LONGEST_TIMER, type OptionKind } from '../../core/optionKinds.ts';
import type { OptionalSpec } from '../../core/optionSet.ts';
import { badOption } from '../../core/options.ts';

/** When incidents of several streams are one alert. */
export interface GroupOptions {
  /**
   * Incidents whose starts lie within so long a time are one group, with one alert: `'5m'`, or milliseconds, less than 25
   * days. By event times; in streams without times by the clock.
   * @default each incident has alerts of its own
   */
  readonly group?: number | string;
  /**
   * How long the alert of a group waits for others to join, by the clock: `'10s'`, or milliseconds, 0 to `group`. It does not
   * wait once every stream has an event later than `group`. Those that join afterwards are reported together.
   * @default a tenth of `group`, at most 30 seconds
   */
  readonly groupWait?: number | string;
}

/** GroupOptions in milliseconds. */
export interface GroupPlan {
  readonly window: number;
  readonly wait: number;
}

export const groupSpec: OptionalSpec<number | string> = {
  kind: span("a time such as '5m', or milliseconds", false),
  defaultText: 'none',
  unit: 'milliseconds',
  about: 'incidents that begin within so long a time are one group, with one alert',
  when: 'where one cause shows in many streams',
  level: 'basic',
};

export const groupWaitSpec: OptionalSpec<number | string> = {
  kind: span("a time such as '10s', or milliseconds, 0 or more", true),
  defaultText: 'a tenth of group, at most 30 seconds',
  unit: 'milliseconds',
  about: 'how long the alert of a group waits for others to join',
  when: '0 to be alerted at once, more where one cause takes long to show everywhere',
};

const WAIT = 30_000; // ms

/** @throws RxAnomalyError BAD_OPTION where one option does not fit the other @returns undefined without `group` */
export function groupPlan(where: string, { group, groupWait }: GroupOptions): GroupPlan | undefined {
  const window = group === undefined ? undefined : spanOf(group);
  const wait = groupWait === undefined ? undefined : spanOf(groupWait);
  if (window === undefined) {
    if (groupWait !== undefined)
      throw badOption(where, 'groupWait', 'left out without group, where no alert waits', groupWait);
    return undefined;
  }
  if (wait !== undefined && wait > window)
    throw badOption(where, 'groupWait', `at most group, ${JSON.stringify(group)}`, groupWait);
  return { window, wait: wait ?? Math.min(window / 10, WAIT) };
}

function span(range: string, isZero: boolean): OptionKind {
  return {
    range,
    expected: (value) => {
      const ms = spanOf(value);
      if (ms === undefined || !(isZero ? ms >= 0 : ms > 0)) return range;
      return ms > LONGEST_TIMER ? `at most ${LONGEST_TIMER} milliseconds (timers hold no more)` : undefined;
    },
  };
}
