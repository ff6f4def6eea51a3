import type { OptionKind } from '../../core/optionKinds.ts';

const MOST_HORIZONS = 64;
const FURTHEST_HORIZON = 4096;
const HORIZONS = 'ascending positive integers that begin with 1';

/** What an option for the horizons of forecasts may be. */
export const horizonsKind: OptionKind = {
  range: `${HORIZONS}, at most ${MOST_HORIZONS} of them, none above ${FURTHEST_HORIZON}`,
  expected: (value) => {
    if (!(Array.isArray(value) && value[0] === 1 && value.every(isAscending))) return HORIZONS;
    if (value.length > MOST_HORIZONS) return `at most ${MOST_HORIZONS} of them (each is one more output)`;
    if (value.at(-1) > FURTHEST_HORIZON)
      return `none above ${FURTHEST_HORIZON} (every forecast is kept until it is due)`;
    return undefined;
  },
};

function isAscending(horizon: number, at: number, all: readonly number[]): boolean {
  return Number.isSafeInteger(horizon) && (at === 0 || horizon > all[at - 1]);
}
