import type { GateColumns, GateField } from '../gateHistory.ts';
import type { UnitMemory } from '../memoryProfile.ts';
import type { PackedField, PackedGates } from './page/packedGates.ts';

/** The gates as the page reads them: a byte per column, unit and field. */
export function packGates(
  { width, count, hidden, fields }: GateColumns,
  units: readonly UnitMemory[],
): PackedGates {
  const several = units.some(({ layer }) => layer > 0);
  return {
    width,
    columns: count,
    units: units.map(({ layer, unit, halfLife }) => ({
      name: several ? `${layer + 1}.${unit + 1}` : String(unit + 1),
      at: layer * hidden + unit,
      halfLife: Number.isFinite(halfLife) ? halfLife : null, // JSON has no infinity
    })),
    fields: fields.map(({ name, values }) => packField(name, values)),
  };
}

function packField(name: GateField, values: Float64Array): PackedField {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const [low, high] = rangeOf(name, largest);
  const bytes = Uint8Array.from(values, (value) => Math.round((255 * (value - low)) / (high - low)));
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { name, low, high, base64: btoa(text) };
}

/** Gates have a fixed range; the other fields are scaled to their own. */
function rangeOf(name: GateField, largest: number): [low: number, high: number] {
  if (name === 'write') return [0, largest];
  return name === 'candidate' || name === 'cell' || name === 'hidden' ? [-largest, largest] : [0, 1];
}
