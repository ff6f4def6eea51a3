import { exp } from '../core/math/exp.ts';
import { log } from '../core/math/log.ts';
import { badSnapshot, type State } from './snapshot/state.ts';
import { orElse, packFloats, unpackFloats, within } from './snapshot/vectors.ts';

/** Transforms of a stream's values before they are modelled. */
export type TransformName = 'none' | 'logReturn';

/** {@link TransformName}s, for option checks. */
export const TRANSFORM_NAMES: readonly TransformName[] = ['none', 'logReturn'];

/** A change of variable between a stream's values and what the models see; its memory is the last value. */
export interface Transform {
  readonly name: TransformName;
  /** What was expected of a value that it cannot transform; undefined for one that it can. Not bound to the object. */
  readonly refuse: (value: number) => string | undefined;
  /** (D) from values to the models' inputs. Pure. */
  forward(value: readonly number[]): readonly number[];
  /** (D) from the models' prediction of the next value to the units of the stream. Pure. */
  inverse(modelled: readonly number[]): readonly number[];
  /**
   * From the models' predictions of the next values, one after the other, to the units of the stream, in place. Pure otherwise.
   *
   * @param path (H, D)
   */
  inversePath(path: Float64Array, dimensions: number): void;
  /** (D) from the typical size of the models' next residual to units of the stream. Pure. */
  inverseScale(scale: readonly number[]): readonly number[];
  /** Updates with a value. */
  learn(value: readonly number[]): void;
  save(): State;
  /** @param dimensions D, if known. @throws RxAnomalyError BAD_SNAPSHOT where `saved` is no such state */
  resume(saved: State | undefined, dimensions: number | undefined): void;
}

export function createTransform(name: TransformName): Transform {
  return name === 'logReturn' ? new LogReturn() : IDENTITY;
}

const IDENTITY: Transform = {
  name: 'none',
  refuse: () => undefined,
  forward: (value) => value,
  inverse: (modelled) => modelled,
  inversePath: () => {},
  inverseScale: (scale) => scale,
  learn: () => {},
  save: () => null,
  resume: (saved) => {
    if (saved !== null) throw badSnapshot('snapshot: it has values before a transform, and should have none');
  },
};

const LARGEST_LOG = log(1e300);
const LEAST_LOG = log(Number.MIN_VALUE);

function refusePrice(value: number): string | undefined {
  return value > 0 ? undefined : 'a price above 0 for logReturn';
}

/**
 * Prices as log-returns r = ln(p / p₋₁): what is stationary about a price is its relative change. The first return is 0.
 * Forecasts come back as prices, p₋₁ · e^r.
 */
class LogReturn implements Transform {
  readonly name = 'logReturn';
  #last: Float64Array = new Float64Array(0); // (D) logarithm of the last price; NaN before the first

  readonly refuse: Transform['refuse'] = refusePrice;

  forward(value: readonly number[]): readonly number[] {
    return value.map((price, d) => {
      const now = log(price);
      const last = this.#last[d] ?? Number.NaN;
      return Number.isNaN(last) && !Number.isNaN(now) ? 0 : now - last;
    });
  }

  inverse(modelled: readonly number[]): readonly number[] {
    return modelled.map((change, d) => exp(Math.min(LARGEST_LOG, (this.#last[d] ?? Number.NaN) + change)));
  }

  inversePath(path: Float64Array, dimensions: number): void {
    for (let d = 0; d < dimensions; d++) {
      let sum = this.#last[d] ?? Number.NaN;
      for (let at = d; at < path.length; at += dimensions) {
        sum += path[at];
        path[at] = exp(Math.min(LARGEST_LOG, sum));
      }
    }
  }

  inverseScale(scale: readonly number[]): readonly number[] {
    return scale.map((b, d) => b * exp(this.#last[d] ?? Number.NaN));
  }

  learn(value: readonly number[]): void {
    if (this.#last.length !== value.length) this.#last = Float64Array.from(value, log);
    else for (const [d, price] of value.entries()) if (!Number.isNaN(price)) this.#last[d] = log(price);
  }

  save(): State {
    return packFloats(this.#last);
  }

  resume(saved: State | undefined, dimensions: number | undefined): void {
    const last = unpackFloats(saved, undefined, orElse(within(LEAST_LOG, LARGEST_LOG), Number.NaN));
    if (last.length !== 0 && last.length !== dimensions)
      throw badSnapshot('snapshot: the last prices are of another number of dimensions');
    this.#last = last.slice();
  }
}
