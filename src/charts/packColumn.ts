import type { PackedColumn } from './packed.ts';

/**
 * Floats of 4 bytes hold 7 digits. That is enough, unless the column lies outside their range or moves so
 * little around a large offset that the digits go to the offset.
 */
export function packColumn(column: Float64Array): PackedColumn {
  const sorted = column.filter(Number.isFinite).sort();
  if (sorted.length === 0) return packFloats(column);
  const largest = Math.max(-sorted[0]!, sorted.at(-1)!);
  const bulk =
    sorted[Math.floor(0.95 * (sorted.length - 1))]! - sorted[Math.floor(0.05 * (sorted.length - 1))]!;
  const inRange = largest === 0 || (largest > 1e-30 && largest < 1e38);
  return inRange && largest <= 1000 * bulk ? packFloats(column) : packDoubles(column);
}

/** Full precision: 8 bytes per number. */
export function packDoubles(column: Float64Array): PackedColumn {
  return { bytes: 8, base64: base64(column.slice().buffer) };
}

function packFloats(column: Float64Array): PackedColumn {
  return { bytes: 4, base64: base64(new Float32Array(column).buffer) };
}

function base64(buffer: ArrayBuffer): string {
  let text = '';
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}
