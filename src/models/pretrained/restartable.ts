import type { Restartable } from '../forecaster.ts';
import { type ResidualScale, SCALE_PART } from '../scaling/residualScale.ts';
import { RobustScaler } from '../scaling/robustScaler.ts';
import { packVectors, prepareVectors, type RangedVector, ranged } from '../snapshot/vectors.ts';
import { type ContextInputs, HORIZONS } from './contextInputs.ts';
import type { PendingBands } from './pendingBands.ts';

/** What begins anew where a dimension has become another: its scale, and the usual sizes of changes and errors. */
export function restartable(
  contexts: readonly ContextInputs[],
  pending: readonly PendingBands[],
): Restartable {
  const usualOf = (d: number): readonly ResidualScale[] => [contexts[d].changes.usual, pending[d].usual];
  const partsOf = (d: number): Record<string, Float64Array> => {
    const parts: Record<string, Float64Array> = { scaler: contexts[d].scaler.part(0) };
    for (const [which, scale] of usualOf(d).entries())
      for (const k of HORIZONS.keys()) parts[`usual.${which}.${k}`] = scale.part(k);
    return parts;
  };
  const put = (d: number, parts: Readonly<Record<string, Float64Array>>): void => {
    contexts[d].scaler.setPart(0, parts.scaler);
    for (const [which, scale] of usualOf(d).entries())
      for (const k of HORIZONS.keys()) scale.setPart(k, parts[`usual.${which}.${k}`]);
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
