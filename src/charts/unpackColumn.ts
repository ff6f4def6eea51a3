import type { PackedColumn } from './packed.ts';

/** The numbers that were packed. */
export function unpackColumn({ bytes, base64 }: PackedColumn): Float32Array | Float64Array {
  const { buffer } = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return bytes === 4 ? new Float32Array(buffer) : new Float64Array(buffer);
}
