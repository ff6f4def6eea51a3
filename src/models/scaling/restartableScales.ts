import type { Restartable } from '../forecaster.ts';
import { packVectors, prepareVectors, type RangedVector, ranged } from '../snapshot/vectors.ts';
import { type ResidualScale, SCALE_PART } from './residualScale.ts';
import { RobustScaler } from './robustScaler.ts';

/** The scales of one dimension. */
export interface Scales {
  readonly scaler: RobustScaler;
  /** Of the dimension in `scaler`. */
  readonly place: number;
  readonly usual: readonly ResidualScale[];
  /** Of the dimension, one per horizon, in each of `usual`. */
  readonly targets: readonly number[];
}

/**
 * What of a network begins anew where a dimension has become another: its scale, and the usual sizes of changes and errors. The
 * network itself knows of no units.
 *
 * @param scalesOf a dimension
 * @param changed called after the scales were written to
 */
export function restartableScales(scalesOf: (d: number) => Scales, changed?: () => void): Restartable {
  const partsOf = (d: number): Record<string, Float64Array> => {
    const { scaler, place, usual, targets } = scalesOf(d);
    const parts: Record<string, Float64Array> = { scaler: scaler.part(place) };
    for (const [which, scale] of usual.entries())
      for (const target of targets) parts[`usual.${which}.${target}`] = scale.part(target);
    return parts;
  };
  const put = (d: number, parts: Readonly<Record<string, Float64Array>>): void => {
    const { scaler, place, usual, targets } = scalesOf(d);
    scaler.setPart(place, parts.scaler);
    for (const [which, scale] of usual.entries())
      for (const target of targets) scale.setPart(target, parts[`usual.${which}.${target}`]);
    changed?.();
  };
  return {
    park: (d) => packVectors(partsOf(d)),
    prepareResume: (d, parked) => {
      const parts = partsOf(d);
      const memory: Record<string, RangedVector> = {};
      for (const [name, part] of Object.entries(parts))
        memory[name] = ranged(part, name === 'scaler' ? RobustScaler.partLayout : SCALE_PART);
      prepareVectors(memory, parked)();
      return () => put(d, parts);
    },
    restart: (d, scaler) => put(d, { scaler }),
  };
}
