import { optionChecks } from '../core/options.ts';

/** A quantity of a stream that a probe tries to read from a network's state. */
export interface Quantity {
  readonly name: string;
  /**
   * One or more numbers after each event, always the same number of them; NaN while unknown. May keep state: called
   * once per event, in order.
   *
   * @param value (D) the event's value, missing numbers imputed
   * @param time milliseconds since 1970; undefined in a stream without times
   * @param index position of the event, from 0
   */
  read(value: readonly number[], time: number | undefined, index: number): readonly number[];
}

/**
 * The phase of the season, as sine and cosine.
 *
 * @param period of the season in events, or, with `unit: 'ms'`, in milliseconds of event time
 * @throws RxAnomalyError BAD_OPTION
 */
export function seasonPhase(period: number, unit: 'events' | 'ms' = 'events'): Quantity {
  optionChecks('seasonPhase').positive('period', period);
  optionChecks('seasonPhase').oneOf('unit', unit, ['events', 'ms']);
  return {
    name: 'season phase',
    read(_value, time, index) {
      const at = unit === 'events' ? index : (time ?? Number.NaN);
      const angle = (2 * Math.PI * (at % period)) / period;
      return [Math.sin(angle), Math.cos(angle)];
    },
  };
}

/**
 * The level: the exponential moving average of one dimension.
 *
 * @param halfLife of a value's weight in it, events
 * @throws RxAnomalyError BAD_OPTION
 */
export function level(halfLife: number, dimension: number = 0): Quantity {
  const average = movingAverage('level', halfLife, dimension);
  return { name: 'level', read: (value) => [average(value[dimension])] };
}

/**
 * The volatility: the exponential moving average of |change| of one dimension.
 *
 * @param halfLife of a change's weight in it, events
 * @throws RxAnomalyError BAD_OPTION
 */
export function volatility(halfLife: number, dimension: number = 0): Quantity {
  const average = movingAverage('volatility', halfLife, dimension);
  let last = Number.NaN;
  return {
    name: 'volatility',
    read(value) {
      const change = Math.abs(value[dimension] - last);
      last = value[dimension];
      return [average(change)];
    },
  };
}

/** Starts with the first number; non-finite values are ignored. */
function movingAverage(where: string, halfLife: number, dimension: number): (x: number) => number {
  const check = optionChecks(where);
  const share = 1 - 0.5 ** (1 / check.positive('halfLife', halfLife));
  check.nonNegativeInteger('dimension', dimension);
  let mean = Number.NaN;
  return (x) => {
    if (Number.isFinite(x)) mean = Number.isNaN(mean) ? x : mean + share * (x - mean);
    return mean;
  };
}
